"""OAuth without input or output: authorization URL, PKCE, scopes, pasted codes, server features.

Pure functions.
"""
