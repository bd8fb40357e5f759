"""Use cases: signing in, checking accounts, revoking tokens, importing and exporting accounts.

They combine the API client with the credentials store, and know no terminal and no widget.
"""
