"""Trouble with saving: the file, the disk, the keyring, and the ways out of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import WizardStep
from gts_wizard.secret import SecretStorage
from gts_wizard.storage.store import Store
from tests.helpers.fake_keyring import FakeKeyring
from tests.helpers.saved_state import begin_at, get_code, get_token_with_a_full_disk

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard
    from tests.helpers.full_disk import Disk


@pytest.mark.slow
async def test_token_that_can_not_be_saved_is_saved_elsewhere(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path, disk: Disk
) -> None:
    other = credentials_path.parent.with_name("stick") / "credentials.toml"
    async with start_wizard() as driver:
        await get_token_with_a_full_disk(driver, practice, disk)
        before = credentials_path.read_bytes()
        assert "Try again" in driver.screen_text
        await driver.press("enter")
        assert "can't be written" in driver.screen_text, "trying again is what Enter does"
        await driver.click("#save-elsewhere")
        assert "Where should it be saved?" in driver.screen_text
        await driver.fill(str(credentials_path))
        await driver.press("enter")
        assert "it already exists" in driver.screen_text
        await driver.fill(str(other))
        await driver.press("enter")
        assert f"You are @alice@{practice.address}" in driver.screen_text
        assert credentials_path.read_bytes() == before
        assert Store(credentials_path).load().pending_sign_ins[0].token is None
        await driver.press("enter")
        assert "This window now keeps everything in" in driver.screen_text
    accounts = Store(other).load().accounts
    assert [account.username for account in accounts] == ["alice"]
    assert practice.requests.count("POST /oauth/token") == 1


@pytest.mark.slow
async def test_disk_that_has_room_again_is_written_by_retrying(
    start_wizard: StartWizard, practice: PracticeServer, disk: Disk
) -> None:
    async with start_wizard() as driver:
        await get_token_with_a_full_disk(driver, practice, disk)
        disk.make_room()
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 1


@pytest.mark.slow
@pytest.mark.parametrize("button", ["#revoke", "#quit"])
async def test_leaving_with_an_unsaved_token_warns_first(
    start_wizard: StartWizard, practice: PracticeServer, disk: Disk, button: str
) -> None:
    async with start_wizard() as driver:
        await get_token_with_a_full_disk(driver, practice, disk)
        await driver.press("ctrl+q")
        assert "Quit without saving?" in driver.screen_text
        await driver.press("enter")
        assert "no space left on device" in driver.screen_text, "staying is what Enter does"
        await driver.press("ctrl+q")
        await driver.click(button)
        assert not driver.app.is_running
    assert practice.requests.count("POST /oauth/revoke") == (button == "#revoke")


@pytest.mark.slow
async def test_unsaved_token_is_revoked_from_over_another_dialog(
    start_wizard: StartWizard, practice: PracticeServer, disk: Disk
) -> None:
    async with start_wizard() as driver:
        await get_token_with_a_full_disk(driver, practice, disk)
        await driver.click("#save-elsewhere")
        await driver.press("ctrl+q")
        assert "Quit without saving?" in driver.screen_text
        await driver.click("#revoke")
        assert not driver.app.is_running
    assert practice.requests.count("POST /oauth/revoke") == 1


@pytest.mark.slow
async def test_damaged_file_is_left_alone_and_read_once_mended(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    Store(credentials_path).update(lambda saved: saved.with_all_storage(SecretStorage.KEYRING))
    whole = credentials_path.read_text("utf-8")
    credentials_path.write_text("not = [toml", "utf-8")
    async with start_wizard() as driver:
        assert "is damaged" in driver.screen_text
        assert "line 1" in driver.screen_text
        assert "Save elsewhere" not in driver.screen_text
        await driver.press("enter")
        assert "is damaged" in driver.screen_text
        await driver.click("#new")
        await driver.fill(practice.address)
        await driver.press("enter")
        assert "is damaged" in driver.screen_text
        assert practice.address in driver.screen_text
        assert credentials_path.read_text("utf-8") == "not = [toml"
        await driver.press("escape")
        assert "is damaged" in driver.screen_text
        credentials_path.write_text(whole, "utf-8")
        await driver.click("#retry")
        assert "is damaged" not in driver.screen_text


@pytest.mark.slow
async def test_locked_keyring_stops_before_the_link_until_avoided(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    fake_keyring: FakeKeyring,
    alice: BrowserUser,
) -> None:
    Store(credentials_path).update(lambda saved: saved.with_all_storage(SecretStorage.KEYRING))
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("enter")
        assert "The system's keyring is locked." in driver.screen_text
        assert "client_secret" not in credentials_path.read_text("utf-8")
        await driver.click("#use-file")
        assert "Allow access in your browser" in driver.screen_text
        link = driver.link
        await driver.press("tab", "enter")
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in driver.screen_text
    saved = Store(credentials_path).load()
    assert [account.token.storage for account in saved.accounts] == [SecretStorage.FILE]
    assert saved.default_storage is SecretStorage.KEYRING


@pytest.mark.slow
async def test_sign_in_with_the_keyring_leaves_no_secret_in_the_file(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    fake_keyring: FakeKeyring,
) -> None:
    Store(credentials_path).update(lambda saved: saved.with_all_storage(SecretStorage.KEYRING))
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        await driver.paste(await get_code(pending))
        assert "You are @alice" in driver.screen_text
        secrets = fake_keyring.entries
        assert len(secrets) == 2
        saved = credentials_path.read_text("utf-8")
        assert [secret for secret in secrets.values() if secret in saved] == []
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert "was revoked" in driver.screen_text
    assert [name for name in fake_keyring.entries if not name.startswith("http")] == []
