"""What fields share that people paste into."""

from textual import events
from textual.message import Message
from textual.widgets import Input

HOW_TO_PASTE = "Paste with Ctrl+Shift+V, ⌘V on a Mac, or Shift and a right click."


class PasteInput(Input):
    """Takes pastes from the terminal, and says so where somebody tries another way.

    A program in a terminal can't read the clipboard: Textual's own Ctrl+V would paste what this
    program copied last, such as the link, and a plain right click goes to the program, too.
    """

    class OutOfReach(Message):
        """Somebody tried to paste in a way that can't work."""

    def action_paste(self) -> None:
        """Paste nothing."""
        self.post_message(self.OutOfReach())

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        # Textual calls Input's own handler after this one, unless that is prevented.
        if event.button != 1:
            event.prevent_default()
            self.post_message(self.OutOfReach())
