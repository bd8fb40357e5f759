"""Inputs that take pastes, and a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from gts_wizard.address import join_wrapped
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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


class AddressInput(PasteInput):
    """Takes what is typed or pasted; a paste of several lines arrives as one."""

    def _on_paste(self, event: events.Paste) -> None:
        # Input would keep the first line only, and a leading newline would paste nothing.
        event.prevent_default()
        event.stop()
        self.replace(join_wrapped(event.text), *self.selection)


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


class Checklist(OptionList):
    """Options that Enter, Space or a click ticks and unticks.

    Args:
        labels: what is shown for each value, in order.
        ticked: the values ticked at the start.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", "Tick")]

    class Changed(Message):
        """Something was ticked or unticked."""

    def __init__(self, labels: Mapping[str, str], ticked: Iterable[str]) -> None:
        self._labels = labels
        self._checked = set(ticked)
        super().__init__(*(Option(self._line(value), id=value) for value in labels), compact=True)

    @property
    def checked(self) -> list[str]:
        """The ticked values, in the order of the list."""
        return [value for value in self._labels if value in self._checked]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tick or untick what was chosen."""
        event.stop()
        value = event.option_id
        if value is not None:
            self._checked ^= {value}
            self.replace_option_prompt(value, self._line(value))
            self.post_message(self.Changed())

    def _line(self, value: str) -> Content:
        mark = "[x] " if value in self._checked else "[ ] "
        return Content.assemble((mark, "bold"), self._labels[value])
