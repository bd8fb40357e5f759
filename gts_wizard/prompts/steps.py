"""The steps of the line-mode sign-in, numbered as far as a journey has them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from gts_wizard import messages

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn


class Step(StrEnum):
    """The steps by their titles, in their order."""

    SERVER = "Server"
    PERMISSIONS = "Permissions"
    AUTHORIZE = messages.ALLOW_IN_BROWSER
    CODE = "Code"
    PROFILE = "You"


def step_title(step: Step, pending: PendingSignIn | None = None) -> str:
    """Return the title of a step, with its number.

    Args:
        step: the step.
        pending: the pending sign-in; None before the server is known. A renewal starts from its
            account's server.
    """
    is_renewal = pending is not None and bool(pending.renewed_handle)
    steps = [other for other in Step if not is_renewal or other is not Step.SERVER]
    return f"Step {steps.index(step) + 1} of {len(steps)}: {step}"
