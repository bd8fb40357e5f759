"""Trouble with keeping what was reached: the file, the keyring, and the ways out of it."""

from __future__ import annotations

import asyncio
import errno
import os
import tomllib
from functools import partial
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.secret import Place
from tests.helpers.fake_keyring import FakeKeyring, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard


@pytest.fixture
def fake_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    """The keyring of this test."""
    with installed(tmp_path, monkeypatch) as made:
        yield made


class Disk:
    """A disk that can be full: then no file in a folder can be replaced; others can."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._patch = pytest.MonkeyPatch()

    def fill(self) -> None:
        """Leave no room."""
        self._patch.setattr(os, "replace", partial(self._replace, os.replace))

    def make_room(self) -> None:
        """Let everything work again."""
        self._patch.undo()

    def _replace(self, replace: Callable[..., None], source: str, target: str) -> None:
        if str(target).startswith(str(self._folder)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)


@pytest.fixture
def disk(credentials_path: Path) -> Iterator[Disk]:
    """The disk that the credentials file is on."""
    made = Disk(credentials_path.parent)
    yield made
    made.make_room()


async def test_a_token_that_can_not_be_saved_is_saved_elsewhere(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
    disk: Disk,
) -> None:
    other = credentials_path.parent.with_name("stick") / "credentials.toml"
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        before = credentials_path.read_bytes()
        disk.fill()
        await driver.paste(code)
        assert "can't be written: no space left on device" in driver.screen_text
        assert "Try again" in driver.screen_text
        await driver.press("enter")
        assert "can't be written" in driver.screen_text, "trying again is what Enter does"
        await driver.click("#save-elsewhere")
        assert "Where should it be saved?" in driver.screen_text
        await driver.fill(str(credentials_path))
        await driver.press("enter")
        assert "there is a file already" in driver.screen_text
        await driver.fill(str(other))
        await driver.press("enter")
        assert f"You are @alice@{practice.address}" in driver.screen_text
        assert credentials_path.read_bytes() == before
        await driver.press("enter")
        assert "This window now keeps everything in" in driver.screen_text
    kept = tomllib.loads(other.read_text("utf-8"))
    assert [account["username"] for account in kept["accounts"]] == ["alice"]
    assert practice.requests.count("POST /oauth/token") == 1


async def test_a_disk_that_has_room_again_is_written_by_trying_again(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser, disk: Disk
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        disk.fill()
        await driver.paste(code)
        assert "no space left on device" in driver.screen_text
        disk.make_room()
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 1


@pytest.mark.parametrize("ends", [True, False])
async def test_leaving_with_an_access_that_could_not_be_saved_warns_first(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    disk: Disk,
    ends: bool,
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        disk.fill()
        await driver.paste(code)
        await driver.press("ctrl+q")
        assert "Leave without saving?" in driver.screen_text
        await driver.press("enter")
        assert "no space left on device" in driver.screen_text, "staying is what Enter does"
        await driver.press("ctrl+q")
        await driver.click("#end" if ends else "#leave")
        assert not driver.app.is_running
    assert practice.requests.count("POST /oauth/revoke") == ends


async def test_ending_and_leaving_works_from_over_another_question(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser, disk: Disk
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        disk.fill()
        await driver.paste(code)
        await driver.click("#save-elsewhere")
        await driver.press("ctrl+q")
        assert "Leave without saving?" in driver.screen_text
        await driver.click("#end")
        assert not driver.app.is_running
    assert practice.requests.count("POST /oauth/revoke") == 1


async def test_a_damaged_file_is_told_and_read_again_once_it_is_mended(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    Store(credentials_path).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
    whole = credentials_path.read_text("utf-8")
    credentials_path.write_text(whole + "oops", "utf-8")
    async with start_wizard() as driver:
        assert "is damaged" in driver.screen_text
        assert "Save elsewhere" not in driver.screen_text
        await driver.press("enter")
        assert "is damaged" in driver.screen_text
        credentials_path.write_text(whole, "utf-8")
        await driver.click("#retry")
        assert "is damaged" not in driver.screen_text


async def test_secrets_go_to_the_keyring_at_a_key_and_come_back(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
    fake_keyring: FakeKeyring,
) -> None:
    async with start_wizard((80, 30)) as driver:
        await driver.to_profile(practice.address, alice)
        (token,) = (one.token.value for one in Store(credentials_path).load().accounts)
        await driver.press("k")
        assert "are in the system's keyring now" in driver.screen_text
        assert "its secrets in the system's keyring" in driver.screen_text
        assert "value" not in credentials_path.read_text("utf-8")
        await driver.press("n")
        assert "Bob mentioned you" in driver.screen_text
        await driver.press("escape", "k")
        assert "are in the file now" in driver.screen_text
        assert [one.token.value for one in Store(credentials_path).load().accounts] == [token]
        assert fake_keyring.entries == {}
        fake_keyring.failure_mode.write_text("locked", "utf-8")
        await driver.press("k")
        assert "The system's keyring is locked." in driver.screen_text
        assert "Keep it in the file" not in driver.screen_text
        assert [one.token.value for one in Store(credentials_path).load().accounts] == [token]


@pytest.mark.usefixtures("fake_keyring")
async def test_the_secrets_of_an_account_that_is_gone_meanwhile_are_not_said_to_have_moved(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        [account] = Store(credentials_path).load().accounts
        Store(credentials_path).change(lambda kept: kept.without_account(account.handle))
        await driver.press("k")
        assert f"{account.handle} is no longer signed in here." in driver.screen_text
        assert "keyring now" not in driver.screen_text


async def test_a_keyring_that_is_locked_stops_before_the_browser_and_can_be_done_without(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
    fake_keyring: FakeKeyring,
) -> None:
    Store(credentials_path).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        assert "The system's keyring is locked." in driver.screen_text
        assert "client_secret" not in credentials_path.read_text("utf-8")
        await driver.click("#without-keyring")
        assert "Allow it in your browser" in driver.screen_text
        link = driver.link
        await driver.press("tab", "enter")
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in driver.screen_text
    kept = Store(credentials_path).load()
    assert [one.token.kept_in for one in kept.accounts] == [Place.FILE]
    assert kept.secrets_in is Place.KEYRING


async def test_a_whole_journey_with_the_keyring_leaves_no_secret_in_the_file(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
    fake_keyring: FakeKeyring,
) -> None:
    Store(credentials_path).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        assert len(fake_keyring.entries) == 2
        assert [
            one
            for one in fake_keyring.entries.values()
            if one in credentials_path.read_text("utf-8")
        ] == []
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert "has ended" in driver.screen_text
    assert [*fake_keyring.entries] == [
        name for name in fake_keyring.entries if name.startswith("http")
    ]
