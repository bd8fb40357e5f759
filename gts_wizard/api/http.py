"""Guarded HTTP requests: one deadline, a cap on what is read, no secret along a redirect."""

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
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import truststore

from gts_wizard import __version__
from gts_wizard.address import Address, is_loopback
from gts_wizard.api.network_errors import map_exception
from gts_wizard.api.response import Response
from gts_wizard.api.urls import parse_safe_url, resolve_redirect
from gts_wizard.errors import (
    InvalidResponse,
    NotAnInstance,
    ProxyError,
    ResponseTooLarge,
    ServerError,
    TokenRevoked,
)
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_token_syntax

if TYPE_CHECKING:
    from collections.abc import Callable


# The person is away in the browser for minutes between two requests of one attempt.
_IDLE_SECONDS = 300.0
# Looking after open connections takes the square of their number.
_MAX_IDLE_CONNECTIONS = 32
_HANDSHAKES = ("start_tls.failed", "setup_socks5_connection.failed")
DEADLINE_SECONDS = 15.0
MAX_BODY_BYTES = 1024 * 1024
_JSON = "application/json"
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
Form = Mapping[str, str | Secret]


def use_daemon_dns() -> None:
    """Have the running event loop look names up in threads that may be left behind.

    Its own threads are few, and are waited for when it ends; a silent name server keeps one for up
    to a minute after the request was given up.
    """
    asyncio.get_running_loop().getaddrinfo = _getaddrinfo  # type: ignore[method-assign]


async def _getaddrinfo(*name: Any, **options: Any) -> Any:
    found: Future[object] = Future()
    question = partial(socket.getaddrinfo, *name, **options)
    threading.Thread(target=_resolve, args=(found, question), daemon=True).start()
    return await asyncio.wrap_future(found)


def _resolve(found: Future[object], question: Callable[[], object]) -> None:
    if not found.set_running_or_notify_cancel():
        return
    try:
        found.set_result(question())
    except Exception as failure:  # noqa: BLE001 - whoever waits shall judge it
        found.set_exception(failure)


def client_options(*, trust_env: bool) -> dict[str, Any]:
    """Return what every httpx client of this program has in common.

    Args:
        trust_env: whether to go through the proxy that the environment names.
    """
    return {
        "verify": truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        "trust_env": trust_env,
        "headers": {"User-Agent": f"gts-wizard/{__version__}"},
    }


def bearer_credentials(token: Secret, host: str) -> str:
    """Return a token as the `Authorization` header carries it (RFC 6750 section 2.1).

    Args:
        token: the token.
        host: whose it is, for messages.

    Raises:
        TokenRevoked: it is damaged. h11 would put what it can't send into its exception, and
            httpcore that into its log.
    """
    if not is_token_syntax(token.reveal()):
        raise TokenRevoked(host=host, details="the saved access is damaged")
    return f"Bearer {token.reveal()}"


def create_client(deadline: float, *, trust_env: bool) -> httpx.AsyncClient:
    """Return a client that keeps no cookies and follows nothing.

    Args:
        deadline: seconds that any single wait may take.
        trust_env: whether to go through the proxy that the environment names.
    """
    options = client_options(trust_env=trust_env)
    # A small compressed answer can unpack into a huge one.
    options["headers"]["Accept-Encoding"] = "identity"
    return httpx.AsyncClient(
        timeout=httpx.Timeout(deadline),
        limits=httpx.Limits(
            max_keepalive_connections=_MAX_IDLE_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS
        ),
        # Not even read: a date of thousands of digits would put a traceback on the screen.
        cookies=CookieJar(DefaultCookiePolicy(netscape=False, rfc2965=False)),
        event_hooks={"response": [_stash_location_header]},
        **options,
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


@dataclass(frozen=True)
class _Request:
    """What is asked of a server, once."""

    method: str
    url: str
    accept: str = _JSON
    form: Form | None = None
    token: Secret | None = None


class HttpClient:
    """Connections to servers, kept open from one request to the next."""

    def __init__(self, deadline: float = DEADLINE_SECONDS) -> None:
        """Prepare the clients; nothing is sent.

        Args:
            deadline: seconds that one request may take in all, redirects included.

        Raises:
            ProxyError: the environment names a proxy that can't be used.
        """
        self._deadline = deadline
        try:
            self._remote_client = create_client(deadline, trust_env=True)
            # What goes to this computer itself may be plain http, which a proxy could read.
            self._loopback_client = create_client(deadline, trust_env=False)
        except Exception as failure:  # noqa: BLE001 - settings fail in every way there is
            details = type(failure).__name__
        else:
            return
        raise ProxyError(host="the internet", details=details)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._remote_client.aclose()
        await self._loopback_client.aclose()

    async def get(
        self, url: str, *, token: Secret | None = None, redirects: int = 0, accept: str = _JSON
    ) -> Response:
        """Ask for `url`.

        Args:
            url: the whole address.
            token: the bearer token to send (RFC 6750 section 2.1); it goes to this address only.
            redirects: how many redirects to follow; none may be followed with a token.
            accept: which kind of answer is wanted (RFC 9110 section 12.5.1).

        Raises:
            ServerError: no whole answer came.
        """
        if token is not None and redirects:
            raise ValueError("a token is never sent after a redirect")
        return await self._send(_Request("GET", url, accept, token=token), redirects)

    async def post(self, url: str, form: Form) -> Response:
        """Send `form` to `url`, which alone gets it: redirects are not followed.

        Raises:
            ServerError: no whole answer came.
        """
        return await self._send(_Request("POST", url, form=form))

    async def _send(self, question: _Request, redirects: int = 0) -> Response:
        way = ConnectionTracer()
        use_daemon_dns()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._send_once(way, question)
                while answer.status in _REDIRECT_STATUSES and redirects:
                    redirects -= 1
                    question = _Request("GET", _redirect_target(answer), question.accept)
                    answer = await self._send_once(way, question)
                return answer
        except ServerError:
            raise
        except Exception as failure:  # noqa: BLE001 - nothing that happens on the wire may escape
            proxied = way.is_proxied(urlsplit(question.url).hostname)
            trouble = map_exception(failure, _target(question.url).unicode_host, proxied=proxied)
        raise trouble

    async def _send_once(self, way: ConnectionTracer, question: _Request) -> Response:
        address = _target(question.url)
        host = address.unicode_host
        is_here = is_loopback(urlsplit(address.origin).hostname or "")
        client = self._loopback_client if is_here else self._remote_client
        async with client.stream(
            question.method,
            question.url,
            data=_reveal_form(question.form) if question.form else None,
            headers=_request_headers(question, host),
            extensions={"trace": way.trace},
        ) as response:
            return Response(
                url=question.url,
                host=host,
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=await _capped_body(response, host),
                location=location_header(response),
                authenticated=question.token is not None,
                redact=_secrets_in(question),
            )


def _target(url: str) -> Address:
    address = parse_safe_url(url)
    if address is None:
        raise NotAnInstance(host=sanitize_line(url, 80), details="not an https address")
    return address


def _reveal_form(form: Form) -> dict[str, str]:
    return {
        name: value.reveal() if isinstance(value, Secret) else value for name, value in form.items()
    }


def _request_headers(question: _Request, host: str) -> httpx.Headers:
    headers = httpx.Headers({"Accept": question.accept})
    if question.token is not None:
        headers["Authorization"] = bearer_credentials(question.token, host)
    return headers


def _secrets_in(question: _Request) -> tuple[Secret, ...]:
    values = (*(question.form or {}).values(), question.token)
    return tuple(value for value in values if isinstance(value, Secret))


async def _capped_body(response: httpx.Response, host: str) -> bytes:
    if response.headers.get("content-encoding", "").lower() not in {"", "identity"}:
        raise InvalidResponse(host=host, details="a compressed answer, though none was asked for")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise ResponseTooLarge(host=host, details=f"more than {MAX_BODY_BYTES} bytes")
    return bytes(body)


def _redirect_target(answer: Response) -> str:
    target = resolve_redirect(answer.url, answer.location)
    if not target:
        raise NotAnInstance(host=answer.host, details="a redirect to no https address")
    return target
