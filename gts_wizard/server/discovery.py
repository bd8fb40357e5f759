"""From what was typed to the API's address and the instance's card, split domains included.

Services come in; the transport does the asking. An ordinary server is known after one request;
more are made only where that one leaves a question open. Of two domains neither is believed about
the other: accounts are of a domain only where the domain leads to the server, and the server says
that they are.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from gts_wizard.errors import (
    Nonsense,
    NotAnInstance,
    ServerTrouble,
    TooMuchData,
    WebPage,
    WireError,
)
from gts_wizard.rules.software import may_publish_metadata
from gts_wizard.server.card import card_at
from gts_wizard.server.judging import address_of
from gts_wizard.server.leads import leads
from gts_wizard.server.look_up import LOOK_UP_SECONDS, LookUp
from gts_wizard.server.metadata import metadata_of
from gts_wizard.server.web_finger import speaks_for

if TYPE_CHECKING:
    from gts_wizard.models import Server
    from gts_wizard.rules.address import Address
    from gts_wizard.server.transport import Transport

# A website answers so where an instance has its API; it may be an account domain nonetheless.
_SOMETHING_ELSE = (NotAnInstance, WebPage, Nonsense, TooMuchData, ServerTrouble)


async def find_server(
    transport: Transport, address: Address, seconds: float = LOOK_UP_SECONDS
) -> Server:
    """Return the instance that `address` means.

    Args:
        transport: the connections to use.
        address: what the person typed, as understood.
        seconds: how long it may take in all.

    Raises:
        WireError: nothing answers there, or what answers holds no accounts.
    """
    look_up = LookUp(transport, seconds)
    server = await _server_at(look_up, address)
    if may_publish_metadata(server):
        return replace(server, metadata=await metadata_of(look_up, server.origin))
    return server


async def _server_at(look_up: LookUp, address: Address) -> Server:
    """Return the instance that `address` means.

    Raises:
        WireError: nothing answers there, or what answers holds no accounts.
    """
    try:
        card = await card_at(look_up, address)
    except _SOMETHING_ELSE:
        behind = await _behind(look_up, address)
        if behind is None:
            raise
        return behind
    if card.shown or card.server.origin != address.origin:
        return await _with_proven_domain(look_up, card.server, address)
    # A website's own API may forbid, too; it is an instance's unless the domain leads elsewhere.
    return await _behind(look_up, address) or card.server


async def _behind(look_up: LookUp, address: Address) -> Server | None:
    """Return the instance for which `address` is the account domain of a split deployment.

    Raises:
        WireError: the address leads elsewhere, but to no instance that confirms it.
    """
    failures: list[WireError] = []
    async with aclosing(leads(look_up, address)) as hosts:
        async for host in hosts:
            try:
                return await _confirmed(look_up, host, address)
            except WireError as failure:
                failures.append(failure)
    if failures:
        raise failures[0]
    return None


async def _confirmed(look_up: LookUp, host: Address, address: Address) -> Server:
    """Return the instance at `host`, which says itself that the accounts of `address` are its own.

    Some cards are hidden and some name only their host; then the host's WebFinger is asked.

    Raises:
        WireError: there is no instance, or it says nothing of the kind.
    """
    server = (await card_at(look_up, host)).server
    if server.account_domain == address.host:
        return server
    names_itself = (server.origin, server.account_domain) == (host.origin, host.host)
    if names_itself and await speaks_for(look_up, host, address):
        return replace(server, account_domain=address.host)
    raise NotAnInstance(host=address.readable)


async def _with_proven_domain(look_up: LookUp, server: Server, address: Address) -> Server:
    """Keep the account domain a server claims only where that domain leads back to it."""
    if server.account_domain in {server.host, address.host}:
        return server
    scheme = server.origin.partition("://")[0]
    claimed = address_of(f"{scheme}://{server.account_domain}")
    if claimed is not None:
        domain = replace(claimed, username=address.username)
        async with aclosing(leads(look_up, domain)) as hosts:
            async for host in hosts:
                if host.origin == server.origin:
                    return server
    return replace(server, account_domain=server.host)
