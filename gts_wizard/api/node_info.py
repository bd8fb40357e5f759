"""Reads NodeInfo: which software a server runs, and where it runs.

The discovery comes in; the transport does the asking. NodeInfo protocol 2.1,
https://nodeinfo.diaspora.software/protocol.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.api.jrd import first_link
from gts_wizard.api.urls import resolve_redirect
from gts_wizard.errors import ServerError
from gts_wizard.sanitize import sanitize_line

if TYPE_CHECKING:
    from gts_wizard.api.look_up import DeadlineClient
    from gts_wizard.api.response import Document, Response

NODEINFO_PATH = "/.well-known/nodeinfo"
_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


def nodeinfo_url(index: Response) -> str:
    """Return where the index says that the document is; empty if it does not say."""
    return first_link(index, _is_nodeinfo_link)


async def software_in(look_up: DeadlineClient, origin: str) -> tuple[str, str]:
    """Return the lower-case name and the version of a server's software; empty if not told."""
    try:
        index = await look_up.get(origin + NODEINFO_PATH)
        link = resolve_redirect(index.url, nodeinfo_url(index))
        document = (await look_up.get(link)).json_object() if link else {}
    except ServerError:
        # It is good to know, and nothing depends on it.
        return "", ""
    software = document.get("software")
    if not isinstance(software, dict):
        return "", ""
    return sanitize_line(software.get("name"), 40).lower(), sanitize_line(
        software.get("version"), 60
    )


def _is_nodeinfo_link(link: Document) -> bool:
    return sanitize_line(link.get("rel")).startswith(_SCHEMA)
