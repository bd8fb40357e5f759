"""`gts-wizard sign-in --with-token`: saves an account whose token exists already."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.output import USAGE_ERROR, print_error, print_result, replaced_exit_code
from gts_wizard.cli.request_log import request_log
from gts_wizard.errors import AlreadySignedIn, NoToken
from gts_wizard.messages import earlier_token
from gts_wizard.oauth.server_features import enforces_scopes
from gts_wizard.program import program
from gts_wizard.prompts.prompter import Aborted, Prompter, StoppedByUser
from gts_wizard.secret import Secret
from gts_wizard.services.container import open_services
from gts_wizard.validation import is_token_syntax

if TYPE_CHECKING:
    from gts_wizard.models import Scopes
    from gts_wizard.services.container import Services

# Far more than any token has, so that a wrong file is no reason to read without end.
_MAX_CHARACTERS = 8192
_OTHER_INPUT = "Standard input holds something other than one token."
_SCOPES_UNKNOWN = (
    "{host} doesn't say what this token may do. To save that, sign in again and add --scopes."
)


def sign_in_with_token(address: str, scopes: Scopes, *, verbose: bool) -> int:
    """Read a token from standard input, and sign in with it.

    Args:
        address: the server's address, or the handle that the token must be of.
        scopes: what the token may do; empty where that was not given.
        verbose: whether `--verbose` was given.

    Returns:
        The exit code.

    Raises:
        WizardError: there is no token, or the account can't be signed in.
    """
    # A wrong one is told before anything is asked: it may be the token, given in its place.
    read_address(address)
    try:
        token = _read_token(address)
    except Aborted as error:
        print_error(error.reason)
        return USAGE_ERROR
    services = open_services(log=request_log(verbose=verbose), on_warning=print_error)
    return run_with_services(services, _sign_in(services, address, token, scopes))


def _read_token(address: str) -> Secret:
    """Return the token on standard input; on a terminal it is asked for, and not shown.

    Raises:
        NoToken: what came is none.
        Aborted: the user stopped.
    """
    prompter = Prompter()
    text = _ask(prompter, address) if prompter.is_terminal else _read_input()
    token = text.strip()
    if not token:
        raise NoToken
    if not is_token_syntax(token):
        raise NoToken(reason=_OTHER_INPUT)
    return Secret(token)


def _ask(prompter: Prompter, address: str) -> str:
    try:
        return prompter.ask_hidden(f"Access token for {address}").reveal()
    except KeyboardInterrupt:
        # Nobody pressed Enter, so the question's line is still open.
        prompter.print("")
        raise StoppedByUser from None


def _read_input() -> str:
    """Return what standard input holds; nothing where it is closed, or can't be read."""
    with suppress(OSError):
        return sys.stdin.read(_MAX_CHARACTERS) if sys.stdin is not None else ""
    return ""


async def _sign_in(services: Services, address: str, token: Secret, scopes: Scopes) -> int:
    try:
        result = await services.existing_token.sign_in(address, token, scopes)
    except AlreadySignedIn as error:
        # The hint is for those who can choose.
        print_error(
            f"{error.message} Nothing was changed. To replace that token, first run: "
            f"{program()} sign-out {shlex.quote(error.handle)}"
        )
        return error.exit_code
    code = print_result(f"You are signed in as {result.account.handle}.")
    if not result.account.token.scopes and enforces_scopes(result.account.server):
        print_error(_SCOPES_UNKNOWN.format(host=result.account.server.host))
    if result.replaced_error is not None:
        print_error(earlier_token(result.account.handle, result.replaced_error))
    return code or replaced_exit_code(result.replaced_error)
