"""Reads NodeInfo: which software a server runs, and where it runs.

The discovery comes in; the transport does the asking. NodeInfo protocol 2.1,
https://nodeinfo.diaspora.software/protocol.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.errors import WireError
from gts_wizard.server.jrd import first_link
from gts_wizard.server.judging import lead
from gts_wizard.text import one_line

if TYPE_CHECKING:
    from gts_wizard.server.answer import Answer, Document
    from gts_wizard.server.look_up import LookUp

PATH = "/.well-known/nodeinfo"
_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


def document_link(index: Answer) -> str:
    """Return where the index says that the document is; empty if it does not say."""
    return first_link(index, _is_document)


async def software_of(look_up: LookUp, origin: str) -> tuple[str, str]:
    """Return the lower-case name and the version of a server's software; empty if not told."""
    try:
        index = await look_up.get(origin + PATH)
        link = lead(index.url, document_link(index))
        document = (await look_up.get(link)).document() if link else {}
    except WireError:
        # It is good to know, and nothing depends on it.
        return "", ""
    software = document.get("software")
    if not isinstance(software, dict):
        return "", ""
    return one_line(software.get("name"), 40).lower(), one_line(software.get("version"), 60)


def _is_document(link: Document) -> bool:
    return one_line(link.get("rel")).startswith(_SCHEMA)
