"""The entries of the command palette (Ctrl+P), and their list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import command
from textual.app import SystemCommand

from gts_wizard.secret import SecretStorage
from gts_wizard.tui.themes import CONTRAST, DARK, LIGHT
from gts_wizard.tui.widgets.marked_list import MarkedList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import App
    from textual.screen import Screen

    from gts_wizard.tui.context import TuiContext

# Quit has an entry with its own text, and the palette can't open itself.
_EXCLUDED_ACTIONS = frozenset({"quit", "command_palette"})
_THEME_COMMANDS = (
    (DARK, "Dark theme", "Light text on a dark background"),
    (LIGHT, "Light theme", "Dark text on a light background"),
    (CONTRAST, "High contrast theme", "White and yellow text on black"),
)


class MarkedCommandList(command.CommandList, MarkedList):
    """The list of the palette, with a mark in front of the chosen entry."""


# The palette makes its list itself, and Textual has no option for which.
command.CommandList = MarkedCommandList  # type: ignore[misc]


def commands(
    app: App[None],
    screen: Screen[object],
    context: TuiContext,
    set_theme: Callable[[str], object],
    move_all_secrets: Callable[[SecretStorage], object],
) -> Iterator[SystemCommand]:
    """Yield the entries: the screen's actions, the themes, moving the secrets, and quitting.

    Args:
        app: the app, which runs the actions.
        screen: the screen in front when the palette opens.
        context: says whether this is practice, which has no secrets to move.
        set_theme: switches to the theme of that name.
        move_all_secrets: moves the secrets of all accounts to the file or the keyring.
    """
    # Of an action with several keys, only the first is named.
    offered = set(_EXCLUDED_ACTIONS)
    for _, binding, is_enabled, _ in screen.active_bindings.values():
        if binding.show and is_enabled and binding.action not in offered:
            offered.add(binding.action)
            key = app.get_key_display(binding)
            description = binding.tooltip or "Something this page can do"
            run = partial(app.run_action, binding.action, screen)
            yield SystemCommand(binding.description, f"{description} (key {key})", run)
    for theme, title, description in _THEME_COMMANDS:
        yield SystemCommand(title, description, partial(set_theme, theme.name))
    if not context.practice:
        description = "For all accounts, now and in future"
        for storage, title in (
            (SecretStorage.KEYRING, "Keep secrets in the keyring"),
            (SecretStorage.FILE, "Keep secrets in the file"),
        ):
            yield SystemCommand(title, description, partial(move_all_secrets, storage))
    description = "Practice saves nothing" if context.practice else "Your progress is saved"
    yield SystemCommand("Quit", description, app.action_quit)
