"""Guarded HTTP requests: one deadline, a cap on what is read, no secret along a redirect.

Whatever goes wrong leaves as a `ServerError` without the exception it came from: httpx's exceptions
carry the request, and with it what is secret. Host names are resolved in daemon threads, so that
nobody has to wait for a silent name server.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import httpx
import truststore

from gts_wizard import errors
from gts_wizard.address import Address
from gts_wizard.api.loopback import LOOPBACK_ADDRESSES
from gts_wizard.api.network_errors import map_exception
from gts_wizard.api.proxies import AsyncProxyTransport
from gts_wizard.api.request_log import RequestLog
from gts_wizard.api.response import Response
from gts_wizard.api.urls import parse_safe_url, resolve_redirect
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_localhost_name, is_token_syntax
from gts_wizard.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


# Between two requests of one sign-in the user spends minutes in the browser.
_IDLE_SECONDS = 300.0
# httpcore's bookkeeping is quadratic in the number of open connections.
_MAX_IDLE_CONNECTIONS = 32
_FAILED_HANDSHAKES = ("start_tls.failed", "setup_socks5_connection.failed")
DEADLINE_SECONDS = 15.0
# Later than a busy loop would be.
_OVERSLEPT_SECONDS = 2.0
_READING_SECONDS = 2.0
MAX_BODY_BYTES = 1024 * 1024
_JSON = "application/json"
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
Form = Mapping[str, str | Secret]
T = TypeVar("T")


def use_daemon_dns() -> None:
    """Make the running event loop resolve host names in daemon threads, but for `localhost`.

    The loop's own threads are few, and it waits for them when it closes; an unresponsive name
    server blocks one for up to a minute after the request was given up.
    """
    asyncio.get_running_loop().getaddrinfo = _getaddrinfo  # type: ignore[method-assign]


async def _getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
    # anyio passes the name in bytes.
    if is_localhost_name(host.decode() if isinstance(host, bytes) else host or ""):
        found = (socket.getaddrinfo(address, *args, **options) for address in LOOPBACK_ADDRESSES)
        return list(chain.from_iterable(found))
    result: Future[object] = Future()
    lookup = partial(socket.getaddrinfo, host, *args, **options)
    threading.Thread(target=_resolve, args=(result, lookup), daemon=True).start()
    return await asyncio.wrap_future(result)


def _resolve(result: Future[object], lookup: Callable[[], object]) -> None:
    if not result.set_running_or_notify_cancel():
        return
    try:
        result.set_result(lookup())
    except Exception as error:  # noqa: BLE001 - raised again in the coroutine that awaits it
        result.set_exception(error)


async def finish_within(seconds: float, work: Coroutine[object, object, T]) -> T:
    """Run a coroutine, and cancel it at a deadline.

    After the process was suspended, by Ctrl+Z or a laptop's lid, the deadline is long over, and yet
    what came meanwhile is still to be read: so there is a little more time then.

    Args:
        seconds: how long it may take.
        work: the coroutine.

    Raises:
        TimeoutError: it took too long.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    task = loop.create_task(work)
    try:
        await asyncio.wait([task], timeout=seconds)
        if not task.done() and loop.time() > deadline + _OVERSLEPT_SECONDS:
            await asyncio.wait([task], timeout=_READING_SECONDS)
        if task.done():
            return task.result()
        raise TimeoutError
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])


def client_options() -> dict[str, Any]:
    """Return the options that every httpx client of this program has in common."""
    return {
        "verify": truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        "headers": {"User-Agent": f"gts-wizard/{VERSION}"},
    }


def authorization_header(token: Secret, host: str) -> str:
    """Return the value of the `Authorization` header for a token (RFC 6750 section 2.1).

    Args:
        token: the access token.
        host: the host it belongs to, for error messages.

    Raises:
        TokenRevoked: the token is damaged. h11 would put what it can't send into its exception, and
            httpcore that into its log.
    """
    if not is_token_syntax(token.reveal()):
        raise errors.TokenRevoked(host=host, details="the saved access is damaged")
    return f"Bearer {token.reveal()}"


def create_client() -> httpx.AsyncClient:
    """Return an httpx client that keeps no cookies, follows no redirects and has no timeouts.

    Raises:
        ValueError: the environment names a proxy that can't be used.
    """
    options = client_options()
    # A small compressed body can unpack into a huge one.
    options["headers"]["Accept-Encoding"] = "identity"
    limits = httpx.Limits(
        max_keepalive_connections=_MAX_IDLE_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS
    )
    return httpx.AsyncClient(
        # A request has one deadline in all, see `finish_within`.
        timeout=None,  # noqa: S113
        transport=AsyncProxyTransport(verify=options["verify"], limits=limits),
        # Cookies aren't even parsed: http.cookiejar would print a traceback over an expiry date of
        # thousands of digits.
        cookies=CookieJar(DefaultCookiePolicy(netscape=False, rfc2965=False)),
        event_hooks={"response": [_keep_raw_location]},
        **options,
    )


def location_header(response: httpx.Response) -> str:
    """Return the `Location` of a response as the server sent it; empty if there is none."""
    return str(response.extensions.get("location", ""))


class ConnectionTracer:
    """Records the host that a request connects to, to detect proxies.

    It also closes the connection that httpcore leaves open when a timeout or a cancellation ends a
    TLS or SOCKS handshake.
    """

    def __init__(self) -> None:
        self._host = ""
        self._connection: Any = None

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Handle one event of httpcore's `trace` extension."""
        if event.endswith("connect_tcp.started"):
            self._host = info["host"]
        elif event.endswith("connect_tcp.complete"):
            self._connection = info["return_value"]
        elif event.endswith(_FAILED_HANDSHAKES):
            await self._connection.aclose()

    def is_proxied(self, hostname: str | None) -> bool:
        """Return whether the last connection went to another host than `hostname`."""
        return self._host not in {"", hostname}


async def _keep_raw_location(response: httpx.Response) -> None:
    # httpx parses Location even where it does not follow it, and raises InvalidURL on a `urn:`.
    if "location" in response.headers:
        response.extensions["location"] = response.headers.pop("location")


@dataclass(frozen=True)
class _Request:
    """One HTTP request, with an optional form or bearer token."""

    method: str
    url: str
    accept: str = _JSON
    form: Form | None = None
    token: Secret | None = None


class HttpClient:
    """Sends requests to servers, and keeps connections open from one request to the next."""

    def __init__(
        self, deadline: float = DEADLINE_SECONDS, log: Callable[[str], None] | None = None
    ) -> None:
        """Create the httpx client; nothing is sent.

        Args:
            deadline: the seconds that one request may take in all, redirects included.
            log: takes a line for each request, see `RequestLog`.

        Raises:
            ProxyError: the environment names a proxy or certificates that can't be used.
        """
        self._deadline = deadline
        self._log = RequestLog(log)
        try:
            self._client = create_client()
        except Exception as error:  # noqa: BLE001 - bad settings raise exceptions of many types
            details = type(error).__name__
        else:
            return
        raise errors.ProxyError(host="the internet", details=details)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(
        self, url: str, *, token: Secret | None = None, redirects: int = 0, accept: str = _JSON
    ) -> Response:
        """Send a GET request.

        Args:
            url: the absolute URL.
            token: the bearer token to send (RFC 6750 section 2.1); it goes to this URL only.
            redirects: how many redirects to follow; must be 0 with a token.
            accept: the `Accept` header (RFC 9110 section 12.5.1).

        Raises:
            ServerError: no complete response came.
            ValueError: redirects were to be followed with a token.
        """
        if token is not None and redirects:
            raise ValueError("a token is never sent after a redirect")
        return await self._send(_Request("GET", url, accept, token=token), redirects)

    async def post(self, url: str, form: Form) -> Response:
        """Send `form` to `url` in a POST request; redirects are not followed.

        Raises:
            ServerError: no complete response came.
        """
        return await self._send(_Request("POST", url, form=form))

    async def _send(self, request: _Request, redirects: int = 0) -> Response:
        use_daemon_dns()
        deadline = asyncio.get_running_loop().time() + self._deadline
        response = await self._send_logged(request, deadline)
        while response.status in _REDIRECT_STATUSES and redirects:
            redirects -= 1
            request = _Request("GET", _redirect_target(response), request.accept)
            response = await self._send_logged(request, deadline)
        return response

    async def _send_logged(self, request: _Request, deadline: float) -> Response:
        response = self._send_until(deadline, request)
        return await self._log.record(request.method, request.url, _secrets_in(request), response)

    async def _send_until(self, deadline: float, request: _Request) -> Response:
        tracer = ConnectionTracer()
        seconds = deadline - asyncio.get_running_loop().time()
        try:
            return await finish_within(seconds, self._send_once(tracer, request))
        except errors.ServerError:
            raise
        except Exception as exception:  # noqa: BLE001 - httpx raises more than its HTTPError
            is_proxied = tracer.is_proxied(urlsplit(request.url).hostname)
            host = _target(request.url).unicode_host
            error = map_exception(exception, host, is_proxied=is_proxied)
        raise error

    async def _send_once(self, tracer: ConnectionTracer, request: _Request) -> Response:
        host = _target(request.url).unicode_host
        async with self._client.stream(
            request.method,
            request.url,
            data=_reveal_form(request.form) if request.form else None,
            headers=_request_headers(request, host),
            extensions={"trace": tracer.trace},
        ) as response:
            return Response(
                url=request.url,
                host=host,
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=await _capped_body(response, host),
                location=location_header(response),
                authenticated=request.token is not None,
                redact=_secrets_in(request),
            )


def _target(url: str) -> Address:
    address = parse_safe_url(url)
    if address is None:
        raise errors.NotAnInstance(host=sanitize_line(url, 80), details="not an https address")
    return address


def _reveal_form(form: Form) -> dict[str, str]:
    return {
        name: value.reveal() if isinstance(value, Secret) else value for name, value in form.items()
    }


def _request_headers(request: _Request, host: str) -> httpx.Headers:
    headers = httpx.Headers({"Accept": request.accept})
    if request.token is not None:
        headers["Authorization"] = authorization_header(request.token, host)
    return headers


def _secrets_in(request: _Request) -> tuple[Secret, ...]:
    values = (*(request.form or {}).values(), request.token)
    return tuple(value for value in values if isinstance(value, Secret))


async def _capped_body(response: httpx.Response, host: str) -> bytes:
    if response.headers.get("content-encoding", "").lower() not in {"", "identity"}:
        raise errors.InvalidResponse(
            host=host, details="a compressed answer, though none was asked for"
        )
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise errors.ResponseTooLarge(host=host, details=f"more than {MAX_BODY_BYTES} bytes")
    return bytes(body)


def _redirect_target(response: Response) -> str:
    target = resolve_redirect(response.url, response.location)
    if not target:
        raise errors.NotAnInstance(host=response.host, details="a redirect to no https address")
    return target
