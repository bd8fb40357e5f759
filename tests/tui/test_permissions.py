"""Step 2: the ready-made choices, the single permissions, and what is asked of the server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from gts_wizard.models import PendingSignIn, ServerMetadata, WizardStep
from gts_wizard.oauth.scopes import MEANINGS
from gts_wizard.storage.store import Store
from gts_wizard.tui.widgets.inputs import Checklist
from tests.helpers.sample_accounts import SERVER
from tests.helpers.saved_state import begin_at, open_step

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver


def scopes_of_link(driver: WizardDriver) -> set[str]:
    """Return what the link on the screen asks for."""
    return set(parse_qs(urlsplit(driver.link).query)["scope"][0].split())


async def toggle(driver: WizardDriver, *scopes: str) -> None:
    """Go to each permission in the list, and press Space."""
    ticks = driver.app.screen.query_one(Checklist)
    for scope in scopes:
        ticks.highlighted = ticks.get_option_index(scope)
        await driver.press("space")


def column_of(driver: WizardDriver, text: str) -> int:
    """Return the column in which a text begins on the screen."""
    lines = (strip.text for strip in driver.app.screen._compositor.render_strips())
    return next(line.index(text) for line in lines if text in line)


def assert_list_and_button_are_shown(driver: WizardDriver) -> None:
    """Assert that the list begins with a ticked line, and that the button is beside it."""
    assert driver.focused_is_visible
    assert "[x] Read everything" in driver.screen_text
    assert "Continue" in driver.screen_text.partition("Space Tick")[0]


def unregistered_pending(version: str = "0.20.0") -> PendingSignIn:
    """Return a pending sign-in at a GoToSocial server, before anything was chosen."""
    server = SERVER._replace(version=version)
    return PendingSignIn("the-state", server, WizardStep.PERMISSIONS, datetime.now(UTC))


@pytest.mark.slow
async def test_each_preset_asks_for_its_scopes(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    """A registration is used again where it covers the choice."""
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        for keys, scopes, registrations in (
            ([], {"read", "write:statuses", "write:media"}, 1),
            (["up"], {"read"}, 1),
            (["down", "down"], {"read", "write", "push"}, 2),
            (["down"], {"read", "write", "push", "admin"}, 3),
            (["home"], {"read"}, 3),
        ):
            await driver.press(*keys, "enter")
            assert scopes_of_link(driver) == scopes
            assert practice.requests.count("POST /api/v1/apps") == registrations
            await driver.press("escape")
    assert len(Store(credentials_path).load().registrations) == 3


@pytest.mark.slow
async def test_presets_can_be_clicked_and_explain_themselves(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((100, 40)) as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        assert "write:statuses" not in driver.screen_text
        await driver.press("f3")
        assert "read write:media write:statuses" in driver.screen_text
        await driver.press("f3")
        assert "write:statuses" not in driver.screen_text
        await driver.press("end", "enter", "f1")
        assert "Each line is one permission." in driver.screen_text
        await driver.press("f1")
        assert "Choose one by one" in driver.screen_text
        await driver.press("escape")
        assert await driver.pilot.click("#presets", offset=(5, 0))
        await driver.wait_until_idle()
        assert scopes_of_link(driver) == {"read"}


@pytest.mark.slow
async def test_single_permissions_are_kept_and_then_asked_for(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((60, 20)) as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("end", "enter")
        assert_list_and_button_are_shown(driver)
        assert driver.app.screen.query_one(Checklist).option_count == len(MEANINGS)
        await driver.press("end", "space")
        assert "4 chosen, with everything they include." in driver.screen_text
        await driver.press("escape")
        assert "4 chosen." in driver.screen_text
        await driver.press("enter")
        assert "4 chosen, with everything they include." in driver.screen_text
        await driver.press("f3")
        assert "[x] read:accounts" in driver.screen_text
        await driver.press("enter")
        assert len(scopes_of_link(driver)) == 4


async def test_what_a_permission_includes_is_ticked_with_it(start_wizard: StartWizard) -> None:
    async with start_wizard((80, 60)) as driver:
        await open_step(driver, unregistered_pending())
        await driver.press("end", "enter")
        assert "[x] See your lists" in driver.screen_text
        assert "[ ] Change your lists" in driver.screen_text
        await toggle(driver, "read:lists")
        assert "Untick “Read everything” first: it includes this." in driver.screen_text
        assert "[x] See your lists" in driver.screen_text
        assert column_of(driver, "[x] See your lists") > column_of(driver, "[x] Read everything")
        assert column_of(driver, "[ ] Change your lists") == column_of(driver, "[x] Read everyth")
        await toggle(driver, "read")
        assert "[ ] See your lists" in driver.screen_text
        assert "[x] See profiles, including yours" in driver.screen_text, "verifying needs it"
        await toggle(driver, "read:accounts")
        assert "is included: the wizard needs it" in driver.screen_text
        await toggle(driver, "write:statuses", "write:media")
        assert "0 chosen" in driver.screen_text
        assert "[x]" not in driver.screen_text


@pytest.mark.slow
async def test_single_permissions_include_what_verifying_needs(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("end", "enter")
        assert_list_and_button_are_shown(driver)
        await toggle(driver, "read", "write:media")
        assert "“See profiles, including yours” is included" in driver.screen_text
        await toggle(driver, "write:statuses")
        await driver.press("tab", "enter")
        assert "Nothing is chosen yet" in driver.screen_text
        assert "POST /api/v1/apps" not in practice.requests
        await driver.press("escape")
        assert "What may programs on this computer do?" in driver.screen_text
        await driver.press("enter")
        await toggle(driver, "read", "write:media")
        await driver.press("tab", "enter")
        assert scopes_of_link(driver) == {"write:statuses", "read:accounts"}


async def test_server_that_can_not_limit_a_token_is_noted(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        for version, is_noted in (("0.17.4", True), ("0.19.2", False)):
            await open_step(driver, unregistered_pending(version))
            assert ("can't limit access" in driver.screen_text) is is_noted
            assert "Choose one by one" in driver.screen_text, "all choices fit beside the note"
            await driver.press("escape")


async def test_server_with_few_permissions_is_offered_what_it_has(
    start_wizard: StartWizard,
) -> None:
    metadata = ServerMetadata(scopes_supported=("read", "write", "push"))
    server = SERVER._replace(software="hollo", metadata=metadata)
    async with start_wizard() as driver:
        await open_step(driver, unregistered_pending()._replace(server=server))
        assert "This server has nothing narrower than “Change everything”." in driver.screen_text
        assert "Tick exactly what you want to allow." in driver.screen_text
        assert "administer the server" not in driver.screen_text
        driver.app.pop_screen()
        pending = unregistered_pending()._replace(server=server, scopes=("read", "profile"))
        await open_step(driver, pending)
        assert "has no permission called profile." in driver.screen_text
        assert "Everything but administration" in driver.screen_text
