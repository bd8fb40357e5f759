"""Prints the completions that a shell asks for; only imported then."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from argcomplete.finders import CompletionFinder

from gts_wizard.environment import TOKEN_VARIABLE

if TYPE_CHECKING:
    import argparse


def print_completions(parser: argparse.ArgumentParser) -> None:
    """Print the completions of the line that the shell has put in the environment, and exit."""
    # argcomplete starts bash to complete the names of files.
    os.environ.pop(TOKEN_VARIABLE, None)
    _CompletionFinder()(parser, always_complete_options=False)


class _CompletionFinder(CompletionFinder):
    """Completes names with an @ in them for bash, too."""

    def quote_completions(
        self, completions: list[str], cword_prequote: str, last_wordbreak_pos: int | None
    ) -> list[str]:
        """Leave out of completions what bash has before the part of the word that it replaces.

        That part begins after a colon or an equals sign, but with an @ itself: to bash, which
        breaks words there unless `hostcomplete` is off, it begins the name of a host.
        """
        position = last_wordbreak_pos
        if position is not None and any(text.startswith("@", position) for text in completions):
            position -= 1
        return super().quote_completions(completions, cword_prequote, position)
