"""Finds the server behind an address, split domains included.

An ordinary server is known after one request; more are made only where that leaves a question open.
Candidate hosts come from WebFinger, host-meta and NodeInfo, all at once. They are unverified: of
two domains neither is believed about the other, so accounts are of a domain only where the domain
leads to the host and the host's own instance document, or its WebFinger, says so. GoToSocial on
split domains: https://docs.gotosocial.org/en/latest/advanced/host-account-domain/.
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
    ProgramsBlocked,
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
    from gts_wizard.models import Server


# What a website without the API responds with; it may be the account domain of a server elsewhere.
_NOT_AN_API = (
    NotAnInstance,
    UnexpectedHtml,
    ProgramsBlocked,
    InvalidResponse,
    ResponseTooLarge,
    ServerFailure,
)


async def candidate_hosts(http: DeadlineClient, address: Address) -> AsyncGenerator[Address, None]:
    """Yield the other servers that a domain points to, each once, as the responses arrive.

    Closing the generator early cancels the queries that are still running.

    Args:
        http: sends the queries.
        address: the domain, and the username if one was typed.
    """
    tasks = [asyncio.ensure_future(query) for query in _queries(http, address)]
    seen_origins = {address.origin}
    try:
        for completed in asyncio.as_completed(tasks):
            server = await completed
            if server is not None and server.origin not in seen_origins:
                seen_origins.add(server.origin)
                yield server
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _queries(http: DeadlineClient, address: Address) -> list[Coroutine[None, None, Address | None]]:
    webfinger = well_known.webfinger_url(address, address)
    host_meta, nodeinfo = (
        address.origin + well_known.HOST_META_PATH,
        address.origin + well_known.NODEINFO_PATH,
    )
    return [
        _query(http, webfinger, well_known.WEBFINGER_ACCEPT, well_known.actor_url),
        _query(http, host_meta, well_known.HOST_META_ACCEPT, well_known.webfinger_template),
        _query(http, nodeinfo, JSON, well_known.nodeinfo_url),
    ]


async def _query(
    http: DeadlineClient, url: str, accept: str, extract: Callable[[Response], str]
) -> Address | None:
    """Return the server that the response names, or else the one that a redirect ended at.

    `extract` takes the link out of the response; it returns an empty string if there is none.
    """
    try:
        response = await http.get(url, accept)
    except ServerError:
        return None
    link = resolve_redirect(response.url, extract(response))
    # Websites redirect whatever they don't know to their log-in page or front page.
    is_dead_end = response.location or response.is_web_page()
    return parse_safe_url(link or ("" if is_dead_end else response.url))


async def find_server(
    http: HttpClient, address: Address, seconds: float = LOOKUP_SECONDS
) -> Server:
    """Return the server that `address` means, with its OAuth metadata.

    Args:
        http: sends the requests.
        address: what the user typed, parsed.
        seconds: the deadline for all requests together.

    Raises:
        ServerError: no server responds there, or the one that does holds no accounts.
    """
    deadline_client = DeadlineClient(http, seconds)
    server = await _find_instance(deadline_client, address)
    if may_publish_metadata(server):
        return server._replace(metadata=await fetch_metadata(deadline_client, server.origin))
    return server


async def _find_instance(http: DeadlineClient, address: Address) -> Server:
    """Return the server that `address` means, without its OAuth metadata.

    Raises:
        ServerError: no server responds there, or the one that does holds no accounts.
    """
    try:
        info = await fetch_instance(http, address)
    except _NOT_AN_API:
        server = await _resolve_split_domain(http, address)
        if server is None:
            raise
        return server
    if info.is_public or info.server.origin != address.origin:
        return await _verify_account_domain(http, info.server, address)
    # A website's own API may respond with 401 or 403, too, so a split deployment goes first.
    return await _resolve_split_domain(http, address) or info.server


async def _resolve_split_domain(http: DeadlineClient, address: Address) -> Server | None:
    """Return the server whose account domain is `address` in a split deployment, if there is one.

    Raises:
        ServerError: the domain points to other servers, but none of them confirms it.
    """
    errors: list[ServerError] = []
    async with aclosing(candidate_hosts(http, address)) as hosts:
        async for host in hosts:
            try:
                return await _verify_host(http, host, address)
            except ServerError as error:
                errors.append(error)
    if errors:
        raise errors[0]
    return None


async def _verify_host(http: DeadlineClient, host: Address, address: Address) -> Server:
    """Return the server at `host` if it confirms that `address` is its account domain.

    Some instance documents are restricted and some name only their own host; the host's WebFinger
    then decides.

    Raises:
        ServerError: there is no such server; `NotAnInstance` if it does not confirm the domain.
    """
    server = (await fetch_instance(http, host)).server
    if server.account_domain == address.host:
        return server
    claims_only_its_host = (server.origin, server.account_domain) == (host.origin, host.host)
    if claims_only_its_host and await owns_account(http, host, address):
        return server._replace(account_domain=address.host)
    raise NotAnInstance(host=address.unicode_host)


async def _verify_account_domain(http: DeadlineClient, server: Server, address: Address) -> Server:
    """Return `server` with the account domain it claims if that domain points back to it.

    Otherwise the account domain becomes the server's own host.
    """
    if server.account_domain in {server.host, address.host}:
        return server
    scheme = server.origin.partition("://")[0]
    claimed = parse_safe_url(f"{scheme}://{server.account_domain}")
    if claimed is not None:
        domain = replace(claimed, username=address.username)
        async with aclosing(candidate_hosts(http, domain)) as hosts:
            async for host in hosts:
                if host.origin == server.origin:
                    return server
    return server._replace(account_domain=server.host)
