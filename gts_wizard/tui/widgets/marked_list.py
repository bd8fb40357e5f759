"""A list whose chosen row is seen without colours, too."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import OptionList

from gts_wizard.tui.widgets.arrow_keys import focus_row

MARK = "›"  # noqa: RUF001 - no `>` is meant
"""What stands in front of the chosen row; bold while Enter acts on it."""
_BOLD, _NOT_BOLD = Style(bold=True), Style(bold=False)


class MarkedList(OptionList):
    """A list with a mark in front of its chosen row, which has one text colour.

    That row is on a ground of its own, where the colours for the usual one would be faint. The
    arrow keys lead out of the list, where there is something else to go to.
    """

    def allow_focus(self) -> bool:
        """Return whether there is a row to choose: the focus on an empty list would not be seen."""
        return super().allow_focus() and self.option_count > 0

    def action_cursor_down(self) -> None:
        """Choose the next row; after the last one, focus what is below the list."""
        if not self._leave_from(self.option_count - 1, 1):
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Choose the row above; before the first one, focus what is above the list."""
        if not self._leave_from(0, -1):
            super().action_cursor_up()

    def _leave_from(self, end: int, step: int) -> bool:
        """Focus what is beyond an end of the list, and return whether anything is.

        Args:
            end: the first row or the last; from any other, nothing is done.
            step: as for `focus_row`.
        """
        # The list of the palette never has the focus: its field passes the keys on to it.
        is_at_end = self.has_focus and self.highlighted == end
        return is_at_end and focus_row(self.screen, step) is not self

    def render_line(self, y: int) -> Strip:
        """Render a line; the first that is seen is 0."""
        strip = super().render_line(y)
        if self.highlighted is None:
            return strip
        line = self.scroll_offset.y + y - self._index_to_line[self.highlighted]
        if not 0 <= line < self._heights[self.highlighted]:
            return strip
        row = self.get_visual_style("option-list--option", "option-list--option-highlighted")
        ink = Style(color=row.rich_style.color)
        strip = Strip(Segment.apply_style(strip, post_style=ink), strip.cell_length)
        if line:
            return strip
        # The stylesheet leaves the first column empty.
        [margin] = strip.crop(0, 1)
        weight = _NOT_BOLD if self.can_focus and not self.has_focus else _BOLD
        mark = Segment.apply_style([margin._replace(text=MARK)], post_style=weight)
        return Strip.join([Strip(mark, 1), strip.crop(1)])
