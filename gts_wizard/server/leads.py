"""Follows a domain to the server behind it: WebFinger, host-meta and NodeInfo, all at once.

The discovery comes in; the transport does the asking. A lead is a domain's word about another
server, no more: whoever follows it has that server confirm it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.errors import WireError
from gts_wizard.server import host_meta, node_info, web_finger
from gts_wizard.server.judging import address_of, lead
from gts_wizard.server.look_up import JSON

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from gts_wizard.rules.address import Address
    from gts_wizard.server.answer import Answer
    from gts_wizard.server.look_up import LookUp


async def leads(look_up: LookUp, address: Address) -> AsyncGenerator[Address, None]:
    """Yield the other servers that a domain leads to, each once, as the answers come in.

    Whoever stops early closes this, and the questions that are still open with it.

    Args:
        look_up: asks the questions.
        address: the domain, and the user name if one was typed.
    """
    asked = [asyncio.ensure_future(way) for way in _ways(look_up, address)]
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


def _ways(look_up: LookUp, address: Address) -> list[Coroutine[None, None, Address | None]]:
    finger = web_finger.question(address, address)
    meta, info = address.origin + host_meta.PATH, address.origin + node_info.PATH
    return [
        _follow(look_up, finger, web_finger.ACCEPT, web_finger.actor),
        _follow(look_up, meta, host_meta.ACCEPT, host_meta.template),
        _follow(look_up, info, JSON, node_info.document_link),
    ]


async def _follow(
    look_up: LookUp, url: str, accept: str, stated: Callable[[Answer], str]
) -> Address | None:
    """Return the server that the answer names, or else the one that a redirect ended at."""
    try:
        answer = await look_up.get(url, accept)
    except WireError:
        return None
    named = lead(answer.url, stated(answer))
    # Log-in pages and front pages are where websites send on whatever they do not know.
    ends_nowhere = answer.location or answer.is_web_page()
    return address_of(named or ("" if ends_nowhere else answer.url))
