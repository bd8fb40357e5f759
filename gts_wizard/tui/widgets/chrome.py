"""The line at the top: what this program is, and whether it is practice."""

from textual.content import Content
from textual.widgets import Static


class AppHeader(Static):
    """The program's name, and in practice the accounts that can be used.

    Args:
        practice: the practice instance's address; empty when it is the real thing.
    """

    def __init__(self, practice: str) -> None:
        super().__init__(markup=False)
        self._practice = practice

    def render(self) -> Content:
        """Draw the name on the left and the practice note on the right."""
        name = "GoToSocial Wizard"
        if not self._practice:
            return Content.styled(name, "bold")
        note = "Practice: nothing here is real"
        gap = " " * max(2, self.size.width - len(name) - len(note))
        return Content.assemble((name, "bold"), gap, (note, "$warning"))
