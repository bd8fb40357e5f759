"""One guarded request: limits, a deadline, and every failure translated.

The calls and the discovery come in; this module touches the network. What goes wrong here leaves
as a `WireError`, without the exception it came from: httpx's exceptions carry the request, and
with it what is secret.
"""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from gts_wizard.errors import (
    AccessEnded,
    Nonsense,
    NotAnInstance,
    ProxyTrouble,
    TooMuchData,
    WireError,
)
from gts_wizard.models import Secret
from gts_wizard.rules.address import Address, is_loopback
from gts_wizard.server.answer import Answer
from gts_wizard.server.client import Way, location_of, make_client
from gts_wizard.server.failures import translate
from gts_wizard.server.judging import address_of, is_credential, lead
from gts_wizard.text import one_line

DEADLINE_SECONDS = 15.0
LARGEST_BODY = 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Form = Mapping[str, str | Secret]


class Transport:
    """Connections to servers, kept open from one request to the next."""

    def __init__(self, deadline: float = DEADLINE_SECONDS) -> None:
        """Prepare the clients; nothing is sent.

        Args:
            deadline: seconds that one request may take in all, redirects included.

        Raises:
            ProxyTrouble: the environment names a proxy that can't be used.
        """
        self._deadline = deadline
        try:
            self._abroad = make_client(deadline, trust_env=True)
            # What goes to this computer itself may be plain http, which a proxy could read.
            self._here = make_client(deadline, trust_env=False)
        except Exception as failure:  # noqa: BLE001 - settings fail in every way there is
            details = type(failure).__name__
        else:
            return
        raise ProxyTrouble(host="the internet", details=details)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._abroad.aclose()
        await self._here.aclose()

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

    async def post(self, url: str, form: Form) -> Answer:
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
        form: Form | None = None,
        token: Secret | None = None,
        redirects: int = 0,
    ) -> Answer:
        way = Way()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._once(way, method, url, form, token)
                while answer.status in _REDIRECTS and redirects:
                    redirects -= 1
                    url = _redirect_target(answer)
                    answer = await self._once(way, "GET", url)
                return answer
        except WireError:
            raise
        except Exception as failure:  # noqa: BLE001 - nothing that happens on the wire may escape
            proxied = way.is_proxied(urlsplit(url).hostname)
            trouble = translate(failure, _asked(url).readable, proxied=proxied)
        raise trouble

    async def _once(
        self,
        way: Way,
        method: str,
        url: str,
        form: Form | None = None,
        token: Secret | None = None,
    ) -> Answer:
        address = _asked(url)
        host = address.readable
        is_here = is_loopback(urlsplit(address.origin).hostname or "")
        client = self._here if is_here else self._abroad
        async with client.stream(
            method,
            url,
            data=_revealed(form) if form else None,
            headers=_authorization(token, host) if token else None,
            extensions={"trace": way.trace},
        ) as response:
            return Answer(
                url=url,
                host=host,
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=await _capped_body(response, host),
                location=location_of(response),
                signed=token is not None,
                sent=_secrets(form, token),
            )


def _asked(url: str) -> Address:
    address = address_of(url)
    if address is None:
        raise NotAnInstance(host=one_line(url, 80), details="not an https address")
    return address


def _revealed(form: Form) -> dict[str, str]:
    return {
        name: value.reveal() if isinstance(value, Secret) else value for name, value in form.items()
    }


def _authorization(token: Secret, host: str) -> httpx.Headers:
    # h11 would put what it can't send into its exception, and httpcore that into its log.
    if not is_credential(token.reveal()):
        raise AccessEnded(host=host, details="the saved access is damaged")
    return httpx.Headers({"Authorization": f"Bearer {token.reveal()}"})


def _secrets(form: Form | None, token: Secret | None) -> tuple[Secret, ...]:
    values = (*(form or {}).values(), token)
    return tuple(value for value in values if isinstance(value, Secret))


async def _capped_body(response: httpx.Response, host: str) -> bytes:
    if response.headers.get("content-encoding", "").lower() not in {"", "identity"}:
        raise Nonsense(host=host, details="a compressed answer, though none was asked for")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooMuchData(host=host, details=f"more than {LARGEST_BODY} bytes")
    return bytes(body)


def _redirect_target(answer: Answer) -> str:
    target = lead(answer.url, answer.location)
    if not target:
        raise NotAnInstance(host=answer.host, details="a redirect to no https address")
    return target
