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
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.driver import WizardDriver
from tests.helpers.fake_keyring import installed
from tests.helpers.sample_accounts import make_account, make_attempt

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.helpers.driver import StartWizard, WizardDriver


def account_at(domain: str, username: str = "alice") -> Account:
    made = make_account(username, server=Server(f"https://{domain}", domain, domain, "gotosocial"))
    return replace(made, verified_at=datetime.now(UTC))


def keep(credentials_path: Path, *accounts: Account) -> None:
    Store(credentials_path).change(lambda _: Shelf(accounts=accounts, default=accounts[0].handle))


def handles(driver: WizardDriver) -> list[str]:
    """Return what the list shows, in its order."""
    return [str(option.id) for option in driver.app.screen.query_one(AccountList).options]


async def sign_in(driver: WizardDriver, practice: PracticeInstance, who: str = "alice") -> None:
    """Walk a whole journey from Home, with accounts or without, and come back."""
    await driver.press("a" if handles(driver) else "enter")
    await driver.fill(practice.address)
    await driver.press("enter", "enter", "enter")
    link = driver.link
    await driver.press("tab", "enter")
    with BrowserUser(f"{who}@example.org") as person:
        await driver.paste(await asyncio.to_thread(person.get_code, link))
    await driver.press("enter")


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


async def test_accounts_are_sorted_as_people_look_for_them(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    names = [("z.example", "bob"), ("b.example", "Alice"), ("a.example", "alice"), ("c.x", "bob")]
    keep(credentials_path, *(account_at(domain, username) for domain, username in names))
    async with start_wizard() as driver:
        assert handles(driver) == [
            "@alice@a.example",
            "@Alice@b.example",
            "@bob@c.x",
            "@bob@z.example",
        ]
        assert "@bob@z.example Bob ★ used by your scripts" in driver.screen_text
        assert "✓ @alice@a.example" in driver.screen_text
        assert "fine, just now · Look around only · GoToSocial" in driver.screen_text


async def test_accounts_that_need_help_come_first(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    accounts = [account_at(f"{number:02}.example") for number in range(20)]
    accounts[9] = replace(accounts[9], state=State.UNREACHABLE)
    accounts[18] = replace(accounts[18], state=State.ENDED)
    keep(credentials_path, *accounts)
    async with start_wizard() as driver:
        assert handles(driver)[:3] == [
            "@alice@09.example",
            "@alice@18.example",
            "@alice@00.example",
        ]
        assert "✗ @alice@18.example" in driver.screen_text


async def test_whoever_is_among_the_accounts_stays_there_when_an_attempt_turns_up(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    keep(credentials_path, *(account_at(f"{number}.example") for number in range(3)))
    async with start_wizard() as driver:
        await driver.press("down")
        begun = replace(make_attempt(), started_at=datetime.now(UTC))
        Store(credentials_path).change(lambda kept: kept.with_attempt(begun))
        await driver.press("s")
        assert "Sign out @alice@1.example?" in driver.screen_text
        await driver.press("enter")
        assert "Continue where you were?" in driver.screen_text
        await driver.press("s")
        assert "Sign out @alice@1.example?" in driver.screen_text
        await driver.press("escape")
        assert isinstance(driver.app.focused, AccountList)


async def test_the_arrow_keys_lead_from_button_to_button_where_a_page_scrolls(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    keep(credentials_path, *(account_at(f"{number}.example") for number in range(6)))
    begun = replace(make_attempt(), started_at=datetime.now(UTC))
    Store(credentials_path).change(lambda kept: kept.with_attempt(begun))
    async with start_wizard((60, 20)) as driver:
        assert driver.app.screen.query_one("#page").max_scroll_y > 0
        for button in ("#let-go", "#new"):
            await driver.press("down")
            assert driver.app.focused is driver.app.screen.query_one(button)
            assert driver.focused_is_visible
        await driver.press("up")
        assert driver.app.focused is driver.app.screen.query_one("#let-go")


async def test_accounts_are_found_by_typing(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    keep(
        credentials_path,
        *(account_at(f"{word}.example") for word in ("one", "two", "three", "four")),
    )
    async with start_wizard() as driver:
        assert "Type a name or a server" not in driver.screen_text, "four are found at a glance"
        await driver.press("slash", *"THREE")
        assert handles(driver) == ["@alice@three.example"]
        await driver.press("escape")
        assert len(handles(driver)) == 4
        await driver.press("slash", *"nobody")
        assert handles(driver) == []


async def test_a_thousand_accounts_can_be_scrolled_and_found(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    keep(credentials_path, *(account_at(f"server{number:04}.example") for number in range(1000)))
    async with start_wizard() as driver:
        assert "Type a name or a server" in driver.screen_text
        await driver.press("end")
        assert "@alice@server0999.example" in driver.screen_text
        await driver.press("slash", *"0500")
        assert handles(driver) == ["@alice@server0500.example"]
        await driver.press("enter")
        await driver.press("d")
        assert "Scripts get @alice@server0500.example now" in driver.screen_text
    assert Store(credentials_path).load().default == "@alice@server0500.example"


async def test_checking_all_tells_each_as_it_is(
    start_wizard: StartWizard, credentials_path: Path, practice: PracticeInstance
) -> None:
    with PracticeInstance() as ended, PracticeInstance() as busy, PracticeInstance() as gone:
        async with start_wizard((100, 40)) as driver:
            for one in (practice, ended, busy, gone):
                await sign_in(driver, one)
            ended.revoke_tokens("alice")
            busy.throttled = True
            gone.stop()
            await driver.press("c")
            for one, words in [
                (practice, "fine, just now"),
                (ended, "access ended, just now"),
                (busy, "server asks to wait, just now"),
                (gone, "server not reached, just now"),
            ]:
                assert f"@alice@{one.address} " in driver.screen_text
                assert words in driver.screen_text
            assert "Checked: 1 of 4 fine" in driver.screen_text
    states = {one.server.host: one.state for one in Store(credentials_path).load().accounts}
    assert states == {
        practice.address: State.FINE,
        ended.address: State.ENDED,
        busy.address: State.WAIT,
        gone.address: State.UNREACHABLE,
    }


async def test_a_server_that_became_something_else_is_told_apart(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    with PracticeInstance() as practice:
        async with start_wizard() as driver:
            await sign_in(driver, practice)
    server = await asyncio.start_server(_website, "127.0.0.1", practice.port)
    async with server, start_wizard() as driver:
        await driver.press("c")
        assert "server is something else now, just now" in driver.screen_text
        assert "Another program answers there now." in driver.screen_text
    assert [one.state for one in Store(credentials_path).load().accounts] == [State.CHANGED]


async def test_checking_can_be_stopped_while_a_server_is_silent(
    start_wizard: StartWizard, credentials_path: Path, practice: PracticeInstance
) -> None:
    with PracticeInstance() as quiet:
        async with start_wizard() as driver:
            await sign_in(driver, practice)
            await sign_in(driver, quiet)
    asked = asyncio.Event()
    server = await asyncio.start_server(partial(_never_answer, asked), "127.0.0.1", quiet.port)
    async with server, start_wizard() as driver:
        practice.revoke_tokens("alice")
        await driver.pilot.press("c")
        await asyncio.wait_for(asked.wait(), 30)
        while "access ended" not in driver.screen_text:
            await driver.pilot.pause(0.05)
        assert "Checking your accounts" in driver.screen_text
        await driver.press("escape")
        assert "Checking your accounts" not in driver.screen_text
    states = {one.server.host: one.state for one in Store(credentials_path).load().accounts}
    assert states == {practice.address: State.ENDED, quiet.address: State.FINE}


async def test_what_another_window_changed_is_shown_to_whoever_comes_back(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    keep(credentials_path, account_at("a.example"))
    async with start_wizard() as driver:
        driver.app.post_message(events.AppBlur())
        keep(credentials_path, account_at("b.example"))
        await driver.wait_until_idle()
        assert "@alice@b.example" not in driver.screen_text
        driver.app.post_message(events.AppFocus())
        await driver.wait_until_idle()
        assert "@alice@b.example" in driver.screen_text
        assert isinstance(driver.app.focused, AccountList)


async def test_a_terminal_that_reports_its_focus_at_once_is_no_trouble(
    credentials_path: Path,
) -> None:
    keep(credentials_path, account_at("a.example"))
    app = WizardApp(open_services(credentials_path))
    app.post_message(events.AppFocus())
    async with app.run_test() as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        assert "@alice@a.example" in driver.screen_text


async def test_what_was_begun_while_an_attempt_is_looked_for_is_not_covered(
    start_wizard: StartWizard,
) -> None:
    gate = PausableClock()
    with PracticeInstance(clock=gate) as slow, BrowserUser() as alice:
        async with start_wizard() as driver:
            code = await asyncio.to_thread(alice.get_code, await driver.to_code(slow.address))
            gate.pause()
            driver.app.post_message(events.Paste(code))
            await gate.wait_for_request()
            await driver.press(*["escape"] * 5)
            driver.app.screen.query_one("#continue", Button).press()
            await driver.pilot.pause(0)
            driver.app.screen.query_one("#new", Button).press()
            while not isinstance(driver.app.screen, InstanceStep):
                await driver.pilot.pause(0)
            gate.resume()
            await driver.wait_until_idle()
            assert "Where is your account?" in driver.screen_text
            assert len(driver.app.screen_stack) == 2


async def test_an_account_that_is_gone_meanwhile_is_not_made_the_default(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    keep(credentials_path, account_at("a.example"), account_at("b.example"))
    async with start_wizard() as driver:
        await driver.press("end")
        Store(credentials_path).change(lambda kept: kept.without_account("@alice@b.example"))
        await driver.press("d")
        assert "@alice@b.example is no longer signed in here." in driver.screen_text
    assert Store(credentials_path).load().default == "@alice@a.example"


async def test_what_could_not_be_asked_is_not_counted_as_fine(
    start_wizard: StartWizard,
    credentials_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with installed(tmp_path, monkeypatch) as fake_keyring:
        keep(credentials_path, account_at("a.example"))
        Store(credentials_path).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
        fake_keyring.failure_mode.write_text("locked", "utf-8")
        async with start_wizard() as driver:
            await driver.press("c")
            assert "Not all could be checked" in driver.screen_text
            assert "The system's keyring is locked." in driver.screen_text
            assert "all is fine" not in driver.screen_text


async def test_what_an_opened_account_shows_is_known_at_home_too(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await sign_in(driver, practice)
        practice.revoke_tokens("alice")
        await driver.press("enter")
        assert "no longer accepts this access" in driver.screen_text
        await driver.press("escape")
        assert "access ended, just now" in driver.screen_text
        assert "Renew it to use the account again." in driver.screen_text


async def test_renewing_goes_straight_to_the_link_and_replaces_the_old_access(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await sign_in(driver, practice)
        (old,) = Store(credentials_path).load().accounts
        practice.revoke_tokens("alice")
        await driver.press("c")
        assert "access ended" in driver.screen_text
        await driver.press("r")
        assert (
            f"This renews @alice@{practice.address}. It is allowed the same as before."
            in driver.screen_text
        )
        link = driver.link
        await driver.press("tab", "enter")
        with BrowserUser() as alice:
            await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert f"Renewed. You are @alice@{practice.address}" in driver.screen_text
        await driver.press("enter")
        assert "fine, just now" in driver.screen_text
    (new,) = Store(credentials_path).load().accounts
    assert new.token.value != old.token.value
    assert new.token.scopes == old.token.scopes


async def test_renewing_can_ask_for_more_and_says_so(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await sign_in(driver, practice)
        await driver.press("r", "escape")
        assert "What may programs on this computer do?" in driver.screen_text
        await driver.press("down", "enter")
        assert "It is allowed more than before." in driver.screen_text
        await driver.press("escape", "home", "enter")
        assert "It is allowed less than before." in driver.screen_text
    assert Store(credentials_path).load().attempts[-1].renews == f"@alice@{practice.address}"


async def renew_as_bob(driver: WizardDriver) -> None:
    """Begin to renew the chosen account, and let Bob sign in."""
    await driver.press("r")
    link = driver.link
    await driver.press("tab", "enter")
    with BrowserUser("bob@example.org") as bob:
        await driver.paste(await asyncio.to_thread(bob.get_code, link))


async def test_somebody_else_coming_back_changes_nothing_until_asked(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    async with start_wizard((80, 30)) as driver:
        await sign_in(driver, practice)
        (before,) = Store(credentials_path).load().accounts
        for answer, kept in (("#stop", ["alice"]), ("#keep-both", ["alice", "bob"])):
            await renew_as_bob(driver)
            assert f"it was @bob@{practice.address} who signed in" in driver.screen_text
            assert driver.app.focused is driver.app.screen.query_one("#stop")
            assert driver.focused_is_visible
            assert Store(credentials_path).load().accounts == (before,)
            await driver.click(answer)
            assert [one.username for one in Store(credentials_path).load().accounts] == kept
            assert Store(credentials_path).load().attempts == ()
            if answer == "#stop":
                assert "Nothing was changed" in driver.screen_text
        assert f"You are @bob@{practice.address}" in driver.screen_text


async def test_stopping_to_keep_both_leaves_the_focus_where_enter_does_something(
    start_wizard: StartWizard,
) -> None:
    gate = PausableClock()
    with PracticeInstance(clock=gate) as practice:
        async with start_wizard((80, 30)) as driver:
            await sign_in(driver, practice)
            await renew_as_bob(driver)
            gate.pause()
            driver.app.screen.query_one("#keep-both", Button).press()
            await gate.wait_for_request()
            await driver.press("escape")
            gate.resume()
            assert driver.app.focused is driver.app.screen.query_one("#stop")
            assert driver.focused_is_visible


async def test_somebody_elses_access_that_could_not_be_ended_is_told(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard((80, 30)) as driver:
        await sign_in(driver, practice)
        await renew_as_bob(driver)
        practice.stop()
        await driver.press("enter")
        assert f"Nothing was changed: @alice@{practice.address} is as it was." in driver.screen_text
        assert "The access stays alive there until it is ended" in driver.screen_text


async def test_signing_out_from_the_list_ends_the_access_and_moves_the_default(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await sign_in(driver, practice)
        await sign_in(driver, practice, "bob")
        await driver.press("home", "s")
        assert f"Sign out @alice@{practice.address}?" in driver.screen_text
        await driver.press("right", "enter")
        assert f"The access at {practice.address} has ended" in driver.screen_text
        assert f"Scripts get @bob@{practice.address} now" in driver.screen_text
        assert handles(driver) == [f"@bob@{practice.address}"]
        assert "★ used by your scripts" in driver.screen_text
    assert practice.requests.count("POST /oauth/revoke") == 1
    assert len(Store(credentials_path).load().registrations) == 1
