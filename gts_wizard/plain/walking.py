"""Begins a plain journey, and ends it properly: finished, stopped, or cut off."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gts_wizard.plain import words
from gts_wizard.plain.dialogue import Dialogue, Left, Stopped
from gts_wizard.plain.journey import PlainJourney
from gts_wizard.plain.means import Means
from gts_wizard.plain.parting import Parting
from gts_wizard.plain.waiting import Waiting
from gts_wizard.signals import ending_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from gts_wizard.services.verifying import SignedIn
    from gts_wizard.services.wiring import Services


def walk(
    services: Services,
    way: Callable[[PlainJourney], SignedIn],
    open_link: Callable[[str], bool] | None = None,
) -> SignedIn | None:
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
    dialogue = Dialogue()
    with _ended_like_ctrl_c(), asyncio.Runner() as runner:
        parting = Parting(runner, dialogue, services.sign_in)
        waiting = Waiting(runner, dialogue, services.accounts, parting)
        journey = PlainJourney(Means(services.sign_in, dialogue, waiting, open_link))
        dialogue.say(words.WELCOME)
        try:
            met = way(journey)
        except Left as left:
            end = left
        except KeyboardInterrupt:
            dialogue.say("")
            end = Stopped()
        else:
            dialogue.say(*words.person(met, services.accounts.path))
            return met
        finally:
            parting.finish()
            runner.run(services.connection.aclose())
    is_kept = journey.attempt is not None and parting.is_all_kept
    dialogue.say(f"{end.why} {words.KEPT}" if is_kept else end.why)
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
