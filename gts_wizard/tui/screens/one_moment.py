"""Covers the pages while the wizard is being left and something must still be finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from gts_wizard.messages import WAITING_FOR_SERVER
from gts_wizard.tui.widgets.keys import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ExitOverlay(ModalScreen[None]):
    """Says what is waited for, and lets nobody begin anything new."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # A field would take the key for copying.
        Binding("ctrl+c", "app.leave_at_once", "Leave without waiting", priority=True)
    ]

    def compose(self) -> ComposeResult:
        """Lay out the sentence."""
        with Vertical(classes="dialog small"):
            yield Static(WAITING_FOR_SERVER, markup=False)
        yield KeyFooter()
