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
from tests.person import Person
from tests.server.hostile import Hostile
from tests.server.papers import card
from tests.server.scripts import http, json_bytes, site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.hostile import Visit
    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands

_WRONG_CODE = "WRONG" + "0" * 43


async def test_enter_an_address_and_a_paste_are_enough(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        assert "Welcome" in hands.sees
        await hands.press("enter")
        assert "Where is your account?" in hands.sees
        await hands.type(practice.address)
        await hands.press("enter")
        assert "GoToSocial 0.20" in hands.sees
        await hands.press("enter")
        assert "What may programs on this computer do?" in hands.sees
        await hands.press("enter")
        assert "Allow it in your browser" in hands.sees
        link = hands.link
        await hands.press("enter", "enter")
        assert "Paste the code" in hands.sees
        await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert f"You are @alice@{practice.address}" in hands.sees
        assert str(shelf)[:40] in hands.sees
    saved = tomllib.loads(shelf.read_text())
    assert [account["handle"] for account in saved["accounts"]] == [f"@alice@{practice.address}"]
    assert saved["attempts"] == []


async def test_a_sign_in_costs_four_requests(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        before = list(practice.requests)
        code = await asyncio.to_thread(alice.get_code, link)
        pages = len(practice.requests) - len(before)
        await hands.paste(code)
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
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        await hands.press("up", "enter")
        link = hands.link
        await hands.press("enter", "enter")
        await hands.type("half a co")
        await hands.press("escape", "escape", "escape")
        assert "Where is your account?" in hands.sees
        assert practice.address in hands.sees
        await hands.press("enter")
        await hands.press("enter")
        assert hands.link == link, "the link that was given out stays good"
        await hands.press("enter", "enter")
        assert "9 characters are here" in hands.sees
        assert practice.requests.count("POST /api/v1/apps") == 1
        await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert "Look around only" in hands.sees


async def test_a_changed_address_is_looked_up_anew(
    start: StartWizard, practice: PracticeInstance
) -> None:
    with PracticeInstance(like="0.19") as other:
        async with start() as hands:
            await hands.to_permissions(practice.address)
            await hands.press("escape", "shift+tab")
            await hands.fill(other.address)
            await hands.press("enter")
            assert "GoToSocial 0.19" in hands.sees
            await hands.press("enter", "enter")
            await hands.settle()
            assert hands.link.startswith(other.origin)


async def test_a_wrong_code_stays_with_a_cause_and_a_right_one_still_works(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        await hands.paste(_WRONG_CODE)
        assert "does not accept this code" in hands.sees
        assert "get a fresh link" in hands.sees
        assert "Paste the code" in hands.sees or "48 characters are here" in hands.sees
        assert "WRONG" not in hands.sees
        await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in hands.sees


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
    start: StartWizard, practice: PracticeInstance, alice: Person, around: str, what: str
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        await hands.paste(around.format(await asyncio.to_thread(alice.get_code, link)))
        assert "You are @alice" in hands.sees, what


async def test_the_address_of_the_code_page_may_be_pasted(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        address = await asyncio.to_thread(alice.allow, link)
        await hands.paste(f"{address[:60]}\n{address[60:]}")
        assert "You are @alice" in hands.sees


async def test_a_code_may_be_typed(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        await hands.type(await asyncio.to_thread(alice.get_code, link))
        await hands.press("enter")
        assert "You are @alice" in hands.sees


async def test_what_is_no_code_is_not_sent(start: StartWizard, practice: PracticeInstance) -> None:
    async with start() as hands:
        await hands.to_code(practice.address)
        for paste in ("alice@example.org", "practice", f"{practice.origin}/auth/sign_in"):
            await hands.paste(paste)
            assert "It was not sent anywhere" in hands.sees
    assert "POST /oauth/token" not in practice.requests


async def test_a_code_that_comes_in_pieces_is_put_together(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        code = await asyncio.to_thread(alice.get_code, await hands.to_code(practice.address))
        await hands.paste("OLD" + "0" * 45)
        assert "does not accept this code" in hands.sees
        for piece in (f"{code[:20]}\n", code[20:40]):
            await hands.paste(piece)
            assert "That is only 20 of the code's 48 characters" in hands.sees
            assert "20 characters are here, shown as dots" in hands.sees
        await hands.paste(code[40:])
        assert "You are @alice" in hands.sees
    assert practice.requests.count("POST /oauth/token") == 2


@pytest.mark.parametrize(
    ("like", "refused"), [("mastodon", "Ab3-" * 10 + "x_9"), ("0.20", "OLD" + "0" * 45)]
)
async def test_what_is_pasted_after_a_refused_code_sends_nothing_more(
    start: StartWizard, like: str, refused: str
) -> None:
    with PracticeInstance(like=like) as practice:
        async with start() as hands:
            await hands.to_code(practice.address)
            await hands.paste(refused)
            assert "does not accept this code" in hands.sees
            await hands.paste("Tr0ub4dor-3")
            assert "It was not sent anywhere" in hands.sees
            await hands.press("enter")
            assert "It was not sent anywhere" in hands.sees
        assert practice.requests.count("POST /oauth/token") == 1


async def test_the_dead_address_is_explained(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_code(practice.address)
        await hands.paste(
            "urn:ietf:wg:oauth:2.0:oob?error=invalid_scope"
            "&error_description=The+requested+scope+is+invalid&state=x"
        )
        assert "The server did not give a code: The requested scope is invalid." in hands.sees


async def test_pressing_twice_does_things_once(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await hands.press("enter")
        await hands.fill(practice.address)
        await hands.press_at_once("enter", "enter", "enter")
        assert "That's it, go on" in hands.sees
        await hands.press_at_once("enter", "enter")
        await hands.press_at_once("enter", "enter", "enter")
        assert "Allow it in your browser" in hands.sees
        link = hands.link
        await hands.press("tab")
        await hands.press_at_once("enter", "enter")
        await hands.type(await asyncio.to_thread(alice.get_code, link))
        await hands.press_at_once("enter", "enter", "enter")
        assert "You are @alice" in hands.sees
        await hands.press_at_once("escape", "escape")
        assert "Your accounts" in hands.sees
    for request in ("GET /api/v2/instance", "POST /api/v1/apps", "POST /oauth/token"):
        assert practice.requests.count(request) == 1


async def test_a_fresh_link_is_another_link_and_works(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        first = await hands.to_code(practice.address)
        practice.forget_application(first.split("client_id=")[1].split("&")[0])
        await hands.paste(_WRONG_CODE)
        await hands.press("f5")
        assert "Allow it in your browser" in hands.sees
        assert hands.link != first
        link = hands.link
        await hands.press("tab", "enter")
        assert "shown as dots" not in hands.sees, "the old code is gone from the field"
        await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in hands.sees


async def test_a_code_for_the_browsers_earlier_link_is_recognised(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        first = await hands.to_code(practice.address)
        await hands.press("f5")
        await hands.press("tab", "enter")
        await hands.paste(await asyncio.to_thread(alice.get_code, first))
        assert "You are @alice" in hands.sees


async def test_a_bare_code_is_tried_for_the_wizards_other_registrations(
    start: StartWizard, practice: PracticeInstance
) -> None:
    with Person("bob@example.org") as bob:
        async with start() as hands:
            link = await hands.to_code(practice.address)
            code = await asyncio.to_thread(bob.get_code, link)
            await hands.press("f5")
            await hands.press("tab", "enter")
            await hands.paste(code)
            assert "You are @bob" in hands.sees


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
async def test_an_interrupted_journey_goes_on_where_it_was(
    start: StartWizard, practice: PracticeInstance, alice: Person, steps: int
) -> None:
    """After each step the wizard is gone, and another one over the same file goes on."""
    async with start() as hands:
        await hands.press("enter")
        await hands.fill(practice.address)
        await hands.press("enter")
        if steps >= 2:
            await hands.press("enter", "enter")
        link = hands.link if steps >= 2 else ""
        if steps >= 3:
            await hands.press("tab", "enter")
        if steps >= 4:
            code = await asyncio.to_thread(alice.get_code, link)
        if steps == 5:
            await hands.paste(code)

    async with start() as hands:
        if steps == 5:
            assert f"@alice@{practice.address}" in hands.sees
            return
        assert "You began to sign in" in hands.sees
        await hands.press("enter")
        if steps == 1:
            assert "What may programs on this computer do?" in hands.sees
            await hands.press("enter")
        if steps <= 2:
            assert "Allow it in your browser" in hands.sees
            link = link or hands.link
            assert hands.link == link
            await hands.press("tab", "enter")
        assert "Sign in" in hands.sees
        if steps < 4:
            code = await asyncio.to_thread(alice.get_code, link)
        await hands.paste(code)
        assert "You are @alice" in hands.sees


async def _to_unverified(hands: Hands, practice: PracticeInstance, alice: Person) -> str:
    """Walk until a code was accepted and the server is too busy to say whose; return the link."""
    link = await hands.to_code(practice.address)
    code = await asyncio.to_thread(alice.get_code, link)
    practice.rate_limit = len(practice.requests) + 1
    await hands.paste(code)
    assert "asks for a little patience" in hands.sees
    return link


async def test_a_token_that_could_not_be_verified_yet_is_kept(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await _to_unverified(hands, practice, alice)
        assert "Your code was accepted, and the access is saved." in hands.sees
        assert "Try again" in hands.sees

    async with start() as hands:
        assert "your server has not yet said who you are" in hands.sees
        practice.rate_limit = None
        await hands.press("enter")
        assert "You are @alice" in hands.sees
    assert practice.requests.count("POST /oauth/token") == 1


async def test_an_access_that_ended_before_it_had_a_name_leads_to_a_fresh_link(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        link = await _to_unverified(hands, practice, alice)
        practice.rate_limit = None
        practice.revoke_tokens("alice")
        await hands.press("enter")
        assert "no longer accepts this access" in hands.sees
        assert "the access is saved" not in hands.sees
        assert "Try again" not in hands.sees
        await hands.press("enter")
        assert "This is a fresh link." in hands.sees
        assert hands.link != link
        assert len(Store(shelf).load().attempts) == 1
        link = hands.link
        await hands.press("tab", "enter")
        await hands.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in hands.sees


async def test_an_open_attempt_can_be_let_go(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
    async with start() as hands:
        await hands.press("tab", "enter")
        assert "Welcome" in hands.sees
        assert "You began" not in hands.sees
    assert tomllib.loads(shelf.read_text())["attempts"] == []


async def test_going_on_leads_to_where_it_stands_by_now(
    start: StartWizard, practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        await hands.press("escape", "escape", "escape", "escape")
        assert "You began to sign in" in hands.sees
        services = open_services(shelf)
        [attempt] = await services.sign_in.open_attempts()
        code = read_paste(await asyncio.to_thread(alice.get_code, link))
        attempt = await services.sign_in.redeem(attempt, code)
        await hands.press("enter")
        assert "You are @alice" in hands.sees
        await services.aclose()


async def test_going_on_with_what_was_finished_elsewhere_says_so(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        await hands.press("escape", "escape", "escape")
        [attempt] = Store(shelf).load().attempts
        Store(shelf).change(lambda kept: kept.without_attempt(attempt.state))
        await hands.press("enter")
        assert "That one was finished or forgotten meanwhile." in hands.sees
        assert "You began" not in hands.sees


async def test_a_server_that_goes_away_is_told_at_every_step(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.press("enter")
        await hands.fill("localhost:1")
        await hands.press("enter")
        assert "No server answers at" in hands.sees
        assert "localhost:1" in hands.sees
        await hands.fill(practice.address)
        await hands.press("enter")
        practice.stop()
        await hands.press("enter", "enter")
        assert "No server answers at" in hands.sees
        practice.start()
        await hands.press("enter")
        await hands.press("tab", "enter")
        practice.stop()
        await hands.paste(_WRONG_CODE)
        assert "No server answers at" in hands.sees
        assert "48 characters are here" in hands.sees


async def test_what_was_found_is_not_shown_for_another_address(start: StartWizard) -> None:
    may_answer = asyncio.Event()

    async def slowly(visit: Visit) -> None:
        await may_answer.wait()
        await visit.send(http(200, json_bytes(card())))

    async with Hostile(site({"/api/v2/instance": slowly})) as server, start() as hands:
        await hands.press("enter")
        await hands.fill(server.host)
        hands.app.post_message(events.Key("enter", None))
        await asyncio.wait_for(server.asked.wait(), 30)
        hands.app.post_message(events.Key("ctrl+u", None))
        await hands.fill("example.com")
        may_answer.set()
        await hands.settle()
        assert "Find my server" in hands.sees
        assert "Looking up" not in hands.sees
        assert not hands.app.screen.query_one(InstanceCard).display


@pytest.mark.parametrize("keys", [["enter", "backspace"], ["enter", "ctrl+u"], ["enter", "x"]])
async def test_a_look_up_that_is_given_up_before_it_began_leaves_the_page_usable(
    start: StartWizard, practice: PracticeInstance, keys: list[str]
) -> None:
    async with start() as hands:
        await hands.press("enter")
        await hands.fill("localhost:1")
        await hands.press_at_once(*keys)
        assert "Looking up" not in hands.sees
        await hands.fill(practice.address)
        await hands.press("enter")
        assert "That's it, go on" in hands.sees


async def test_waiting_is_shown_and_esc_ends_it_at_once(start: StartWizard) -> None:
    # A socket that listens and never accepts: the connection stands, and no answer ever comes.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        await _wait_and_stop(start, port)


async def _wait_and_stop(start: StartWizard, port: int) -> None:
    async with start() as hands:
        await hands.press("enter")
        await hands.fill(f"127.0.0.1:{port}")
        await hands.pilot.press("enter")
        await hands.pilot.pause()
        assert f"Looking up 127.0.0.1:{port}…" in hands.sees
        assert "Esc stops" in hands.sees
        await hands.press("escape")
        assert "Esc stops" not in hands.sees
        assert "Where is your account?" in hands.sees, "the first Esc only stops"
        assert f"127.0.0.1:{port}" in hands.sees
        await hands.press("escape")
        assert "Welcome" in hands.sees


async def test_a_file_that_cannot_be_written_is_told_and_nothing_is_lost(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    shelf.parent.mkdir()
    shelf.write_text("not = [toml")
    async with start() as hands:
        assert "is damaged" in hands.sees
        assert "line 1" in hands.sees
        await hands.click("#new")
        await hands.fill(practice.address)
        await hands.press("enter")
        assert "is damaged" in hands.sees
        assert practice.address in hands.sees
    assert shelf.read_text() == "not = [toml"
