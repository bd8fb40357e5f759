"""The line at the bottom: the keys that do something now, called as the texts call them."""

from textual import actions
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Footer

ARROWS = (
    Binding("down,right", "app.focus_next", show=False),
    Binding("up,left", "app.focus_previous", show=False),
)
"""What leads from button to button on every page and in every dialog."""
_KEY_NAMES = {"ctrl": "Ctrl", "enter": "Enter", "escape": "Esc", "slash": "/", "space": "Space"}
# The way back stands first, and what is the same on every page last; the others keep their order.
_FIRST, _LAST = "escape", ("f1", "ctrl+p", "ctrl+q")


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
