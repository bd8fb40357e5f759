"""The QR code of a link: on the screen, or as a picture where the window is too small for it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import Button, Static

from gts_wizard import browser
from gts_wizard.tui.help_text import QR_CODE
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.qr_code import QrCode
from gts_wizard.validation import is_loopback

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.worker import Worker

_SCAN_HINT = "The page opens there. Bring the code it shows back to this window."
_LOOPBACK_SCAN_HINT = (
    "Only this computer can reach this server. With a real one, the page opens on your phone."
)
_SIZE_NEEDED = "The QR code needs {columns} columns and {lines} lines. A smaller font helps, too."
_PRESS_O = "Or press o to open it as a picture."
_COPY_INSTEAD = "Or go back, and copy the link instead."
_PICTURE_OPENS = "The picture opens in a window of its own. It's deleted once you go back here."
_PICTURE_FAILED = "The picture didn't open. Make this window larger, or copy the link instead."
_BACK_HINT = "Esc or a click goes back."
# The width of the text beside the code, with the gap; the least that is readable.
_TEXT_WIDTH = 18


class QrDialog(Dialog[None]):
    """A QR code with a short explanation beside it; where it does not fit, how to get at it.

    Args:
        url: the link to encode; made by this program.
        can_open_picture: whether this computer can show the code as a picture.
    """

    AUTO_FOCUS = ""
    help = QR_CODE

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "leave", "Back"),
        Binding("o", "picture", "Open picture", tooltip="Show the QR code in another window"),
    ]

    def __init__(self, url: str, *, can_open_picture: bool) -> None:
        super().__init__()
        self._url = url
        self._can_open_picture = can_open_picture
        self._is_loopback = is_loopback(urlsplit(url).hostname or "")
        self._folders = ExitStack()

    def compose(self) -> ComposeResult:
        """Lay out the text to the right of the code: a terminal is wider than it is high."""
        with Horizontal(id="qr"):
            yield QrCode(self._url)
            with Vertical():
                yield Static(id="heading", markup=False)
                yield Static(id="how", markup=False)
                if self._can_open_picture:
                    yield Button("Open picture", id="picture")
                yield Static(_BACK_HINT, id="back", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Redraw the code for the new window size, or say which size it needs."""
        code = self.query_one(QrCode)
        has_room = code.fit(event.size - Size(_TEXT_WIDTH, 0))
        self.set_class(not has_room, "-no-room")
        heading = "Scan it with your phone" if has_room else "Make this window larger"
        self.query_one("#heading", Static).update(heading)
        scan_hint = _LOOPBACK_SCAN_HINT if self._is_loopback else _SCAN_HINT
        self._explain(scan_hint if has_room else self._other_ways(code.min_size))
        if not has_room:
            self.query("#picture").focus()

    def _other_ways(self, code: Size) -> str:
        needed = _SIZE_NEEDED.format(columns=code.width + _TEXT_WIDTH, lines=code.height)
        alternative = _PRESS_O if self._can_open_picture else _COPY_INSTEAD
        return f"{needed} {alternative}"

    def _explain(self, text: str) -> None:
        self.query_one("#how", Static).update(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Enable the picture only where it can be shown."""
        return action != "picture" or self._can_open_picture

    @on(Button.Pressed, "#picture")
    def action_picture(self) -> None:
        """Open the code in the program that shows pictures."""
        _: Worker[None] = self.run_worker(
            self._open_picture, description="opening the QR code", exclusive=True
        )

    async def _open_picture(self) -> None:
        result = browser.OpenResult.FAILED
        with suppress(OSError):
            folder = self._folders.enter_context(TemporaryDirectory(prefix="gts-wizard-"))
            picture = self.query_one(QrCode).save_picture(Path(folder))
            result = await asyncio.to_thread(browser.open_and_watch, picture.as_uri())
        self._explain(_PICTURE_FAILED if result is browser.OpenResult.FAILED else _PICTURE_OPENS)

    def on_unmount(self) -> None:
        """Delete the picture: it holds what identifies this sign-in."""
        self._folders.close()

    def on_click(self) -> None:
        """Go back on a click anywhere."""
        self.action_leave()

    def action_leave(self) -> None:
        """Go back to the link."""
        if self.is_active:
            self.dismiss()
