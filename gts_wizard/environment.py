"""The environment variables that choose or give the account, and what other programs get of them.

Pure; the services read the variables.
"""

from collections.abc import Mapping

ACCOUNT_VARIABLE = "GTS_WIZARD_ACCOUNT"
"""Names the saved account to use where none is named."""
TOKEN_VARIABLE = "GTS_WIZARD_TOKEN"  # noqa: S105 - a name
"""Holds the access token of an account that is in no file."""
SERVER_VARIABLE = "GTS_WIZARD_SERVER"
"""The address of the server that issued that token."""


def without_token(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for another program, which is not to get the token."""
    return {name: value for name, value in environment.items() if name != TOKEN_VARIABLE}
