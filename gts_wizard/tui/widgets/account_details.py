"""Details of a saved account: facts, its token, and the apps that have access."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from gts_wizard.messages import STATUS_LABELS, allowed, last_checked, relative_time, saved_in
from gts_wizard.oauth.scopes import describe
from gts_wizard.oauth.server_features import software_name
from gts_wizard.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from gts_wizard.models import Account, AuthorizedApp
    from gts_wizard.secret import Secret


_Rows = list[tuple[str, str]]
_CAUTION = "Whoever has it can do what is allowed below."
_AWAY = "Not shown, because this window was not in front. Try again."


class AccountDetails(Vertical):
    """Who it is, where it lives, and what the access is, in rows of a label and a value.

    Args:
        account: the saved account.
        path: the file it is saved in.
    """

    def __init__(self, account: Account, path: str) -> None:
        super().__init__()
        self._account = account
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay out the three groups."""
        for rows in (self._person(), self._server(), self._access()):
            with Vertical(classes="facts"):
                for label, value in rows:
                    with Horizontal():
                        yield Static(label, classes="label", markup=False)
                        yield Static(value, classes="value", markup=False)

    def _person(self) -> _Rows:
        account = self._account
        return [("Name", account.display_name or account.username), ("Account id", account.id)]

    def _server(self) -> _Rows:
        server = self._account.server
        return [
            ("Server", f"{server.title or server.host} · {software_name(server)}"),
            ("Address", server.account_domain),
            ("API", server.origin),
        ]

    def _access(self) -> _Rows:
        account, token = self._account, self._account.token
        checked = relative_time(last_checked(account), datetime.now(UTC))
        return [
            ("Allowed", allowed(account.server, token.scopes)),
            ("Scopes", " ".join(token.scopes)),
            ("Client id", account.client_id),
            ("Issued", f"{token.created_at.astimezone():%Y-%m-%d %H:%M}"),
            ("Checked", f"{STATUS_LABELS[account.status]}, {checked}"),
            ("Saved in", saved_in(self._path, token)),
        ]


class AuthorizedApps(Vertical):
    """A heading, and below it the applications, or why they are not known."""

    def compose(self) -> ComposeResult:
        """Lay out what stands there until the server has answered."""
        yield Static("Applications with access", id="access-head", markup=False)
        yield Static("Asking your server…", id="access", markup=False)

    def show(self, tokens: Sequence[AuthorizedApp], own: AuthorizedApp | None) -> None:
        """Show the accesses.

        Args:
            tokens: what the server listed.
            own: the one among them that is the wizard's own, where that is certain.
        """
        entries = [_entry(one, is_own=one is own) for one in tokens]
        self._update(Content("\n\n").join(entries) if entries else "Your server lists none.")

    def show_message(self, words: str) -> None:
        """Say why they are not known."""
        self._update(words)

    def _update(self, content: Content | str) -> None:
        self.query_one("#access", Static).update(content)


def _entry(token: AuthorizedApp, *, is_own: bool) -> Content:
    return Content.assemble(
        (token.application or "An application without a name", "bold"),
        ("  ● this one" if is_own else "", "$success"),
        f"\n{describe(token.scopes) or 'It is not said what it may do'}\n",
        (_times(token), "$foreground 75%"),
    )


def _times(token: AuthorizedApp) -> str:
    # GoToSocial knows the last use to the hour only.
    issued = token.created_at and f"{token.created_at.astimezone():%Y-%m-%d %H:%M}"
    used = token.last_used and f"{token.last_used.astimezone():%Y-%m-%d}"
    return f"Issued {issued or 'at an unknown time'} · last used {used or 'never, as far as known'}"


class TokenRow(Horizontal):
    """Dots in the place of a token, and a note below them.

    The text is shown while a few seconds are counted down, and hidden at once when the terminal
    loses the focus: somebody may then look at something else on a screen that others see.
    """

    SECONDS: ClassVar[float] = 10
    """How long it is shown."""

    class Toggled(Message):
        """It was shown, or hidden.

        Attributes:
            is_shown: whether it is shown now.
        """

        def __init__(self, *, is_shown: bool) -> None:
            super().__init__()
            self.is_shown = is_shown

    def __init__(self) -> None:
        super().__init__()
        self.is_shown = False
        """Whether the text stands on the screen."""
        self._until = 0.0
        self._ticking: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the label, and the dots over the note."""
        yield Static("Token", classes="label", markup=False)
        with Vertical(classes="value"):
            yield Static(MASK, id="token", markup=False)
            yield Static(Content.styled(_CAUTION, "$foreground 75%"), id="token-note")

    def on_mount(self) -> None:
        """Get ready to count, and to hide."""
        self._ticking = self.set_interval(0.2, self._tick, pause=True)
        self.watch(self.app, "app_focus", self._follow_focus, init=False)

    def show(self, secret: Secret) -> None:
        """Show the text, for as long as `SECONDS` says."""
        # The keyring may have asked for a password in a window of its own.
        if not self.app.app_focus:
            self.show_message(_AWAY, "$warning")
            return
        self._until = monotonic() + self.SECONDS
        self.query_one("#token", Static).update(Content(secret.reveal()))
        self._set_shown(True)
        self._tick()

    def hide(self) -> None:
        """Put the dots back."""
        if self.is_shown:
            self.query_one("#token", Static).update(MASK)
            self._set_shown(False)
            self.show_message(_CAUTION, "$foreground 75%")

    def show_message(self, words: str, style: str = "$success") -> None:
        """Say something in the place of the note."""
        self.query_one("#token-note", Static).update(Content.styled(words, style))

    def _set_shown(self, is_shown: bool) -> None:
        self.is_shown = is_shown
        if self._ticking is not None:
            (self._ticking.resume if is_shown else self._ticking.pause)()
        self.post_message(self.Toggled(is_shown=is_shown))

    def _tick(self) -> None:
        seconds = ceil(self._until - monotonic())
        if seconds <= 0:
            self.hide()
        else:
            unit = "second" if seconds == 1 else "seconds"
            self.show_message(f"Hidden again in {seconds} {unit}.", "$warning")

    def _follow_focus(self, has_focus: bool) -> None:
        if not has_focus:
            self.hide()
