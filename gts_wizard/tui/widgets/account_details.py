"""Details of a saved account: its properties, its token, and the authorized apps."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from gts_wizard.messages import allowed, saved_in, standing
from gts_wizard.oauth.scopes import describe
from gts_wizard.oauth.server_features import software_name
from gts_wizard.secret import MASK
from gts_wizard.tui.images import how_to_get_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from gts_wizard.models import Account, AuthorizedApp
    from gts_wizard.secret import Secret


ASKING = "Asking your server…"
"""What stands in place of the authorized apps until the server has answered."""
_Rows = list[tuple[str, str]]
_CAUTION = "Anyone with it can do what's allowed below."
_NOT_FOCUSED = "Not shown: this window wasn't in front. Try again."


class AccountDetails(Vertical):
    """The account, its server and its token, in rows of a label and a value.

    Args:
        account: the saved account.
        path: the credentials file, as it is shown.
    """

    def __init__(self, account: Account, path: str) -> None:
        super().__init__()
        self._account = account
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay out the three groups of rows."""
        yield self._make_group(self._account_rows())
        yield self._make_group(self._server_rows(), "facts server")
        yield self._make_group(self._token_rows())

    async def show_app_name(self, name: str) -> None:
        """Show under which name the server lists the token.

        Args:
            name: the name; empty where it is not known.
        """
        if name:
            await self.query_one(".server").mount(_make_row("Listed as", name))

    def _make_group(self, rows: _Rows, classes: str = "facts") -> Vertical:
        # Of a token that was made outside the wizard, less is known.
        known = (_make_row(label, value) for label, value in rows if value)
        return Vertical(*known, classes=classes)

    def _account_rows(self) -> _Rows:
        account = self._account
        return [
            ("Name", account.display_name or account.username),
            ("Account id", account.id),
            ("Picture", how_to_get_pictures()),
        ]

    def _server_rows(self) -> _Rows:
        server = self._account.server
        return [
            ("Server", f"{server.title or server.host} · {software_name(server)}"),
            ("Address", server.account_domain),
            ("API", server.origin),
        ]

    def _token_rows(self) -> _Rows:
        account, token = self._account, self._account.token
        # The time of a token without a client is when it was given to the wizard.
        issued = f"{token.created_at.astimezone():%Y-%m-%d %H:%M}" if account.client_id else ""
        return [
            ("Allowed", allowed(account.server, token.scopes)),
            ("Scopes", " ".join(token.scopes)),
            ("Client id", account.client_id),
            ("Issued", issued),
            ("Checked", standing(account, datetime.now(UTC))),
            ("Saved in", saved_in(self._path, token)),
        ]


def _make_row(label: str, value: str) -> Horizontal:
    return Horizontal(
        Static(label, classes="label", markup=False), Static(value, classes="value", markup=False)
    )


class AuthorizedApps(Vertical):
    """The apps that have access to the account, or why they are not known."""

    def compose(self) -> ComposeResult:
        """Lay out the heading, and a placeholder until the server has answered."""
        yield Static("Programs with access", id="apps-heading", markup=False)
        yield Static(ASKING, id="apps", markup=False)

    def show(self, apps: Sequence[AuthorizedApp], own: AuthorizedApp | None) -> None:
        """Show the apps.

        Args:
            apps: the apps that the server lists.
            own: the one that has the account's own token; None where that is not certain.
        """
        entries = [_format_app(app, is_own=app is own) for app in apps]
        self._update(Content("\n\n").join(entries) if entries else "Your server lists none.")

    def show_message(self, message: str) -> None:
        """Show a message in place of the apps.

        Args:
            message: why they are not known.
        """
        self._update(message)

    def _update(self, content: Content | str) -> None:
        self.query_one("#apps", Static).update(content)


def _format_app(app: AuthorizedApp, *, is_own: bool) -> Content:
    return Content.assemble(
        (app.application or "A program without a name", "bold"),
        ("  ● this one" if is_own else "", "$success"),
        "\n",
        describe(app.scopes) or "Your server doesn't say what it may do",
        "\n",
        (_format_times(app), "$foreground 75%"),
    )


def _format_times(app: AuthorizedApp) -> str:
    issued, used = "Issued at an unknown time", "no recorded use"
    if app.created_at is not None:
        issued = f"Issued {app.created_at.astimezone():%Y-%m-%d %H:%M}"
    if app.last_used is not None:
        # GoToSocial knows it to the hour only.
        used = f"last used {app.last_used.astimezone():%Y-%m-%d}"
    return f"{issued} · {used}"


class TokenRow(Horizontal):
    """A token, hidden behind dots at first, and a note below it.

    It is shown for a few seconds, and hidden at once when the terminal loses the focus: the user
    may then share the screen and no longer look at this window.
    """

    SECONDS: ClassVar[float] = 10
    """How long the token is shown."""

    class Toggled(Message):
        """The token was shown or hidden.

        Attributes:
            is_shown: whether it is shown now.
        """

        def __init__(self, *, is_shown: bool) -> None:
            super().__init__()
            self.is_shown = is_shown

    def __init__(self) -> None:
        super().__init__()
        self.is_shown = False
        """Whether the token is shown."""
        self._hide_at = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the label, the dots and the note."""
        yield Static("Token", classes="label", markup=False)
        with Vertical(classes="value"):
            yield Static(MASK, id="token", markup=False)
            yield Static(Content.styled(_CAUTION, "$foreground 75%"), id="token-note")

    def on_mount(self) -> None:
        """Create the countdown timer, and watch the focus of the terminal."""
        self._timer = self.set_interval(0.2, self._tick, pause=True)
        self.watch(self.app, "app_focus", self._handle_focus, init=False)

    def show(self, secret: Secret) -> None:
        """Show the token for `SECONDS`, unless the terminal does not have the focus.

        Args:
            secret: the token.
        """
        # The keyring may have asked for a password in another window, which has the focus now.
        if not self.app.app_focus:
            self.show_message(_NOT_FOCUSED, "$warning")
            return
        self._hide_at = monotonic() + self.SECONDS
        self.query_one("#token", Static).update(Content(secret.reveal()))
        self._set_shown(True)
        self._tick()

    def hide(self) -> None:
        """Hide the token behind dots."""
        if self.is_shown:
            self.query_one("#token", Static).update(MASK)
            self._set_shown(False)
            self.show_message(_CAUTION, "$foreground 75%")

    def show_message(self, message: str, style: str = "$success") -> None:
        """Show a message in place of the note.

        Args:
            message: the text.
            style: its Textual style.
        """
        self.query_one("#token-note", Static).update(Content.styled(message, style))

    def _set_shown(self, is_shown: bool) -> None:
        self.is_shown = is_shown
        if self._timer is not None:
            (self._timer.resume if is_shown else self._timer.pause)()
        self.post_message(self.Toggled(is_shown=is_shown))

    def _tick(self) -> None:
        seconds = ceil(self._hide_at - monotonic())
        if seconds <= 0:
            self.hide()
        else:
            self.show_message(_countdown_text(seconds), "$warning")

    def _handle_focus(self, has_focus: bool) -> None:
        if not has_focus:
            self.hide()


def _countdown_text(seconds: int) -> str:
    return "Hidden again in 1 second." if seconds == 1 else f"Hidden again in {seconds} seconds."
