"""What the steps of the plain journey have in their hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.prompts.prompter import Prompter
    from gts_wizard.prompts.runner import StepRunner
    from gts_wizard.services.sign_in import SignInFlow


@dataclass(frozen=True)
class PromptContext:
    """Handed from step to step.

    Attributes:
        sign_in: what walks an attempt from step to step.
        dialogue: who answers.
        waiting: does what takes time.
        open_link: opens a link in a browser, and tells whether that worked; None where there is
            none to open it in.
    """

    sign_in: SignInFlow
    prompter: Prompter
    runner: StepRunner
    open_link: Callable[[str], bool] | None
