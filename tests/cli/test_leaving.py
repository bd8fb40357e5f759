"""What is said once the screens are closed; `test_screens` has it from a real terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.leaving import leaving_lines
from gts_wizard.models import WizardStep
from tests.helpers.saved_state import begin_at, sign_in_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver


def said_after(driver: WizardDriver, path_before: str | None = None) -> list[str]:
    """Return the lines; the file is the same as before, unless another path is given."""
    path = driver.app.context.services.saved.custom_path
    return list(leaving_lines(driver.app, path if path_before is None else path_before))


async def test_nothing_is_said_after_only_looking(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        pass
    assert said_after(driver) == []


async def test_new_account_is_named_with_a_command_to_type(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((80, 30)) as driver:
        await begin_at(driver, practice.address, WizardStep.PROFILE)
    handle = f"@alice@{practice.address}"
    assert said_after(driver) == [
        f"You are signed in as {handle}. To run a program with this account, type: "
        f"gts-wizard run {handle} -- COMMAND"
    ]


async def test_file_that_was_moved_is_named(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        pass
    assert said_after(driver, "/elsewhere.toml") == [
        f"Everything is now kept in {credentials_path}. To use that file, run: "
        f"GTS_WIZARD_CREDENTIALS={credentials_path} gts-wizard"
    ]
