"""Follows a domain to the server behind it: WebFinger, host-meta and NodeInfo, all at once.

The discovery comes in; the transport does the asking. A lead is a domain's word about another
server, no more: whoever follows it has that server confirm it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.api import host_meta, node_info, well_known
from gts_wizard.api.look_up import JSON
from gts_wizard.api.urls import parse_safe_url, resolve_redirect
from gts_wizard.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from gts_wizard.address import Address
    from gts_wizard.api.look_up import DeadlineClient
    from gts_wizard.api.response import Response


async def candidate_hosts(
    look_up: DeadlineClient, address: Address
) -> AsyncGenerator[Address, None]:
    """Yield the other servers that a domain leads to, each once, as the answers come in.

    Whoever stops early closes this, and the questions that are still open with it.

    Args:
        look_up: asks the questions.
        address: the domain, and the user name if one was typed.
    """
    asked = [asyncio.ensure_future(way) for way in _queries(look_up, address)]
    known = {address.origin}
    try:
        for answered in asyncio.as_completed(asked):
            server = await answered
            if server is not None and server.origin not in known:
                known.add(server.origin)
                yield server
    finally:
        for question in asked:
            question.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


def _queries(
    look_up: DeadlineClient, address: Address
) -> list[Coroutine[None, None, Address | None]]:
    finger = well_known.webfinger_url(address, address)
    meta, info = address.origin + host_meta.HOST_META_PATH, address.origin + node_info.NODEINFO_PATH
    return [
        _query(look_up, finger, well_known.WEBFINGER_ACCEPT, well_known.actor_url),
        _query(look_up, meta, host_meta.HOST_META_ACCEPT, host_meta.webfinger_template),
        _query(look_up, info, JSON, node_info.nodeinfo_url),
    ]


async def _query(
    look_up: DeadlineClient, url: str, accept: str, stated: Callable[[Response], str]
) -> Address | None:
    """Return the server that the answer names, or else the one that a redirect ended at."""
    try:
        answer = await look_up.get(url, accept)
    except ServerError:
        return None
    named = resolve_redirect(answer.url, stated(answer))
    # Log-in pages and front pages are where websites send on whatever they do not know.
    ends_nowhere = answer.location or answer.is_web_page()
    return parse_safe_url(named or ("" if ends_nowhere else answer.url))
