"""Accounts as the files of other tools, and back: pure functions, which touch nothing.

Services come in, through `registry`; they bring the revealed secrets and do the reading, the
writing and the asking. This room and the shelf are the only ones that know TOML.
"""
