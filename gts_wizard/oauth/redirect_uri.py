"""Loopback redirect URIs: the server sends the browser to a page of this program.

RFC 8252 section 7.3. The address is by number, as `localhost` could be resolved elsewhere
(section 8.3). Every command that reads the credentials file loads this module.
"""

import re

LOOPBACK_HOST = "127.0.0.1"
CALLBACK_PATH = "/callback"

_LOOPBACK = re.compile(
    rf"http://{re.escape(LOOPBACK_HOST)}:([1-9][0-9]{{0,4}}){re.escape(CALLBACK_PATH)}"
)
_MAX_PORT = 65_535


def loopback_redirect_uri(port: int) -> str:
    """Return the redirect URI of a page that this program serves on a port."""
    return f"http://{LOOPBACK_HOST}:{port}{CALLBACK_PATH}"


def loopback_port(redirect_uri: str) -> int | None:
    """Return the port of a loopback redirect URI; None for the out-of-band and any other URI."""
    match = _LOOPBACK.fullmatch(redirect_uri)
    return int(match[1]) if match and int(match[1]) <= _MAX_PORT else None
