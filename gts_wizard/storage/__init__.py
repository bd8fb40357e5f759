"""The shelf: the one file that keeps accounts, registrations and unfinished attempts.

Services come in; this room touches that file, the lock beside it and, where a person wants that,
the system's keyring. It alone imports tomllib, tomli_w, filelock, platformdirs and keyring.
"""
