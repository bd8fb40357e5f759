"""The credential files of other tools: writes accounts for them, and reads accounts from them.

Pure functions: the callers reveal the secrets, and read and write the files.
"""
