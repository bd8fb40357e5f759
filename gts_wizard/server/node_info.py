"""Reads NodeInfo: which software a server runs, and where it runs.

Only the discovery comes in; the transport does the asking. NodeInfo protocol 2.1,
https://nodeinfo.diaspora.software/protocol.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.errors import WireError
from gts_wizard.server.judging import address_of, lead
from gts_wizard.text import one_line

if TYPE_CHECKING:
    from gts_wizard.rules.address import Address
    from gts_wizard.server.transport import Transport

REDIRECTS = 3
_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


async def server_behind(transport: Transport, origin: str) -> Address | None:
    """Return the server that an origin's NodeInfo names as itself, if it names one.

    Raises:
        WireError: the origin gave no usable answer.
    """
    return address_of(await _document_link(transport, origin))


async def software_of(transport: Transport, origin: str) -> tuple[str, str]:
    """Return the lower-case name and the version of a server's software; empty if not told."""
    try:
        link = await _document_link(transport, origin)
        document = (await transport.get(link, redirects=REDIRECTS)).document() if link else {}
    except WireError:
        # It is good to know, and nothing depends on it.
        return "", ""
    software = document.get("software")
    if not isinstance(software, dict):
        return "", ""
    return one_line(software.get("name"), 40).lower(), one_line(software.get("version"), 60)


async def _document_link(transport: Transport, origin: str) -> str:
    """Return the address of the NodeInfo document, or nothing."""
    index = await transport.get(f"{origin}/.well-known/nodeinfo", redirects=REDIRECTS)
    if not index.ok or index.is_web_page():
        return ""
    links = index.document().get("links")
    hrefs = [
        link["href"]
        for link in (links if isinstance(links, list) else [])
        if isinstance(link, dict)
        and isinstance(link.get("href"), str)
        and one_line(link.get("rel")).startswith(_SCHEMA)
    ]
    return lead(index.url, hrefs[0]) if hrefs else ""
