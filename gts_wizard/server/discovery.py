"""From what was typed to the API's address and the instance's card.

Services come in; the transport does the asking. Nothing secret is sent here, so redirects may be
followed. An ordinary server is known after one request; more are made only where that one leaves
a question open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gts_wizard.errors import AddressError, NotAnInstance, WebPage, WireError
from gts_wizard.models import Server
from gts_wizard.rules.address import Address, read_address
from gts_wizard.server.answer import Answer, Document
from gts_wizard.server.judging import address_of
from gts_wizard.server.node_info import REDIRECTS, server_behind, software_of
from gts_wizard.text import one_line

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

_CARD_PATHS = ("/api/v2/instance", "/api/v1/instance")
# An instance may show its card only to people who are signed in.
_HIDDEN = frozenset({401, 403})
_BUSY = 429
_TROUBLE = 500
# A fork names its own repository, which says nothing; NodeInfo then does.
_KNOWN_SOURCES = frozenset({"gotosocial", "mastodon"})


async def find_server(transport: Transport, address: Address) -> Server:
    """Return the instance that `address` means, split domains included.

    Args:
        transport: the connections to use.
        address: what the person typed, as understood.

    Raises:
        WireError: nothing answers there, or what answers holds no accounts.
    """
    try:
        server = await _card(transport, address)
    except (NotAnInstance, WebPage) as failure:
        nothing: WireError = failure
    else:
        return await _with_proven_domain(transport, server, address)
    return await _behind(transport, address, nothing)


async def _card(transport: Transport, address: Address) -> Server:
    """Return the instance whose API answers at `address`.

    Raises:
        NotAnInstance: there is no API.
        WebPage: there are only web pages.
        WireError: there is no telling.
    """
    pages = 0
    for path in _CARD_PATHS:
        answer = await transport.get(address.origin + path, redirects=REDIRECTS)
        if answer.status in _HIDDEN:
            return await _hidden_card(transport, answer)
        if answer.status == _BUSY or answer.status >= _TROUBLE:
            raise answer.failure()
        server = _server(answer)
        if server is not None:
            return server if server.software else await _with_software(transport, server)
        pages += answer.ok and answer.is_web_page()
    if pages == len(_CARD_PATHS):
        # Every address gives a page: a café's log-in page does that, and so do some websites.
        raise WebPage(host=address.readable)
    raise NotAnInstance(host=address.readable)


def _server(answer: Answer) -> Server | None:
    found = address_of(answer.url)
    if not answer.ok or answer.is_web_page() or found is None:
        return None
    card = answer.document()
    if not isinstance(card.get("version"), str) or not isinstance(card.get("title"), str):
        return None
    domain = _domain(card.get("account_domain") or card.get("domain") or card.get("uri"))
    title = one_line(card["title"], 80) or found.readable
    return Server(found.origin, domain or found.host, title, *_software(card))


def _software(card: Document) -> tuple[str, str]:
    """Return name and version where the card tells them.

    GoToSocial and Mastodon give the address of their source; Akkoma, Pleroma and others say
    `2.7.2 (compatible; Akkoma 3.10.4)`.
    """
    version = one_line(card.get("version"), 60)
    _, compatible, rest = version.partition("(compatible; ")
    if compatible:
        name, _, version = rest.rstrip(")").partition(" ")
        return name.lower(), version
    source = one_line(card.get("source_url"), 200).rstrip("/").rpartition("/")[2].lower()
    return source if source in _KNOWN_SOURCES else "", version


async def _with_software(transport: Transport, server: Server) -> Server:
    software, version = await software_of(transport, server.origin)
    return replace(server, software=software, version=version or server.version)


async def _hidden_card(transport: Transport, answer: Answer) -> Server:
    found = address_of(answer.url)
    software, version = await software_of(transport, found.origin) if found else ("", "")
    if found is None or (answer.is_web_page() and not software):
        # Many a website forbids what it does not know, with a page that says so.
        raise NotAnInstance(host=answer.host, details=f"HTTP {answer.status}")
    return Server(found.origin, found.host, found.readable, software, version)


async def _behind(transport: Transport, address: Address, nothing: WireError) -> Server:
    """Return the instance for which `address` is the account domain of a split deployment.

    Raises:
        WireError: `nothing`, if the address leads nowhere else.
    """
    host = await server_behind(transport, address.origin)
    if host is None or host.origin == address.origin:
        raise nothing
    server = await _card(transport, host)
    # Only a server that says itself that these accounts are its own is believed.
    if server.account_domain != address.host:
        raise NotAnInstance(host=address.readable)
    return server


async def _with_proven_domain(transport: Transport, server: Server, address: Address) -> Server:
    """Keep the account domain a server claims only where that domain leads back to it."""
    if server.account_domain in {server.host, address.host}:
        return server
    scheme = server.origin.partition("://")[0]
    claimed = address_of(f"{scheme}://{server.account_domain}")
    try:
        host = await server_behind(transport, claimed.origin) if claimed else None
    except WireError:
        host = None
    if host is not None and host.origin == server.origin:
        return server
    return replace(server, account_domain=server.host)


def _domain(claimed: object) -> str:
    """Return a domain a server claims, if it is one at all."""
    try:
        return read_address(one_line(claimed)).host
    except AddressError:
        return ""
