"""Home: many accounts, told the truth about, renewed and ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Button

from gts_wizard.credentials.store import Store
from gts_wizard.models import Server, State
from gts_wizard.practice import PracticeInstance
from gts_wizard.secret import Place
from gts_wizard.services.wiring import open_services
from gts_wizard.shelf import Shelf
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.screens.instance import InstanceStep
from gts_wizard.tui.widgets.account_list import AccountList
from tests.credentials.builders import make_account, make_attempt
from tests.credentials.vault import installed
from tests.person import Person
from tests.services.wizard import Gate
from tests.tui.hands import Hands

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands


def account_at(domain: str, username: str = "alice") -> Account:
    made = make_account(username, server=Server(f"https://{domain}", domain, domain, "gotosocial"))
    return replace(made, verified_at=datetime.now(UTC))


def keep(shelf: Path, *accounts: Account) -> None:
    Store(shelf).change(lambda _: Shelf(accounts=accounts, default=accounts[0].handle))


def handles(hands: Hands) -> list[str]:
    """Return what the list shows, in its order."""
    return [str(option.id) for option in hands.app.screen.query_one(AccountList).options]


async def sign_in(hands: Hands, practice: PracticeInstance, who: str = "alice") -> None:
    """Walk a whole journey from Home, with accounts or without, and come back."""
    await hands.press("a" if handles(hands) else "enter")
    await hands.fill(practice.address)
    await hands.press("enter", "enter", "enter")
    link = hands.link
    await hands.press("tab", "enter")
    with Person(f"{who}@example.org") as person:
        await hands.paste(await asyncio.to_thread(person.get_code, link))
    await hands.press("enter")


async def _website(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer everything with a page, as somebody's website would."""
    await reader.readuntil(b"\r\n\r\n")
    page = b"<!doctype html><title>Under new management</title>"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + page)
    await writer.drain()
    writer.close()


async def _never_answer(
    asked: asyncio.Event, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Take a question and say nothing, for as long as somebody waits."""
    asked.set()
    while await reader.read(1024):
        pass
    writer.close()


async def test_accounts_are_sorted_as_people_look_for_them(start: StartWizard, shelf: Path) -> None:
    names = [("z.example", "bob"), ("b.example", "Alice"), ("a.example", "alice"), ("c.x", "bob")]
    keep(shelf, *(account_at(domain, username) for domain, username in names))
    async with start() as hands:
        assert handles(hands) == [
            "@alice@a.example",
            "@Alice@b.example",
            "@bob@c.x",
            "@bob@z.example",
        ]
        assert "@bob@z.example Bob ★ used by your scripts" in hands.sees
        assert "✓ @alice@a.example" in hands.sees
        assert "fine, just now · Look around only · GoToSocial" in hands.sees


async def test_accounts_that_need_help_come_first(start: StartWizard, shelf: Path) -> None:
    accounts = [account_at(f"{number:02}.example") for number in range(20)]
    accounts[9] = replace(accounts[9], state=State.UNREACHABLE)
    accounts[18] = replace(accounts[18], state=State.ENDED)
    keep(shelf, *accounts)
    async with start() as hands:
        assert handles(hands)[:3] == ["@alice@09.example", "@alice@18.example", "@alice@00.example"]
        assert "✗ @alice@18.example" in hands.sees


async def test_whoever_is_among_the_accounts_stays_there_when_an_attempt_turns_up(
    start: StartWizard, shelf: Path
) -> None:
    keep(shelf, *(account_at(f"{number}.example") for number in range(3)))
    async with start() as hands:
        await hands.press("down")
        begun = replace(make_attempt(), started_at=datetime.now(UTC))
        Store(shelf).change(lambda kept: kept.with_attempt(begun))
        await hands.press("s")
        assert "Sign out @alice@1.example?" in hands.sees
        await hands.press("enter")
        assert "Continue where you were?" in hands.sees
        await hands.press("s")
        assert "Sign out @alice@1.example?" in hands.sees
        await hands.press("escape")
        assert isinstance(hands.app.focused, AccountList)


async def test_the_arrow_keys_lead_from_button_to_button_where_a_page_scrolls(
    start: StartWizard, shelf: Path
) -> None:
    keep(shelf, *(account_at(f"{number}.example") for number in range(6)))
    begun = replace(make_attempt(), started_at=datetime.now(UTC))
    Store(shelf).change(lambda kept: kept.with_attempt(begun))
    async with start((60, 20)) as hands:
        assert hands.app.screen.query_one("#page").max_scroll_y > 0
        for button in ("#let-go", "#new"):
            await hands.press("down")
            assert hands.app.focused is hands.app.screen.query_one(button)
            assert hands.focused_is_visible
        await hands.press("up")
        assert hands.app.focused is hands.app.screen.query_one("#let-go")


async def test_accounts_are_found_by_typing(start: StartWizard, shelf: Path) -> None:
    keep(shelf, *(account_at(f"{word}.example") for word in ("one", "two", "three", "four")))
    async with start() as hands:
        assert "Type a name or a server" not in hands.sees, "four are found at a glance"
        await hands.press("slash", *"THREE")
        assert handles(hands) == ["@alice@three.example"]
        await hands.press("escape")
        assert len(handles(hands)) == 4
        await hands.press("slash", *"nobody")
        assert handles(hands) == []


async def test_a_thousand_accounts_can_be_scrolled_and_found(
    start: StartWizard, shelf: Path
) -> None:
    keep(shelf, *(account_at(f"server{number:04}.example") for number in range(1000)))
    async with start() as hands:
        assert "Type a name or a server" in hands.sees
        await hands.press("end")
        assert "@alice@server0999.example" in hands.sees
        await hands.press("slash", *"0500")
        assert handles(hands) == ["@alice@server0500.example"]
        await hands.press("enter")
        await hands.press("d")
        assert "Scripts get @alice@server0500.example now" in hands.sees
    assert Store(shelf).load().default == "@alice@server0500.example"


async def test_checking_all_tells_each_as_it_is(
    start: StartWizard, shelf: Path, practice: PracticeInstance
) -> None:
    with PracticeInstance() as ended, PracticeInstance() as busy, PracticeInstance() as gone:
        async with start((100, 40)) as hands:
            for one in (practice, ended, busy, gone):
                await sign_in(hands, one)
            ended.revoke_tokens("alice")
            busy.throttled = True
            gone.stop()
            await hands.press("c")
            for one, words in [
                (practice, "fine, just now"),
                (ended, "access ended, just now"),
                (busy, "server asks to wait, just now"),
                (gone, "server not reached, just now"),
            ]:
                assert f"@alice@{one.address} " in hands.sees
                assert words in hands.sees
            assert "Checked: 1 of 4 fine" in hands.sees
    states = {one.server.host: one.state for one in Store(shelf).load().accounts}
    assert states == {
        practice.address: State.FINE,
        ended.address: State.ENDED,
        busy.address: State.WAIT,
        gone.address: State.UNREACHABLE,
    }


async def test_a_server_that_became_something_else_is_told_apart(
    start: StartWizard, shelf: Path
) -> None:
    with PracticeInstance() as practice:
        async with start() as hands:
            await sign_in(hands, practice)
    server = await asyncio.start_server(_website, "127.0.0.1", practice.port)
    async with server, start() as hands:
        await hands.press("c")
        assert "server is something else now, just now" in hands.sees
        assert "Another program answers there now." in hands.sees
    assert [one.state for one in Store(shelf).load().accounts] == [State.CHANGED]


async def test_checking_can_be_stopped_while_a_server_is_silent(
    start: StartWizard, shelf: Path, practice: PracticeInstance
) -> None:
    with PracticeInstance() as quiet:
        async with start() as hands:
            await sign_in(hands, practice)
            await sign_in(hands, quiet)
    asked = asyncio.Event()
    server = await asyncio.start_server(partial(_never_answer, asked), "127.0.0.1", quiet.port)
    async with server, start() as hands:
        practice.revoke_tokens("alice")
        await hands.pilot.press("c")
        await asyncio.wait_for(asked.wait(), 30)
        while "access ended" not in hands.sees:
            await hands.pilot.pause(0.05)
        assert "Checking your accounts" in hands.sees
        await hands.press("escape")
        assert "Checking your accounts" not in hands.sees
    states = {one.server.host: one.state for one in Store(shelf).load().accounts}
    assert states == {practice.address: State.ENDED, quiet.address: State.FINE}


async def test_what_another_window_changed_is_shown_to_whoever_comes_back(
    start: StartWizard, shelf: Path
) -> None:
    keep(shelf, account_at("a.example"))
    async with start() as hands:
        hands.app.post_message(events.AppBlur())
        keep(shelf, account_at("b.example"))
        await hands.settle()
        assert "@alice@b.example" not in hands.sees
        hands.app.post_message(events.AppFocus())
        await hands.settle()
        assert "@alice@b.example" in hands.sees
        assert isinstance(hands.app.focused, AccountList)


async def test_a_terminal_that_reports_its_focus_at_once_is_no_trouble(shelf: Path) -> None:
    keep(shelf, account_at("a.example"))
    app = WizardApp(open_services(shelf))
    app.post_message(events.AppFocus())
    async with app.run_test() as pilot:
        hands = Hands(pilot)
        await hands.settle()
        assert "@alice@a.example" in hands.sees


async def test_what_was_begun_while_an_attempt_is_looked_for_is_not_covered(
    start: StartWizard,
) -> None:
    gate = Gate()
    with PracticeInstance(clock=gate) as slow, Person() as alice:
        async with start() as hands:
            code = await asyncio.to_thread(alice.get_code, await hands.to_code(slow.address))
            gate.shut()
            hands.app.post_message(events.Paste(code))
            await gate.reached()
            await hands.press(*["escape"] * 5)
            hands.app.screen.query_one("#continue", Button).press()
            await hands.pilot.pause(0)
            hands.app.screen.query_one("#new", Button).press()
            while not isinstance(hands.app.screen, InstanceStep):
                await hands.pilot.pause(0)
            gate.open()
            await hands.settle()
            assert "Where is your account?" in hands.sees
            assert len(hands.app.screen_stack) == 2


async def test_an_account_that_is_gone_meanwhile_is_not_made_the_default(
    start: StartWizard, shelf: Path
) -> None:
    keep(shelf, account_at("a.example"), account_at("b.example"))
    async with start() as hands:
        await hands.press("end")
        Store(shelf).change(lambda kept: kept.without_account("@alice@b.example"))
        await hands.press("d")
        assert "@alice@b.example is no longer signed in here." in hands.sees
    assert Store(shelf).load().default == "@alice@a.example"


async def test_what_could_not_be_asked_is_not_counted_as_fine(
    start: StartWizard, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(tmp_path, monkeypatch) as vault:
        keep(shelf, account_at("a.example"))
        Store(shelf).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
        vault.mood.write_text("locked", "utf-8")
        async with start() as hands:
            await hands.press("c")
            assert "Not all could be checked" in hands.sees
            assert "The system's keyring is locked." in hands.sees
            assert "all is fine" not in hands.sees


async def test_what_an_opened_account_shows_is_known_at_home_too(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await sign_in(hands, practice)
        practice.revoke_tokens("alice")
        await hands.press("enter")
        assert "no longer accepts this access" in hands.sees
        await hands.press("escape")
        assert "access ended, just now" in hands.sees
        assert "Renew it to use the account again." in hands.sees


async def test_renewing_goes_straight_to_the_link_and_replaces_the_old_access(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    async with start() as hands:
        await sign_in(hands, practice)
        (old,) = Store(shelf).load().accounts
        practice.revoke_tokens("alice")
        await hands.press("c")
        assert "access ended" in hands.sees
        await hands.press("r")
        assert (
            f"This renews @alice@{practice.address}. It is allowed the same as before."
            in hands.sees
        )
        link = hands.link
        await hands.press("tab", "enter")
        with Person() as alice:
            await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert f"Renewed. You are @alice@{practice.address}" in hands.sees
        await hands.press("enter")
        assert "fine, just now" in hands.sees
    (new,) = Store(shelf).load().accounts
    assert new.token.value != old.token.value
    assert new.token.scopes == old.token.scopes


async def test_renewing_can_ask_for_more_and_says_so(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    async with start() as hands:
        await sign_in(hands, practice)
        await hands.press("r", "escape")
        assert "What may programs on this computer do?" in hands.sees
        await hands.press("down", "enter")
        assert "It is allowed more than before." in hands.sees
        await hands.press("escape", "home", "enter")
        assert "It is allowed less than before." in hands.sees
    assert Store(shelf).load().attempts[-1].renews == f"@alice@{practice.address}"


async def renew_as_bob(hands: Hands) -> None:
    """Begin to renew the chosen account, and let Bob sign in."""
    await hands.press("r")
    link = hands.link
    await hands.press("tab", "enter")
    with Person("bob@example.org") as bob:
        await hands.paste(await asyncio.to_thread(bob.get_code, link))


async def test_somebody_else_coming_back_changes_nothing_until_asked(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    async with start((80, 30)) as hands:
        await sign_in(hands, practice)
        (before,) = Store(shelf).load().accounts
        for answer, kept in (("#stop", ["alice"]), ("#keep-both", ["alice", "bob"])):
            await renew_as_bob(hands)
            assert f"it was @bob@{practice.address} who signed in" in hands.sees
            assert hands.app.focused is hands.app.screen.query_one("#stop")
            assert hands.focused_is_visible
            assert Store(shelf).load().accounts == (before,)
            await hands.click(answer)
            assert [one.username for one in Store(shelf).load().accounts] == kept
            assert Store(shelf).load().attempts == ()
            if answer == "#stop":
                assert "Nothing was changed" in hands.sees
        assert f"You are @bob@{practice.address}" in hands.sees


async def test_stopping_to_keep_both_leaves_the_focus_where_enter_does_something(
    start: StartWizard,
) -> None:
    gate = Gate()
    with PracticeInstance(clock=gate) as practice:
        async with start((80, 30)) as hands:
            await sign_in(hands, practice)
            await renew_as_bob(hands)
            gate.shut()
            hands.app.screen.query_one("#keep-both", Button).press()
            await gate.reached()
            await hands.press("escape")
            gate.open()
            assert hands.app.focused is hands.app.screen.query_one("#stop")
            assert hands.focused_is_visible


async def test_somebody_elses_access_that_could_not_be_ended_is_told(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start((80, 30)) as hands:
        await sign_in(hands, practice)
        await renew_as_bob(hands)
        practice.stop()
        await hands.press("enter")
        assert f"Nothing was changed: @alice@{practice.address} is as it was." in hands.sees
        assert "The access stays alive there until it is ended" in hands.sees


async def test_signing_out_from_the_list_ends_the_access_and_moves_the_default(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    async with start() as hands:
        await sign_in(hands, practice)
        await sign_in(hands, practice, "bob")
        await hands.press("home", "s")
        assert f"Sign out @alice@{practice.address}?" in hands.sees
        await hands.press("right", "enter")
        assert f"The access at {practice.address} has ended" in hands.sees
        assert f"Scripts get @bob@{practice.address} now" in hands.sees
        assert handles(hands) == [f"@bob@{practice.address}"]
        assert "★ used by your scripts" in hands.sees
    assert practice.requests.count("POST /oauth/revoke") == 1
    assert len(Store(shelf).load().registrations) == 1
