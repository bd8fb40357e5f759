"""User-facing texts of the prompts alone; those that the screens show too are in `messages`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.oauth.server_features import software_name
from gts_wizard.oauth.server_scopes import choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gts_wizard.models import Account, PendingSignIn, Server
    from gts_wizard.oauth.scopes import Preset
    from gts_wizard.services.verification import SignInResult

WELCOME = "Type q to stop; nothing is lost."
SCOPES_QUESTION = "A number, or technical words such as read write (t lists them)"
RESUME_QUESTION = "Go on with it (y), begin anew (n), or forget it (f)?"
ALREADY_SIGNED_IN_QUESTION = (
    "Stop and keep it (s), try again as somebody else in a private window (t), or replace it (r)?"
)
OTHER_SCOPES_QUESTION = "Get a link for a private window (t), or keep this access (k)?"
OTHER_ACCOUNT_QUESTION = "Try again in a private window (t), keep both (k), or stop (s)?"
UNSAVED_QUESTION = "End it there (e), leave it alive (l), or try again (t)?"
ADDRESS_HINT = "To name the server without being asked, run: gts-wizard sign-in example.org"
SCOPES_HINT = 'To choose without being asked, add for example: --scopes "read write"'
SAVED_SO_FAR = "What you reached is kept. To go on, run the same command again."


def server_found(server: Server) -> str:
    """Return the line that names the server that was found."""
    title = server.title or server.host
    return f"Found {title}: {messages.server_address(server)}, {software_name(server)}."


def scope_choices(presets: Sequence[Preset]) -> list[str]:
    """Return the question for the scopes, and the presets by number."""
    numbered = [
        f"{n}  {preset.title}. {preset.meaning}" for n, preset in enumerate(presets, start=1)
    ]
    return ["", messages.WHAT_MAY_PROGRAMS_DO, *numbered]


def technical_scopes(presets: Sequence[Preset], server: Server) -> list[str]:
    """Return the scopes of each preset, and the list of all scopes with their meanings.

    Args:
        presets: the presets, in the order of their numbers.
        server: the server whose scopes they are.
    """
    lines = [f"{n}  {' '.join(preset.scopes)}" for n, preset in enumerate(presets, start=1)]
    lines.append("These can be named one by one, with spaces between them:")
    meanings = choices(server)
    return lines + [f"{scope}: {meaning}" for scope, meaning in meanings.items()]


def link_instructions(pending: PendingSignIn, renewed: Account | None) -> list[str]:
    """Return what to do with the link that is printed next.

    Args:
        pending: the pending sign-in with that link.
        renewed: the account that is renewed; None where there is none.
    """
    note = messages.renewal_note(pending, renewed)
    return [
        "",
        messages.ALLOW_IN_BROWSER,
        *filter(None, [note]),
        *messages.link_steps(pending.server, by_itself=False),
    ]


def code_instructions(server: Server) -> list[str]:
    """Return where the server shows the code, and when it may be pasted."""
    return [
        f"{messages.where_code_appears(server)} Copy it and paste it here; the whole sentence or "
        "the page's address works too.",
        f"{messages.PASTE_ONLY_YOUR_OWN} {messages.where_code_must_be(server)}",
        "If the page shows an error, or no code, answer f: that gets a fresh link.",
    ]


def waiting_for_browser(server: Server) -> str:
    """Return what the wizard waits for, once it has opened the link."""
    return (
        f"{messages.WAITING_FOR_BROWSER}. {messages.goes_on_by_itself(server)} "
        "To paste a code instead, press Enter."
    )


def code_question(*, is_hidden: bool, can_open: bool, can_repeat: bool) -> str:
    """Return the prompt for the code.

    Args:
        is_hidden: whether the terminal does not echo what is typed.
        can_open: whether the wizard can open the link in a browser.
        can_repeat: whether an empty answer sends the same code again.
    """
    hidden = "not shown while you paste; " if is_hidden else ""
    repeat = "Enter tries the same one again, " if can_repeat else ""
    letters = "o opens the link, f gets a fresh one" if can_open else "f gets a fresh link"
    return f"Code ({hidden}{repeat}{letters})"


def signed_in(result: SignInResult, path: str) -> list[str]:
    """Return the facts about the account that signed in.

    Args:
        result: the result of the sign-in.
        path: the credentials file, for display.
    """
    server, token = result.account.server, result.account.token
    return [
        f"Name: {result.profile.display_name}",
        f"Server: {server.title or server.host}, {software_name(server)}",
        f"Allowed: {messages.allowed(server, token.scopes)}",
        f"Saved in: {messages.saved_in(path, token)}",
        *_notes(result),
    ]


def _notes(result: SignInResult) -> Iterable[str]:
    if result.is_renewed:
        yield "The access is renewed."
    if result.changes:
        yield result.changes
    if result.replaced_error is not None:
        yield messages.earlier_token(result.account.handle, result.replaced_error)
    if result.requested_username:
        sign_out = f"gts-wizard sign-out {shlex.quote(result.account.handle)}"
        note = messages.someone_else(result.requested_username)
        yield f"{note} To sign out again, run: {sign_out}"
    if result.missing_scopes:
        yield messages.scopes_missing(result.missing_scopes)
