"""Receives the authorization response on a loopback redirect URI (RFC 8252 section 7.3)."""
