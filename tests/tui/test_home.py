"""Home: the pending sign-in, many accounts, their states, and how they are renewed and ended."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.color import Color
from textual.widgets import Button

from gts_wizard.credentials import Credentials
from gts_wizard.messages import accounts as account_messages
from gts_wizard.models import AccountStatus, ReplacedToken, Server, WizardStep
from gts_wizard.oauth.pasted_code import parse_paste
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import SecretStorage
from gts_wizard.services.container import open_services
from gts_wizard.storage.store import Store
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.screens.instance import InstanceScreen
from gts_wizard.tui.widgets.accounts import AccountList
from gts_wizard.tui.widgets.marked_list import MARK
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.driver import WizardDriver
from tests.helpers.fake_keyring import installed
from tests.helpers.sample_accounts import make_account, make_pending
from tests.helpers.saved_state import (
    begin_at,
    get_code,
    make_imported,
    save_pending,
    sign_in_account,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.helpers.driver import StartWizard

pytestmark = pytest.mark.slow


def account_at(domain: str, username: str = "alice") -> Account:
    """Return a made-up account that was verified just now."""
    account = make_account(
        username, server=Server(f"https://{domain}", domain, domain, "gotosocial")
    )
    return account._replace(verified_at=datetime.now(UTC))


def save_accounts(credentials_path: Path, *accounts: Account) -> None:
    """Make these the accounts of the credentials file, the first one the default."""
    Store(credentials_path).update(
        lambda _: Credentials(accounts=accounts, default=accounts[0].handle)
    )


def save_begun_sign_in(credentials_path: Path) -> None:
    """Save a made-up pending sign-in that began just now."""
    pending = make_pending()._replace(started_at=datetime.now(UTC))
    Store(credentials_path).update(lambda saved: saved.with_pending(pending))


def listed_handles(driver: WizardDriver) -> list[str]:
    """Return what the list shows, in its order."""
    return [str(option.id) for option in driver.app.screen.query_one(AccountList).options]


def highlighted_handle(driver: WizardDriver) -> str:
    """Return the account that is highlighted in the list."""
    account = driver.app.screen.query_one(AccountList).highlighted_account
    return account.handle if account is not None else ""


async def come_back(driver: WizardDriver) -> None:
    """Come back to the window, after other programs may have changed the file."""
    driver.app.post_message(events.AppFocus())
    await driver.wait_until_idle()


async def renew_as(driver: WizardDriver, username: str) -> None:
    """Begin to renew the chosen account, and let somebody authorize it."""
    await driver.press("r")
    link = driver.link
    await driver.press("tab", "enter")
    with BrowserUser(f"{username}@example.org") as user:
        await driver.paste(await asyncio.to_thread(user.get_code, link))


async def _send_website(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a request with a page, as somebody's website would."""
    await reader.readuntil(b"\r\n\r\n")
    page = b"<!doctype html><title>Under new management</title>"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + page)
    await writer.drain()
    writer.close()


async def _never_respond(
    asked: asyncio.Event, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Take a request and send nothing, for as long as somebody waits."""
    asked.set()
    while await reader.read(1024):
        pass
    writer.close()


async def test_earlier_token_of_a_renewal_is_offered_to_be_ended(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice)
    replaced = ReplacedToken(account.handle, account.server, account.client_id, account.token)
    Store(credentials_path).update(
        lambda saved: saved.without_account(account.handle).with_replaced(replaced)
    )
    async with start_wizard() as driver:
        assert f"Old access to {account.handle} isn't revoked yet." in driver.screen_text
        await driver.press("enter", "escape")
        assert "Welcome" in driver.screen_text
        assert "isn't revoked yet" not in driver.screen_text, "it is told once"
        await driver.press("c")
        assert f"The old access to {account.handle} was revoked." in driver.screen_text
    assert not Store(credentials_path).load().replaced_tokens
    assert practice.requests.count("POST /oauth/revoke") == 1


async def test_pending_sign_in_can_be_discarded_and_brought_back(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    pending = await save_pending(credentials_path, practice.address, WizardStep.AUTHORIZE)
    async with start_wizard() as driver:
        await driver.press("tab", "enter")
        assert "Welcome" in driver.screen_text
        assert "You began" not in driver.screen_text
        assert f"The sign-in to {practice.address} is forgotten. Press u" in driver.screen_text
        assert "u Undo" in driver.screen_text
        assert Store(credentials_path).load().pending_sign_ins == ()
        await driver.press("u")
        assert "The sign-in is back." in driver.screen_text
        assert f"You started to sign in to {practice.address}" in driver.screen_text
        assert Store(credentials_path).load().pending_sign_ins == (pending,)
        await driver.press("u")
        assert Store(credentials_path).load().pending_sign_ins == (pending,)


async def test_each_unfinished_sign_in_can_be_continued_or_forgotten(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    older = await save_pending(credentials_path, f"@carol@{practice.address}", WizardStep.CODE)
    newer = await save_pending(credentials_path, practice.address, WizardStep.AUTHORIZE)
    async with start_wizard((60, 20)) as driver:
        for size in ((80, 24), (60, 20)):
            await driver.resize(*size)
            assert f"{MARK} Sign in to {practice.address} · just now" in driver.screen_text
            assert f"Sign in as {older.requested_handle} · just now" in driver.screen_text
            assert f"You started to sign in to {practice.address} just now." in driver.screen_text
            assert driver.focused_is_visible
        await driver.press("down")
        assert f"You started to sign in as {older.requested_handle} just now." in driver.screen_text
        await driver.press("enter")
        assert "Paste the code" in driver.screen_text
        await driver.press("escape", "escape", "escape", "escape", "escape", "down")
        assert f"{MARK} Sign in as {older.requested_handle}" in driver.screen_text
        await driver.press("right", "enter")
        assert f"The sign-in as {older.requested_handle} is forgotten." in driver.screen_text
        assert Store(credentials_path).load().pending_sign_ins == (newer,)
        assert driver.app.focused is driver.app.screen.query_one("#continue")
        assert f"You started to sign in to {practice.address} just now." in driver.screen_text


async def test_discarded_sign_in_with_a_token_is_not_brought_back(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    pending = await save_pending(credentials_path, practice.address, WizardStep.CODE)
    services = open_services(credentials_path)
    await services.sign_in.code_exchange.exchange(pending, parse_paste(await get_code(pending)))
    await services.aclose()
    async with start_wizard() as driver:
        await driver.press("tab", "enter")
        assert f"The sign-in to {practice.address} is forgotten." in driver.screen_text
        assert "Undo" not in driver.screen_text
    assert practice.requests.count("POST /oauth/revoke") == 1


async def test_code_whose_answer_was_lost_is_told_with_the_server(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    pending = await save_pending(credentials_path, practice.address, WizardStep.CODE)
    services = open_services(credentials_path)
    await services.sign_in.pending_sign_ins.note_code_sent(pending, sent=True)
    async with start_wizard((60, 20)) as driver:
        for size in ((80, 24), (60, 20)):
            await driver.resize(*size)
            said = " ".join(driver.screen_text.split())
            assert f"You started to sign in to {practice.address} just now. A code was sent" in said
            assert "Continue where you left off? Continue Forget this sign-in" in said


async def test_continuing_leads_to_the_step_reached_meanwhile(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    pending = await save_pending(credentials_path, practice.address, WizardStep.CODE)
    async with start_wizard() as driver:
        assert "You started to sign in" in driver.screen_text
        services = open_services(credentials_path)
        await services.sign_in.code_exchange.exchange(pending, parse_paste(await get_code(pending)))
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
        await services.aclose()


async def test_continuing_what_was_finished_elsewhere_says_so(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    pending = await save_pending(credentials_path, practice.address, WizardStep.AUTHORIZE)
    async with start_wizard() as driver:
        Store(credentials_path).update(lambda saved: saved.without_pending(pending.state))
        await driver.press("enter")
        assert "That sign-in was finished or forgotten in the meantime." in driver.screen_text
        assert "You began" not in driver.screen_text


async def test_accounts_are_sorted_those_that_need_help_first(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    names = [("z.example", "bob"), ("b.example", "Alice"), ("a.example", "alice"), ("c.x", "bob")]
    save_accounts(credentials_path, *(account_at(domain, username) for domain, username in names))
    async with start_wizard() as driver:
        assert listed_handles(driver) == [
            "@alice@a.example",
            "@Alice@b.example",
            "@bob@c.x",
            "@bob@z.example",
        ]
        assert "@bob@z.example Bob ★ used by your scripts" in driver.screen_text
        assert "✓ @alice@a.example" in driver.screen_text
        assert "fine, just now · Look around only · GoToSocial" in driver.screen_text
        accounts = [account_at(f"{number:02}.example") for number in range(20)]
        accounts[9] = accounts[9]._replace(status=AccountStatus.UNREACHABLE)
        accounts[18] = accounts[18]._replace(status=AccountStatus.REVOKED)
        save_accounts(credentials_path, *accounts)
        await come_back(driver)
        await driver.press("home")
        assert listed_handles(driver)[:3] == [
            "@alice@09.example",
            "@alice@18.example",
            "@alice@00.example",
        ]
        assert "✗ @alice@18.example" in driver.screen_text


async def test_long_names_hide_neither_the_default_nor_the_state(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    account = account_at("a.example")
    save_accounts(
        credentials_path,
        account._replace(display_name="有限会社 of the very long name " * 4),
        account_at(f"{'long' * 15}.example", "bob"),
    )
    long_handle = account_at(f"{'long' * 15}.example", "bob").handle
    async with start_wizard((60, 24)) as driver:
        for width in (60, 80):
            await driver.resize(width, 24)
            await driver.press("home", "d")
            assert "✓ @alice@a.example 有限会社" in driver.screen_text
            assert "… ★ used by your scripts fine, just now" in driver.screen_text
            await driver.press("end", "d")
            assert f"✓ {long_handle[:20]}" in driver.screen_text
            assert driver.screen_text.count("… ★ used by your scripts fine, just now") == 1


async def test_focus_stays_in_the_list_when_a_pending_sign_in_appears(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    save_accounts(credentials_path, *(account_at(f"{number}.example") for number in range(3)))
    async with start_wizard() as driver:
        await driver.press("down")
        save_begun_sign_in(credentials_path)
        await driver.press("s")
        assert "Sign out of @alice@1.example?" in driver.screen_text
        await driver.press("enter")
        assert "Continue where you left off?" in driver.screen_text
        await driver.press("s")
        assert "Sign out of @alice@1.example?" in driver.screen_text
        await driver.press("escape")
        assert isinstance(driver.app.focused, AccountList)


async def test_arrow_keys_move_between_buttons_on_a_small_screen(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    save_accounts(credentials_path, *(account_at(f"{number}.example") for number in range(6)))
    save_begun_sign_in(credentials_path)
    async with start_wizard((60, 20)) as driver:
        assert driver.app.screen.query_one("#page").max_scroll_y > 0
        for key, button in (
            ("down", "#new"),
            ("up", "#continue"),
            ("left", "#continue"),
            ("right", "#discard"),
            ("right", "#discard"),
            ("down", "#new"),
            ("right", "#new"),
        ):
            await driver.press(key)
            assert driver.app.focused is driver.app.screen.query_one(button)
            assert driver.focused_is_visible


async def test_arrow_keys_lead_out_of_the_list_and_back(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    save_accounts(credentials_path, *(account_at(f"{word}.example") for word in ("one", "two")))
    async with start_wizard() as driver:
        await driver.press("down", "down")
        assert driver.app.focused is driver.app.screen.query_one("#new")
        await driver.press("up")
        assert isinstance(driver.app.focused, AccountList)
        assert highlighted_handle(driver) == "@alice@two.example"
        await driver.press("up", "up", "enter")
        assert "Where is your account?" in driver.screen_text


async def test_accounts_are_found_by_typing_and_stay_highlighted(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    words = ("one", "two", "three", "four")
    save_accounts(credentials_path, *(account_at(f"{word}.example") for word in words))
    async with start_wizard() as driver:
        assert "Type a name or a server" not in driver.screen_text, "four are found at a glance"
        await driver.press("end")
        assert highlighted_handle(driver) == "@alice@two.example"
        await driver.press("slash", "@", "t")
        assert listed_handles(driver) == ["@alice@three.example", "@alice@two.example"]
        assert highlighted_handle(driver) == "@alice@two.example"
        await driver.press("h")
        assert highlighted_handle(driver) == "@alice@three.example"
        await driver.press("escape")
        assert len(listed_handles(driver)) == 4
        assert highlighted_handle(driver) == "@alice@three.example"
        await driver.press("slash")
        await driver.press_at_once(*"THREE")
        assert listed_handles(driver) == ["@alice@three.example"]
        await driver.press("escape")
        assert len(listed_handles(driver)) == 4
        assert "r Renew" in driver.screen_text
        await driver.press("slash")
        await driver.press_at_once(*"nobody")
        assert listed_handles(driver) == []
        await driver.press("enter")
        assert "r Renew" not in driver.screen_text, "there is nothing to renew"
        assert driver.focused_is_visible, "the focus goes past the empty list"
        await driver.press("down")
        assert driver.focused_is_visible


async def test_accounts_of_a_long_list_can_be_scrolled_and_found(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    accounts = [account_at(f"server{number:04}.example") for number in range(300)]
    save_accounts(credentials_path, *accounts)
    async with start_wizard() as driver:
        assert "Type a name or a server" in driver.screen_text
        await driver.press("end")
        assert "@alice@server0299.example" in driver.screen_text
        await driver.press("slash")
        await driver.press_at_once(*"0150")
        assert listed_handles(driver) == ["@alice@server0150.example"]
        await driver.press("enter")
        await driver.press("d")
        assert "Scripts use @alice@server0150.example now" in driver.screen_text
    assert Store(credentials_path).load().default == "@alice@server0150.example"


async def test_only_accounts_in_sight_are_laid_out(
    start_wizard: StartWizard, credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: set[str] = set()

    def last_checked(account: Account) -> datetime:
        laid_out.add(account.handle)
        return account.verified_at

    monkeypatch.setattr(account_messages, "last_checked", last_checked)
    accounts = [account_at(f"server{number:04}.example") for number in range(1000)]
    save_accounts(credentials_path, *accounts)
    async with start_wizard() as driver:
        rows = driver.app.screen.query_one(AccountList).size.height
        assert "server0000.example" in driver.screen_text
        assert "@alice@server0000.example" in laid_out
        for keys, handle in ((["end"], "server0999"), (["slash", "7", "7", "7"], "server0777")):
            await driver.press(*keys)
            assert f"{handle}.example" in driver.screen_text
            assert f"@alice@{handle}.example" in laid_out
        assert len(laid_out) < 4 * rows


async def test_checking_all_reaches_accounts_the_filter_hides(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    save_accounts(credentials_path, *(account_at(f"{word}.example") for word in ("one", "two")))
    async with start_wizard() as driver:
        await driver.press("slash", "o", "n", "enter", "c")
        assert listed_handles(driver) == ["@alice@one.example"]
        await driver.press("escape")
        assert len(listed_handles(driver)) == 2
        assert "fine, just now" not in driver.screen_text


async def test_checking_all_shows_the_state_of_each_account(
    start_wizard: StartWizard, credentials_path: Path, practice: PracticeServer
) -> None:
    with PracticeServer() as ended, PracticeServer() as busy, PracticeServer() as gone:
        for server in (practice, ended, busy, gone):
            await sign_in_account(credentials_path, server)
        async with start_wizard((100, 40)) as driver:
            ended.revoke_tokens("alice")
            busy.overloaded = True
            gone.stop()
            await driver.press("c")
            for server, words in [
                (practice, "fine, just now"),
                (ended, "access ended, just now"),
                (busy, "server asks you to wait, just now"),
                (gone, "can't reach the server, just now"),
            ]:
                assert f"@alice@{server.address} " in driver.screen_text
                assert words in driver.screen_text
            assert "Checked: 1 of 4 fine" in driver.screen_text
            await driver.press("home")
            for account in listed_handles(driver)[:3]:
                host = account.rpartition("@")[2]
                assert highlighted_handle(driver) == account
                assert (f"{host} asks" in driver.screen_text) == (host == busy.address)
                assert (f"can't reach {host}." in driver.screen_text) == (host == gone.address)
                await driver.press("down")
            status = driver.app.screen.query_one("#status")
            assert status.styles.color == Color.parse(driver.app.theme_variables["warning"])
    accounts = Store(credentials_path).load().accounts
    assert {account.server.host: account.status for account in accounts} == {
        practice.address: AccountStatus.FINE,
        ended.address: AccountStatus.REVOKED,
        busy.address: AccountStatus.RATE_LIMITED,
        gone.address: AccountStatus.UNREACHABLE,
    }


async def test_server_that_became_a_website_is_named_as_changed(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    with PracticeServer() as practice:
        await sign_in_account(credentials_path, practice)
    server = await asyncio.start_server(_send_website, "127.0.0.1", practice.port)
    async with server, start_wizard() as driver:
        await driver.press("c")
        assert "server has changed, just now" in driver.screen_text
        assert f"Something else answers at {practice.address} now." in driver.screen_text
    [account] = Store(credentials_path).load().accounts
    assert account.status is AccountStatus.CHANGED


async def test_checking_can_be_stopped_while_a_server_is_silent(
    start_wizard: StartWizard, credentials_path: Path, practice: PracticeServer
) -> None:
    await sign_in_account(credentials_path, practice)
    with PracticeServer() as silent:
        await sign_in_account(credentials_path, silent)
    asked = asyncio.Event()
    server = await asyncio.start_server(partial(_never_respond, asked), "127.0.0.1", silent.port)
    async with server, start_wizard() as driver:
        practice.revoke_tokens("alice")
        await driver.pilot.press("c")
        await asyncio.wait_for(asked.wait(), 30)
        async with asyncio.timeout(30):
            while "access ended" not in driver.screen_text:
                await driver.pilot.pause(0.05)
        assert "Checking your accounts" in driver.screen_text
        await driver.pilot.press("slash", "e", "n", "d", "e", "d")
        assert listed_handles(driver) == [f"@alice@{practice.address}"], "it is found by its state"
        await driver.press("escape")
        assert "Checking your accounts" not in driver.screen_text
    accounts = Store(credentials_path).load().accounts
    states = {account.server.host: account.status for account in accounts}
    assert states == {practice.address: AccountStatus.REVOKED, silent.address: AccountStatus.FINE}


async def test_changes_by_another_window_show_on_coming_back(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    save_accounts(credentials_path, account_at("a.example"))
    async with start_wizard() as driver:
        driver.app.post_message(events.AppBlur())
        save_accounts(credentials_path, account_at("b.example"))
        await driver.wait_until_idle()
        assert "@alice@b.example" not in driver.screen_text
        await come_back(driver)
        assert "@alice@b.example" in driver.screen_text
        assert isinstance(driver.app.focused, AccountList)


async def test_nothing_can_be_pressed_before_the_file_is_read(
    credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_accounts(credentials_path, account_at("a.example"))
    save_begun_sign_in(credentials_path)
    app = WizardApp(open_services(credentials_path))
    load, may_be_read = Store.load, Event()

    def load_late(store: Store) -> Credentials:
        may_be_read.wait()
        return load(store)

    monkeypatch.setattr(Store, "load", load_late)
    async with app.run_test() as pilot:
        driver = WizardDriver(pilot)
        try:
            await pilot.press("enter", "tab", "enter", "a")
            assert "Starting…" in driver.screen_text
            assert "Welcome" not in driver.screen_text
            assert not [button for button in app.screen.query(Button) if button.region.area]
        finally:
            may_be_read.set()
        await driver.wait_until_idle()
        assert "Starting…" not in driver.screen_text
        assert "Continue where you left off?" in driver.screen_text
        assert app.focused is app.screen.query_one("#continue")


async def test_focus_reported_before_home_is_laid_out_is_taken(credentials_path: Path) -> None:
    save_accounts(credentials_path, account_at("a.example"))
    app = WizardApp(open_services(credentials_path))
    app.post_message(events.AppFocus())
    async with app.run_test() as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        assert "@alice@a.example" in driver.screen_text


async def test_screen_opened_during_a_slow_continue_is_not_covered(
    start_wizard: StartWizard, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        code = await get_code(pending)
        practice_clock.pause()
        driver.app.post_message(events.Paste(code))
        await practice_clock.wait_for_request()
        # Nobody waits here for the exchange to end: it must still run when the user continues.
        await driver.pilot.press("escape", "escape")
        await driver.wait_for("You started to sign in")
        driver.app.screen.query_one("#continue", Button).press()
        await driver.pilot.pause(0)
        driver.app.screen.query_one("#new", Button).press()
        while not isinstance(driver.app.screen, InstanceScreen):
            await driver.pilot.pause(0)
        practice_clock.resume()
        await driver.wait_until_idle()
        assert "Where is your account?" in driver.screen_text
        assert len(driver.app.screen_stack) == 2


async def test_default_is_changed_unless_it_is_it_already_or_gone(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    save_accounts(credentials_path, account_at("a.example"), account_at("b.example"))
    async with start_wizard() as driver:
        assert "d For scripts" in driver.screen_text
        await driver.press("d")
        assert "Scripts already use @alice@a.example" in driver.screen_text
        await driver.press("end", "d")
        assert "Scripts use @alice@b.example now" in driver.screen_text
        await driver.press("home", "d", "end")
        Store(credentials_path).update(lambda saved: saved.without_account("@alice@b.example"))
        await driver.press("d")
        assert "@alice@b.example is no longer signed in here." in driver.screen_text
    assert Store(credentials_path).load().default == "@alice@a.example"


async def test_account_behind_a_locked_keyring_is_not_called_fine(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice = await sign_in_account(credentials_path, practice)
    bob = await sign_in_account(credentials_path, practice, "bob")
    store = Store(credentials_path)
    with installed(tmp_path, monkeypatch) as fake_keyring:
        store.update(lambda saved: saved.with_storage(SecretStorage.KEYRING, alice.handle))
        fake_keyring.failure_mode.write_text("locked", "utf-8")
        async with start_wizard() as driver:
            assert f"✓ {alice.handle}" in driver.screen_text
            await driver.press("c")
            assert "Checked: 1 of 2 fine." in driver.screen_text
            assert "The system's keyring is locked." in driver.screen_text
            # Another window may learn something of its server, and still nothing of the account.
            [hidden, _] = store.load().accounts
            learnt = hidden._replace(server=hidden.server._replace(title="Elsewhere"))
            store.update(lambda saved: saved.with_account(learnt))
            await come_back(driver)
            assert f"? {alice.handle}" in driver.screen_text
            assert "not checked, last answer just now" in driver.screen_text
            assert f"✓ {bob.handle}" in driver.screen_text
            fake_keyring.failure_mode.unlink()
            await driver.press("c")
            assert f"✓ {alice.handle}" in driver.screen_text
            assert "Checked: everything is fine." in driver.screen_text
            status = driver.app.screen.query_one("#status")
            assert status.styles.color == Color.parse(driver.app.theme_variables["success"])


async def test_file_others_could_read_is_closed_to_them(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    save_accounts(credentials_path, account_at("a.example"))
    credentials_path.chmod(0o644)
    async with start_wizard((120, 30)) as driver:
        assert "Others on this computer could open" in driver.screen_text
        assert "Now only you can." in driver.screen_text
    assert credentials_path.stat().st_mode & 0o777 == 0o600


async def test_second_account_is_added_and_highlighted(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    alice = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        for keys in (["tab", "enter"], ["a"]):
            await driver.press(*keys)
            assert "Where is your account?" in driver.screen_text
            await driver.press("escape")
        await driver.press("slash")
        await driver.press_at_once(*"alice")
        await driver.press("enter")
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        await driver.paste(await get_code(pending, "bob"))
        await driver.press("enter")
        assert highlighted_handle(driver) == f"@bob@{practice.address}"
        assert listed_handles(driver) == [alice.handle, f"@bob@{practice.address}"]
        assert isinstance(driver.app.focused, AccountList)
        await driver.press("s")
        assert f"Sign out of @bob@{practice.address}?" in driver.screen_text
        await driver.press("escape")
        Store(credentials_path).update(lambda saved: saved.with_username(alice, "karol"))
        await come_back(driver)
        await driver.press("end", "enter")
        assert f"You are {alice.handle}" in driver.screen_text
        await driver.press("escape")
        assert highlighted_handle(driver) == alice.handle, "it was viewed"
    assert practice.requests.count("POST /api/v1/apps") == 1


async def test_browser_that_knows_the_first_account_replaces_it_only_on_request(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    old = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        await driver.paste(await get_code(pending))
        assert f"You're already signed in as @alice@{practice.address}" in driver.screen_text
        assert driver.app.focused is driver.app.screen.query_one("#keep")
        assert driver.focused_is_visible
        await driver.click("#other")
        assert "open this link in a private window" in driver.screen_text
        await driver.press("tab", "enter")
        (pending,) = Store(credentials_path).load().pending_sign_ins
        await driver.paste(await get_code(pending))
        await driver.press("enter")
        assert f"Nothing was changed: @alice@{practice.address}" in driver.screen_text
        assert Store(credentials_path).load().accounts == (old,)
        assert not Store(credentials_path).load().pending_sign_ins
        assert practice.requests.count("POST /oauth/revoke") == 2
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        await driver.paste(await get_code(pending))
        await driver.click("#replace")
        assert "You are @alice@" in driver.screen_text
    (new,) = Store(credentials_path).load().accounts
    assert new.token.value != old.token.value


async def test_renewing_starts_at_the_link_and_replaces_the_token(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    old = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        practice.revoke_tokens("alice")
        await driver.press("c")
        assert "access ended" in driver.screen_text
        await driver.press("r")
        assert (
            f"This renews @alice@{practice.address}. "
            "The permissions are the same as before." in driver.screen_text
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


async def test_renewing_can_ask_for_more_or_less_and_says_so(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        await driver.press("r")
        assert "the same as before. F4 changes the permissions." in driver.screen_text
        await driver.press("f1")
        assert "with the same permissions as before. F4 changes them." in driver.screen_text
        await driver.press("f1", "f4")
        assert "What may programs on this computer do?" in driver.screen_text
        await driver.press("down", "enter")
        assert "The new access has more permissions than before." in driver.screen_text
        await driver.press("escape", "home", "enter")
        assert "The new access has fewer permissions than before." in driver.screen_text
    assert (
        Store(credentials_path).load().pending_sign_ins[-1].renewed_handle
        == f"@alice@{practice.address}"
    )


async def test_leaving_a_renewal_leads_back_to_the_list(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        await driver.press("r", "escape")
        assert isinstance(driver.app.focused, AccountList)
        assert highlighted_handle(driver) == account.handle
        driver.app.screen.query_one("#continue", Button).press()
        await driver.wait_until_idle()
        assert f"This renews {account.handle}." in driver.screen_text
        await driver.press("f4", "escape")
        assert isinstance(driver.app.focused, AccountList)
        await driver.press("enter", "r", "tab", "enter", "escape", "escape")
        assert "Your accounts" in driver.screen_text


async def test_renewing_what_may_do_too_little_asks_for_permissions(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_account(credentials_path, practice, scopes=("read:accounts",))
    changed = account._replace(status=AccountStatus.INSUFFICIENT_SCOPE)
    Store(credentials_path).update(partial(Credentials.with_account, account=changed))
    async with start_wizard() as driver:
        await driver.press("r")
        assert "What may programs on this computer do?" in driver.screen_text
        await driver.press("home", "enter")
        assert "The new access has more permissions than before." in driver.screen_text


async def test_renewing_an_imported_account_asks_for_its_permissions(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    make_imported(credentials_path)
    async with start_wizard() as driver:
        await driver.press("r")
        assert "What may programs on this computer do?" in driver.screen_text
        assert "it was made outside the wizard" in driver.screen_text
        assert "Your server lists these: GoToSocial Wizard: read write" in driver.screen_text
        await driver.press("enter")
        assert "The old access is shared with the program" in driver.screen_text
        await driver.press("escape", "escape", "s")
        assert "shares this access, and is signed out too." in driver.screen_text


async def test_renewing_as_another_user_changes_nothing_unasked(
    start_wizard: StartWizard,
    practice: PracticeServer,
    practice_clock: PausableClock,
    credentials_path: Path,
) -> None:
    await sign_in_account(credentials_path, practice)
    (before,) = Store(credentials_path).load().accounts

    async def renew_as_bob(driver: WizardDriver) -> None:
        await renew_as(driver, "bob")
        assert f"you signed in as @bob@{practice.address}" in driver.screen_text
        assert driver.app.focused is driver.app.screen.query_one("#retry-renewal")
        assert "Try again as @alice" in driver.screen_text
        assert driver.focused_is_visible
        assert Store(credentials_path).load().accounts == (before,)

    async with start_wizard((80, 30)) as driver:
        await renew_as_bob(driver)
        practice_clock.pause()
        driver.app.screen.query_one("#keep-both", Button).press()
        await practice_clock.wait_for_request()
        await driver.press("escape")
        practice_clock.resume()
        assert driver.app.focused is driver.app.screen.query_one("#retry-renewal")
        assert driver.focused_is_visible
        await driver.press("enter")
        assert "open this link in a private window" in driver.screen_text
        assert f"This renews @alice@{practice.address}." in driver.screen_text
        await driver.press("tab", "enter")
        (pending,) = Store(credentials_path).load().pending_sign_ins
        await driver.paste(await get_code(pending, "bob"))
        await driver.click("#stop")
        assert "Nothing was changed" in driver.screen_text
        saved = Store(credentials_path).load()
        assert (saved.accounts, saved.pending_sign_ins) == ((before,), ())

        await renew_as_bob(driver)
        await driver.click("#keep-both")
        assert f"You are @bob@{practice.address}" in driver.screen_text
        assert f"@alice@{practice.address} is not renewed yet." in driver.screen_text
        saved = Store(credentials_path).load()
        assert [account.username for account in saved.accounts] == ["alice", "bob"]
        assert saved.pending_sign_ins == ()


async def test_unwanted_token_that_could_not_be_revoked_is_named(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard((80, 30)) as driver:
        for _ in range(2):
            await renew_as(driver, "bob")
            practice.stop()
            await driver.click("#stop")
            shown = driver.screen_text
            assert f"Nothing was changed: @alice@{practice.address} is as it was." in shown
            assert "The wizard will try to revoke it again when you check your accounts." in shown
            practice.start()
        await driver.press("c")
        ended = f"The old access to @alice@{practice.address} was revoked."
        assert driver.screen_text.count(ended) == 1
    assert not Store(credentials_path).load().replaced_tokens


async def test_sign_out_from_the_list_moves_the_default(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    await sign_in_account(credentials_path, practice, "bob")
    async with start_wizard() as driver:
        await driver.press("home", "s")
        assert f"Sign out of @alice@{practice.address}?" in driver.screen_text
        await driver.press("right", "enter")
        signed_out = f"Signed out of @alice@{practice.address}. The access was revoked"
        assert signed_out in driver.screen_text
        assert f"Scripts use @bob@{practice.address} now" in driver.screen_text
        assert listed_handles(driver) == [f"@bob@{practice.address}"]
        assert "★ used by your scripts" in driver.screen_text
    assert practice.requests.count("POST /oauth/revoke") == 1
    assert len(Store(credentials_path).load().registrations) == 1
