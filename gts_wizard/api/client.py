"""Makes the HTTP clients that requests go through.

The transport comes in; nothing is sent here.
"""

import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import truststore

from gts_wizard import __version__

# The person is away in the browser for minutes between two requests of one attempt.
_IDLE_SECONDS = 300.0
# Looking after open connections takes the square of their number.
_MAX_IDLE_CONNECTIONS = 32
_HANDSHAKES = ("start_tls.failed", "setup_socks5_connection.failed")


def create_client(deadline: float, *, trust_env: bool) -> httpx.AsyncClient:
    """Return a client that keeps no cookies and follows nothing.

    Args:
        deadline: seconds that any single wait may take.
        trust_env: whether to go through the proxy that the environment names.
    """
    return httpx.AsyncClient(
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        trust_env=trust_env,
        timeout=httpx.Timeout(deadline),
        limits=httpx.Limits(
            max_keepalive_connections=_MAX_IDLE_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS
        ),
        # Not even read: a date of thousands of digits would put a traceback on the screen.
        cookies=CookieJar(DefaultCookiePolicy(netscape=False, rfc2965=False)),
        event_hooks={"response": [_stash_location_header]},
        headers={
            "User-Agent": f"gts-wizard/{__version__}",
            # A small compressed answer can unpack into a huge one.
            "Accept-Encoding": "identity",
        },
    )


def location_header(response: httpx.Response) -> str:
    """Return where a redirect leads, in the server's words; empty if it says nothing."""
    return str(response.extensions.get("location", ""))


class ConnectionTracer:
    """Notes whom a request connects to: where that is not the server, a proxy is in between.

    It also closes what httpcore leaves open when a deadline, or the person, ends a handshake.
    """

    def __init__(self) -> None:
        self._host = ""
        self._opened: Any = None

    async def trace(self, event: str, facts: Mapping[str, Any]) -> None:
        """Take one event of httpcore's `trace` extension."""
        if event.endswith("connect_tcp.started"):
            self._host = facts["host"]
        elif event.endswith("connect_tcp.complete"):
            self._opened = facts["return_value"]
        elif event.endswith(_HANDSHAKES):
            await self._opened.aclose()

    def is_proxied(self, hostname: str | None) -> bool:
        """Tell whether the last connection led elsewhere than to the host that was asked."""
        return self._host not in {"", hostname}


async def _stash_location_header(response: httpx.Response) -> None:
    # httpx reads a Location even where it does not follow it, and fails over a `urn:`.
    if "location" in response.headers:
        response.extensions["location"] = response.headers.pop("location")
