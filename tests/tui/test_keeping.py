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
from tests.credentials.vault import Vault, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.person import Person
    from tests.tui.conftest import StartWizard


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
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
def disk(shelf: Path) -> Iterator[Disk]:
    """The disk that the credentials file is on."""
    made = Disk(shelf.parent)
    yield made
    made.make_room()


async def test_a_token_that_can_not_be_saved_is_saved_elsewhere(
    start: StartWizard,
    practice: PracticeInstance,
    alice: Person,
    shelf: Path,
    disk: Disk,
) -> None:
    other = shelf.parent.with_name("stick") / "credentials.toml"
    async with start() as hands:
        link = await hands.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        before = shelf.read_bytes()
        disk.fill()
        await hands.paste(code)
        assert "can't be written: no space left on device" in hands.sees
        assert "Try again" in hands.sees
        await hands.press("enter")
        assert "can't be written" in hands.sees, "trying again is what Enter does"
        await hands.click("#save-elsewhere")
        assert "Where should it be saved?" in hands.sees
        await hands.fill(str(shelf))
        await hands.press("enter")
        assert "there is a file already" in hands.sees
        await hands.fill(str(other))
        await hands.press("enter")
        assert f"You are @alice@{practice.address}" in hands.sees
        assert shelf.read_bytes() == before
        await hands.press("enter")
        assert "This window now keeps everything in" in hands.sees
    kept = tomllib.loads(other.read_text("utf-8"))
    assert [account["username"] for account in kept["accounts"]] == ["alice"]
    assert practice.requests.count("POST /oauth/token") == 1


async def test_a_disk_that_has_room_again_is_written_by_trying_again(
    start: StartWizard, practice: PracticeInstance, alice: Person, disk: Disk
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        disk.fill()
        await hands.paste(code)
        assert "no space left on device" in hands.sees
        disk.make_room()
        await hands.press("enter")
        assert "You are @alice" in hands.sees
    assert practice.requests.count("POST /oauth/token") == 1


@pytest.mark.parametrize("ends", [True, False])
async def test_leaving_with_an_access_that_could_not_be_saved_warns_first(
    start: StartWizard, practice: PracticeInstance, alice: Person, disk: Disk, ends: bool
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        disk.fill()
        await hands.paste(code)
        await hands.press("ctrl+q")
        assert "Leave without saving?" in hands.sees
        await hands.press("enter")
        assert "no space left on device" in hands.sees, "staying is what Enter does"
        await hands.press("ctrl+q")
        await hands.click("#end" if ends else "#leave")
        assert not hands.app.is_running
    assert practice.requests.count("POST /oauth/revoke") == ends


async def test_ending_and_leaving_works_from_over_another_question(
    start: StartWizard, practice: PracticeInstance, alice: Person, disk: Disk
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        disk.fill()
        await hands.paste(code)
        await hands.click("#save-elsewhere")
        await hands.press("ctrl+q")
        assert "Leave without saving?" in hands.sees
        await hands.click("#end")
        assert not hands.app.is_running
    assert practice.requests.count("POST /oauth/revoke") == 1


async def test_a_damaged_file_is_told_and_read_again_once_it_is_mended(
    start: StartWizard, shelf: Path
) -> None:
    Store(shelf).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
    whole = shelf.read_text("utf-8")
    shelf.write_text(whole + "oops", "utf-8")
    async with start() as hands:
        assert "is damaged" in hands.sees
        assert "Save elsewhere" not in hands.sees
        await hands.press("enter")
        assert "is damaged" in hands.sees
        shelf.write_text(whole, "utf-8")
        await hands.click("#retry")
        assert "is damaged" not in hands.sees


async def test_secrets_go_to_the_keyring_at_a_key_and_come_back(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path, vault: Vault
) -> None:
    async with start((80, 30)) as hands:
        await hands.to_profile(practice.address, alice)
        (token,) = (one.token.value for one in Store(shelf).load().accounts)
        await hands.press("k")
        assert "are in the system's keyring now" in hands.sees
        assert "its secrets in the system's keyring" in hands.sees
        assert "value" not in shelf.read_text("utf-8")
        await hands.press("n")
        assert "Bob mentioned you" in hands.sees
        await hands.press("escape", "k")
        assert "are in the file now" in hands.sees
        assert [one.token.value for one in Store(shelf).load().accounts] == [token]
        assert vault.entries == {}
        vault.mood.write_text("locked", "utf-8")
        await hands.press("k")
        assert "The system's keyring is locked." in hands.sees
        assert "Keep it in the file" not in hands.sees
        assert [one.token.value for one in Store(shelf).load().accounts] == [token]


@pytest.mark.usefixtures("vault")
async def test_the_secrets_of_an_account_that_is_gone_meanwhile_are_not_said_to_have_moved(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        [account] = Store(shelf).load().accounts
        Store(shelf).change(lambda kept: kept.without_account(account.handle))
        await hands.press("k")
        assert f"{account.handle} is no longer signed in here." in hands.sees
        assert "keyring now" not in hands.sees


async def test_a_keyring_that_is_locked_stops_before_the_browser_and_can_be_done_without(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path, vault: Vault
) -> None:
    Store(shelf).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
    vault.mood.write_text("locked", "utf-8")
    async with start() as hands:
        await hands.to_link(practice.address)
        assert "The system's keyring is locked." in hands.sees
        assert "client_secret" not in shelf.read_text("utf-8")
        await hands.click("#without-keyring")
        assert "Allow it in your browser" in hands.sees
        link = hands.link
        await hands.press("tab", "enter")
        await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in hands.sees
    kept = Store(shelf).load()
    assert [one.token.kept_in for one in kept.accounts] == [Place.FILE]
    assert kept.secrets_in is Place.KEYRING


async def test_a_whole_journey_with_the_keyring_leaves_no_secret_in_the_file(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path, vault: Vault
) -> None:
    Store(shelf).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        assert len(vault.entries) == 2
        assert [one for one in vault.entries.values() if one in shelf.read_text("utf-8")] == []
        await hands.click("#sign-out")
        await hands.press("tab", "enter")
        assert "has ended" in hands.sees
    assert [*vault.entries] == [name for name in vault.entries if name.startswith("http")]
