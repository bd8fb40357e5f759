"""The screens of the sign-in in order: what comes after what.

The app imports this when a sign-in begins, so that the first screen does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.models import WizardStep
from gts_wizard.tui.screens.authorize import AuthorizeScreen
from gts_wizard.tui.screens.code import CodeScreen
from gts_wizard.tui.screens.instance import InstanceScreen
from gts_wizard.tui.screens.permissions import PermissionsScreen
from gts_wizard.tui.screens.profile import ProfileScreen

if TYPE_CHECKING:
    from textual.screen import Screen

StepScreen = type[InstanceScreen | PermissionsScreen | AuthorizeScreen | CodeScreen | ProfileScreen]

# By the step of the pending sign-in; none is pending before the server is found.
_SCREENS: dict[WizardStep | None, StepScreen] = {
    None: InstanceScreen,
    WizardStep.PERMISSIONS: PermissionsScreen,
    WizardStep.AUTHORIZE: AuthorizeScreen,
    WizardStep.CODE: CodeScreen,
    WizardStep.PROFILE: ProfileScreen,
}


def step_after(screen: Screen[None]) -> StepScreen:
    """Return the screen that follows one of the sign-in's."""
    screens = list(_SCREENS.values())
    position = next(index for index, step in enumerate(screens) if step is type(screen))
    return screens[position + 1]


def steps_until(step: WizardStep, *, is_renewal: bool) -> list[StepScreen]:
    """Return the screens up to that of a step, through which Back leads.

    From the profile there is no way back to the link: it has been used. A renewal asks neither for
    the server nor, unless they are not known, for the permissions, so nothing leads back to them.

    Args:
        step: the step of the pending sign-in.
        is_renewal: whether it renews an account.
    """
    if step is WizardStep.PROFILE:
        return [InstanceScreen, ProfileScreen]
    steps = list(_SCREENS)
    first = min(steps.index(step), steps.index(WizardStep.AUTHORIZE)) if is_renewal else 0
    return [_SCREENS[earlier] for earlier in steps[first : steps.index(step) + 1]]
