"""Begins a plain journey, and ends it properly: finished, stopped, or cut off."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gts_wizard.prompts import texts
from gts_wizard.prompts.flow import SignInPrompts
from gts_wizard.prompts.means import PromptContext
from gts_wizard.prompts.prompter import Aborted, Prompter, StoppedByUser
from gts_wizard.prompts.runner import StepRunner
from gts_wizard.prompts.unsaved_token import UnsavedTokenGuard
from gts_wizard.signals import ending_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from gts_wizard.services.container import Services
    from gts_wizard.services.verifying import SignInResult


def run_flow(
    services: Services,
    way: Callable[[SignInPrompts], SignInResult],
    open_link: Callable[[str], bool] | None = None,
) -> SignInResult | None:
    """Walk a journey, and say whom it led to.

    Args:
        services: what the steps call.
        way: which journey it is.
        open_link: opens a link in a browser; None where there is none to open it in.

    Returns:
        How it ended well; None where it was left before that.

    Raises:
        WizardError: nobody could be asked how to go on after it.
    """
    dialogue = Prompter()
    with _ended_like_ctrl_c(), asyncio.Runner() as runner:
        parting = UnsavedTokenGuard(runner, dialogue, services.sign_in)
        waiting = StepRunner(runner, dialogue, services.accounts, parting)
        journey = SignInPrompts(PromptContext(services.sign_in, dialogue, waiting, open_link))
        dialogue.print(texts.WELCOME)
        try:
            met = way(journey)
        except Aborted as left:
            end = left
        except KeyboardInterrupt:
            dialogue.print("")
            end = StoppedByUser()
        else:
            dialogue.print(*texts.signed_in(met, services.accounts.display_path))
            return met
        finally:
            parting.finish()
            runner.run(services.http.aclose())
    is_kept = journey.pending is not None and parting.everything_saved
    dialogue.print(f"{end.why} {texts.SAVED_SO_FAR}" if is_kept else end.why)
    return None


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Leave as after Ctrl+C when the terminal is closed or the computer shut down."""

    def interrupt(_number: int, frame: FrameType | None) -> None:
        # Raised as a signal it would be lost where SIGINT is ignored, as in a script's background.
        handler = signal.getsignal(signal.SIGINT)
        (handler if callable(handler) else signal.default_int_handler)(signal.SIGINT, frame)

    before = {number: signal.signal(number, interrupt) for number in ending_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
