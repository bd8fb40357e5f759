"""Pages of a list: `limit`, the IDs at their ends, and `Link` headers (RFC 8288).

What a page holds and where its links lead was read in the sources of GoToSocial 0.17 to 0.20:
`next` has the `max_id` of older entries and `prev` the `min_id` of newer ones. Mastodon documents
the same. A limit that makes no sense is treated as GoToSocial 0.20 does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice import http

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gts_wizard.practice.documents import Document
    from gts_wizard.practice.state import ServerState

_MAX_LIMIT = 80
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def respond_with_page(
    state: ServerState, request: http.Request, entries: list[Document]
) -> http.Response:
    """Return the page of a list that a request asks for.

    Args:
        state: the state of the server.
        request: the request, with `limit`, `max_id`, `min_id` and `since_id` in its query.
        entries: the whole list, newest first, each entry with an `id` that sorts by time.
    """
    text = request.query.get("limit", "0")
    if not _INTEGER.fullmatch(text):
        return http.error_response(400, "bad integer limit value")
    limit = max(1, min(int(text), _MAX_LIMIT)) if int(text) else state.behavior.default_limit
    page = _select(entries, request.query, limit or _MAX_LIMIT)
    response = http.json_response(page)
    if not page:
        return response
    url = f"{state.origin}{request.path}"
    links = [
        _link(url, "next", limit, max_id=page[-1]["id"]),
        _link(url, "prev", limit, min_id=page[0]["id"]),
    ]
    return response.with_headers(("Link", ", ".join(links)))


def _select(entries: list[Document], query: Mapping[str, str], count: int) -> list[Document]:
    """Return the entries between the ends that are next to `min_id`, or else the newest."""
    newer_than = query.get("min_id", query.get("since_id", ""))
    older_than = query.get("max_id", "")
    between = [
        entry
        for entry in entries
        if entry["id"] > newer_than and (not older_than or entry["id"] < older_than)
    ]
    return between[-count:] if "min_id" in query else between[:count]


def _link(url: str, relation: str, limit: int | None, **end: str) -> str:
    query = end if limit is None else {"limit": limit, **end}
    return f'<{url}?{urlencode(query)}>; rel="{relation}"'
