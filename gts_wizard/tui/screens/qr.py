"""The link as a QR code, for a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import Static

from gts_wizard.address import is_loopback
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.qr_code import QrCode, QrStyle

if TYPE_CHECKING:
    from textual.app import ComposeResult

_HOW = "The page opens there. Bring the code it shows back to this window."
_HOW_NEAR = (
    "This server is on this computer alone, so no phone reaches it. A real one's page opens there."
)
_BOXES = "Boxes instead of a pattern? Make the letters of your terminal smaller."
_BACK = "Esc or a click goes back."
# What stands beside the code, the gap included; the narrowest that reads well.
_WORDS_WIDTH = 18


class QrDialog(Dialog[None]):
    """A QR code as large as the window allows, and a few words beside it.

    Args:
        url: what it says, of our own making.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "leave", "Back")]

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._is_near = is_loopback(urlsplit(url).hostname or "")

    def compose(self) -> ComposeResult:
        """Lay out the code, and the words to its right: a terminal is wider than it is high."""
        with Horizontal(id="qr"):
            yield QrCode(self._url)
            with Vertical():
                yield Static("Scan it with your phone", id="heading", markup=False)
                yield Static(id="how", markup=False)
                yield Static(_BOXES, id="boxes", markup=False)
                yield Static(_BACK, id="back", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Draw the code anew, for the room there is now."""
        code = self.query_one(QrCode)
        drawn = code.fit(event.size - Size(_WORDS_WIDTH, 0))
        self.query_one("#boxes").set_class(drawn is not QrStyle.SEXTANTS, "hidden")
        self.set_class(drawn is QrStyle.NOT_AT_ALL, "-no-room")
        how = _HOW_NEAR if self._is_near else _HOW
        told = _no_room(code.least_room) if drawn is QrStyle.NOT_AT_ALL else how
        self.query_one("#how", Static).update(told)

    def on_click(self) -> None:
        """Go back, for hands that are on the mouse."""
        self.action_leave()

    def action_leave(self) -> None:
        """Go back to the link."""
        if self.is_active:
            self.dismiss()


def _no_room(code: Size) -> str:
    return (
        f"This window is too small for the code. Make it at least {code.width + _WORDS_WIDTH} "
        f"columns wide and {code.height} lines high, or copy the link instead."
    )
