"""The account that `GTS_WIZARD_TOKEN` and `GTS_WIZARD_SERVER` give: it is in no file.

Continuous integration and containers hand their secrets over this way. No request is sent, so its
name is not known.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.environment import SERVER_VARIABLE, TOKEN_VARIABLE
from gts_wizard.errors import AccountVariableInvalid, AddressError
from gts_wizard.models import Account, Server, Token
from gts_wizard.secret import Secret
from gts_wizard.validation import is_token_syntax

if TYPE_CHECKING:
    from collections.abc import Mapping

_MISSING = "{given} is set, but {missing} is empty or not set."
_NO_TOKEN = f"{TOKEN_VARIABLE} doesn't hold a token."
_HANDLE = f"{SERVER_VARIABLE} holds a handle, not a server's address."
_NO_SERVER = f"The address in {SERVER_VARIABLE} can't be used. {{reason}}"


def environment_account(environment: Mapping[str, str] = os.environ) -> Account | None:
    """Return the account that the environment gives, without a name; None where it gives none.

    Args:
        environment: the environment variables. An empty one counts as unset, and white space
            around a value, such as a line's end, is left out.

    Raises:
        AccountVariableInvalid: one of the two is missing, or has an invalid value.
    """
    token, address = (
        environment.get(name, "").strip() for name in (TOKEN_VARIABLE, SERVER_VARIABLE)
    )
    if not token and not address:
        return None
    if not token or not address:
        names = (TOKEN_VARIABLE, SERVER_VARIABLE)
        given, missing = names if token else reversed(names)
        raise AccountVariableInvalid(reason=_MISSING.format(given=given, missing=missing))
    if not is_token_syntax(token):
        raise AccountVariableInvalid(reason=_NO_TOKEN)
    now = datetime.now(UTC)
    return Account(
        server=_server(address),
        id="",
        username="",
        display_name="",
        token=Token(Secret(token), (), now),
        client_id="",
        verified_at=now,
    )


def _server(typed: str) -> Server:
    # Slow to import, and most commands read the credentials file.
    from gts_wizard.address import read_address  # noqa: PLC0415

    try:
        address = read_address(typed)
    except AddressError as error:
        raise AccountVariableInvalid(reason=_NO_SERVER.format(reason=error.reason)) from None
    if address.username:
        # The API of its server may be on another host, which no request finds out here.
        raise AccountVariableInvalid(reason=_HANDLE)
    return Server(address.origin, address.host)
