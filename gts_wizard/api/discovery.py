"""Finds the server behind an address, split domains included.

Candidate hosts come from WebFinger, host-meta and NodeInfo. They are unverified until the host's
own instance document confirms them.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from gts_wizard.api import well_known
from gts_wizard.api.instance import fetch_instance, fetch_metadata
from gts_wizard.api.session import JSON, LOOKUP_SECONDS, DeadlineClient
from gts_wizard.api.urls import parse_safe_url, resolve_redirect
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
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from gts_wizard.address import Address
    from gts_wizard.api.http import HttpClient
    from gts_wizard.api.response import Response
    from gts_wizard.api.session import DeadlineClient
    from gts_wizard.models import Server


# A website answers so where an instance has its API; it may be an account domain nonetheless.
_NOT_AN_API = (NotAnInstance, UnexpectedHtml, InvalidResponse, ResponseTooLarge, ServerFailure)


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
    meta, info = (
        address.origin + well_known.HOST_META_PATH,
        address.origin + well_known.NODEINFO_PATH,
    )
    return [
        _query(look_up, finger, well_known.WEBFINGER_ACCEPT, well_known.actor_url),
        _query(look_up, meta, well_known.HOST_META_ACCEPT, well_known.webfinger_template),
        _query(look_up, info, JSON, well_known.nodeinfo_url),
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
