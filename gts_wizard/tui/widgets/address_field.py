"""The field for an instance's address, which takes a paste whole."""

from textual import events

from gts_wizard.address import join_wrapped
from gts_wizard.tui.widgets.inputs import PasteInput


class AddressInput(PasteInput):
    """Takes what is typed or pasted; a paste of several lines arrives as one."""

    def _on_paste(self, event: events.Paste) -> None:
        # Input would keep the first line only, and a leading newline would paste nothing.
        event.prevent_default()
        event.stop()
        self.replace(join_wrapped(event.text), *self.selection)
