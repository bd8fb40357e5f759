"""Connects names under `localhost` to this computer itself, without asking a name server.

RFC 6761 section 6.3. Such an address may be plain http; glibc asks the network's name server for
`anything.localhost`, which could send a token to another computer, readable by all between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from gts_wizard.validation import is_localhost_name

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")


class LoopbackTransport(httpx.HTTPTransport):
    """httpx's transport, which connects names under `localhost` to a loopback address."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            httpx.TransportError: it fails at the last address, too.
        """
        *earlier, last = _connectable(request)
        for attempt in earlier:
            try:
                return super().handle_request(attempt)
            except httpx.ConnectError:
                continue
        return super().handle_request(last)


class AsyncLoopbackTransport(httpx.AsyncHTTPTransport):
    """The same as `LoopbackTransport`, in an asynchronous client."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            httpx.TransportError: it fails at the last address, too.
        """
        *earlier, last = _connectable(request)
        for attempt in earlier:
            try:
                return await super().handle_async_request(attempt)
            except httpx.ConnectError:
                continue
        return await super().handle_async_request(last)


def _connectable(request: httpx.Request) -> Iterator[httpx.Request]:
    """Yield the request as it can be sent: once, or to each loopback address."""
    host = request.url.host
    if not is_localhost_name(host):
        yield request
        return
    for address in LOOPBACK_ADDRESSES:
        yield httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            # The certificate must be that of the name.
            extensions={**request.extensions, "sni_hostname": host},
        )
