"""User-facing texts of the prompts alone; those that the screens show too are in `messages`.

They are for a screen reader: short, one idea a line, and none refers to a place on a screen.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.oauth.scopes import describe, preset_of
from gts_wizard.oauth.server_features import allow_button, has_short_session, software_name
from gts_wizard.oauth.server_scopes import choices
from gts_wizard.program import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gts_wizard.models import PendingSignIn, Scopes, Server
    from gts_wizard.oauth.scopes import Preset
    from gts_wizard.services.verification import SignInResult

SIGN_IN_TITLE = "GoToSocial Wizard: sign in"
WELCOME = "At any question, type ? for help or q to stop."

ADDRESS_QUESTION = "Address of your server, such as example.org"
ADDRESS_AGAIN_QUESTION = "Address"

SERVER_CHOICES = {"y": "Yes, continue", "n": "No, type another address"}
SERVER_HELP = (
    "Your server is the last part of your handle: example.org in @alice@example.org.",
    "n asks for the address again.",
)

SCOPES_HINT = 'To choose without being asked, add for example: --scopes "read write"'
TECHNICAL_CHOICE = "t: List every single permission, with its technical word"
NAME_CHOICE = "n: Change the name your server lists this as"
SCOPES_HELP = (
    "Instead of a number, you can type technical words, such as read write:statuses.",
    "Type t to list them.",
    "Type n to change the name your server lists this as.",
)
NAME_QUESTION = "Name"

CODE_QUESTION = "Paste the code"
OPEN_OR_CODE_QUESTION = "Type o for your browser, or paste the code"
SAME_CODE_QUESTION = "Press Enter to send the same code again, or paste another"
ANSWER_IS_HIDDEN = "What you type or paste stays hidden."
CHANGE_PERMISSIONS = "Type p to change the permissions."
FRESH_LINK = "If the page shows an error, or no code, type f for a fresh link."
OPENING_BROWSER = "Opening your browser."

RESUME_QUESTION = "Continue?"
RESUME_CHOICES = {
    "y": "Yes, continue",
    "n": "No, start another; this one is kept",
    "f": "Forget this one, and start another",
}
RESUME_HELP = (
    "y continues where you stopped.",
    "n starts another. You can still continue this one later.",
    "f removes this one from this computer, and revokes what it was given.",
)
SIGNED_IN_CHOICES = {
    "s": "Stop, and keep what you have",
    "t": "Sign in as somebody else, in a private window",
    "r": "Replace it with the new access",
}
SIGNED_IN_HELP = (
    "s and t revoke the new access. What you had still works.",
    "r saves the new access, and revokes what you had.",
)
OTHER_SCOPES_CHOICES = {"t": "Try again, in a private window", "k": "Keep this access"}
OTHER_SCOPES_HELP = (
    "t revokes this access, and gets a fresh link with the permissions you chose.",
    "k saves this access with the permissions it has.",
)
OTHER_ACCOUNT_CHOICES = {
    "t": "Try again, in a private window",
    "k": "Keep both accounts",
    "s": "Stop, and change nothing",
}
OTHER_ACCOUNT_HELP = (
    "t revokes the new access, and gets a fresh link.",
    "k saves the other account, too. Yours is not renewed.",
    "s revokes the new access. Your account stays as it was.",
)
SAVED_ACCOUNT_CHOICES = {
    "t": "Try again, in a private window",
    "s": "Stop, and change nothing",
}
SAVED_ACCOUNT_HELP = (
    "t revokes the new access, and gets a fresh link.",
    "s revokes the new access. Both accounts stay as they were.",
)
UNSAVED_CHOICES = {
    "r": "Revoke it on the server",
    "l": "Leave it there",
    "t": "Try again to save it",
}
UNSAVED_HELP = (
    "r revokes the access, so that nobody can use it.",
    "l forgets it here. It works until you revoke it in your account's settings.",
    "t goes back to the previous question.",
)
AGAIN_QUESTION = "Press Enter to try again"
AGAIN_HELP = ("Fix what's in the way, then press Enter to try the same step again.",)
AGAIN_OR_ELSEWHERE_QUESTION = "Press Enter to try again, or name another file"
AGAIN_OR_ELSEWHERE_HELP = (
    *AGAIN_HELP,
    "If you type the name of another file, everything is saved there from now on.",
)
AGAIN_OR_IN_FILE_QUESTION = "Press Enter to try again, or type f to use the file"
AGAIN_OR_IN_FILE_HELP = (
    *AGAIN_HELP,
    "f saves secrets in the wizard's own file, instead of the system's keyring.",
)
FORGETTING = "Forgetting it"


def renewal_title(handle: str) -> str:
    """Return the title of a renewal."""
    return f"GoToSocial Wizard: renew {handle}"


def address_hint() -> str:
    """Return the command that does not ask for the server."""
    return f"To name the server without being asked, run: {program()} sign-in example.org"


def server_found(pending: PendingSignIn) -> Iterator[str]:
    """Yield what was found at an address, and the account if the address names one."""
    server = pending.server
    yield f"Server: {server.title or server.host}"
    yield f"Address: {messages.server_address(server)}"
    if server.software:
        yield f"Software: {software_name(server)}"
    if pending.requested_handle:
        yield f"Account: {pending.requested_handle}"


def scope_choices(presets: Mapping[str, Preset]) -> list[str]:
    """Return the presets by number, each with its meaning, and what else may be answered.

    Args:
        presets: by number.
    """
    lines = [f"{number}: {preset.title}. {preset.meaning}" for number, preset in presets.items()]
    return [messages.WHAT_MAY_PROGRAMS_DO, *lines, TECHNICAL_CHOICE, NAME_CHOICE]


def scopes_question(presets: Mapping[str, Preset]) -> str:
    """Return the prompt for the scopes: that of a number, if there are presets to choose from."""
    if presets:
        return f"Type 1 to {len(presets)}, t or n"
    return "Type technical words, such as read write"


def technical_scopes(presets: Mapping[str, Preset], server: Server) -> list[str]:
    """Return the scopes of each preset, and the list of all scopes with their meanings.

    Args:
        presets: by number.
        server: the server whose scopes they are.
    """
    lines = [f"{number}: {' '.join(preset.scopes)}" for number, preset in presets.items()]
    lines.append("You can type these instead, with spaces between them.")
    meanings = choices(server)
    return lines + [f"{scope}: {meaning}" for scope, meaning in meanings.items()]


def chosen(scopes: Scopes, presets: Iterable[Preset]) -> str:
    """Return the permissions that were chosen, in words.

    Args:
        scopes: the scopes.
        presets: the server's presets.
    """
    preset = preset_of(scopes, presets)
    permissions = preset.title if preset else describe(scopes)
    return f"Permissions: {permissions}"


def browser_instructions(server: Server) -> list[str]:
    """Return what to do where the wizard can open a browser that brings the code by itself."""
    return [
        f"Type o to open your browser at {server.host}.",
        *_instructions(server),
        "The wizard then continues by itself.",
        "Another browser works too: open this link there, and paste the code it shows.",
    ]


def link_introduction(server: Server, *, can_open: bool) -> str:
    """Return the sentence that comes before a link which leads to a code.

    Args:
        server: the server of the link.
        can_open: whether the wizard can open it in a browser.
    """
    if can_open:
        return f"Type o to open this link in your browser. It leads to {server.host}."
    return f"Open this link in a browser. It leads to {server.host}."


def link_instructions(server: Server) -> list[str]:
    """Return what to do at a link which leads to a code."""
    return [*_instructions(server), "Your server then shows a long code. Copy it."]


def code_instructions(server: Server) -> list[str]:
    """Return which code may be pasted, and what to answer where there is none."""
    return [
        messages.PASTE_ONLY_YOUR_OWN,
        messages.where_code_must_be(server),
        FRESH_LINK,
    ]


def code_help(server: Server, *, can_open: bool) -> list[str]:
    """Return what can be answered when the code is asked for.

    Args:
        server: the server.
        can_open: whether the wizard can open the link in a browser.
    """
    return [
        messages.where_code_appears(server),
        "Copy it, paste it here, and press Enter.",
        "The whole sentence works too, and so does the page's address.",
        *(["Type o to open the link in your browser."] if can_open else []),
        CHANGE_PERMISSIONS,
        FRESH_LINK,
    ]


def waiting_for_browser(server: Server) -> list[str]:
    """Return what the wizard waits for, once it has opened the link."""
    return [
        f"When you press {allow_button(server)} there, the wizard continues by itself.",
        "To paste a code instead, press Enter.",
    ]


def signed_in(result: SignInResult, path: str) -> list[str]:
    """Return the facts about the account that signed in.

    Args:
        result: the result of the sign-in.
        path: the credentials file, for display.
    """
    server, token = result.account.server, result.account.token
    return [
        f"Name: {result.profile.display_name}",
        f"Server: {server.title or server.host}",
        f"Permissions: {messages.allowed(server, token.scopes)}",
        f"Saved in: {messages.saved_in(path, token)}",
        *_notes(result),
    ]


def saved_so_far(pending: PendingSignIn, moved_to: str | None) -> list[str]:
    """Return the sentences that say how to continue.

    Args:
        pending: the pending sign-in.
        moved_to: the custom path of the credentials file, empty for the default one, if everything
            was saved in another file than before; otherwise None.
    """
    command = f"{program()} sign-in --plain"
    if pending.renewed_handle:
        command = f"{program()} renew {shlex.quote(pending.renewed_handle)} --plain"
    if moved_to is not None:
        command = f"GTS_WIZARD_CREDENTIALS={shlex.quote(moved_to)} {command}"
    return ["Your progress is saved.", f"To continue, run: {command}"]


def _instructions(server: Server) -> Iterator[str]:
    button = allow_button(server)
    yield messages.SIGN_IN_THERE
    if has_short_session(server):
        yield f"Press {button} within two minutes."
    else:
        yield f"Press {button}."


def _notes(result: SignInResult) -> Iterator[str]:
    handle = result.account.handle
    if result.is_renewed:
        yield f"Access to {handle} is renewed."
    if result.not_renewed:
        renew = f"{program()} renew {shlex.quote(result.not_renewed)} --plain"
        yield f"{result.not_renewed} is not renewed yet. To renew it, run: {renew}"
    if result.changes:
        yield result.changes
    if result.replaced_error is not None:
        yield messages.earlier_token(handle, result.replaced_error)
    if result.requested_username:
        yield messages.someone_else(result.requested_username, handle)
        yield f"To sign out again, run: {program()} sign-out {shlex.quote(handle)}"
    if result.missing_scopes:
        yield messages.scopes_missing(result.account.server.host, result.missing_scopes)
