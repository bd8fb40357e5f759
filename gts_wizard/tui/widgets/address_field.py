"""The field for an instance's address, which takes a paste whole."""

from textual import events

from gts_wizard.rules.address import unbroken
from gts_wizard.tui.widgets.paste_field import PasteField


class AddressField(PasteField):
    """Takes what is typed or pasted; a paste of several lines arrives as one."""

    def _on_paste(self, event: events.Paste) -> None:
        # Input would keep the first line only, and a leading newline would paste nothing.
        event.prevent_default()
        event.stop()
        self.replace(unbroken(event.text), *self.selection)
