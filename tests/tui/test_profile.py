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
from tests.cli.running import sign_in
from tests.hostile.journeys import LONG_CODE, Instance
from tests.hostile.modes import Stage
from tests.person import Person
from tests.server.hostile import Hostile
from tests.server.papers import account
from tests.server.scripts import json_bytes, says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import StartWizard


def _saved(shelf: Path) -> dict[str, str]:
    account: dict[str, dict[str, str]] = tomllib.loads(shelf.read_text())["accounts"][0]
    return account["token"]


async def _verify(practice: PracticeInstance, token: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(
            f"{practice.origin}/api/v1/accounts/verify_credentials",
            headers={"Authorization": f"Bearer {token}"},
        )
    return answer.status_code


async def test_the_profile_tells_what_matters(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start((80, 30)) as hands:
        await hands.to_profile(practice.address, alice)
        for part in ("Alice", "admin", "212 posts", "Look around and post", "Practice instance"):
            assert part in hands.sees
        assert f"token @alice@{practice.address})" in hands.sees
        assert _saved(shelf)["value"] not in hands.sees
        await hands.press("c")
        assert hands.app.clipboard.startswith("printf ")
        assert _saved(shelf)["value"] not in hands.app.clipboard


async def test_the_button_is_in_sight_below_a_long_bio_in_a_small_window(
    start: StartWizard,
) -> None:
    instance = Instance()
    bio = "".join(f"<p>{word * 30}</p>" for word in ("tea ", "trains ", "gardens "))
    instance.turn(Stage.VERIFY, says(200, json_bytes(account(note=bio))))
    async with Hostile(instance) as server, start((60, 20)) as hands:
        await hands.to_code(server.host)
        await hands.paste(LONG_CODE)
        assert hands.app.screen.query_one("#page").max_scroll_y > 0
        assert hands.app.focused is hands.app.screen.query_one("#done")
        assert hands.focused_is_visible


async def test_who_it_is_stays_in_sight_above_an_endless_bio(start: StartWizard) -> None:
    instance = Instance()
    bio = "<p>".join(["tea " * 100, *["gardens"] * 50])
    instance.turn(Stage.VERIFY, says(200, json_bytes(account(note=bio))))
    async with Hostile(instance) as server, start() as hands:
        await hands.to_code(server.host)
        await hands.paste(LONG_CODE)
        assert "You are @alice" in hands.sees
        assert "…" in hands.sees
        assert hands.focused_is_visible


async def test_notifications_can_be_looked_at(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        await hands.press("n")
        assert "Notifications of @alice" in hands.sees
        assert "Bob mentioned you" in hands.sees
        await hands.press("escape")
        assert "You are @alice" in hands.sees


@pytest.mark.parametrize(
    ("like", "scopes", "are_offered"),
    [("0.20", "read:accounts", False), ("0.20", "", True), ("0.17", "read:accounts", True)],
)
async def test_notifications_are_offered_where_the_access_reaches_them(
    start: StartWizard, shelf: Path, like: str, scopes: str, are_offered: bool
) -> None:
    with PracticeInstance(like=like) as practice:
        await sign_in(shelf, practice, "alice@example.org")
        [saved] = Store(shelf).load().accounts
        token = replace(saved.token, scopes=tuple(scopes.split()))
        Store(shelf).change(lambda kept: kept.with_account(replace(saved, token=token)))
        async with start() as hands:
            await hands.press("enter")
            assert "You are @alice" in hands.sees
            assert ("See notifications" in hands.sees) is are_offered
            await hands.press("n")
            assert ("Notifications of @alice" in hands.sees) is are_offered


async def test_thats_not_me_ends_the_access_there_and_here(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        token = _saved(shelf)["value"]
        assert await _verify(practice, token) == httpx.codes.OK
        await hands.click("#sign-out")
        assert "Sign out @alice" in hands.sees
        await hands.press("enter")
        assert "You are @alice" in hands.sees, "Enter leaves things as they are"
        await hands.click("#sign-out")
        await hands.press("tab", "enter")
        assert f"The access at {practice.address} has ended" in hands.sees
        assert "open this link in a private window" in hands.sees
        link = hands.link
        await hands.press("tab", "enter")
        with Person("bob@example.org") as bob:
            await hands.paste(await asyncio.to_thread(bob.get_code, link))
        assert "You are @bob" in hands.sees
    accounts = tomllib.loads(shelf.read_text())["accounts"]
    assert [account["username"] for account in accounts] == ["bob"]
    assert await _verify(practice, token) == httpx.codes.UNAUTHORIZED


async def test_an_old_server_cannot_end_an_access_and_that_is_said(
    start: StartWizard, shelf: Path
) -> None:
    with PracticeInstance(like="0.17") as old, Person() as alice:
        async with start() as hands:
            await hands.to_profile(old.address, alice)
            assert "this server can't limit it" in hands.sees
            await hands.click("#sign-out")
            assert "stays good" in hands.sees
            await hands.press("tab", "enter")
            assert "This computer has forgotten @alice" in hands.sees
    assert tomllib.loads(shelf.read_text())["accounts"] == []


async def test_without_the_server_forgetting_is_asked_for(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        practice.stop()
        await hands.click("#sign-out")
        await hands.press("tab", "enter")
        assert "all the same?" in hands.sees
        await hands.press("enter")
        assert len(tomllib.loads(shelf.read_text())["accounts"]) == 1
        await hands.click("#sign-out")
        await hands.press("tab", "enter")
        await hands.press("tab", "enter")
        assert "The access stays alive there until it is ended" in hands.sees
    saved = tomllib.loads(shelf.read_text())
    assert (saved["accounts"], saved["attempts"]) == ([], [])


async def test_signing_out_what_another_window_signed_out_is_told_as_it_is(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        await hands.press("enter")
        Store(shelf).change(lambda kept: kept.without_account(kept.default))
        await hands.press("s", "tab", "enter")
        assert f"@alice@{practice.address} is no longer signed in here." in hands.sees
        assert "all the same?" not in hands.sees
    assert practice.requests.count("POST /oauth/revoke") == 0


async def test_an_access_that_ended_is_said_even_where_the_file_can_not_be_written(
    start: StartWizard, practice: PracticeInstance, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        await hands.press("enter")
        monkeypatch.setattr(os, "replace", Mock(side_effect=full))
        await hands.press("s", "tab", "enter")
        assert "no space left on device" in hands.sees
        assert f"The access at {practice.address} has ended." in hands.sees


async def test_somebody_else_than_expected_is_noticed(
    start: StartWizard, practice: PracticeInstance
) -> None:
    with Person("bob@example.org") as bob:
        async with start() as hands:
            await hands.to_profile(f"@alice@{practice.address}", bob)
            assert "You are @bob" in hands.sees
            assert "You typed alice, but this is somebody else." in hands.sees
            await hands.press("enter")
            assert "Sign out @bob" in hands.sees, "Enter in haste does not accept bob"


async def test_home_lists_the_accounts_and_opens_one(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
    async with start() as hands:
        assert "Your accounts" in hands.sees
        assert f"@alice@{practice.address}" in hands.sees
        await hands.press("enter")
        assert "You are @alice" in hands.sees
        assert "Sign out" in hands.sees
        assert "used by your scripts" not in hands.sees
        practice.revoke_tokens("alice")
        await hands.press("escape")
        assert "used by your scripts" in hands.sees
        await hands.press("enter")
        assert "no longer accepts this access" in hands.sees


async def test_an_account_whose_server_is_gone_can_be_forgotten_or_renewed(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        await hands.press("enter")
        practice.stop()
        await hands.press("enter")
        assert f"@alice@{practice.address}" in hands.sees
        assert "No server answers at" in hands.sees
        await hands.press("r")
        assert "No server answers at" in hands.sees, "renewing needs the server"
        await hands.click(".sign-out")
        await hands.press("tab", "enter")
        await hands.press("tab", "enter")
        assert "The access stays alive there until it is ended" in hands.sees
        await hands.press("u")
        assert "is back" in hands.sees
        practice.start()
        await hands.press("enter")
        assert f"You are @alice@{practice.address}" in hands.sees
        await hands.click("#sign-out")
        await hands.press("tab", "enter")
        assert "You are signed out" in hands.sees
    assert tomllib.loads(shelf.read_text())["accounts"] == []


async def test_a_file_others_could_read_is_mended_and_told(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
    shelf.chmod(0o644)
    async with start((120, 30)) as hands:
        assert "Others on this computer could open" in hands.sees
        assert "Now only you can." in hands.sees
    assert shelf.stat().st_mode & 0o777 == 0o600


async def test_a_second_account_is_added_beside_the_first(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await hands.to_profile(practice.address, alice)
        await hands.press("enter")
        await hands.press("tab")
        with Person("bob@example.org") as bob:
            link = await hands.to_code(practice.address)
            await hands.paste(await asyncio.to_thread(bob.get_code, link))
        await hands.press("enter")
        assert "@alice@" in hands.sees
        assert "@bob@" in hands.sees
    assert practice.requests.count("POST /api/v1/apps") == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 35), (200, 60)])
async def test_the_focus_is_on_the_screen_at_every_size(
    start: StartWizard, practice: PracticeInstance, alice: Person, size: tuple[int, int]
) -> None:
    async with start(size) as hands:
        assert hands.focused_is_visible, "welcome"
        await hands.press("enter")
        assert hands.focused_is_visible, "instance"
        await hands.fill(practice.address)
        await hands.press("enter")
        assert hands.focused_is_visible, "instance found"
        await hands.press("enter")
        assert hands.focused_is_visible, "permissions"
        await hands.press("enter")
        assert hands.focused_is_visible, "authorize"
        link = hands.link
        await hands.press("tab", "enter")
        assert hands.focused_is_visible, "code"
        await hands.paste("alice@example.org")
        assert hands.focused_is_visible, "code refused"
        await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert hands.focused_is_visible, "profile"
        await hands.press("enter")
        assert hands.focused_is_visible, "home"
