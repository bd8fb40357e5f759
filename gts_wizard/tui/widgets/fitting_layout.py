"""A layout that leaves out what matters least where there is no room for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.layouts.vertical import VerticalLayout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.geometry import Size
    from textual.layout import ArrangeResult
    from textual.widget import Widget


class FittingLayout(VerticalLayout):
    """Puts widgets below each other, and leaves some out until the others fit.

    Args:
        dispensable: the ids of those that may be left out, the first one first.
    """

    def __init__(self, dispensable: Iterable[str]) -> None:
        super().__init__()
        self._dispensable = tuple(dispensable)

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Place the widgets for which there is room; Textual calls this."""
        placements = super().arrange(parent, children, size, greedy)
        for dispensable in self._dispensable:
            if all(placement.region.bottom <= size.height for placement in placements):
                break
            children = [child for child in children if child.id != dispensable]
            placements = super().arrange(parent, children, size, greedy)
        return placements
