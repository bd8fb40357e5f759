"""The details of an account: all there is to know, the token only on request and for a while."""

from __future__ import annotations

import asyncio
import time
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from textual import events

from gts_wizard.models import IssuedToken, State
from gts_wizard.practice import PracticeInstance
from gts_wizard.secret import MASK, Place
from gts_wizard.services.accounts import Accounts
from gts_wizard.tui.screens.confirm import Confirm
from gts_wizard.tui.screens.details import DetailsScreen
from gts_wizard.tui.widgets import token_row
from gts_wizard.tui.widgets.problem import Problem
from gts_wizard.tui.widgets.token_row import TokenRow
from tests.helpers.clocks import ManualClock
from tests.helpers.fake_keyring import FakeKeyring, installed
from tests.helpers.harness import ServicesHarness
from tests.helpers.sample_accounts import TOKEN, make_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.helpers.driver import StartWizard, WizardDriver

DEAD_END = "http://127.0.0.1:9"
SIZES = [(60, 20), (80, 24), (120, 35)]


async def sign_in(credentials_path: Path, practice: PracticeInstance, *scopes: str) -> Account:
    """Sign alice in behind the screens."""
    wizard = ServicesHarness(credentials_path, ManualClock())
    account = (await wizard.signed_in(practice, *scopes)).account
    await wizard.sign_in.aclose()
    await wizard.connection.aclose()
    return account


async def look(driver: WizardDriver, account: Account) -> None:
    """Open the details."""
    driver.app.push_screen(DetailsScreen(account))
    await driver.wait_until_idle()


def offline(**changes: object) -> Account:
    """Return an account whose server is never there."""
    account = make_account()
    server = replace(account.server, origin=DEAD_END)
    return replace(account, server=server, **changes)  # type: ignore[arg-type]


async def until_hidden(driver: WizardDriver) -> None:
    """Wait until the token has hidden itself."""
    async with asyncio.timeout(10):
        while driver.app.screen.query_one(TokenRow).is_shown:
            await driver.pilot.pause()
    await driver.wait_until_idle()


def row(label: str, value: str) -> str:
    """Return a row as it is read off the screen, where the gap between two texts is none."""
    return label + value


def saved_token(credentials_path: Path) -> str:
    """Return the token that is in the file."""
    value: str = tomllib.loads(credentials_path.read_text())["accounts"][0]["token"]["value"]
    return value


async def test_everything_about_an_account_is_told(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    account = await sign_in(credentials_path, practice, "read", "write:statuses", "write:media")
    async with start_wizard((120, 50)) as driver:
        await look(driver, account)
        for part in (
            f"Details of {account.handle}",
            row("Token", MASK),
            row("Name", "Alice"),
            row("Account id", account.id),
            "Practice instance · GoToSocial 0.20.0",
            row("Address", practice.address),
            row("API", practice.origin),
            row("Allowed", "Look around and post"),
            row("Scopes", "read write:media write:statuses"),
            row("Client id", account.client_id),
            row("Issued", f"{account.token.created_at.astimezone():%Y-%m-%d %H:%M}"),
            row("Checked", "fine, on 2026-05-01"),
            "Saved in",
        ):
            assert part in driver.screen_text
        assert saved_token(credentials_path) not in driver.screen_text
        await driver.press("escape")
        assert "Your accounts" in driver.screen_text


async def test_the_token_is_seen_only_while_it_is_asked_for(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await look(driver, offline())
        assert TOKEN not in driver.screen_text
        await driver.press("v")
        assert row("Token", TOKEN) in driver.screen_text
        assert "Hidden again in 10 seconds." in driver.screen_text
        assert "Hide the token" in driver.screen_text
        await driver.press("v")
        assert TOKEN not in driver.screen_text
        assert row("Token", f"{MASK} Whoever has it") in driver.screen_text
        await driver.click("#reveal")
        assert TOKEN in driver.screen_text
        await driver.press("v")
        assert "Show the token" in driver.screen_text


async def test_the_token_hides_itself(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TokenRow, "SECONDS", 0.3)
    async with start_wizard() as driver:
        await look(driver, offline())
        await driver.press("v")
        assert "Hidden again in 1 second." in driver.screen_text
        await until_hidden(driver)
        assert TOKEN not in driver.screen_text
        assert "Show the token" in driver.screen_text


async def test_the_seconds_are_counted_down(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(token_row, "monotonic", lambda: passed)
    async with start_wizard() as driver:
        await look(driver, offline())
        await driver.press("v")
        passed = 6.5
        async with asyncio.timeout(10):
            while "Hidden again in 4 seconds." not in driver.screen_text:
                await driver.pilot.pause()
        assert TOKEN in driver.screen_text
        passed = 10.0
        await until_hidden(driver)
        assert TOKEN not in driver.screen_text


async def test_losing_the_focus_hides_the_token(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await look(driver, offline())
        await driver.press("v")
        driver.app.post_message(events.AppBlur())
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        driver.app.post_message(events.AppFocus())
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text


async def test_a_token_that_comes_while_nobody_looks_is_not_shown(
    start_wizard: StartWizard,
) -> None:
    async with start_wizard() as driver:
        await look(driver, offline())
        driver.app.post_message(events.AppBlur())
        await driver.wait_until_idle()
        screen = driver.app.screen
        assert isinstance(screen, DetailsScreen)
        screen.action_reveal()
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        assert "Not shown, because this window was not in front." in driver.screen_text
        await driver.press("v")
        assert TOKEN in driver.screen_text, "a key is from somebody who is there"


async def test_leaving_hides_the_token(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        account = offline()
        await look(driver, account)
        await driver.press("v")
        driver.app.push_screen(Confirm("Really?", "No harm is done.", "Do it"))
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        await driver.press("escape")
        assert row("Token", MASK) in driver.screen_text
        await driver.press("v", "escape")
        assert "Details of" not in driver.screen_text
        await look(driver, account)
        assert TOKEN not in driver.screen_text


async def test_the_token_is_copied_without_being_shown(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await look(driver, offline())
        await driver.press("v", "y")
        assert driver.app.clipboard == TOKEN
        assert TOKEN not in driver.screen_text
        assert row("Token", f"{MASK} Sent to the clipboard.") in driver.screen_text
        driver.app.copy_to_clipboard("")
        await driver.click("#copy")
        assert driver.app.clipboard == TOKEN


async def test_enter_in_haste_shows_and_copies_nothing(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await look(driver, offline())
        await driver.press("enter")
        assert "Details of" not in driver.screen_text
        assert not driver.app.clipboard


async def test_a_keyring_that_does_not_open_is_told(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    credentials_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_in(credentials_path, practice)
    fake_keyring: FakeKeyring
    with installed(tmp_path, monkeypatch) as fake_keyring:
        async with start_wizard() as driver:
            accounts = driver.app.services.accounts
            (account,) = (await accounts.keep_all_secrets_in(Place.KEYRING)).accounts
            token = accounts.token(account).reveal()
            await look(driver, account)
            await driver.press("v")
            assert token in driver.screen_text
            await driver.press("y")
            assert driver.app.clipboard == token
            driver.app.copy_to_clipboard("")
            fake_keyring.failure_mode.write_text("locked")
            await driver.press("v")
            assert token not in driver.screen_text
            assert "keyring" in driver.screen_text
            assert driver.focused_is_visible
            await driver.press("y")
            assert not driver.app.clipboard
            fake_keyring.failure_mode.unlink()
            await driver.press("v")
            assert token in driver.screen_text


async def test_where_it_is_kept_and_how_it_stood_is_told(start_wizard: StartWizard) -> None:
    now = datetime.now(UTC)
    async with start_wizard((80, 40)) as driver:
        account = offline(state=State.ENDED, checked_at=now - timedelta(hours=3))
        await look(driver, replace(account, token=replace(account.token, kept_in=Place.KEYRING)))
        assert row("Checked", "access ended, 3 hours ago") in driver.screen_text
        assert "its secrets in the system's keyring" in driver.screen_text


async def test_nothing_is_read_as_markup(start_wizard: StartWizard) -> None:
    account = offline(display_name="[bold]Al[/bold]ice [red]", client_id="[@click=app.quit]x[/]")
    server = replace(account.server, title="[on red]Some[/] where")
    async with start_wizard((120, 35)) as driver:
        await look(driver, replace(account, server=server))
        for part in ("[bold]Al[/bold]ice [red]", "[@click=app.quit]x[/]", "[on red]Some[/] where"):
            assert part in driver.screen_text


async def test_the_server_tells_which_applications_have_access(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path, tmp_path: Path
) -> None:
    await sign_in(tmp_path / "other.toml", practice, "read", "push")
    account = await sign_in(credentials_path, practice, "read")
    async with start_wizard((80, 40)) as driver:
        await look(driver, account)
        assert driver.screen_text.count("GoToSocial Wizard ● this one Look around only Issued") == 1
        assert "GoToSocial Wizard Read everything, Receive push notifications" in driver.screen_text
        assert f"last used {time.strftime('%Y-%m-%d')}" in driver.screen_text


async def test_two_that_could_be_this_one_are_left_unmarked(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = offline()
    own = IssuedToken("GoToSocial Wizard", ("read",), account.token.created_at, None)

    async def both(_accounts: Accounts, _account: Account) -> list[IssuedToken]:
        return [own, replace(own), replace(own, application="[b]Else[/b]", created_at=None)]

    monkeypatch.setattr(Accounts, "tokens", both)
    async with start_wizard((80, 40)) as driver:
        await look(driver, account)
        assert "this one" not in driver.screen_text
        assert "[b]Else[/b] Look around only Issued at an unknown time" in driver.screen_text
        assert "last used never, as far as known" in driver.screen_text


@pytest.mark.parametrize(
    ("like", "scopes", "told"),
    [
        ("0.17", ("read",), "does not list them. GoToSocial does from 0.19 on."),
        ("mastodon", ("read",), "does not list them. GoToSocial does from 0.19 on."),
        ("0.20", ("profile",), "a permission that was not chosen: to read profiles."),
    ],
)
async def test_why_the_accesses_are_not_known_is_told_in_a_line(
    start_wizard: StartWizard, credentials_path: Path, like: str, scopes: tuple[str, ...], told: str
) -> None:
    with PracticeInstance(like=like) as practice:
        account = await sign_in(credentials_path, practice, *scopes)
        async with start_wizard((80, 40)) as driver:
            await look(driver, account)
            assert told in driver.screen_text
            assert row("Name", "Alice") in driver.screen_text
            assert not driver.app.screen.query_one(Problem).display


async def test_a_server_that_is_away_leaves_the_rest_complete(start_wizard: StartWizard) -> None:
    async with start_wizard((80, 40)) as driver:
        await look(driver, offline())
        assert "Applications with access No server answers at 127.0.0.1:9." in driver.screen_text
        assert row("Name", "Alice") in driver.screen_text


@pytest.mark.parametrize("size", SIZES)
async def test_all_of_it_can_be_scrolled_to_with_the_focus_in_sight(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    credentials_path: Path,
    size: tuple[int, int],
) -> None:
    account = await sign_in(credentials_path, practice)
    async with start_wizard(size) as driver:
        await look(driver, account)
        seen = ""
        for key in ("home", "down", "pagedown", "pagedown", "pageup", "end"):
            await driver.press(key)
            seen += driver.screen_text
            assert driver.focused_is_visible
        for part in (row("Name", "Alice"), "Saved in", "● this one", "last used"):
            assert part in seen
        for _ in range(3):
            assert driver.focused_is_visible
            await driver.press("tab")
        await driver.press("v")
        assert driver.focused_is_visible
