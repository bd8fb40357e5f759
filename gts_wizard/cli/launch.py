"""Runs what a command needs: a coroutine that uses the services, or the screens."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

from gts_wizard.cli.leaving import leaving_lines
from gts_wizard.cli.output import DONE, USAGE_ERROR, print_error
from gts_wizard.cli.request_log import request_log
from gts_wizard.program import program

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from gts_wizard.services.container import Services
    from gts_wizard.tui.app import WizardApp


T = TypeVar("T")
_PLAIN_TERMINALS = frozenset({"", "dumb", "unknown"})


def run_with_services(services: Services, work: Coroutine[object, None, T]) -> T:
    """Run a coroutine in an event loop, and close the services, whether or not it fails.

    Args:
        services: the services that the coroutine uses.
        work: the coroutine.

    Returns:
        Its result.
    """
    import asyncio  # noqa: PLC0415

    async def run_and_close() -> T:
        try:
            return await work
        finally:
            await services.aclose()

    return asyncio.run(run_and_close())


def has_terminal() -> bool:
    """Return whether standard input and standard error are a terminal, to ask and answer at."""
    streams = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def can_show_screens() -> bool:
    """Return whether there is a terminal that can move the cursor, going by TERM."""
    is_capable = os.environ.get("TERM", "") not in _PLAIN_TERMINALS
    return has_terminal() and (is_capable or sys.platform == "win32")


def open_wizard(
    path: Path | None = None,
    practice: str = "",
    begin: Callable[[WizardApp], object] | None = None,
    *,
    may_open_browser: bool = True,
    verbose: bool = False,
) -> int:
    """Show the wizard's screens until the user quits, and say then what is kept.

    Args:
        path: the credentials file; the user's own when left out.
        practice: the practice server's address; empty where the wizard does not practise.
        begin: starts a sign-in or a renewal once the app runs; the home screen is shown when left
            out.
        may_open_browser: whether the wizard may open a browser.
        verbose: whether `--verbose` was given: the request log is printed at the end, since the
            screens are drawn on standard error, too.

    Returns:
        The exit code: that of the app, or 2 where `begin` was given and nobody signed in, or where
        the terminal can't show the screens.
    """
    if not can_show_screens():
        print_error(
            "The wizard needs a terminal that can show its screens. To sign in line by line, run: "
            f"{program()} sign-in --plain. To use an account from a script, run: {program()} token"
        )
        return USAGE_ERROR
    log_lines: list[str] = []
    log = request_log(log_lines.append, verbose=verbose)
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    from gts_wizard.tui.terminal import query_terminal  # noqa: PLC0415

    with ThreadPoolExecutor(max_workers=1) as executor:
        # On a slow line the answer takes long, and so do the imports.
        terminal = executor.submit(query_terminal)
        from gts_wizard.services.container import open_services  # noqa: PLC0415
        from gts_wizard.tui.app import WizardApp  # noqa: PLC0415
        from gts_wizard.tui.textual_patches import patch_input_decoder  # noqa: PLC0415

    patch_input_decoder()
    services = open_services(path, log)
    app = WizardApp(
        services,
        practice,
        begin=begin,
        may_open_browser=may_open_browser,
        terminal=terminal.result(),
    )
    before = services.saved.custom_path
    try:
        app.run()
    finally:
        for line in log_lines:
            print_error(line)
        for line in leaving_lines(app, before):
            print_error(line)
    is_cancelled = begin is not None and not app.signed_in_handles
    return app.return_code or (USAGE_ERROR if is_cancelled else DONE)
