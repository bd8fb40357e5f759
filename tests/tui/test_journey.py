"""The whole journey on screens, against a practice instance over real sockets."""

from __future__ import annotations

import asyncio
import socket
import tomllib
from typing import TYPE_CHECKING

import pytest
from textual import events

from gts_wizard.credentials.store import Store
from gts_wizard.practice import PracticeInstance
from gts_wizard.rules.paste import read_paste
from gts_wizard.services.wiring import open_services
from gts_wizard.tui.widgets.instance_card import InstanceCard
from tests.helpers.browser_user import BrowserUser
from tests.helpers.raw_responses import http_response, json_bytes, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import instance_document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard, WizardDriver
    from tests.helpers.raw_server import RawRequest

_WRONG_CODE = "WRONG" + "0" * 43


async def test_enter_an_address_and_a_paste_are_enough(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        assert "Welcome" in driver.screen_text
        await driver.press("enter")
        assert "Where is your account?" in driver.screen_text
        await driver.type(practice.address)
        await driver.press("enter")
        assert "GoToSocial 0.20" in driver.screen_text
        await driver.press("enter")
        assert "What may programs on this computer do?" in driver.screen_text
        await driver.press("enter")
        assert "Allow it in your browser" in driver.screen_text
        link = driver.link
        await driver.press("enter", "enter")
        assert "Paste the code" in driver.screen_text
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert f"You are @alice@{practice.address}" in driver.screen_text
        assert str(credentials_path)[:40] in driver.screen_text
    saved = tomllib.loads(credentials_path.read_text())
    assert [account["handle"] for account in saved["accounts"]] == [f"@alice@{practice.address}"]
    assert saved["attempts"] == []


async def test_a_sign_in_costs_four_requests(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        before = list(practice.requests)
        code = await asyncio.to_thread(alice.get_code, link)
        pages = len(practice.requests) - len(before)
        await driver.paste(code)
    assert before + practice.requests[len(before) + pages :] == [
        "GET /api/v2/instance",
        "POST /api/v1/apps",
        "POST /oauth/token",
        "GET /api/v1/accounts/verify_credentials",
        # Signed in by now; this is the picture.
        practice.requests[-1],
    ]
    assert practice.requests[-1].endswith("alice.png")


async def test_going_back_keeps_everything_and_repeats_nothing(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        await driver.press("up", "enter")
        link = driver.link
        await driver.press("enter", "enter")
        await driver.type("half a co")
        await driver.press("escape", "escape", "escape")
        assert "Where is your account?" in driver.screen_text
        assert practice.address in driver.screen_text
        await driver.press("enter")
        await driver.press("enter")
        assert driver.link == link, "the link that was given out stays good"
        await driver.press("enter", "enter")
        assert "9 characters are here" in driver.screen_text
        assert practice.requests.count("POST /api/v1/apps") == 1
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "Look around only" in driver.screen_text


async def test_a_changed_address_is_looked_up_anew(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    with PracticeInstance(like="0.19") as other:
        async with start_wizard() as driver:
            await driver.to_permissions(practice.address)
            await driver.press("escape", "shift+tab")
            await driver.fill(other.address)
            await driver.press("enter")
            assert "GoToSocial 0.19" in driver.screen_text
            await driver.press("enter", "enter")
            await driver.wait_until_idle()
            assert driver.link.startswith(other.origin)


async def test_a_wrong_code_stays_with_a_cause_and_a_right_one_still_works(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        await driver.paste(_WRONG_CODE)
        assert "does not accept this code" in driver.screen_text
        assert "get a fresh link" in driver.screen_text
        assert (
            "Paste the code" in driver.screen_text or "48 characters are here" in driver.screen_text
        )
        assert "WRONG" not in driver.screen_text
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in driver.screen_text


@pytest.mark.parametrize(
    ("around", "what"),
    [
        ("{}", "the bare code"),
        ("\n  {}\n\n", "with line breaks around it"),
        ("“{}”", "in quotes"),
        (
            'Hi alice! Here\'s your out-of-band token with scope "read", use it wisely: {}',
            "sentence",
        ),
    ],
)
async def test_a_dirty_paste_is_read_for_what_it_is(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    around: str,
    what: str,
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        await driver.paste(around.format(await asyncio.to_thread(alice.get_code, link)))
        assert "You are @alice" in driver.screen_text, what


async def test_the_address_of_the_code_page_may_be_pasted(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        address = await asyncio.to_thread(alice.allow, link)
        await driver.paste(f"{address[:60]}\n{address[60:]}")
        assert "You are @alice" in driver.screen_text


async def test_a_code_may_be_typed(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        await driver.type(await asyncio.to_thread(alice.get_code, link))
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text


async def test_what_is_no_code_is_not_sent(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_code(practice.address)
        for paste in ("alice@example.org", "practice", f"{practice.origin}/auth/sign_in"):
            await driver.paste(paste)
            assert "It was not sent anywhere" in driver.screen_text
    assert "POST /oauth/token" not in practice.requests


async def test_a_code_that_comes_in_pieces_is_put_together(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        code = await asyncio.to_thread(alice.get_code, await driver.to_code(practice.address))
        await driver.paste("OLD" + "0" * 45)
        assert "does not accept this code" in driver.screen_text
        for piece in (f"{code[:20]}\n", code[20:40]):
            await driver.paste(piece)
            assert "That is only 20 of the code's 48 characters" in driver.screen_text
            assert "20 characters are here, shown as dots" in driver.screen_text
        await driver.paste(code[40:])
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 2


@pytest.mark.parametrize(
    ("like", "refused"), [("mastodon", "Ab3-" * 10 + "x_9"), ("0.20", "OLD" + "0" * 45)]
)
async def test_what_is_pasted_after_a_refused_code_sends_nothing_more(
    start_wizard: StartWizard, like: str, refused: str
) -> None:
    with PracticeInstance(like=like) as practice:
        async with start_wizard() as driver:
            await driver.to_code(practice.address)
            await driver.paste(refused)
            assert "does not accept this code" in driver.screen_text
            await driver.paste("Tr0ub4dor-3")
            assert "It was not sent anywhere" in driver.screen_text
            await driver.press("enter")
            assert "It was not sent anywhere" in driver.screen_text
        assert practice.requests.count("POST /oauth/token") == 1


async def test_the_dead_address_is_explained(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_code(practice.address)
        await driver.paste(
            "urn:ietf:wg:oauth:2.0:oob?error=invalid_scope"
            "&error_description=The+requested+scope+is+invalid&state=x"
        )
        assert (
            "The server did not give a code: The requested scope is invalid." in driver.screen_text
        )


async def test_pressing_twice_does_things_once(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        await driver.press_at_once("enter", "enter", "enter")
        assert "That's it, go on" in driver.screen_text
        await driver.press_at_once("enter", "enter")
        await driver.press_at_once("enter", "enter", "enter")
        assert "Allow it in your browser" in driver.screen_text
        link = driver.link
        await driver.press("tab")
        await driver.press_at_once("enter", "enter")
        await driver.type(await asyncio.to_thread(alice.get_code, link))
        await driver.press_at_once("enter", "enter", "enter")
        assert "You are @alice" in driver.screen_text
        await driver.press_at_once("escape", "escape")
        assert "Your accounts" in driver.screen_text
    for request in ("GET /api/v2/instance", "POST /api/v1/apps", "POST /oauth/token"):
        assert practice.requests.count(request) == 1


async def test_a_fresh_link_is_another_link_and_works(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        first = await driver.to_code(practice.address)
        practice.forget_application(first.split("client_id=")[1].split("&")[0])
        await driver.paste(_WRONG_CODE)
        await driver.press("f5")
        assert "Allow it in your browser" in driver.screen_text
        assert driver.link != first
        link = driver.link
        await driver.press("tab", "enter")
        assert "shown as dots" not in driver.screen_text, "the old code is gone from the field"
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in driver.screen_text


async def test_a_code_for_the_browsers_earlier_link_is_recognised(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        first = await driver.to_code(practice.address)
        await driver.press("f5")
        await driver.press("tab", "enter")
        await driver.paste(await asyncio.to_thread(alice.get_code, first))
        assert "You are @alice" in driver.screen_text


async def test_a_bare_code_is_tried_for_the_wizards_other_registrations(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    with BrowserUser("bob@example.org") as bob:
        async with start_wizard() as driver:
            link = await driver.to_code(practice.address)
            code = await asyncio.to_thread(bob.get_code, link)
            await driver.press("f5")
            await driver.press("tab", "enter")
            await driver.paste(code)
            assert "You are @bob" in driver.screen_text


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
async def test_an_interrupted_journey_goes_on_where_it_was(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser, steps: int
) -> None:
    """After each step the wizard is gone, and another one over the same file goes on."""
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        await driver.press("enter")
        if steps >= 2:
            await driver.press("enter", "enter")
        link = driver.link if steps >= 2 else ""
        if steps >= 3:
            await driver.press("tab", "enter")
        if steps >= 4:
            code = await asyncio.to_thread(alice.get_code, link)
        if steps == 5:
            await driver.paste(code)

    async with start_wizard() as driver:
        if steps == 5:
            assert f"@alice@{practice.address}" in driver.screen_text
            return
        assert "You began to sign in" in driver.screen_text
        await driver.press("enter")
        if steps == 1:
            assert "What may programs on this computer do?" in driver.screen_text
            await driver.press("enter")
        if steps <= 2:
            assert "Allow it in your browser" in driver.screen_text
            link = link or driver.link
            assert driver.link == link
            await driver.press("tab", "enter")
        assert "Sign in" in driver.screen_text
        if steps < 4:
            code = await asyncio.to_thread(alice.get_code, link)
        await driver.paste(code)
        assert "You are @alice" in driver.screen_text


async def _to_unverified(
    driver: WizardDriver, practice: PracticeInstance, alice: BrowserUser
) -> str:
    """Walk until a code was accepted and the server is too busy to say whose; return the link."""
    link = await driver.to_code(practice.address)
    code = await asyncio.to_thread(alice.get_code, link)
    practice.rate_limit = len(practice.requests) + 1
    await driver.paste(code)
    assert "asks for a little patience" in driver.screen_text
    return link


async def test_a_token_that_could_not_be_verified_yet_is_kept(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await _to_unverified(driver, practice, alice)
        assert "Your code was accepted, and the access is saved." in driver.screen_text
        assert "Try again" in driver.screen_text

    async with start_wizard() as driver:
        assert "your server has not yet said who you are" in driver.screen_text
        practice.rate_limit = None
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 1


async def test_an_access_that_ended_before_it_had_a_name_leads_to_a_fresh_link(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        link = await _to_unverified(driver, practice, alice)
        practice.rate_limit = None
        practice.revoke_tokens("alice")
        await driver.press("enter")
        assert "no longer accepts this access" in driver.screen_text
        assert "the access is saved" not in driver.screen_text
        assert "Try again" not in driver.screen_text
        await driver.press("enter")
        assert "This is a fresh link." in driver.screen_text
        assert driver.link != link
        assert len(Store(credentials_path).load().attempts) == 1
        link = driver.link
        await driver.press("tab", "enter")
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in driver.screen_text


async def test_an_open_attempt_can_be_let_go(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
    async with start_wizard() as driver:
        await driver.press("tab", "enter")
        assert "Welcome" in driver.screen_text
        assert "You began" not in driver.screen_text
    assert tomllib.loads(credentials_path.read_text())["attempts"] == []


async def test_going_on_leads_to_where_it_stands_by_now(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        await driver.press("escape", "escape", "escape", "escape")
        assert "You began to sign in" in driver.screen_text
        services = open_services(credentials_path)
        [attempt] = await services.sign_in.open_attempts()
        code = read_paste(await asyncio.to_thread(alice.get_code, link))
        attempt = await services.sign_in.redeem(attempt, code)
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
        await services.aclose()


async def test_going_on_with_what_was_finished_elsewhere_says_so(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        await driver.press("escape", "escape", "escape")
        [attempt] = Store(credentials_path).load().attempts
        Store(credentials_path).change(lambda kept: kept.without_attempt(attempt.state))
        await driver.press("enter")
        assert "That one was finished or forgotten meanwhile." in driver.screen_text
        assert "You began" not in driver.screen_text


async def test_a_server_that_goes_away_is_told_at_every_step(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill("localhost:1")
        await driver.press("enter")
        assert "No server answers at" in driver.screen_text
        assert "localhost:1" in driver.screen_text
        await driver.fill(practice.address)
        await driver.press("enter")
        practice.stop()
        await driver.press("enter", "enter")
        assert "No server answers at" in driver.screen_text
        practice.start()
        await driver.press("enter")
        await driver.press("tab", "enter")
        practice.stop()
        await driver.paste(_WRONG_CODE)
        assert "No server answers at" in driver.screen_text
        assert "48 characters are here" in driver.screen_text


async def test_what_was_found_is_not_shown_for_another_address(start_wizard: StartWizard) -> None:
    may_answer = asyncio.Event()

    async def slowly(request: RawRequest) -> None:
        await may_answer.wait()
        await request.send(http_response(200, json_bytes(instance_document())))

    async with (
        RawServer(respond_by_path({"/api/v2/instance": slowly})) as server,
        start_wizard() as driver,
    ):
        await driver.press("enter")
        await driver.fill(server.host)
        driver.app.post_message(events.Key("enter", None))
        await asyncio.wait_for(server.asked.wait(), 30)
        driver.app.post_message(events.Key("ctrl+u", None))
        await driver.fill("example.com")
        may_answer.set()
        await driver.wait_until_idle()
        assert "Find my server" in driver.screen_text
        assert "Looking up" not in driver.screen_text
        assert not driver.app.screen.query_one(InstanceCard).display


@pytest.mark.parametrize("keys", [["enter", "backspace"], ["enter", "ctrl+u"], ["enter", "x"]])
async def test_a_look_up_that_is_given_up_before_it_began_leaves_the_page_usable(
    start_wizard: StartWizard, practice: PracticeInstance, keys: list[str]
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill("localhost:1")
        await driver.press_at_once(*keys)
        assert "Looking up" not in driver.screen_text
        await driver.fill(practice.address)
        await driver.press("enter")
        assert "That's it, go on" in driver.screen_text


async def test_waiting_is_shown_and_esc_ends_it_at_once(start_wizard: StartWizard) -> None:
    # A socket that listens and never accepts: the connection stands, and no answer ever comes.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        await _wait_and_stop(start_wizard, port)


async def _wait_and_stop(start_wizard: StartWizard, port: int) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(f"127.0.0.1:{port}")
        await driver.pilot.press("enter")
        await driver.pilot.pause()
        assert f"Looking up 127.0.0.1:{port}…" in driver.screen_text
        assert "Esc stops" in driver.screen_text
        await driver.press("escape")
        assert "Esc stops" not in driver.screen_text
        assert "Where is your account?" in driver.screen_text, "the first Esc only stops"
        assert f"127.0.0.1:{port}" in driver.screen_text
        await driver.press("escape")
        assert "Welcome" in driver.screen_text


async def test_a_file_that_cannot_be_written_is_told_and_nothing_is_lost(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    credentials_path.parent.mkdir(parents=True)
    credentials_path.write_text("not = [toml")
    async with start_wizard() as driver:
        assert "is damaged" in driver.screen_text
        assert "line 1" in driver.screen_text
        await driver.click("#new")
        await driver.fill(practice.address)
        await driver.press("enter")
        assert "is damaged" in driver.screen_text
        assert practice.address in driver.screen_text
    assert credentials_path.read_text() == "not = [toml"
