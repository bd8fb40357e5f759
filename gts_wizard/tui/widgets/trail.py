"""The step trail: where in the journey this is."""

from textual.content import Content
from textual.widgets import Static

STEPS = ("Instance", "Permissions", "Authorize", "Code", "Profile")
_ROOMY_WIDTH = 66


class StepIndicator(Static):
    """Shows the five steps with the current one marked, by shape as well as by colour.

    Args:
        current: the current step, from 1 to 5; 0 before the first.
    """

    def __init__(self, current: int = 0) -> None:
        super().__init__(markup=False)
        self._current = current

    def render(self) -> Content:
        """Draw all names where there is room, and otherwise only the current one."""
        marks = [self._mark(number) for number in range(1, len(STEPS) + 1)]
        if self.size.width >= _ROOMY_WIDTH:
            return Content(" ── ").join(
                Content.assemble(mark, " ", (name, self._style(number)))
                for number, (mark, name) in enumerate(zip(marks, STEPS, strict=True), start=1)
            )
        if not self._current:
            return Content.styled(" · ".join(STEPS), self._style(1))
        name = STEPS[self._current - 1]
        return Content.assemble(
            Content(" ").join(marks),
            f"   Step {self._current} of {len(STEPS)}: ",
            (name, self._style(self._current)),
        )

    def _mark(self, number: int) -> Content:
        if number < self._current:
            return Content.styled("✓", "$success")
        return Content.styled("●" if number == self._current else "○", self._style(number))

    def _style(self, number: int) -> str:
        if number == self._current:
            return "bold $primary"
        return "" if number < self._current else "$foreground 75%"
