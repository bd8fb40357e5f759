"""From what was typed to the API's address and the instance's card.

Services come in; the transport does the asking. Nothing secret is sent here, so redirects may be
followed. An ordinary server is known after one request; more are made only where that one leaves
a question open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gts_wizard.errors import AddressError, NotAnInstance, WebPage, WireError
from gts_wizard.models import Server
from gts_wizard.rules.address import Address, is_loopback, read_address
from gts_wizard.server.answer import Answer, Document
from gts_wizard.text import one_line

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

_REDIRECTS = 3
_CARD_PATHS = ("/api/v2/instance", "/api/v1/instance")
# An instance may show its card only to people who are signed in.
_HIDDEN = frozenset({401, 403})
_BUSY = 429
_TROUBLE = 500


async def find_server(transport: Transport, address: Address) -> Server:
    """Return the instance that `address` means, split domains included.

    Args:
        transport: the connections to use.
        address: what the person typed, as understood.

    Raises:
        WireError: nothing answers there, or what answers holds no accounts.
    """
    server = await _card(transport, address.origin)
    if server is None:
        return await _behind(transport, address)
    if server.account_domain not in {server.host, address.host}:
        server = await _confirm_account_domain(transport, server)
    return server


async def _card(transport: Transport, origin: str) -> Server | None:
    """Return the instance whose API answers at `origin`; nothing if there is no API."""
    pages = 0
    for path in _CARD_PATHS:
        answer = await transport.get(origin + path, redirects=_REDIRECTS)
        if answer.status in _HIDDEN:
            return await _hidden_card(transport, _origin(answer.url))
        if answer.status == _BUSY or answer.status >= _TROUBLE:
            raise answer.failure()
        server = _server(answer)
        if server is not None:
            return server if server.software else await _with_software(transport, server)
        pages += answer.ok and answer.is_web_page()
    if pages == len(_CARD_PATHS):
        # Every address gives a page: a café's log-in page does that, and so do some websites.
        raise WebPage(host=urlsplit(origin).netloc)
    return None


def _server(answer: Answer) -> Server | None:
    if not answer.ok or answer.is_web_page():
        return None
    card = answer.document()
    if not isinstance(card.get("version"), str) or not isinstance(card.get("title"), str):
        return None
    origin = _origin(answer.url)
    host = urlsplit(origin).netloc
    domain = card.get("account_domain") or card.get("domain") or card.get("uri")
    software, version = _software(card)
    return Server(origin, _domain(domain) or host, one_line(card["title"], 80), software, version)


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
    return one_line(card.get("source_url"), 200).rstrip("/").rpartition("/")[2].lower(), version


async def _with_software(transport: Transport, server: Server) -> Server:
    _, software, version = await _node_info(transport, server.origin)
    return replace(server, software=software, version=version or server.version)


async def _hidden_card(transport: Transport, origin: str) -> Server:
    _, software, version = await _node_info(transport, origin)
    host = urlsplit(origin).netloc
    return Server(origin, account_domain=host, title=host, software=software, version=version)


async def _behind(transport: Transport, address: Address) -> Server:
    """Return the instance for which `address` is the account domain of a split deployment."""
    origin, _, _ = await _node_info(transport, address.origin)
    server = await _card(transport, origin) if origin not in {"", address.origin} else None
    # Only a server that says itself that these accounts are its own is believed.
    if server is None or server.account_domain != address.host:
        raise NotAnInstance(host=address.readable)
    return server


async def _confirm_account_domain(transport: Transport, server: Server) -> Server:
    """Keep the account domain a server claims only where that domain leads back to it."""
    scheme = urlsplit(server.origin).scheme
    try:
        origin, _, _ = await _node_info(transport, f"{scheme}://{server.account_domain}")
    except WireError:
        origin = ""
    return server if origin == server.origin else replace(server, account_domain=server.host)


async def _node_info(transport: Transport, origin: str) -> tuple[str, str, str]:
    """Return the server's own origin, its software and its version; each empty if not told.

    NodeInfo protocol 2.1, https://nodeinfo.diaspora.software/protocol.html.
    """
    index = await transport.get(f"{origin}/.well-known/nodeinfo", redirects=_REDIRECTS)
    if not index.ok or index.is_web_page():
        return "", "", ""
    links = index.document().get("links")
    hrefs = [
        link["href"]
        for link in (links if isinstance(links, list) else [])
        if isinstance(link, dict) and isinstance(link.get("href"), str)
    ]
    if not hrefs or not _is_safe(hrefs[0]):
        return "", "", ""
    answer = await transport.get(hrefs[0], redirects=_REDIRECTS)
    software = answer.document().get("software") if answer.ok else None
    if not isinstance(software, dict):
        return _origin(hrefs[0]), "", ""
    name = one_line(software.get("name"), 40).lower()
    return _origin(hrefs[0]), name, one_line(software.get("version"), 60)


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _domain(claimed: object) -> str:
    """Return a domain a server claims, if it is one at all."""
    try:
        return read_address(one_line(claimed)).host
    except AddressError:
        return ""
