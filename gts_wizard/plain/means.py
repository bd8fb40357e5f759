"""What the steps of the plain journey have in their hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.plain.dialogue import Dialogue
    from gts_wizard.plain.waiting import Waiting
    from gts_wizard.services.sign_in import SignIn


@dataclass(frozen=True)
class Means:
    """Handed from step to step.

    Attributes:
        sign_in: what walks an attempt from step to step.
        dialogue: who answers.
        waiting: does what takes time.
        open_link: opens a link in a browser, and tells whether that worked; None where there is
            none to open it in.
    """

    sign_in: SignIn
    dialogue: Dialogue
    waiting: Waiting
    open_link: Callable[[str], bool] | None
