"""What every screen has around its content: header, step indicator, scrolling page, footer."""

from collections.abc import Iterable
from typing import ClassVar

from textual import actions
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static
from textual.widgets._footer import FooterKey

from gts_wizard.tui.widgets.fitting_layout import FittingLayout
from gts_wizard.version import APP_NAME

_KEY_NAMES = {"ctrl": "Ctrl", "enter": "Enter", "escape": "Esc", "slash": "/", "space": "Space"}
# In the footer, Esc comes first and the keys of every screen last; the others keep their order.
_FIRST_KEY, _LAST_KEYS = "escape", ("f1", "ctrl+p", "ctrl+q")
# The actions whose keys the footer leaves out where not all of them fit, in this order: the palette
# has them all.
_DISPENSABLE = (
    *("command_palette", "move_secrets", "add", "copy", "notifications", "use_code", "submit"),
    *("filter", "sign_out", "use", "quit", "rename", "technical", "fresh"),
)
# The spaces around a key and its name.
_KEY_PADDING = 3
STEPS = ("Server", "Permissions", "Allow", "Code", "You")
"""What the user does at each step; with its marks, this fits the narrowest window."""
_ALLOW, _CODE = STEPS.index("Allow") + 1, STEPS.index("Code") + 1
MIN_WIDTH, MIN_HEIGHT = 60, 20
"""The minimum size of the window, in columns and lines."""


class AppHeader(Static):
    """The name of the program, and a note in practice.

    Args:
        practice: the address of the practice server; empty outside practice.
    """

    def __init__(self, practice: str) -> None:
        super().__init__(markup=False)
        self._practice = practice

    def render(self) -> Content:
        """Render the name on the left and the note on the right."""
        if not self._practice:
            return Content.styled(APP_NAME, "bold")
        note = "Practice: nothing here is real"
        gap = " " * max(2, self.size.width - len(APP_NAME) - len(note))
        return Content.assemble((APP_NAME, "bold"), gap, (note, "$warning"))


def key_name(binding: Binding) -> str:
    """Return the name of a binding's key as keyboards show it, such as `Ctrl+Q`, `F1` or `r`."""
    *modifiers, key = binding.key.split("+")
    letter = key.upper() if modifiers or key[1:].isdigit() else key
    return "+".join(_KEY_NAMES.get(part, part) for part in (*modifiers, letter))


class KeyFooter(Footer):
    """Textual's footer, with as many keys as fit; those that are dispensable are left out first."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)
        self._shown: tuple[list[tuple[Binding, bool]], int] = ([], 0)

    def compose(self) -> ComposeResult:
        """Lay out the keys that fit."""
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        for key in sorted(_fitting(keys, self.app.size.width), key=_position):
            # It gets its styles when it is mounted, and not first those of a compact key.
            key.set_reactive(FooterKey.compact, self.compact)
            yield key

    async def on_resize(self) -> None:
        """Lay out the keys that fit now, if any were laid out."""
        if self.children:
            await self.recompose()

    async def recompose(self) -> None:
        """Lay out the keys anew if they changed; Textual calls this on every move of the focus."""
        if not self.is_attached:
            # The screen was popped meanwhile.
            return
        keys = [
            (binding, is_enabled)
            for _, binding, is_enabled, _ in self.screen.active_bindings.values()
            if binding.show
        ]
        shown = keys, self.app.size.width
        if shown != self._shown:
            self._shown = shown
            await super().recompose()


def _fitting(keys: list[FooterKey], width: int) -> list[FooterKey]:
    for action in _DISPENSABLE:
        if sum(map(_width, keys)) <= width:
            break
        keys = [key for key in keys if actions.parse(key.action)[1] != action]
    return keys


def _width(key: FooterKey) -> int:
    return len(key.key_display) + len(key.description) + _KEY_PADDING


def _position(footer_key: FooterKey) -> int:
    key = footer_key.key
    return -1 if key == _FIRST_KEY else _LAST_KEYS.index(key) + 1 if key in _LAST_KEYS else 0


class StepIndicator(Static):
    """The five steps; the current one is marked by shape and colour.

    Args:
        current: the current step, from 1 to 5; 0 before the first.
    """

    def __init__(self, current: int = 0) -> None:
        super().__init__(markup=False)
        self._current = current

    def render(self) -> Content:
        """Render a mark and a name for each step."""
        return Content(" ── ").join(
            Content.assemble(self._mark(number), " ", (name, self._style(number)))
            for number, name in enumerate(STEPS, start=1)
        )

    def _mark(self, number: int) -> Content:
        if self._is_done(number):
            return Content.styled("✓", "$success")
        return Content.styled("●" if number == self._current else "○", self._style(number))

    def _style(self, number: int) -> str:
        if number == self._current:
            return "bold $primary"
        return "" if self._is_done(number) else "$foreground 75%"

    def _is_done(self, number: int) -> bool:
        # Only the code tells that the user has allowed it.
        return number < self._current and (number, self._current) != (_ALLOW, _CODE)


class PageScroll(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The scrolling part of a screen.

    It has no bindings for the arrow keys: the screen moves the focus with them, and
    `VerticalScroll` would scroll instead.

    Args:
        dispensable: the ids of what is left out where not all of it fits, the first one first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
    ]

    def __init__(self, dispensable: Iterable[str]) -> None:
        super().__init__(id="page")
        self._fitting_layout = FittingLayout(dispensable)

    @property
    def layout(self) -> FittingLayout:
        """The layout of what is on the page."""
        return self._fitting_layout


class TooSmallOverlay(Static):
    """The overlay for windows below the minimum size; the stylesheet shows and hides it."""

    def __init__(self) -> None:
        super().__init__(
            f"This window is too small. Make it at least {MIN_WIDTH} columns wide and {MIN_HEIGHT} "
            "lines high.",
            markup=False,
        )
