"""The frame of every screen: header, step indicator, scrolling page, footer."""

from typing import ClassVar

from textual import actions
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Footer, Static

ARROWS = (
    Binding("down,right", "app.focus_next", show=False),
    Binding("up,left", "app.focus_previous", show=False),
)
"""What leads from button to button on every page and in every dialog."""
_KEY_NAMES = {"ctrl": "Ctrl", "enter": "Enter", "escape": "Esc", "slash": "/", "space": "Space"}
# The way back stands first, and what is the same on every page last; the others keep their order.
_FIRST, _LAST = "escape", ("f1", "ctrl+p", "ctrl+q")
STEPS = ("Instance", "Permissions", "Authorize", "Code", "Profile")
_ROOMY_WIDTH = 66
WIDTH, HEIGHT = 60, 20
"""The columns and lines that every page fits in, if need be by scrolling."""


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


def key_name(binding: Binding) -> str:
    """Return what a key is called on keyboards, such as `Ctrl+Q`, `F1` or `r`."""
    *modifiers, key = binding.key.split("+")
    letter = key.upper() if modifiers or key[1:].isdigit() else key
    return "+".join(_KEY_NAMES.get(part, part) for part in (*modifiers, letter))


class KeyFooter(Footer):
    """Textual's footer, in which the stylesheet can tell the keys apart by what they do.

    In a narrow window it leaves out those that have a button on the page.
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)
        self._laid_out: list[tuple[Binding, bool]] = []

    def compose(self) -> ComposeResult:
        """Lay out the keys, each with its action for a class, such as `-check_all`."""
        for key in sorted(super().compose(), key=_place):
            _, name, _ = actions.parse(getattr(key, "action", "none"))
            key.add_class(f"-{name}")
            yield key

    async def recompose(self) -> None:
        """Lay out the keys anew, unless they are the same: the focus moves more often than they."""
        if not self.is_attached:
            # The page was left meanwhile, and has no keys any more.
            return
        keys = [
            (binding, is_enabled)
            for _, binding, is_enabled, _ in self.screen.active_bindings.values()
            if binding.show
        ]
        if keys != self._laid_out:
            self._laid_out = keys
            await super().recompose()


def _place(shown: Widget) -> int:
    key = getattr(shown, "key", "")
    return -1 if key == _FIRST else _LAST.index(key) + 1 if key in _LAST else 0


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


class PageScroll(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Leaves the arrow keys to the screen, which goes from button to button with them.

    Textual's own would scroll instead as soon as there is anything to scroll.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="page")


class TooSmall(Static):
    """One sentence over everything; out of the way in a window that is large enough."""

    def __init__(self) -> None:
        super().__init__(
            f"This window is too small. Make it at least {WIDTH} columns wide and {HEIGHT} lines "
            "high.",
            markup=False,
        )
