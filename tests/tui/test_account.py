"""An account opened from Home: its state, its notifications, its secrets, and signing out."""

from __future__ import annotations

import errno
import os
import sys
from functools import partial
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from gts_wizard.tui.messages import ShowHome
from gts_wizard.tui.screens.account import AccountScreen
from gts_wizard.tui.screens.notifications import NotificationsScreen
from tests.helpers.fake_keyring import installed
from tests.helpers.saved_state import open_screen, sign_in_account

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard


@pytest.mark.slow
async def test_account_is_opened_from_home_and_its_end_is_shown(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        assert "Your accounts" in driver.screen_text
        assert f"@alice@{practice.address}" in driver.screen_text
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
        assert "Sign out" in driver.screen_text
        assert "used by your scripts" not in driver.screen_text
        practice.revoke_tokens("alice")
        await driver.press("escape")
        assert "used by your scripts" in driver.screen_text
        await driver.press("enter")
        assert "no longer accepts this access" in driver.screen_text
        assert driver.app.focused is driver.app.screen.query_one("#renew")
        await driver.press("f1")
        assert "“Renew” leads to your server's page" in driver.screen_text
        await driver.press("f1", "escape")
        assert "access ended, just now" in driver.screen_text
        assert "Renew it to use the account again." in driver.screen_text


@pytest.mark.slow
async def test_notifications_are_offered_where_the_token_reaches(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    with PracticeServer(emulates="0.17") as old:
        new_account = await sign_in_account(credentials_path, practice, scopes=("read",))
        old_account = await sign_in_account(credentials_path, old, scopes=("read",))
        async with start_wizard() as driver:
            for account, scopes, are_offered in (
                (new_account, ("read:accounts",), False),
                (new_account, (), True),
                (old_account, ("read:accounts",), True),
            ):
                changed = account._replace(token=account.token._replace(scopes=scopes))
                Store(credentials_path).update(partial(Credentials.with_account, account=changed))
                await open_screen(driver, AccountScreen(driver.app.context, changed))
                assert "You are @alice" in driver.screen_text
                assert ("See notifications" in driver.screen_text) is are_offered
                await driver.press("n")
                assert ("Notifications of @alice" in driver.screen_text) is are_offered
                driver.app.post_message(ShowHome())
                await driver.wait_until_idle()


async def test_notifications_that_can_not_be_loaded_say_what_helps(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        practice.stop()
        await open_screen(driver, NotificationsScreen(driver.app.context, account))
        for keys in ([], ["r"], ["enter"]):
            await driver.press(*keys)
            assert "newest notifications couldn't be loaded" in driver.screen_text
            assert "No server answers at" in driver.screen_text
            assert ("Tried again at" in driver.screen_text) is bool(keys)
        practice.start()
        await driver.press("enter")
        assert "Bob mentioned you" in driver.screen_text
        assert "Try again" not in driver.screen_text
        practice.revoke_tokens("alice")
        await driver.press("r")
        assert "Bob mentioned you" in driver.screen_text
        assert "no longer accepts this access" in driver.screen_text
        await driver.press("enter")
        assert f"This renews {account.handle}." in driver.screen_text


@pytest.mark.slow
async def test_account_that_was_renamed_says_so(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    alice = await sign_in_account(credentials_path, practice)
    Store(credentials_path).update(lambda saved: saved.with_username(alice, "karol"))
    async with start_wizard() as driver:
        assert f"@karol@{practice.address}" in driver.screen_text
        await driver.press("enter")
        assert f"You are @alice@{practice.address}" in driver.screen_text
        assert f"@karol@{practice.address} is now @alice." in driver.screen_text
        await driver.press("escape")
        assert f"@alice@{practice.address}" in driver.screen_text
        assert "karol" not in driver.screen_text


@pytest.mark.slow
async def test_account_whose_server_is_gone_is_forgotten_or_kept(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        practice.stop()
        await driver.press("enter")
        assert f"@alice@{practice.address}" in driver.screen_text
        assert "its profile couldn't be loaded. Press i" in driver.screen_text
        assert "No server answers at" in driver.screen_text
        assert "Tried again" not in driver.screen_text
        await driver.press("r")
        assert "No server answers at" in driver.screen_text, "renewing needs the server"
        assert "Tried again at" in driver.screen_text
        await driver.press("f1")
        assert "“Try again” asks once more." in driver.screen_text
        await driver.press("f1")
        await driver.click(".sign-out")
        await driver.press("tab", "enter")
        await driver.press("tab", "enter")
        assert "The access still works there until you revoke it" in driver.screen_text
        await driver.press("u")
        assert "is back" in driver.screen_text
        practice.start()
        await driver.press("enter")
        assert f"You are @alice@{practice.address}" in driver.screen_text
        assert "couldn't be loaded" not in driver.screen_text
        await driver.press("f1")
        assert "This is the account as its server sees it now" in driver.screen_text
        await driver.press("f1")
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert f"Signed out of @alice@{practice.address}." in driver.screen_text
    assert Store(credentials_path).load().accounts == ()


async def test_account_signed_out_by_another_window_is_not_revoked(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        Store(credentials_path).update(lambda saved: saved.without_account(account.handle))
        await driver.press("s", "tab", "enter")
        assert f"{account.handle} is no longer signed in here." in driver.screen_text
        assert "anyway?" not in driver.screen_text
    assert practice.requests.count("POST /oauth/revoke") == 0


@pytest.mark.slow
async def test_revoked_token_is_named_though_the_disk_is_full(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        monkeypatch.setattr(os, "replace", Mock(side_effect=full))
        await driver.press("s", "tab", "enter")
        assert "no space left on device" in driver.screen_text
        assert f"The access was revoked on {practice.address}." in driver.screen_text


@pytest.mark.slow
async def test_secrets_move_to_the_keyring_and_back(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def saved_tokens() -> list[object]:
        return [account.token.value for account in Store(credentials_path).load().accounts]

    account = await sign_in_account(credentials_path, practice)
    token = account.token.value
    with installed(tmp_path, monkeypatch) as fake_keyring:
        async with start_wizard((110, 30)) as driver:
            with monkeypatch.context() as without_keyring:
                without_keyring.setitem(sys.modules, "keyring", None)
                await driver.press("enter")
                assert "c Copy" in driver.screen_text
                assert "k Move" not in driver.screen_text
                await driver.press("escape")
            await driver.press("enter")
            assert "k Move to keyring" in driver.screen_text
            await driver.press("k")
            assert "k Move to file" in driver.screen_text
            assert "are in the system's keyring now" in driver.screen_text
            assert "its secrets in the system's keyring" in driver.screen_text
            assert "value" not in credentials_path.read_text("utf-8")
            await driver.press("n")
            assert "Bob mentioned you" in driver.screen_text
            await driver.press("escape", "k")
            assert "are in the file now" in driver.screen_text
            assert saved_tokens() == [token]
            assert fake_keyring.entries == {}
            fake_keyring.failure_mode.write_text("locked", "utf-8")
            await driver.press("k")
            assert "The system's keyring is locked." in driver.screen_text
            assert "Keep it in the file" not in driver.screen_text
            assert saved_tokens() == [token]
            fake_keyring.failure_mode.unlink()
            Store(credentials_path).update(lambda saved: saved.without_account(account.handle))
            await driver.press("k")
            assert f"{account.handle} is no longer signed in here." in driver.screen_text
            assert "keyring now" not in driver.screen_text
