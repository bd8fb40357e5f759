"""Step 3: the link, and every way to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from textual.widgets import Static

from gts_wizard import browser
from gts_wizard.messages import NO_LONGER_WAITING, OPEN_IN_PRIVATE_WINDOW, THIS_IS_A_NEW_LINK
from gts_wizard.models import PendingSignIn, WizardStep
from gts_wizard.oauth.scopes import EVERYTHING, describe
from gts_wizard.tui.screens.authorize import AuthorizeScreen
from gts_wizard.tui.widgets.steps import LinkBox
from gts_wizard.tui.wizard_state import WizardState
from tests.helpers.driver import is_visible
from tests.helpers.sample_accounts import SERVER, make_account, make_pending
from tests.helpers.saved_state import begin_at, open_screen, open_step

if TYPE_CHECKING:
    from gts_wizard.models import Account, Server
    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver


@pytest.mark.slow
async def test_link_is_whole_can_be_copied_and_can_be_replaced(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("enter")
        link = driver.link
        assert link in driver.screen_text.replace(" ", "")
        query = parse_qs(urlsplit(link).query)
        assert query["redirect_uri"] == ["urn:ietf:wg:oauth:2.0:oob"]
        assert query["response_type"] == ["code"]
        assert len(query["state"][0]) >= 22
        instructions = str(driver.app.screen.query_one("#instructions", Static).content)
        assert practice.address in instructions
        assert "“Allow”" in instructions
        assert "within two minutes, or reopen the link." in instructions
        await driver.press("c")
        assert driver.app.clipboard == link
        assert "Copied." in driver.screen_text
        await driver.press("f5")
        assert "This is a fresh link." in driver.screen_text
        assert driver.link != link
        assert driver.link in driver.screen_text.replace(" ", "")
        await driver.press("escape")
        assert "What may programs on this computer do?" in driver.screen_text, (
            "Esc goes back one step"
        )


async def test_browser_that_is_not_wanted_is_not_offered(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "can_open", lambda *_: True)
    pending = PendingSignIn(
        "the-state",
        SERVER,
        WizardStep.AUTHORIZE,
        datetime.now(UTC),
        scopes=("read",),
        client_id="CLIENT",
    )
    async with start_wizard() as driver:
        driver.app.context = replace(driver.app.context, may_open_browser=False)
        await open_step(driver, pending)
        assert "Open in browser" not in driver.screen_text
        assert "No browser can be opened" not in driver.screen_text
        assert "Copy link" in driver.screen_text


_SIZES = ((60, 20), (80, 24))


def _shows_link_and_buttons(driver: WizardDriver) -> bool:
    screen = driver.app.screen
    return all(map(is_visible, [screen.query_one(LinkBox), *screen.query("#actions Button")]))


def _missing(driver: WizardDriver, *parts: str) -> list[str]:
    """Return what does not show: a part, or the link and its buttons."""
    shown = driver.screen_text
    missing = [part for part in parts if part not in shown]
    return missing if _shows_link_and_buttons(driver) else [*missing, "the link and its buttons"]


async def _missing_by_size(driver: WizardDriver, *parts: str) -> list[list[str]]:
    """Return what does not show in each size."""
    missing = []
    for size in _SIZES:
        await driver.resize(*size)
        missing.append(_missing(driver, *parts))
    return missing


@pytest.mark.slow
async def test_renewal_keeps_the_link_and_its_buttons_in_sight(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "find_obstacle", lambda *_: browser.Obstacle.REMOTE)
    account = make_account()
    pending = make_pending()._replace(step=WizardStep.AUTHORIZE, renewed_handle=account.handle)
    async with start_wizard() as driver:
        state = WizardState(pending=pending, renewed=account)
        await open_screen(driver, AuthorizeScreen(driver.app.context, state))
        shown = ("F4 changes the permissions.", "scan it with your phone.", "F4 Permissions")
        assert await _missing_by_size(driver, account.handle, "p Link", *shown) == [[], []]
        await driver.press("c")
        assert await _missing_by_size(driver, "press p and select the link.") == [[], []]
        await driver.press("f3")
        assert await _missing_by_size(driver, f"Client id: {pending.client_id}.") == [[], []]


_HOST = "social.example.org"
_USUAL_SERVER = SERVER._replace(origin=f"https://{_HOST}", account_domain=_HOST)
_PRIVATE_WINDOW = f"Signed out of @bob@{_HOST}. {OPEN_IN_PRIVATE_WINDOW}"
_NOTICES = (THIS_IS_A_NEW_LINK, _PRIVATE_WINDOW, NO_LONGER_WAITING)


def _link_state(server: Server, renewed: Account | None, notice: str) -> WizardState:
    pending = make_pending()._replace(
        server=server,
        step=WizardStep.AUTHORIZE,
        scopes=EVERYTHING.scopes,
        client_id="0" * 26,
        state="s" * 22,
        code_challenge="c" * 43,
        renewed_handle=renewed.handle if renewed else "",
    )
    return WizardState(pending=pending, renewed=renewed, notice=notice)


async def _missing_at_the_link(driver: WizardDriver, state: WizardState) -> list[str]:
    """Return what does not show at a link, before and after it is copied."""
    said = [f"This renews {state.renewed.handle}."] if state.renewed else []
    await open_screen(driver, AuthorizeScreen(driver.app.context, state))
    missing = _missing(driver, state.notice, *said)
    await driver.press("c")
    return missing + _missing(driver, "press p", *said)


@pytest.mark.slow
async def test_link_is_whole_beside_whatever_there_is_to_say(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "can_open", lambda *_: True)
    monkeypatch.setattr(browser, "opens_here", lambda *_: True)
    missing: dict[tuple[object, ...], list[str]] = {}
    obstacles = (None, browser.Obstacle.NO_DISPLAY)
    async with start_wizard() as driver:
        for size in _SIZES:
            await driver.resize(*size)
            for case in product(obstacles, ("0.17.4", "0.20.0"), (False, True), _NOTICES):
                obstacle, version, is_renewal, notice = case
                monkeypatch.setattr(browser, "find_obstacle", lambda *_, found=obstacle: found)
                server = _USUAL_SERVER._replace(version=version)
                made_outside = make_account(server=server)._replace(client_id="")
                state = _link_state(server, made_outside if is_renewal else None, notice)
                missing[size, *case] = await _missing_at_the_link(driver, state)
    assert {case: parts for case, parts in missing.items() if parts} == {}


async def test_steps_come_back_where_there_is_room_again(start_wizard: StartWizard) -> None:
    async with start_wizard((60, 20)) as driver:
        made_outside = make_account(server=_USUAL_SERVER)._replace(client_id="")
        state = _link_state(_USUAL_SERVER, made_outside, NO_LONGER_WAITING)
        await open_screen(driver, AuthorizeScreen(driver.app.context, state))
        assert "Only your server sees your password." not in driver.screen_text
        await driver.resize(80, 30)
        assert "Only your server sees your password." in driver.screen_text


async def test_permissions_are_whole_before_a_long_name(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "find_obstacle", lambda *_: None)
    scopes = ("read:accounts", "read:statuses", "read:notifications", "write:statuses")
    pending = make_pending()._replace(
        step=WizardStep.AUTHORIZE, scopes=scopes, app_name="Cat bot " * 30
    )
    async with start_wizard() as driver:
        await open_step(driver, pending)
        assert f"Asks for: {describe(scopes)}. Registered there as “Cat" in driver.screen_text
        assert _shows_link_and_buttons(driver)
