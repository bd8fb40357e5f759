"""What the terminal says once the wizard's screens are closed: what is kept, and what to type."""

from __future__ import annotations

import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from gts_wizard.errors import WizardError
from gts_wizard.messages import TOKEN_MAY_EXIST, TOKEN_NOT_SAVED, TOKEN_STILL_VALID
from gts_wizard.program import program
from gts_wizard.script_line import script_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, PendingSignIn
    from gts_wizard.tui.app import WizardApp


def leaving_lines(app: WizardApp, path_before: str) -> Iterator[str]:
    """Yield a line for each thing to know; none where nothing has happened.

    Args:
        app: the app, whose screens are closed.
        path_before: the custom path of the credentials file when the app was started.
    """
    services = app.context.services
    code_exchange, quit_state = services.sign_in.code_exchange, app.context.quit_state
    may_have_lost_token = (
        quit_state.skip_cleanup
        or quit_state.may_have_lost_token
        or code_exchange.may_have_lost_token
    )
    # After SIGHUP or SIGTERM the user could not be asked: a token may be neither saved nor
    # revoked, or a code exchange not have been waited for.
    if code_exchange.has_unsaved_tokens:
        yield f"{TOKEN_NOT_SAVED} {TOKEN_STILL_VALID}"
    elif may_have_lost_token:
        yield TOKEN_MAY_EXIST
    if services.saved.custom_path != path_before:
        yield _moved(services.saved.display_path, services.saved.custom_path)
    elif app.context.practice:
        yield f"Practice is over, and nothing was kept. To start for real, run: {program()}"
    elif not (code_exchange.has_unsaved_tokens or may_have_lost_token):
        # A file that can't be read was told of on the screens.
        with suppress(WizardError):
            yield from _kept(app, services.accounts.load())


def _kept(app: WizardApp, credentials: Credentials) -> Iterator[str]:
    """Yield what the user has reached and is in the file: accounts, then an unfinished sign-in."""
    for account in credentials.accounts:
        if account.handle in app.signed_in_handles:
            yield _signed_in(account)
    for begun in app.begun_sign_ins:
        for pending in credentials.pending_sign_ins:
            if pending.journey == begun.journey:
                yield _unfinished(pending)
                return


def _moved(path: str, custom_path: str) -> str:
    return (
        f"Everything is now kept in {path}. To use that file, run: "
        f"GTS_WIZARD_CREDENTIALS={shlex.quote(custom_path)} {program()}"
    )


def _signed_in(account: Account) -> str:
    return (
        f"You are signed in as {account.handle}. To run a program with this account, type: "
        f"{script_line(account)}"
    )


def _unfinished(pending: PendingSignIn) -> str:
    handle, domain = pending.requested_handle, pending.server.account_domain
    how_to_continue = f"Your progress is saved. To continue, run: {program()}"
    if pending.renewed_handle:
        return f"The renewal of {handle} is not finished. {how_to_continue}"
    if pending.username:
        return f"Your sign-in as {handle} is not finished. {how_to_continue}"
    return f"Your sign-in to {domain} is not finished. {how_to_continue}"
