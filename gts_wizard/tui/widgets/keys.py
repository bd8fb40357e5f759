"""The line at the bottom: the keys that do something now."""

from textual import actions
from textual.app import ComposeResult
from textual.widgets import Footer


class Keys(Footer):
    """Textual's footer, in which the stylesheet can tell the keys apart by what they do.

    In a narrow window it leaves out those that have a button on the page.
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        """Lay out the keys, each with its action for a class, such as `-check_all`."""
        for key in super().compose():
            _, name, _ = actions.parse(getattr(key, "action", "none"))
            key.add_class(f"-{name}")
            yield key
