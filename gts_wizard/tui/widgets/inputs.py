"""Inputs with special handling of pastes, and a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from gts_wizard.secret import Secret
from gts_wizard.tui.widgets.marked_list import MarkedList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


HOW_TO_PASTE = "Paste with Ctrl+Shift+V, ⌘V on a Mac, or Shift+right-click."
_RIGHT_BUTTON = 3


class PasteInput(Input):
    """An input that takes pastes from the terminal, and asks for the clipboard on other ways.

    Textual's own Ctrl+V would paste what this program copied last, such as the link. A right click
    without Shift goes to the program as well.
    """

    class ClipboardWanted(Message):
        """The user wants to paste, and the terminal has not handed the clipboard over."""

    class UnsupportedPaste(Message):
        """The user tried to paste in a way that can't work."""

    def action_paste(self) -> None:
        """Ask for the clipboard."""
        self.post_message(self.ClipboardWanted())

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        # Textual calls Input's handler after this one, unless it is prevented.
        if event.button == _RIGHT_BUTTON:
            event.prevent_default()
            self.post_message(self.ClipboardWanted())
        elif event.button != 1:
            event.prevent_default()
            self.post_message(self.UnsupportedPaste())


class AddressInput(PasteInput):
    """The input for the address; the lines of a paste are joined."""

    def _on_paste(self, event: events.Paste) -> None:
        # The first screen, which has no such input, must not wait for it.
        from gts_wizard.address import join_wrapped  # noqa: PLC0415

        # Input would keep the first line only, and a leading newline would paste nothing.
        event.prevent_default()
        event.stop()
        self.replace(join_wrapped(event.text), *self.selection)


class CodeInput(PasteInput):
    """The input for the code; a paste is posted whole, because it may contain more than a code."""

    class Pasted(Message):
        """Something was pasted.

        Attributes:
            text: the whole paste.
        """

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
        """Do nothing: the code behind the dots is secret."""

    def action_cut(self) -> None:
        """Delete the selection without copying it, for the same reason."""
        self.delete_selection()


class Checklist(MarkedList):
    """A list of options that Space or a click ticks and unticks, and Enter submits.

    What the ticked options imply is shown as ticked as well, further in, and can't be unticked by
    itself.

    Args:
        labels: the label of each value, in order.
        checked: the values that are ticked at first.
        implied_by: returns the values that others imply.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Tick"),
        Binding("enter", "submit", "Continue"),
    ]

    class Changed(Message):
        """An option was ticked or unticked."""

    class ImpliedSelected(Message):
        """An option was to be unticked that others imply.

        Attributes:
            value: its value.
        """

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(
        self,
        labels: Mapping[str, str],
        checked: Iterable[str],
        implied_by: Callable[[Iterable[str]], Iterable[str]],
    ) -> None:
        self._labels = labels
        self._checked = set(checked)
        self._implied_by = implied_by
        self._implied = set(implied_by(self._checked))
        super().__init__(
            *(Option(self._option_text(value), id=value) for value in labels), compact=True
        )

    @property
    def checked(self) -> list[str]:
        """The ticked values, in the order of the list."""
        return [value for value in self._labels if value in self._checked]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tick or untick the option."""
        event.stop()
        value = event.option_id
        if value in self._implied:
            self.post_message(self.ImpliedSelected(value))
        elif value is not None:
            self._checked ^= {value}
            before = self._implied
            self._implied = set(self._implied_by(self._checked))
            self._show({value} | (before ^ self._implied))
            self.post_message(self.Changed())

    def action_submit(self) -> None:
        """Tell the screen that Enter was pressed."""
        self.post_message(self.Submitted())

    def relabel(self, labels: Mapping[str, str]) -> None:
        """Show other labels.

        Args:
            labels: the label of each value, which are the same as before.
        """
        self._labels = labels
        self._show(labels)

    def _show(self, values: Iterable[str]) -> None:
        for value in values:
            self.replace_option_prompt(value, self._option_text(value))

    def _option_text(self, value: str) -> Content:
        if value in self._implied:
            return Content.styled(f"  [x] {self._labels[value]}", "$foreground 75%")
        mark = "[x] " if value in self._checked else "[ ] "
        return Content.assemble((mark, "bold"), self._labels[value])
