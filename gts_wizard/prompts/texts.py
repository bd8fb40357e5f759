"""What only the prompts say; what the screens say too is in `messages`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard.messages import (
    ALLOW_IN_BROWSER,
    PASTE_ONLY_YOUR_OWN,
    WHAT_MAY_PROGRAMS_DO,
    allowed,
    link_steps,
    saved_in,
    scopes_missing,
    server_address,
    someone_else,
)
from gts_wizard.oauth.scopes import choices, describe_change
from gts_wizard.oauth.server_features import allow_button, is_gotosocial, software_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gts_wizard.models import PendingSignIn, Scopes, Server
    from gts_wizard.oauth.scopes import Preset
    from gts_wizard.services.sign_in import SignInResult

WELCOME = "Type q to stop; nothing is lost."
SCOPES_QUESTION = "A number, or technical words such as read write (t lists them)"
RESUME_QUESTION = "Go on with it (y), begin anew (n), or forget it (f)?"
UNSAVED_QUESTION = "End it there (e), leave it alive (l), or try again (t)?"
ADDRESS_HINT = "To name the server without being asked, run: gts-wizard sign-in example.org"
SCOPES_HINT = 'To choose without being asked, add for example: --scopes "read write"'
SAVED_SO_FAR = "What you reached is kept. To go on, run the same command again."


def server_found(server: Server) -> str:
    """Return which server was found."""
    title = server.title or server.host
    return f"Found {title}: {server_address(server)}, {software_name(server)}."


def scope_choices(presets: Sequence[Preset]) -> list[str]:
    """Ask what programs may do, with the ready-made choices by number."""
    choices = [f"{n}  {one.title}. {one.meaning}" for n, one in enumerate(presets, start=1)]
    return ["", WHAT_MAY_PROGRAMS_DO, *choices]


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
    lines = ["", ALLOW_IN_BROWSER]
    if attempt.renewing and before:
        lines.append(f"This renews {attempt.renewing}. {describe_change(before, attempt.scopes)}")
    return lines + link_steps(attempt.server)


def code_instructions(server: Server) -> list[str]:
    """Say where the code is found, and when it may be pasted."""
    under = ""
    if is_gotosocial(server):
        under = " under “Here's your out-of-band token”"
    return [
        f"After “{allow_button(server)}”, your server shows a long code{under}. Copy it and paste "
        "it here; the whole sentence or the page's address works too.",
        PASTE_ONLY_YOUR_OWN,
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


def signed_in(met: SignInResult, path: str) -> list[str]:
    """Say who somebody is, and what was granted.

    Args:
        met: who signed in.
        path: where the account is saved.
    """
    server, token = met.account.server, met.account.token
    return [
        f"Name: {met.profile.display_name}",
        f"Server: {server.title or server.host}, {software_name(server)}",
        f"Allowed: {allowed(server, token.scopes)}",
        f"Saved in: {saved_in(path, token)}",
        *_notes(met),
    ]


def _notes(met: SignInResult) -> Iterable[str]:
    if met.is_renewed:
        yield "The access is renewed."
    if met.requested_handle:
        sign_out = f"gts-wizard sign-out {shlex.quote(met.account.handle)}"
        yield f"{someone_else(met.requested_handle)} To sign out again, run: {sign_out}"
    if met.missing_scopes:
        yield scopes_missing(met.missing_scopes)
