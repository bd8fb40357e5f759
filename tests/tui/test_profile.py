"""Step 5 and Home: who you are, what you can do with it, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import os
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import httpx
import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.practice import PracticeInstance
from tests.helpers.browser_user import BrowserUser
from tests.helpers.hostile.case import Stage
from tests.helpers.hostile.steps import LONG_CODE, BreakableServer
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import account_document
from tests.helpers.subprocess_cli import sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard


def _saved(credentials_path: Path) -> dict[str, str]:
    account_document: dict[str, dict[str, str]] = tomllib.loads(credentials_path.read_text())[
        "accounts"
    ][0]
    return account_document["token"]


async def _verify(practice: PracticeInstance, token: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(
            f"{practice.origin}/api/v1/accounts/verify_credentials",
            headers={"Authorization": f"Bearer {token}"},
        )
    return answer.status_code


async def test_the_profile_tells_what_matters(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard((80, 30)) as driver:
        await driver.to_profile(practice.address, alice)
        for part in ("Alice", "admin", "212 posts", "Look around and post", "Practice instance"):
            assert part in driver.screen_text
        assert f"token @alice@{practice.address})" in driver.screen_text
        assert _saved(credentials_path)["value"] not in driver.screen_text
        await driver.press("c")
        assert driver.app.clipboard.startswith("printf ")
        assert _saved(credentials_path)["value"] not in driver.app.clipboard


async def test_the_button_is_in_sight_below_a_long_bio_in_a_small_window(
    start_wizard: StartWizard,
) -> None:
    instance = BreakableServer()
    bio = "".join(f"<p>{word * 30}</p>" for word in ("tea ", "trains ", "gardens "))
    instance.break_at(Stage.VERIFY, respond(200, json_bytes(account_document(note=bio))))
    async with RawServer(instance) as server, start_wizard((60, 20)) as driver:
        await driver.to_code(server.host)
        await driver.paste(LONG_CODE)
        assert driver.app.screen.query_one("#page").max_scroll_y > 0
        assert driver.app.focused is driver.app.screen.query_one("#done")
        assert driver.focused_is_visible


async def test_who_it_is_stays_in_sight_above_an_endless_bio(start_wizard: StartWizard) -> None:
    instance = BreakableServer()
    bio = "<p>".join(["tea " * 100, *["gardens"] * 50])
    instance.break_at(Stage.VERIFY, respond(200, json_bytes(account_document(note=bio))))
    async with RawServer(instance) as server, start_wizard() as driver:
        await driver.to_code(server.host)
        await driver.paste(LONG_CODE)
        assert "You are @alice" in driver.screen_text
        assert "…" in driver.screen_text
        assert driver.focused_is_visible


async def test_notifications_can_be_looked_at(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        await driver.press("n")
        assert "Notifications of @alice" in driver.screen_text
        assert "Bob mentioned you" in driver.screen_text
        await driver.press("escape")
        assert "You are @alice" in driver.screen_text


@pytest.mark.parametrize(
    ("like", "scopes", "are_offered"),
    [("0.20", "read:accounts", False), ("0.20", "", True), ("0.17", "read:accounts", True)],
)
async def test_notifications_are_offered_where_the_access_reaches_them(
    start_wizard: StartWizard, credentials_path: Path, like: str, scopes: str, are_offered: bool
) -> None:
    with PracticeInstance(like=like) as practice:
        await sign_in(credentials_path, practice, "alice@example.org")
        [saved] = Store(credentials_path).load().accounts
        token = replace(saved.token, scopes=tuple(scopes.split()))
        Store(credentials_path).change(lambda kept: kept.with_account(replace(saved, token=token)))
        async with start_wizard() as driver:
            await driver.press("enter")
            assert "You are @alice" in driver.screen_text
            assert ("See notifications" in driver.screen_text) is are_offered
            await driver.press("n")
            assert ("Notifications of @alice" in driver.screen_text) is are_offered


async def test_thats_not_me_ends_the_access_there_and_here(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        token = _saved(credentials_path)["value"]
        assert await _verify(practice, token) == httpx.codes.OK
        await driver.click("#sign-out")
        assert "Sign out @alice" in driver.screen_text
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text, "Enter leaves things as they are"
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert f"The access at {practice.address} has ended" in driver.screen_text
        assert "open this link in a private window" in driver.screen_text
        link = driver.link
        await driver.press("tab", "enter")
        with BrowserUser("bob@example.org") as bob:
            await driver.paste(await asyncio.to_thread(bob.get_code, link))
        assert "You are @bob" in driver.screen_text
    accounts = tomllib.loads(credentials_path.read_text())["accounts"]
    assert [account_document["username"] for account_document in accounts] == ["bob"]
    assert await _verify(practice, token) == httpx.codes.UNAUTHORIZED


async def test_an_old_server_cannot_end_an_access_and_that_is_said(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    with PracticeInstance(like="0.17") as old, BrowserUser() as alice:
        async with start_wizard() as driver:
            await driver.to_profile(old.address, alice)
            assert "this server can't limit it" in driver.screen_text
            await driver.click("#sign-out")
            assert "stays good" in driver.screen_text
            await driver.press("tab", "enter")
            assert "This computer has forgotten @alice" in driver.screen_text
    assert tomllib.loads(credentials_path.read_text())["accounts"] == []


async def test_without_the_server_forgetting_is_asked_for(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        practice.stop()
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert "all the same?" in driver.screen_text
        await driver.press("enter")
        assert len(tomllib.loads(credentials_path.read_text())["accounts"]) == 1
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        await driver.press("tab", "enter")
        assert "The access stays alive there until it is ended" in driver.screen_text
    saved = tomllib.loads(credentials_path.read_text())
    assert (saved["accounts"], saved["attempts"]) == ([], [])


async def test_signing_out_what_another_window_signed_out_is_told_as_it_is(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        await driver.press("enter")
        Store(credentials_path).change(lambda kept: kept.without_account(kept.default))
        await driver.press("s", "tab", "enter")
        assert f"@alice@{practice.address} is no longer signed in here." in driver.screen_text
        assert "all the same?" not in driver.screen_text
    assert practice.requests.count("POST /oauth/revoke") == 0


async def test_an_access_that_ended_is_said_even_where_the_file_can_not_be_written(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        await driver.press("enter")
        monkeypatch.setattr(os, "replace", Mock(side_effect=full))
        await driver.press("s", "tab", "enter")
        assert "no space left on device" in driver.screen_text
        assert f"The access at {practice.address} has ended." in driver.screen_text


async def test_somebody_else_than_expected_is_noticed(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    with BrowserUser("bob@example.org") as bob:
        async with start_wizard() as driver:
            await driver.to_profile(f"@alice@{practice.address}", bob)
            assert "You are @bob" in driver.screen_text
            assert "You typed alice, but this is somebody else." in driver.screen_text
            await driver.press("enter")
            assert "Sign out @bob" in driver.screen_text, "Enter in haste does not accept bob"


async def test_home_lists_the_accounts_and_opens_one(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
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


async def test_an_account_whose_server_is_gone_can_be_forgotten_or_renewed(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        await driver.press("enter")
        practice.stop()
        await driver.press("enter")
        assert f"@alice@{practice.address}" in driver.screen_text
        assert "No server answers at" in driver.screen_text
        await driver.press("r")
        assert "No server answers at" in driver.screen_text, "renewing needs the server"
        await driver.click(".sign-out")
        await driver.press("tab", "enter")
        await driver.press("tab", "enter")
        assert "The access stays alive there until it is ended" in driver.screen_text
        await driver.press("u")
        assert "is back" in driver.screen_text
        practice.start()
        await driver.press("enter")
        assert f"You are @alice@{practice.address}" in driver.screen_text
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert "You are signed out" in driver.screen_text
    assert tomllib.loads(credentials_path.read_text())["accounts"] == []


async def test_a_file_others_could_read_is_mended_and_told(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
    credentials_path.chmod(0o644)
    async with start_wizard((120, 30)) as driver:
        assert "Others on this computer could open" in driver.screen_text
        assert "Now only you can." in driver.screen_text
    assert credentials_path.stat().st_mode & 0o777 == 0o600


async def test_a_second_account_is_added_beside_the_first(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.to_profile(practice.address, alice)
        await driver.press("enter")
        await driver.press("tab")
        with BrowserUser("bob@example.org") as bob:
            link = await driver.to_code(practice.address)
            await driver.paste(await asyncio.to_thread(bob.get_code, link))
        await driver.press("enter")
        assert "@alice@" in driver.screen_text
        assert "@bob@" in driver.screen_text
    assert practice.requests.count("POST /api/v1/apps") == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 35), (200, 60)])
async def test_the_focus_is_on_the_screen_at_every_size(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser, size: tuple[int, int]
) -> None:
    async with start_wizard(size) as driver:
        assert driver.focused_is_visible, "welcome"
        await driver.press("enter")
        assert driver.focused_is_visible, "instance"
        await driver.fill(practice.address)
        await driver.press("enter")
        assert driver.focused_is_visible, "instance found"
        await driver.press("enter")
        assert driver.focused_is_visible, "permissions"
        await driver.press("enter")
        assert driver.focused_is_visible, "authorize"
        link = driver.link
        await driver.press("tab", "enter")
        assert driver.focused_is_visible, "code"
        await driver.paste("alice@example.org")
        assert driver.focused_is_visible, "code refused"
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert driver.focused_is_visible, "profile"
        await driver.press("enter")
        assert driver.focused_is_visible, "home"
