"""The access token: dots, and on request for a few seconds the text itself."""

from __future__ import annotations

from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from gts_wizard.secret import MASK

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from gts_wizard.secret import Secret

_CAUTION = "Whoever has it can do what is allowed below."
_AWAY = "Not shown, because this window was not in front. Try again."


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
