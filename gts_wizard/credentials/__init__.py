"""The shelf: the one file that keeps accounts, registrations and unfinished attempts.

Services come in; this room touches that file and the lock beside it, and nothing else. It alone
imports tomllib, tomli_w, filelock and platformdirs.
"""
