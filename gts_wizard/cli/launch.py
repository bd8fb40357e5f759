"""Starts what a command needs: services in an event loop, or the full screen."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, TypeVar

from gts_wizard.cli.output import DONE, USAGE_ERROR, print_error
from gts_wizard.messages import TOKEN_MAY_EXIST, TOKEN_NOT_SAVED, TOKEN_STILL_VALID

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from gts_wizard.services.container import Services
    from gts_wizard.tui.app import WizardApp


T = TypeVar("T")
_MOVED = (
    "Everything is kept in {path} now. To start with that file, run: "
    "GTS_WIZARD_CREDENTIALS={word} gts-wizard"
)
_PLAIN_TERMINALS = frozenset({"", "dumb", "unknown"})


def run_with_services(services: Services, work: Coroutine[object, None, T]) -> T:
    """Do what takes time, and close what it opened, however it ends.

    Args:
        services: what the work uses.
        work: what is done.
    """
    import asyncio  # noqa: PLC0415

    async def done() -> T:
        try:
            return await work
        finally:
            await services.aclose()

    return asyncio.run(done())


def has_terminal() -> bool:
    """Tell whether somebody sits at a terminal who can answer questions."""
    return all(one is not None and one.isatty() for one in (sys.stdin, sys.stderr))


def can_show_screens() -> bool:
    """Tell whether the terminal can do more than print one line after the other."""
    names_itself = os.environ.get("TERM", "") not in _PLAIN_TERMINALS
    return has_terminal() and (names_itself or sys.platform == "win32")


def open_wizard(
    path: Path | None = None,
    practice: str = "",
    begin: Callable[[WizardApp], object] | None = None,
    *,
    opens_browser: bool = True,
) -> int:
    """Show the wizard until the person leaves it.

    Args:
        path: the credentials file; the person's own when left out.
        practice: the practice instance's address; empty when it is the real thing.
        begin: the journey that was asked for; the wizard starts at Home when left out.
        opens_browser: whether it may open one.

    Returns:
        The exit code: also 2 where a journey was asked for, and nobody signed in.
    """
    if not can_show_screens():
        print_error(
            "The wizard needs a terminal that can show its screens. To sign in line by line, run: "
            "gts-wizard sign-in --plain. To use an account from a script, run: gts-wizard token"
        )
        return USAGE_ERROR
    from gts_wizard.services.container import open_services  # noqa: PLC0415
    from gts_wizard.tui.app import WizardApp  # noqa: PLC0415
    from gts_wizard.tui.terminal import query_terminal  # noqa: PLC0415
    from gts_wizard.tui.textual_patches import patch_input_decoder  # noqa: PLC0415

    patch_input_decoder()
    services = open_services(path)
    app = WizardApp(
        services,
        practice,
        begin=begin,
        opens_browser=opens_browser,
        terminal=query_terminal(),
    )
    before = services.accounts.custom_path
    try:
        app.run()
    finally:
        # Told to go by a signal, nobody was asked, and ending it failed; or it was not waited for.
        if services.sign_in.has_unsaved_tokens:
            print_error(f"{TOKEN_NOT_SAVED} {TOKEN_STILL_VALID}")
        elif app.context.quit_state.skip_cleanup:
            print_error(TOKEN_MAY_EXIST)
        if services.accounts.custom_path != before:
            print_error(
                _MOVED.format(
                    path=services.accounts.display_path,
                    word=shlex.quote(services.accounts.custom_path),
                )
            )
    is_cancelled = begin is not None and not app.has_signed_in
    return app.return_code or (USAGE_ERROR if is_cancelled else DONE)
