"""One guarded request: limits, a deadline, and every failure translated.

The calls and the discovery come in; this module touches the network. What goes wrong here leaves
as a `WireError`, without the exception it came from: httpx's exceptions carry the request, and
with it what is secret.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
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
from gts_wizard.fit import is_credential
from gts_wizard.rules.address import Address, is_loopback
from gts_wizard.secret import Secret
from gts_wizard.server.answer import Answer
from gts_wizard.server.client import Way, location_of, make_client
from gts_wizard.server.failures import translate
from gts_wizard.server.judging import address_of, lead
from gts_wizard.server.names import look_names_up_apart
from gts_wizard.text import one_line

DEADLINE_SECONDS = 15.0
LARGEST_BODY = 1024 * 1024
_DATA = "application/json"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Form = Mapping[str, str | Secret]


@dataclass(frozen=True)
class _Question:
    """What is asked of a server, once."""

    method: str
    url: str
    accept: str = _DATA
    form: Form | None = None
    token: Secret | None = None


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

    async def get(
        self, url: str, *, token: Secret | None = None, redirects: int = 0, accept: str = _DATA
    ) -> Answer:
        """Ask for `url`.

        Args:
            url: the whole address.
            token: the bearer token to send (RFC 6750 section 2.1); it goes to this address only.
            redirects: how many redirects to follow; none may be followed with a token.
            accept: which kind of answer is wanted (RFC 9110 section 12.5.1).

        Raises:
            WireError: no whole answer came.
        """
        if token is not None and redirects:
            raise ValueError("a token is never sent after a redirect")
        return await self._guarded(_Question("GET", url, accept, token=token), redirects)

    async def post(self, url: str, form: Form) -> Answer:
        """Send `form` to `url`, which alone gets it: redirects are not followed.

        Raises:
            WireError: no whole answer came.
        """
        return await self._guarded(_Question("POST", url, form=form))

    async def _guarded(self, question: _Question, redirects: int = 0) -> Answer:
        way = Way()
        look_names_up_apart()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._once(way, question)
                while answer.status in _REDIRECTS and redirects:
                    redirects -= 1
                    question = _Question("GET", _redirect_target(answer), question.accept)
                    answer = await self._once(way, question)
                return answer
        except WireError:
            raise
        except Exception as failure:  # noqa: BLE001 - nothing that happens on the wire may escape
            proxied = way.is_proxied(urlsplit(question.url).hostname)
            trouble = translate(failure, _asked(question.url).readable, proxied=proxied)
        raise trouble

    async def _once(self, way: Way, question: _Question) -> Answer:
        address = _asked(question.url)
        host = address.readable
        is_here = is_loopback(urlsplit(address.origin).hostname or "")
        client = self._here if is_here else self._abroad
        async with client.stream(
            question.method,
            question.url,
            data=_revealed(question.form) if question.form else None,
            headers=_headers(question, host),
            extensions={"trace": way.trace},
        ) as response:
            return Answer(
                url=question.url,
                host=host,
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=await _capped_body(response, host),
                location=location_of(response),
                signed=question.token is not None,
                sent=_secrets(question),
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


def _headers(question: _Question, host: str) -> httpx.Headers:
    headers = httpx.Headers({"Accept": question.accept})
    if question.token is not None:
        # h11 would put what it can't send into its exception, and httpcore that into its log.
        if not is_credential(question.token.reveal()):
            raise AccessEnded(host=host, details="the saved access is damaged")
        headers["Authorization"] = f"Bearer {question.token.reveal()}"
    return headers


def _secrets(question: _Question) -> tuple[Secret, ...]:
    values = (*(question.form or {}).values(), question.token)
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
