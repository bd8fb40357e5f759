"""The command palette: what the page in front can do, and what is the program's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from gts_wizard.secret import SecretStorage
from gts_wizard.tui.themes import CONTRAST, DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import App
    from textual.screen import Screen

    from gts_wizard.tui.context import TuiContext

# It has a name of its own in the palette, or can't be called from there.
_NOT_OFFERED = frozenset({"quit", "command_palette"})
_LOOKS = (
    (DARK, "Dark colours", "Light letters on a dark ground"),
    (LIGHT, "Light colours", "Dark letters on a light ground"),
    (CONTRAST, "High contrast", "White and yellow letters on black"),
)


def commands(
    app: App[None],
    screen: Screen[object],
    context: TuiContext,
    set_theme: Callable[[str], object],
    move_all_secrets: Callable[[SecretStorage], object],
) -> Iterator[SystemCommand]:
    """Return what the palette offers, in plain words.

    Args:
        app: runs the actions.
        screen: the page in front of which the palette opens.
        context: whether this is practice.
        set_theme: shows the wizard in the theme of that name.
        move_all_secrets: moves the secrets of all accounts.
    """
    # Some actions have several keys; the first is the one to learn.
    offered = set(_NOT_OFFERED)
    for _, binding, is_enabled, _ in screen.active_bindings.values():
        if binding.show and is_enabled and binding.action not in offered:
            offered.add(binding.action)
            key = app.get_key_display(binding)
            told = binding.tooltip or "Something this page can do"
            run = partial(app.run_action, binding.action, screen)
            yield SystemCommand(binding.description, f"{told} (key {key})", run)
    for theme, title, told in _LOOKS:
        yield SystemCommand(title, told, partial(set_theme, theme.name))
    if not context.practice:
        told = "Those of all accounts, and of all to come"
        for place, title in (
            (SecretStorage.KEYRING, "Keep secrets in the keyring"),
            (SecretStorage.FILE, "Keep secrets in the file"),
        ):
            yield SystemCommand(title, told, partial(move_all_secrets, place))
    told = (
        "Leave; practice keeps nothing" if context.practice else "Leave the wizard; nothing is lost"
    )
    yield SystemCommand("Quit", told, app.action_quit)
