"""A list of things to tick, with the tick itself to be seen rather than its colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
