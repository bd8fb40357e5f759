"""The link as a QR code, for a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from gts_wizard.tui.widgets.qr_code import QrCode

if TYPE_CHECKING:
    from textual.app import ComposeResult


class QrDialog(ModalScreen[None]):
    """A QR code as large as the window, and nothing else.

    Args:
        url: what it says, of our own making.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "leave", "Back")]

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def compose(self) -> ComposeResult:
        """Lay out the code over one line of help."""
        with Vertical(id="qr"):
            yield QrCode(self._url)
            yield Static("Scan it with your phone. Esc goes back.", markup=False)
            yield Static(
                "Boxes instead of a pattern? Make the letters of your terminal smaller.",
                id="boxes",
                markup=False,
            )

    def on_resize(self, event: events.Resize) -> None:
        """Draw the code anew; two lines are left for the help under it."""
        is_roomy = self.query_one(QrCode).fit(event.size - Size(0, 2))
        self.query_one("#boxes").set_class(is_roomy, "hidden")

    def action_leave(self) -> None:
        """Go back to the link."""
        if self.is_current:
            self.dismiss()
