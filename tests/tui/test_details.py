"""The details of an account: all there is to know, the token only on request and for a while."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from textual import events

from gts_wizard.models import AccountStatus, AuthorizedApp
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import MASK, Secret, SecretStorage
from gts_wizard.services.accounts import AccountManager
from gts_wizard.storage.store import Store
from gts_wizard.tui.screens.details import DetailsScreen
from gts_wizard.tui.screens.dialogs import ConfirmDialog
from gts_wizard.tui.widgets import account_details
from gts_wizard.tui.widgets.account_details import TokenRow
from gts_wizard.tui.widgets.feedback import ErrorPanel
from tests.helpers.fake_keyring import installed
from tests.helpers.sample_accounts import TOKEN, make_account, make_registration
from tests.helpers.saved_state import open_screen, sign_in_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

NO_SERVER = "http://127.0.0.1:9"
_CHECKED_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def open_details(driver: WizardDriver, account: Account) -> None:
    """Open the details of an account, which need not be saved."""
    await open_screen(driver, DetailsScreen(driver.app.context, account))


def offline_account() -> Account:
    """Return an account whose server is never there."""
    account = make_account()
    return account._replace(server=account.server._replace(origin=NO_SERVER))


def row(label: str, value: str) -> str:
    """Return a row as it is read off the screen."""
    return f"{label} {value}"


async def test_details_show_everything_about_an_account(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    scopes = ("read", "write:statuses", "write:media")
    account = await sign_in_account(credentials_path, practice, scopes=scopes)
    assert isinstance(account.token.value, Secret)
    async with start_wizard((120, 50)) as driver:
        await open_details(driver, account._replace(verified_at=_CHECKED_AT))
        shown = driver.screen_text
        for part in (
            f"Details of {account.handle}",
            row("Token", MASK),
            row("Name", "Alice"),
            row("Account id", account.id),
            "Practice server · GoToSocial 0.20.0",
            row("Address", practice.address),
            row("API", practice.origin),
            row("Listed as", "GoToSocial Wizard"),
            row("Allowed", "Look around and post"),
            row("Scopes", "read write:media write:statuses"),
            row("Client id", account.client_id),
            row("Issued", f"{account.token.created_at.astimezone():%Y-%m-%d %H:%M}"),
            row("Checked", "fine, on 2026-05-01"),
            "Saved in",
        ):
            assert part in shown
        assert account.token.value.reveal() not in shown
        await driver.press("escape")
        assert "Your accounts" in driver.screen_text


async def test_token_is_shown_and_copied_only_on_request(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await open_details(driver, offline_account())
        assert TOKEN not in driver.screen_text
        await driver.press("v")
        assert row("Token", TOKEN) in driver.screen_text
        assert "Hidden again in 10 seconds." in driver.screen_text
        assert "Hide the token" in driver.screen_text
        await driver.press("v")
        assert TOKEN not in driver.screen_text
        assert row("Token", f"{MASK} Anyone with it") in driver.screen_text
        await driver.click("#reveal")
        assert TOKEN in driver.screen_text
        await driver.press("v")
        assert "Show the token" in driver.screen_text
        assert not driver.app.clipboard
        await driver.press("v", "y")
        assert driver.app.clipboard == TOKEN
        assert TOKEN not in driver.screen_text
        assert row("Token", f"{MASK} Sent to the clipboard.") in driver.screen_text
        driver.app.copy_to_clipboard("")
        await driver.click("#copy")
        assert driver.app.clipboard == TOKEN


async def test_token_hides_itself_after_a_countdown(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(account_details, "monotonic", lambda: passed)
    async with start_wizard() as driver:
        await open_details(driver, offline_account())
        await driver.press("v")
        for seconds, left in ((6.5, "4 seconds"), (9.5, "1 second")):
            passed = seconds
            async with asyncio.timeout(30):
                while f"Hidden again in {left}." not in driver.screen_text:
                    await driver.pilot.pause(0.05)
            assert TOKEN in driver.screen_text
        passed = 10.0
        async with asyncio.timeout(30):
            while driver.app.screen.query_one(TokenRow).is_shown:
                await driver.pilot.pause(0.05)
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        assert "Show the token" in driver.screen_text


async def test_token_is_hidden_behind_another_window_or_page(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        account = offline_account()
        await open_details(driver, account)
        await driver.press("v")
        driver.app.post_message(events.AppBlur())
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        driver.app.post_message(events.AppFocus())
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        driver.app.post_message(events.AppBlur())
        await driver.wait_until_idle()
        screen = driver.app.screen
        assert isinstance(screen, DetailsScreen)
        screen.action_reveal()
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        assert "Not shown: this window wasn't in front." in driver.screen_text
        await driver.press("v")
        assert TOKEN in driver.screen_text, "a key is from a user who is there"
        await driver.press("v")
        driver.app.post_message(events.AppFocus())

        # Something covers the details, or they are left.
        await driver.press("home", "enter")
        assert "Details of" not in driver.screen_text, "Enter in haste only leaves"
        assert not driver.app.clipboard
        await open_details(driver, account)
        await driver.press("v")
        driver.app.push_screen(ConfirmDialog("Really?", "No harm is done.", "Do it"))
        await driver.wait_until_idle()
        assert TOKEN not in driver.screen_text
        await driver.press("escape")
        assert row("Token", MASK) in driver.screen_text
        await driver.press("v", "escape")
        assert "Details of" not in driver.screen_text
        await open_details(driver, account)
        assert TOKEN not in driver.screen_text


async def test_keyring_that_does_not_open_is_named(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_in_account(credentials_path, practice)
    with installed(tmp_path, monkeypatch) as fake_keyring:
        async with start_wizard() as driver:
            accounts = driver.app.context.services.accounts
            (account,) = (await accounts.move_all_secrets(SecretStorage.KEYRING)).accounts
            token = accounts.token(account).reveal()
            await open_details(driver, account)
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


async def test_details_are_whole_and_literal_without_a_server(start_wizard: StartWizard) -> None:
    account = offline_account()
    server = account.server._replace(title="[on red]Some[/] where")
    name, client_id = "[bold]Al[/bold]ice [red]", "[@click=app.quit]x[/]"
    with_markup = account._replace(server=server, display_name=name, client_id=client_id)
    checked_at = datetime.now(UTC) - timedelta(hours=3)
    async with start_wizard((80, 40)) as driver:
        account = account._replace(status=AccountStatus.REVOKED, checked_at=checked_at)
        token = account.token._replace(storage=SecretStorage.KEYRING)
        await open_details(driver, account._replace(token=token))
        assert "Programs with access No server answers at 127.0.0.1:9." in driver.screen_text
        assert row("Name", "Alice") in driver.screen_text
        assert row("Checked", "access ended, 3 hours ago") in driver.screen_text
        assert "its secrets in the system's keyring" in driver.screen_text
        await driver.resize(120, 35)
        await open_details(driver, with_markup)
        for part in (name, client_id, server.title):
            assert part in driver.screen_text


async def test_applications_are_asked_for_again(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice)
    async with start_wizard((60, 20)) as driver:
        practice.stop()
        await open_details(driver, account)
        await driver.press("r")
        assert "No server answers at" in driver.screen_text
        assert "Press r to try again." in driver.screen_text
        practice.start()
        await driver.press("r")
        assert "GoToSocial Wizard ● this one" in driver.screen_text
        practice.revoke_tokens("alice")
        await driver.press("r")
        assert "Renew it by signing in again." in driver.screen_text


async def test_applications_with_access_are_listed(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path, tmp_path: Path
) -> None:
    await sign_in_account(tmp_path / "other.toml", practice, scopes=("read", "push"))
    account = await sign_in_account(credentials_path, practice, scopes=("read",))
    async with start_wizard((80, 40)) as driver:
        await open_details(driver, account)
        assert driver.screen_text.count("GoToSocial Wizard ● this one Look around only Issued") == 1
        assert "GoToSocial Wizard Read everything, Receive push notifications" in driver.screen_text
        assert f"last used {time.strftime('%Y-%m-%d')}" in driver.screen_text


async def test_two_tokens_that_could_be_this_one_are_unmarked(
    start_wizard: StartWizard, credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = offline_account()
    registration = make_registration(account.client_id)._replace(origin=NO_SERVER, name="Cat bot")
    Store(credentials_path).update(lambda saved: saved.with_registration(registration))
    token = AuthorizedApp("Cat bot", ("read",), account.token.created_at, None)
    listed = [token, token._replace(application="GoToSocial Wizard")]
    another = token._replace(application="[b]Else[/b]", created_at=None)

    async def list_tokens(_accounts: AccountManager, _account: Account) -> list[AuthorizedApp]:
        return [*listed, another]

    monkeypatch.setattr(AccountManager, "authorized_apps", list_tokens)
    async with start_wizard((80, 50)) as driver:
        await open_details(driver, account)
        assert row("Listed as", "Cat bot") in driver.screen_text
        assert driver.screen_text.count("● this one") == driver.screen_text.count("Cat bot ●") == 1
        await driver.press("escape")
        listed.append(token)
        await open_details(driver, account)
        assert "this one" not in driver.screen_text
        assert "[b]Else[/b] Look around only Issued at an unknown time" in driver.screen_text
        assert "no recorded use" in driver.screen_text


async def test_why_applications_are_not_listed_is_said_in_a_line(
    start_wizard: StartWizard, tmp_path: Path
) -> None:
    too_old = "doesn't list them. GoToSocial does from version 0.19."
    not_chosen = "a permission that wasn't chosen: “See profiles, including yours”."
    async with start_wizard((80, 40)) as driver:
        for emulates, scope, reason in (
            ("0.17", "read", too_old),
            ("mastodon", "read", too_old),
            ("0.20", "profile", not_chosen),
        ):
            with PracticeServer(emulates=emulates) as practice:
                path = tmp_path / f"{emulates}.toml"
                account = await sign_in_account(path, practice, scopes=(scope,))
                await open_details(driver, account)
                assert reason in driver.screen_text
                assert row("Name", "Alice") in driver.screen_text
                assert not driver.app.screen.query_one(ErrorPanel).display
                await driver.press("escape")


async def scroll_through(driver: WizardDriver) -> set[str]:
    """Go everywhere with the keys; return what was not seen, and where the focus was not."""
    seen = ""
    not_seen: set[str] = set()
    for key in ("home", "down", "pagedown", "pagedown", "pageup", "end", "tab", "tab", "tab", "v"):
        await driver.press(key)
        seen += driver.screen_text
        if not driver.focused_is_visible:
            not_seen.add(f"the focus after {key}")
    parts = (row("Name", "Alice"), "Saved in", "● this one", "last used")
    return not_seen | {part for part in parts if part not in seen}


async def test_all_details_can_be_scrolled_to_with_the_keys(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice, scopes=("read",))
    async with start_wizard() as driver:
        for size in ((60, 20), (80, 24)):
            await driver.resize(*size)
            await open_details(driver, account)
            assert await scroll_through(driver) == set(), size
