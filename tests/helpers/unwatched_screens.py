"""Lets Textual leave out what nobody sees in tests; the installed program does all of it.

It takes about a quarter of the time of a page. What a test looks at is drawn when it looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.stylesheet import Stylesheet

if TYPE_CHECKING:
    import pytest
    from textual.css.model import RuleSet
    from textual.screen import Screen

_parse_rules = Stylesheet._parse_rules
_rules: dict[tuple[object, ...], list[RuleSet]] = {}


def draw_only_when_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no frames: Textual draws each one in full, and throws it away without a terminal."""
    monkeypatch.setattr(Compositor, "render_update", _render_nothing)


def parse_styles_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep parsed styles from one app to the next: each would parse all of them, some twice."""
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_rules_once)


def _render_nothing(
    _: Compositor,
    full: bool = False,  # noqa: ARG001
    screen_stack: list[Screen[object]] | None = None,
    simplify: bool = False,  # noqa: ARG001
) -> None:
    # Dialogs that are looked at show what is below them.
    visible_screen_stack.set(screen_stack or [])


def _parse_rules_once(self: Stylesheet, *arguments: Any, **options: Any) -> list[RuleSet]:
    key = (*arguments, *options.items(), *self._variables.items())
    if key not in _rules:
        _rules[key] = _parse_rules(self, *arguments, **options)
    return _rules[key]
