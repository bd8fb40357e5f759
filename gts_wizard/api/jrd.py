"""Reads the links of a JSON Resource Descriptor (RFC 7033 section 4.4).

WebFinger and NodeInfo come in, whose documents both are of that kind; pure functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.api.response import Document, Response


def first_link(answer: Response, is_wanted: Callable[[Document], bool]) -> str:
    """Return where the first link of the wanted kind leads; empty if the answer has none."""
    hrefs = [link.get("href") for link in _links(answer) if is_wanted(link)]
    return next((href for href in hrefs if isinstance(href, str)), "")


def _links(answer: Response) -> list[Document]:
    try:
        links = answer.json_object().get("links")
    except ServerError:
        return []
    return [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
