"""The code comes by itself: the browser is sent back to a page of the wizard."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from textual.widgets import Button

from gts_wizard.models import OOB_REDIRECT_URI, WizardStep
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from gts_wizard.tui.screens import code as code_screen
from tests.helpers.browser_user import plain_client
from tests.helpers.fake_programs import FakePrograms, be_a_desktop
from tests.helpers.practice_overrides import canned, canned_json
from tests.helpers.saved_state import begin_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.clocks import PausableClock
    from tests.helpers.driver import StartWizard, WizardDriver
    from tests.helpers.full_disk import Disk

pytestmark = pytest.mark.slow

_WAITING = "Waiting for your browser"
_CONNECTED = "You are connected"


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a desktop computer; nothing of the wizard is replaced."""
    be_a_desktop(monkeypatch)


@pytest.fixture
def computer(computer: FakePrograms) -> FakePrograms:
    """A computer with a browser, which notes down the link that it opens."""
    computer.install("xdg-open")
    return computer


def opened(computer: FakePrograms) -> str:
    """Return the link that the browser has opened last."""
    return computer.ran["xdg-open"][0]


async def open_link(driver: WizardDriver, practice: PracticeServer, computer: FakePrograms) -> str:
    """Open the link from its page; return the link that the browser has opened."""
    await begin_at(driver, practice.address, WizardStep.AUTHORIZE)
    await driver.press("enter")
    assert _WAITING in driver.screen_text
    return opened(computer)


def redirect_uri(link: str) -> str:
    """Return the redirect URI of a link."""
    return parse_qs(urlsplit(link).query)["redirect_uri"][0]


async def test_sign_in_needs_an_address_and_enter_alone(
    start_wizard: StartWizard,
    practice: PracticeServer,
    computer: FakePrograms,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.type(practice.address)
        await driver.press("enter", "enter", "enter")
        assert "That's all: the wizard continues by itself." in driver.screen_text
        await driver.press("enter", "enter", "enter")
        assert _WAITING in driver.screen_text, "Enter is harmless there"
        await driver.press("f1")
        assert "Agree in your browser." in driver.screen_text
        assert "copy all of it again" not in driver.screen_text
        await driver.press("f1")
        assert "Once you press" in driver.screen_text
        assert "the wizard continues by itself." in driver.screen_text
        assert driver.focused_is_visible
        page = await asyncio.to_thread(alice.allow, opened(computer))
        await driver.wait_for(f"You are @alice@{practice.address}")
    assert _CONNECTED in page.text
    assert "code" not in str(page.url)
    saved = Store(credentials_path).load()
    assert [account.username for account in saved.accounts] == ["alice"]
    assert saved.pending_sign_ins == ()
    assert practice.requests.count("POST /api/v1/apps") == 1
    assert practice.requests.count("POST /oauth/token") == 1


async def test_other_servers_send_the_browser_back_as_well(
    start_wizard: StartWizard, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        for emulates in ("0.19", "mastodon"):
            with PracticeServer(emulates=emulates) as practice:
                link = await open_link(driver, practice, computer)
                page = await asyncio.to_thread(alice.allow, link)
                await driver.wait_for(f"You are @alice@{practice.address}")
                assert (_CONNECTED in page.text, "code" in str(page.url)) == (True, False), emulates
                for request in ("POST /api/v1/apps", "POST /oauth/token"):
                    assert practice.requests.count(request) == 1, emulates


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_old_server_shows_a_code(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.AUTHORIZE)
        assert "Copy the long code that appears" in driver.screen_text
        await driver.press("enter")
        assert "Paste the code" in driver.screen_text
        assert _WAITING not in driver.screen_text
        await driver.press("f1")
        assert "If a code is refused, copy all of it again" in driver.screen_text
        assert "Agree in your browser." not in driver.screen_text
        await driver.press("f1")
        await driver.paste(await asyncio.to_thread(alice.get_code, opened(computer)))
        assert "You are @alice" in driver.screen_text


async def test_link_to_copy_shows_a_code(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.AUTHORIZE)
        assert redirect_uri(driver.link) == OOB_REDIRECT_URI
        await driver.press("c")
        assert driver.app.clipboard == driver.link
        assert "This link shows a code at the end" in driver.screen_text
        await driver.press("enter")
        assert "Paste the code" in driver.screen_text
        await driver.paste(await asyncio.to_thread(alice.get_code, driver.app.clipboard))
        assert "You are @alice" in driver.screen_text
    assert computer.ran == {}


async def test_code_can_be_used_instead(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        await driver.press("f6")
        assert "This link shows a code at the end" in driver.screen_text
        await driver.press("enter")
        code_link = opened(computer)
        assert (redirect_uri(code_link), code_link == link) == (OOB_REDIRECT_URI, False)
        assert "Paste the code" in driver.screen_text
        assert _WAITING not in driver.screen_text
        await driver.paste(await asyncio.to_thread(alice.get_code, code_link))
        assert "You are @alice" in driver.screen_text


async def test_browser_that_has_an_earlier_question_open_is_still_heard(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        await asyncio.to_thread(alice.sign_in, link)
        await driver.press("f6", "enter")
        page = await asyncio.to_thread(alice.allow, opened(computer))
        await driver.wait_for("You are @alice")
    assert _CONNECTED in page.text


async def test_address_of_a_page_that_does_not_load_can_be_pasted(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        address = await asyncio.to_thread(
            alice.dead_page, await open_link(driver, practice, computer)
        )
        await driver.paste(address)
        assert "You are @alice" in driver.screen_text
        with pytest.raises(httpx.ConnectError), plain_client() as client:
            await asyncio.to_thread(client.get, address)


async def test_refusals_are_told_in_both_places_and_give_a_fresh_link(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        [state] = parse_qs(urlsplit(link).query)["state"]
        answer = {
            "error": "access_denied",
            "error_description": "[@click=app.quit]No",
            "state": state,
        }
        with plain_client() as client:
            page = await asyncio.to_thread(
                client.get, redirect_uri(link), params=answer, follow_redirects=True
            )
        await driver.wait_for("Your server gave no code. It says: “[@click=app.quit]No”.")
        assert "your server shows a long code" not in driver.screen_text
        await driver.press("enter")
        assert "This is a fresh link." in driver.screen_text
        assert "You didn't allow access." in page.text
        await driver.press("enter")
        assert opened(computer) != link
        practice.overrides = {"POST /oauth/token": canned_json(400, error="invalid_grant")}
        page = await asyncio.to_thread(alice.allow, opened(computer))
        await driver.wait_for("doesn't accept the code that came from your browser")
        assert "Copy it" not in driver.screen_text
        await driver.press("enter")
        assert "This is a fresh link." in driver.screen_text
    assert "That didn't work" in page.text


async def test_nothing_listens_once_page_or_program_is_left(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        await driver.press("escape")
        assert "The wizard is no longer waiting for your browser." in driver.screen_text
        with pytest.raises(httpx.ConnectError), plain_client() as client:
            await asyncio.to_thread(client.get, redirect_uri(link))
        await driver.press("enter")
        assert opened(computer) == link, "the same link again"
        assert _WAITING in driver.screen_text
    with pytest.raises(httpx.ConnectError), plain_client() as client:
        await asyncio.to_thread(client.get, redirect_uri(link))


async def test_closed_window_goes_on_waiting_for_the_same_link(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        page = await asyncio.to_thread(alice.sign_in, link)
    async with start_wizard() as driver:
        await driver.press("enter")
        assert _WAITING in driver.screen_text
        page = await asyncio.to_thread(alice.press_allow, page)
        await driver.wait_for("You are @alice")
    assert _CONNECTED in page.text


async def test_port_that_is_taken_meanwhile_gives_another_link(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
    with socket.socket() as other_program:
        other_program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other_program.bind(("127.0.0.1", urlsplit(redirect_uri(link)).port))
        other_program.listen()
        async with start_wizard() as driver:
            await driver.press("enter")
            assert "Paste the code" in driver.screen_text
            await driver.press("escape", "enter")
            assert _WAITING in driver.screen_text
            assert redirect_uri(opened(computer)) != redirect_uri(link)
            await asyncio.to_thread(alice.allow, opened(computer))
            await driver.wait_for("You are @alice")


async def test_unfinished_page_of_an_earlier_link_is_recognised(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        page = await asyncio.to_thread(alice.sign_in, link)
        await driver.press("f5")
        assert "This is a fresh link." in driver.screen_text
        await driver.press("enter")
        assert _WAITING in driver.screen_text
        assert opened(computer) != link
        page = await asyncio.to_thread(alice.press_allow, page)
        await driver.wait_for("You are @alice")
    assert _CONNECTED in page.text


async def test_token_that_came_after_the_page_was_left_is_gone_on_with(
    start_wizard: StartWizard,
    practice: PracticeServer,
    computer: FakePrograms,
    alice: BrowserUser,
    practice_clock: PausableClock,
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        address = await asyncio.to_thread(alice.dead_page, link)
        practice_clock.pause()
        with plain_client() as client:
            await asyncio.to_thread(client.get, address)
            await practice_clock.wait_for_request()
        driver.app.simulate_key("escape")
        await driver.press("escape", "escape")
        assert "You started to sign in" in driver.screen_text
        driver.app.screen.query_one("#continue", Button).press()
        practice_clock.resume()
        await driver.wait_for("You are @alice")


async def test_what_helps_is_said_after_a_while(
    start_wizard: StartWizard,
    practice: PracticeServer,
    computer: FakePrograms,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with start_wizard() as driver:
        await open_link(driver, practice, computer)
        assert "an older question, press F5" not in driver.screen_text
        await driver.press("escape")
        monkeypatch.setattr(code_screen, "_PATIENCE_SECONDS", 0.01)
        await driver.press("enter")
        await driver.wait_for("an older question, press F5")


async def test_token_that_can_not_be_saved_is_told_in_both_places(
    start_wizard: StartWizard,
    practice: PracticeServer,
    computer: FakePrograms,
    alice: BrowserUser,
    disk: Disk,
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        disk.fill()
        page = await asyncio.to_thread(alice.allow, link)
        await driver.wait_for("can't be written: no space left on device")
        assert "That didn't work" in page.text
        disk.make_room()
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 1


async def test_code_that_comes_behind_a_dialog_waits_for_it(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        address = await asyncio.to_thread(
            alice.dead_page, await open_link(driver, practice, computer)
        )
        await driver.press("f1")
        with plain_client() as client:
            page = await asyncio.to_thread(client.get, address, follow_redirects=True)
        assert "Almost there" in page.text
        await driver.press("escape")
        await driver.wait_for("You are @alice")


async def test_code_is_kept_where_the_server_fails(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await open_link(driver, practice, computer)
        practice.overrides = {"POST /oauth/token": canned(500)}
        page = await asyncio.to_thread(alice.allow, link)
        await driver.wait_for("is having problems")
        assert "That didn't work" in page.text
        practice.overrides = {}
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
