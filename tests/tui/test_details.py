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
from tests.credentials.builders import TOKEN, make_account
from tests.credentials.vault import Vault, installed
from tests.services.wizard import Clock, Wizard

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands

DEAD_END = "http://127.0.0.1:9"
SIZES = [(60, 20), (80, 24), (120, 35)]


async def sign_in(shelf: Path, practice: PracticeInstance, *scopes: str) -> Account:
    """Sign alice in behind the screens."""
    wizard = Wizard(shelf, Clock())
    account = (await wizard.signed_in(practice, *scopes)).account
    await wizard.sign_in.aclose()
    await wizard.connection.aclose()
    return account


async def look(hands: Hands, account: Account) -> None:
    """Open the details."""
    hands.app.push_screen(DetailsScreen(account))
    await hands.settle()


def offline(**changes: object) -> Account:
    """Return an account whose server is never there."""
    account = make_account()
    server = replace(account.server, origin=DEAD_END)
    return replace(account, server=server, **changes)  # type: ignore[arg-type]


async def until_hidden(hands: Hands) -> None:
    """Wait until the token has hidden itself."""
    async with asyncio.timeout(10):
        while hands.app.screen.query_one(TokenRow).is_shown:
            await hands.pilot.pause()
    await hands.settle()


def row(label: str, value: str) -> str:
    """Return a row as it is read off the screen, where the gap between two texts is none."""
    return label + value


def saved_token(shelf: Path) -> str:
    """Return the token that is in the file."""
    value: str = tomllib.loads(shelf.read_text())["accounts"][0]["token"]["value"]
    return value


async def test_everything_about_an_account_is_told(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    account = await sign_in(shelf, practice, "read", "write:statuses", "write:media")
    async with start((120, 50)) as hands:
        await look(hands, account)
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
            assert part in hands.sees
        assert saved_token(shelf) not in hands.sees
        await hands.press("escape")
        assert "Your accounts" in hands.sees


async def test_the_token_is_seen_only_while_it_is_asked_for(start: StartWizard) -> None:
    async with start() as hands:
        await look(hands, offline())
        assert TOKEN not in hands.sees
        await hands.press("v")
        assert row("Token", TOKEN) in hands.sees
        assert "Hidden again in 10 seconds." in hands.sees
        assert "Hide the token" in hands.sees
        await hands.press("v")
        assert TOKEN not in hands.sees
        assert row("Token", f"{MASK} Whoever has it") in hands.sees
        await hands.click("#reveal")
        assert TOKEN in hands.sees
        await hands.press("v")
        assert "Show the token" in hands.sees


async def test_the_token_hides_itself(start: StartWizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenRow, "SECONDS", 0.3)
    async with start() as hands:
        await look(hands, offline())
        await hands.press("v")
        assert "Hidden again in 1 second." in hands.sees
        await until_hidden(hands)
        assert TOKEN not in hands.sees
        assert "Show the token" in hands.sees


async def test_the_seconds_are_counted_down(
    start: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(token_row, "monotonic", lambda: passed)
    async with start() as hands:
        await look(hands, offline())
        await hands.press("v")
        passed = 6.5
        async with asyncio.timeout(10):
            while "Hidden again in 4 seconds." not in hands.sees:
                await hands.pilot.pause()
        assert TOKEN in hands.sees
        passed = 10.0
        await until_hidden(hands)
        assert TOKEN not in hands.sees


async def test_losing_the_focus_hides_the_token(start: StartWizard) -> None:
    async with start() as hands:
        await look(hands, offline())
        await hands.press("v")
        hands.app.post_message(events.AppBlur())
        await hands.settle()
        assert TOKEN not in hands.sees
        hands.app.post_message(events.AppFocus())
        await hands.settle()
        assert TOKEN not in hands.sees


async def test_a_token_that_comes_while_nobody_looks_is_not_shown(start: StartWizard) -> None:
    async with start() as hands:
        await look(hands, offline())
        hands.app.post_message(events.AppBlur())
        await hands.settle()
        screen = hands.app.screen
        assert isinstance(screen, DetailsScreen)
        screen.action_reveal()
        await hands.settle()
        assert TOKEN not in hands.sees
        assert "Not shown, because this window was not in front." in hands.sees
        await hands.press("v")
        assert TOKEN in hands.sees, "a key is from somebody who is there"


async def test_leaving_hides_the_token(start: StartWizard) -> None:
    async with start() as hands:
        account = offline()
        await look(hands, account)
        await hands.press("v")
        hands.app.push_screen(Confirm("Really?", "No harm is done.", "Do it"))
        await hands.settle()
        assert TOKEN not in hands.sees
        await hands.press("escape")
        assert row("Token", MASK) in hands.sees
        await hands.press("v", "escape")
        assert "Details of" not in hands.sees
        await look(hands, account)
        assert TOKEN not in hands.sees


async def test_the_token_is_copied_without_being_shown(start: StartWizard) -> None:
    async with start() as hands:
        await look(hands, offline())
        await hands.press("v", "y")
        assert hands.app.clipboard == TOKEN
        assert TOKEN not in hands.sees
        assert row("Token", f"{MASK} Sent to the clipboard.") in hands.sees
        hands.app.copy_to_clipboard("")
        await hands.click("#copy")
        assert hands.app.clipboard == TOKEN


async def test_enter_in_haste_shows_and_copies_nothing(start: StartWizard) -> None:
    async with start() as hands:
        await look(hands, offline())
        await hands.press("enter")
        assert "Details of" not in hands.sees
        assert not hands.app.clipboard


async def test_a_keyring_that_does_not_open_is_told(
    start: StartWizard,
    practice: PracticeInstance,
    shelf: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_in(shelf, practice)
    vault: Vault
    with installed(tmp_path, monkeypatch) as vault:
        async with start() as hands:
            accounts = hands.app.services.accounts
            (account,) = (await accounts.keep_all_secrets_in(Place.KEYRING)).accounts
            token = accounts.token(account).reveal()
            await look(hands, account)
            await hands.press("v")
            assert token in hands.sees
            await hands.press("y")
            assert hands.app.clipboard == token
            hands.app.copy_to_clipboard("")
            vault.mood.write_text("locked")
            await hands.press("v")
            assert token not in hands.sees
            assert "keyring" in hands.sees
            assert hands.focused_is_visible
            await hands.press("y")
            assert not hands.app.clipboard
            vault.mood.unlink()
            await hands.press("v")
            assert token in hands.sees


async def test_where_it_is_kept_and_how_it_stood_is_told(start: StartWizard) -> None:
    now = datetime.now(UTC)
    async with start((80, 40)) as hands:
        account = offline(state=State.ENDED, checked_at=now - timedelta(hours=3))
        await look(hands, replace(account, token=replace(account.token, kept_in=Place.KEYRING)))
        assert row("Checked", "access ended, 3 hours ago") in hands.sees
        assert "its secrets in the system's keyring" in hands.sees


async def test_nothing_is_read_as_markup(start: StartWizard) -> None:
    account = offline(display_name="[bold]Al[/bold]ice [red]", client_id="[@click=app.quit]x[/]")
    server = replace(account.server, title="[on red]Some[/] where")
    async with start((120, 35)) as hands:
        await look(hands, replace(account, server=server))
        for part in ("[bold]Al[/bold]ice [red]", "[@click=app.quit]x[/]", "[on red]Some[/] where"):
            assert part in hands.sees


async def test_the_server_tells_which_applications_have_access(
    start: StartWizard, practice: PracticeInstance, shelf: Path, tmp_path: Path
) -> None:
    await sign_in(tmp_path / "other.toml", practice, "read", "push")
    account = await sign_in(shelf, practice, "read")
    async with start((80, 40)) as hands:
        await look(hands, account)
        assert hands.sees.count("GoToSocial Wizard ● this one Look around only Issued") == 1
        assert "GoToSocial Wizard Read everything, Receive push notifications" in hands.sees
        assert f"last used {time.strftime('%Y-%m-%d')}" in hands.sees


async def test_two_that_could_be_this_one_are_left_unmarked(
    start: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = offline()
    own = IssuedToken("GoToSocial Wizard", ("read",), account.token.created_at, None)

    async def both(_accounts: Accounts, _account: Account) -> list[IssuedToken]:
        return [own, replace(own), replace(own, application="[b]Else[/b]", created_at=None)]

    monkeypatch.setattr(Accounts, "tokens", both)
    async with start((80, 40)) as hands:
        await look(hands, account)
        assert "this one" not in hands.sees
        assert "[b]Else[/b] Look around only Issued at an unknown time" in hands.sees
        assert "last used never, as far as known" in hands.sees


@pytest.mark.parametrize(
    ("like", "scopes", "told"),
    [
        ("0.17", ("read",), "does not list them. GoToSocial does from 0.19 on."),
        ("mastodon", ("read",), "does not list them. GoToSocial does from 0.19 on."),
        ("0.20", ("profile",), "a permission that was not chosen: to read profiles."),
    ],
)
async def test_why_the_accesses_are_not_known_is_told_in_a_line(
    start: StartWizard, shelf: Path, like: str, scopes: tuple[str, ...], told: str
) -> None:
    with PracticeInstance(like=like) as practice:
        account = await sign_in(shelf, practice, *scopes)
        async with start((80, 40)) as hands:
            await look(hands, account)
            assert told in hands.sees
            assert row("Name", "Alice") in hands.sees
            assert not hands.app.screen.query_one(Problem).display


async def test_a_server_that_is_away_leaves_the_rest_complete(start: StartWizard) -> None:
    async with start((80, 40)) as hands:
        await look(hands, offline())
        assert "Applications with access No server answers at 127.0.0.1:9." in hands.sees
        assert row("Name", "Alice") in hands.sees


@pytest.mark.parametrize("size", SIZES)
async def test_all_of_it_can_be_scrolled_to_with_the_focus_in_sight(
    start: StartWizard, practice: PracticeInstance, shelf: Path, size: tuple[int, int]
) -> None:
    account = await sign_in(shelf, practice)
    async with start(size) as hands:
        await look(hands, account)
        seen = ""
        for key in ("home", "down", "pagedown", "pagedown", "pageup", "end"):
            await hands.press(key)
            seen += hands.sees
            assert hands.focused_is_visible
        for part in (row("Name", "Alice"), "Saved in", "● this one", "last used"):
            assert part in seen
        for _ in range(3):
            assert hands.focused_is_visible
            await hands.press("tab")
        await hands.press("v")
        assert hands.focused_is_visible
