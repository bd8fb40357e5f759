"""HTTP client for the Mastodon-compatible API of GoToSocial and other servers.

Server discovery, client registration, code exchange, API calls and token revocation.
"""
