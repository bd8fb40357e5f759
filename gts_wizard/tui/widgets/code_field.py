"""The field for the authorization code: shown as dots, read for whatever was pasted."""

from textual import events
from textual.message import Message

from gts_wizard.secret import Secret
from gts_wizard.tui.widgets.inputs import PasteInput


class CodeInput(PasteInput):
    """Takes a code; what is pasted is handed on whole, since it may be more than a code."""

    class Pasted(Message):
        """Something was pasted."""

        def __init__(self, text: Secret) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__(placeholder="Paste the code here", password=True)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted(Secret(event.text)))

    def action_copy(self) -> None:
        """Copy nothing: the dots stand for something that must not be seen."""

    def action_cut(self) -> None:
        """Cut without copying, for the same reason."""
        self.delete_selection()
