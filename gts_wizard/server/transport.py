"""One guarded request: limits, a deadline, and every failure translated.

The calls and the discovery come in; this module touches the network. Nothing else of the project
imports httpx. What goes wrong here leaves as a `WireError`, without the exception it came from:
httpx's exceptions carry the request, and with it what is secret.
"""

import asyncio
import ssl
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import httpx
import truststore

from gts_wizard import __version__
from gts_wizard.errors import Nonsense, NotAnInstance, ProxyTrouble, TooMuchData, WireError
from gts_wizard.models import Secret
from gts_wizard.rules.address import is_loopback
from gts_wizard.server.answer import Answer
from gts_wizard.server.failures import translate

DEADLINE_SECONDS = 15.0
LARGEST_BODY = 1024 * 1024
# The person is away in the browser for minutes between two requests of one attempt.
_IDLE_SECONDS = 900.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Transport:
    """Connections to servers, kept open from one request to the next."""

    def __init__(self, deadline: float = DEADLINE_SECONDS) -> None:
        """Prepare the client; nothing is sent.

        Args:
            deadline: seconds that one request may take in all, redirects included.

        Raises:
            ProxyTrouble: the environment names a proxy or certificates that can't be used.
        """
        self._deadline = deadline
        try:
            self._client = _client(deadline)
        except Exception as failure:  # noqa: BLE001 - settings fail in every way there is
            trouble: WireError | None = ProxyTrouble(
                host="the internet", details=type(failure).__name__
            )
        else:
            trouble = None
        if trouble is not None:
            raise trouble

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, url: str, *, token: Secret | None = None, redirects: int = 0) -> Answer:
        """Ask for `url`.

        Args:
            url: the whole address.
            token: the bearer token to send (RFC 6750 section 2.1); it goes to this address only.
            redirects: how many redirects to follow; none may be followed with a token.

        Raises:
            WireError: no whole answer came.
        """
        if token is not None and redirects:
            raise ValueError("a token is never sent after a redirect")
        return await self._guarded("GET", url, token=token, redirects=redirects)

    async def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """Send `form` to `url`, which alone gets it: redirects are not followed.

        Raises:
            WireError: no whole answer came.
        """
        return await self._guarded("POST", url, form=form)

    async def _guarded(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        token: Secret | None = None,
        redirects: int = 0,
    ) -> Answer:
        host = urlsplit(url).netloc
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._once(method, url, form, token)
                while answer.status in _REDIRECTS and redirects:
                    redirects -= 1
                    answer = await self._once("GET", _redirect_target(answer), None, None)
                return answer
        except WireError:
            raise
        except Exception as failure:  # noqa: BLE001 - nothing that happens on the wire may escape
            trouble = translate(failure, host)
        raise trouble

    async def _once(
        self, method: str, url: str, form: Mapping[str, str] | None, token: Secret | None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token.reveal()}"} if token else {}
        async with self._client.stream(method, url, data=form, headers=headers) as response:
            host = urlsplit(url).netloc
            return Answer(
                url=str(response.url),
                host=host,
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=await _capped_body(response, host),
            )


def _client(deadline: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        timeout=httpx.Timeout(deadline),
        limits=httpx.Limits(keepalive_expiry=_IDLE_SECONDS),
        headers={
            "User-Agent": f"gts-wizard/{__version__}",
            "Accept": "application/json",
            # A small compressed answer can unpack into a huge one.
            "Accept-Encoding": "identity",
        },
    )


async def _capped_body(response: httpx.Response, host: str) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Nonsense(host=host, details="a compressed answer, though none was asked for")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooMuchData(host=host, details=f"more than {LARGEST_BODY} bytes")
    return bytes(body)


def _redirect_target(answer: Answer) -> str:
    target = urljoin(answer.url, answer.headers.get("location", ""))
    parts = urlsplit(target)
    allowed = parts.scheme == "https" or (
        parts.scheme == "http"
        and is_loopback(parts.hostname or "")
        and is_loopback(urlsplit(answer.url).hostname or "")
    )
    if not allowed:
        raise NotAnInstance(host=answer.host, details="a redirect to no https address")
    return target
