"""What the plain journey says; the screens say the same. Pure functions."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard.messages import relative_time
from gts_wizard.models import WizardStep
from gts_wizard.oauth.scopes import choices, describe, describe_change
from gts_wizard.oauth.server_features import (
    allow_button,
    enforces_scopes,
    has_short_session,
    software_name,
)
from gts_wizard.secret import SecretStorage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from gts_wizard.models import PendingSignIn, Scopes, Server
    from gts_wizard.oauth.scopes import Preset
    from gts_wizard.services.sign_in import SignInResult

WELCOME = "Type q to stop; nothing is lost."
ADDRESS_INTRO = (
    "",
    "Where is your account?",
    "Type the address of your server: the part after the last @ in your full name there, such as "
    "@alice@example.org. The whole name, or the address of your profile, works too.",
)
SCOPES_QUESTION = "A number, or technical words such as read write (t lists them)"
RESUME_QUESTION = "Go on with it (y), begin anew (n), or forget it (f)?"
UNSAVED_QUESTION = "End it there (e), leave it alive (l), or try again (t)?"
ADDRESS_HINT = "To name the server without being asked, run: gts-wizard sign-in example.org"
SCOPES_HINT = 'To choose without being asked, add for example: --scopes "read write"'
SAVED_SO_FAR = "What you reached is kept. To go on, run the same command again."


def server_found(server: Server) -> str:
    """Say which instance was found."""
    address = server.host
    if server.account_domain != server.host:
        address = f"{server.account_domain}, answering at {server.host}"
    return f"Found {server.title or server.host}: {address}, {software_name(server)}."


def scope_limits(server: Server) -> list[str]:
    """Say that the server can't limit an access; nothing where it can."""
    if enforces_scopes(server):
        return []
    return [
        f"This server runs {software_name(server)}, which can't limit an access: "
        "whatever you choose, it can do all that you can. From version 0.19 it can."
    ]


def scope_choices(presets: Sequence[Preset]) -> list[str]:
    """Ask what programs may do, with the ready-made choices by number."""
    choices = [f"{n}  {one.title}. {one.meaning}" for n, one in enumerate(presets, start=1)]
    return ["", "What may programs on this computer do?", *choices]


def technical_scopes(presets: Sequence[Preset], supported: Scopes) -> list[str]:
    """Tell the scopes behind the choices, and all that can be named one by one."""
    lines = [f"{n}  {' '.join(one.scopes)}" for n, one in enumerate(presets, start=1)]
    lines.append("These can be named one by one, with spaces between them:")
    singles = choices(supported)
    return lines + [f"{scope}: {meaning}" for scope, meaning in singles.items()]


def link_instructions(attempt: PendingSignIn, before: Scopes) -> list[str]:
    """Say what to do with the link that follows.

    Args:
        attempt: whose link it is.
        before: what the access that is renewed may do; empty where none is known.
    """
    server = attempt.server
    limit = " there, within two minutes" if has_short_session(server) else ""
    lines = ["", "Allow it in your browser"]
    if attempt.renewing and before:
        lines.append(f"This renews {attempt.renewing}. {describe_change(before, attempt.scopes)}")
    return [
        *lines,
        f"1  Open the link below. It leads to {server.host}.",
        "2  Sign in there. Only your server sees your password.",
        f"3  Press “{allow_button(server)}”{limit}.",
        "4  Copy the long code that appears, and come back here.",
    ]


def code_instructions(server: Server) -> list[str]:
    """Say where the code is found, and when it may be pasted."""
    under = ""
    if server.software == "gotosocial":
        under = " under “Here's your out-of-band token”"
    return [
        f"After “{allow_button(server)}”, your server shows a long code{under}. Copy it and paste "
        "it here; the whole sentence or the page's address works too.",
        "Paste a code only if you opened that page yourself, just now.",
    ]


def code_question(*, is_hidden: bool, can_open: bool) -> str:
    """Ask for the code.

    Args:
        is_hidden: whether what is typed does not appear.
        can_open: whether the wizard can open the link.
    """
    hidden = "not shown while you paste; " if is_hidden else ""
    letters = "o opens the link, f gets a fresh one" if can_open else "f gets a fresh link"
    return f"Code ({hidden}{letters})"


def pending_sign_in(attempt: PendingSignIn, now: datetime) -> str:
    """Say what was begun and not finished."""
    when, host = relative_time(attempt.started_at, now), attempt.server.account_domain
    if attempt.step is WizardStep.PROFILE:
        return f"You signed in to {host} {when}, but your server has not yet said who you are."
    if attempt.renewing:
        return f"You began to renew {attempt.renewing} {when}."
    return f"You began to sign in to {host} {when}."


def signed_in(met: SignInResult, path: str) -> list[str]:
    """Say who somebody is, and what was granted.

    Args:
        met: who signed in.
        path: where the account is saved.
    """
    account, server = met.account, met.account.server
    allowed = describe(account.token.scopes)
    if not enforces_scopes(server):
        allowed = "Everything: this server can't limit it"
    is_in_keyring = account.token.storage is SecretStorage.KEYRING
    return [
        f"Name: {met.profile.display_name}",
        f"Server: {server.title or server.host}, {software_name(server)}",
        f"Allowed: {allowed}",
        f"Saved in: {path}" + (", its secrets in the system's keyring" if is_in_keyring else ""),
        *_notes(met),
    ]


def _notes(met: SignInResult) -> Iterable[str]:
    if met.is_renewed:
        yield "The access is renewed."
    if met.requested_handle:
        yield (
            f"You typed {met.requested_handle}, but this is somebody else. To sign out again, run: "
            f"gts-wizard sign-out {shlex.quote(met.account.handle)}"
        )
    if met.missing_scopes:
        yield f"Your server allowed less than you chose. Not allowed: {describe(met.missing_scopes)}."
