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

from gts_wizard.api.instance import fetch_instance
from gts_wizard.api.leads import candidate_hosts
from gts_wizard.api.look_up import LOOKUP_SECONDS, DeadlineClient
from gts_wizard.api.metadata import fetch_metadata
from gts_wizard.api.urls import parse_safe_url
from gts_wizard.api.well_known import owns_account
from gts_wizard.errors import (
    InvalidResponse,
    NotAnInstance,
    ResponseTooLarge,
    ServerError,
    ServerFailure,
    UnexpectedHtml,
)
from gts_wizard.oauth.server_features import may_publish_metadata

if TYPE_CHECKING:
    from gts_wizard.address import Address
    from gts_wizard.api.http import HttpClient
    from gts_wizard.models import Server

# A website answers so where an instance has its API; it may be an account domain nonetheless.
_NOT_AN_API = (NotAnInstance, UnexpectedHtml, InvalidResponse, ResponseTooLarge, ServerFailure)


async def find_server(
    transport: HttpClient, address: Address, seconds: float = LOOKUP_SECONDS
) -> Server:
    """Return the instance that `address` means.

    Args:
        transport: the connections to use.
        address: what the person typed, as understood.
        seconds: how long it may take in all.

    Raises:
        ServerError: nothing answers there, or what answers holds no accounts.
    """
    look_up = DeadlineClient(transport, seconds)
    server = await _find_at(look_up, address)
    if may_publish_metadata(server):
        return replace(server, metadata=await fetch_metadata(look_up, server.origin))
    return server


async def _find_at(look_up: DeadlineClient, address: Address) -> Server:
    """Return the instance that `address` means.

    Raises:
        ServerError: nothing answers there, or what answers holds no accounts.
    """
    try:
        card = await fetch_instance(look_up, address)
    except _NOT_AN_API:
        behind = await _resolve_split_domain(look_up, address)
        if behind is None:
            raise
        return behind
    if card.is_public or card.server.origin != address.origin:
        return await _verify_account_domain(look_up, card.server, address)
    # A website's own API may forbid, too; it is an instance's unless the domain leads elsewhere.
    return await _resolve_split_domain(look_up, address) or card.server


async def _resolve_split_domain(look_up: DeadlineClient, address: Address) -> Server | None:
    """Return the instance for which `address` is the account domain of a split deployment.

    Raises:
        ServerError: the address leads elsewhere, but to no instance that confirms it.
    """
    failures: list[ServerError] = []
    async with aclosing(candidate_hosts(look_up, address)) as hosts:
        async for host in hosts:
            try:
                return await _verify_host(look_up, host, address)
            except ServerError as failure:
                failures.append(failure)
    if failures:
        raise failures[0]
    return None


async def _verify_host(look_up: DeadlineClient, host: Address, address: Address) -> Server:
    """Return the instance at `host`, which says itself that the accounts of `address` are its own.

    Some cards are hidden and some name only their host; then the host's WebFinger is asked.

    Raises:
        ServerError: there is no instance, or it says nothing of the kind.
    """
    server = (await fetch_instance(look_up, host)).server
    if server.account_domain == address.host:
        return server
    names_itself = (server.origin, server.account_domain) == (host.origin, host.host)
    if names_itself and await owns_account(look_up, host, address):
        return replace(server, account_domain=address.host)
    raise NotAnInstance(host=address.unicode_host)


async def _verify_account_domain(
    look_up: DeadlineClient, server: Server, address: Address
) -> Server:
    """Keep the account domain a server claims only where that domain leads back to it."""
    if server.account_domain in {server.host, address.host}:
        return server
    scheme = server.origin.partition("://")[0]
    claimed = parse_safe_url(f"{scheme}://{server.account_domain}")
    if claimed is not None:
        domain = replace(claimed, username=address.username)
        async with aclosing(candidate_hosts(look_up, domain)) as hosts:
            async for host in hosts:
                if host.origin == server.origin:
                    return server
    return replace(server, account_domain=server.host)
