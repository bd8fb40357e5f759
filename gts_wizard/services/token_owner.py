"""Asks a server whose token it is, where only the two are known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.api import discovery, endpoints
from gts_wizard.errors import RedirectedElsewhere
from gts_wizard.models import Account

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient
    from gts_wizard.models import Token
    from gts_wizard.secret import Secret


async def fetch_owner(http: HttpClient, origin: str, token: Token, value: Secret) -> Account:
    """Return the account that a token belongs to, without a client; nothing is saved.

    Args:
        http: sends the requests.
        origin: the server that issued the token, which is sent to no other.
        token: the token.
        value: its value, in plain text.

    Raises:
        RedirectedElsewhere: the address leads to another server.
        TokenRevoked: the server does not accept the token.
        ServerError: the server sent no usable response.
    """
    address = read_address(origin)
    server = await discovery.find_server(http, address)
    if server.origin != address.origin:
        raise RedirectedElsewhere(host=address.host, other=server.host)
    profile = await endpoints.verify_credentials(http, server.origin, value, token.scopes)
    return Account(
        server=server,
        id=profile.id,
        username=profile.username,
        display_name=profile.display_name,
        token=token,
        client_id="",
        verified_at=datetime.now(UTC),
    )
