"""The box on Home that offers to continue or to forget what is unfinished."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from gts_wizard import messages
from gts_wizard.models import WizardStep
from gts_wizard.tui.widgets.marked_list import MarkedList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gts_wizard.models import PendingSignIn


class ResumeBox(Vertical):
    """The pending sign-ins, of which one is chosen; hidden, and empty, until there is one.

    Several are listed, a line each; the buttons are for the chosen one.
    """

    def __init__(self) -> None:
        super().__init__(id="resume-box")
        self._pending: Sequence[PendingSignIn] = ()
        self._list = MarkedList(id="unfinished", compact=True)
        self._text = Static(markup=False)
        self._forget = Button(id="discard")
        self.display = False

    @property
    def chosen(self) -> PendingSignIn | None:
        """The pending sign-in that the buttons are for; None where there is none."""
        return self._pending[self._list.highlighted or 0] if self._pending else None

    async def show(self, pending_sign_ins: Sequence[PendingSignIn]) -> None:
        """Show pending sign-ins; the chosen one stays chosen.

        Args:
            pending_sign_ins: all that can be continued, the newest first.
        """
        previous = self.chosen.state if self.chosen else ""
        self._pending = pending_sign_ins
        self.display = bool(pending_sign_ins)
        if not pending_sign_ins:
            return
        states = [pending.state for pending in pending_sign_ins]
        with self.prevent(OptionList.OptionHighlighted):
            self._list.set_options(map(_option, pending_sign_ins))
            self._list.highlighted = states.index(previous) if previous in states else 0
        self._list.display = len(states) > 1
        # Before it is mounted: the button gets the focus, and is scrolled to, at its final place.
        self._show_chosen()
        if not self.children:
            continue_button = Button("Continue", variant="primary", id="continue")
            await self.mount(
                self._list, self._text, Horizontal(continue_button, self._forget, classes="buttons")
            )

    def focus_first(self) -> None:
        """Focus the list, or where one alone is unfinished, the button that continues it."""
        (self._list if self._list.display else self.query_one("#continue")).focus()

    @on(OptionList.OptionHighlighted, "#unfinished")
    def _show_chosen(self) -> None:
        pending = self.chosen
        if pending is not None:
            unfinished = messages.unfinished(pending, datetime.now(UTC))
            self._text.update(f"{unfinished} {_question(pending)}")
            self._forget.label = _forget_label(pending)
            self._forget.refresh(layout=True)


def _option(pending: PendingSignIn) -> Option:
    when = messages.relative_time(pending.started_at, datetime.now(UTC))
    if pending.renewed_handle:
        text = f"Renew {pending.renewed_handle} · {when}"
    elif pending.username:
        text = f"Sign in as {pending.requested_handle} · {when}"
    else:
        text = f"Sign in to {pending.server.account_domain} · {when}"
    return Option(Content(text))


def _question(pending: PendingSignIn) -> str:
    if pending.step is not WizardStep.PROFILE:
        return "Continue where you left off?"
    return "Continue, and see who signed in?"


def _forget_label(pending: PendingSignIn) -> str:
    return "Forget this renewal" if pending.renewed_handle else "Forget this sign-in"
