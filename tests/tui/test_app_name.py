"""The name under which the server lists the wizard: said, changed, registered and shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from gts_wizard.models import WizardStep
from gts_wizard.storage.store import Store
from gts_wizard.tui.screens.app_name import AppNameDialog
from gts_wizard.version import APP_NAME
from tests.helpers.saved_state import begin_at, save_pending, sign_in_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_LISTED = f"Your server will list this as “{APP_NAME}”."


def _names(credentials_path: Path) -> list[str]:
    return [registration.name for registration in Store(credentials_path).load().registrations]


async def _rename(driver: WizardDriver, name: str) -> None:
    await driver.press("n")
    await driver.type(name)
    await driver.press("enter")


async def test_one_key_changes_the_name_that_is_registered(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    async with start_wizard((60, 20)) as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        assert await driver.sizes_without(_LISTED, "n Name") == []
        await _rename(driver, "  Cat   bot ")
        assert await driver.sizes_without("Your server will list this as “Cat bot”.") == []
        assert practice.requests.count("POST /api/v1/apps") == 0
        await driver.press("enter")
        registered = "Asks for: Look around and post. Registered there as “Cat bot”."
        assert await driver.sizes_without(registered) == []
        await driver.press("f3")
        [registration] = Store(credentials_path).load().registrations
        details = f"Client id: {registration.client_id}. Scopes: read write:media write:statuses."
        assert await driver.sizes_without(details) == []
        await driver.press("f3")
        assert registered in driver.screen_text
        await driver.press("f3", "escape")
        assert registered in driver.screen_text, "Esc closes the details first"
        await driver.press("escape")
        assert "What may programs on this computer do?" in driver.screen_text
        driver.app.begin_sign_in(practice.address)
        await driver.wait_until_idle()
        await driver.press("enter", "enter")
        assert _LISTED in driver.screen_text, "each sign-in has a name of its own"
    assert _names(credentials_path) == ["Cat bot"]


async def test_going_back_to_change_the_name_makes_another_link(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("enter")
        link = driver.link
        await driver.press("escape", "enter")
        assert driver.link == link
        await driver.press("escape")
        await _rename(driver, "Cat bot")
        await driver.press("enter")
        assert driver.link != link
        assert "Registered there as “Cat bot”" in driver.screen_text
        await driver.press("f5")
        assert "Registered there as “Cat bot”" in driver.screen_text
    assert _names(credentials_path) == [APP_NAME, "Cat bot", "Cat bot"]


async def test_name_that_is_left_or_empty_is_the_usual_one(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("n")
        await driver.type("Cat bot")
        await driver.press("escape")
        assert _LISTED in driver.screen_text
        await _rename(driver, "Cat bot")
        await driver.press("n", "backspace")
        assert f"Leave it empty for “{APP_NAME}”." in driver.screen_text
        await driver.press("tab", "enter")
        assert _LISTED in driver.screen_text


@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
async def test_name_that_is_too_long_stays_to_be_shortened(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((60, 20)) as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("n")
        assert isinstance(driver.app.screen, AppNameDialog)
        driver.app.screen.query_one(Input).value = "n" * 61
        await driver.press("enter")
        too_long = "takes names of at most 60 characters, and this one has 61."
        assert await driver.sizes_without(too_long) == []
        await driver.press("end", "backspace", "enter")
        assert await driver.sizes_without("Your server will list this as “nnn") == []
        await driver.press("enter", "f3")
        assert await driver.sizes_without("Registered there as “nnn") == []


async def test_longest_name_hides_nothing_else(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((60, 20)) as driver:
        driver.app.begin_sign_in(practice.address, (), "[b]long[/b]" * 85)
        await driver.wait_until_idle()
        await driver.press("enter", "enter")
        listed = "Your server will list this as “[b]long[/b][b]long"
        assert await driver.sizes_without(listed, "Look around and post") == []
        await driver.press("enter")
        registered = "Registered there as “[b]long[/b][b]long"
        assert await driver.sizes_without(registered) == []
        for size in ((60, 20), (80, 24)):
            await driver.resize(*size)
            assert driver.link in driver.screen_text.replace(" ", ""), size


async def test_name_is_kept_where_a_sign_in_is_gone_on_with(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    pending = await save_pending(credentials_path, practice.address, WizardStep.AUTHORIZE)
    Store(credentials_path).update(
        lambda credentials: credentials.with_pending(pending._replace(app_name="Cat bot"))
    )
    async with start_wizard() as driver:
        await driver.press("enter")
        assert "Registered there as “Cat bot”" in driver.screen_text
        await driver.press("escape")
        assert "Your server will list this as “Cat bot”." in driver.screen_text


async def test_renewal_keeps_the_name_unless_another_is_given(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        for given, name in ((None, APP_NAME), ("Cat bot", "Cat bot")):
            driver.app.renew(account, (), given)
            await driver.wait_until_idle()
            assert f"Registered there as “{name}”" in driver.screen_text
            await driver.press("f4")
            assert f"Your server will list this as “{name}”." in driver.screen_text
            await driver.press("escape", "escape", "escape")
            assert "Your accounts" in driver.screen_text
    assert _names(credentials_path) == [APP_NAME, "Cat bot"]


async def test_name_of_the_command_line_that_is_too_long_can_be_changed(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        driver.app.begin_sign_in(practice.address, (), "n" * 1025)
        await driver.wait_until_idle()
        await driver.press("enter", "enter", "enter")
        assert "takes names of at most 1024 characters" in driver.screen_text
        await _rename(driver, "Cat bot")
        assert "takes names" not in driver.screen_text
        await driver.press("enter")
        assert "Registered there as “Cat bot”" in driver.screen_text
