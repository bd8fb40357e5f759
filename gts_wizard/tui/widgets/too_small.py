"""The sentence that asks for room, over everything."""

from textual.widgets import Static

WIDTH, HEIGHT = 60, 20
"""The columns and lines that every page fits in, if need be by scrolling."""


class TooSmall(Static):
    """One sentence over everything; out of the way in a window that is large enough."""

    def __init__(self) -> None:
        super().__init__(
            f"This window is too small. Make it at least {WIDTH} columns wide and {HEIGHT} lines "
            "high.",
            markup=False,
        )
