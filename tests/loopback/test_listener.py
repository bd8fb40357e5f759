"""The listener: from the authorization response to the page that says how it ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.loopback.listener import LoopbackListener, Outcome
from gts_wizard.loopback.response import AuthorizationResponse
from gts_wizard.secret import Secret
from tests.helpers.event_loop import wait_until_loop_is_idle
from tests.loopback.raw_browser import PATIENCE_SECONDS, received

if TYPE_CHECKING:
    from tests.loopback.raw_browser import RawBrowser

_CALLBACK = "/callback?code=SECRET-CODE&state=first-state"
_OTHER_CALLBACK = "/callback?code=OTHER-CODE&state=second-state"
_MODULE = "gts_wizard.loopback.listener"


async def test_a_code_is_received(listener: LoopbackListener, browser: RawBrowser) -> None:
    await browser.open(_CALLBACK)

    assert await received(listener) == AuthorizationResponse("first-state", Secret("SECRET-CODE"))


async def test_the_browser_is_sent_to_an_address_without_the_code(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    redirect = await browser.open(_CALLBACK)
    listener.show(Outcome.CONNECTED)
    page = await browser.open(redirect.headers["location"])

    assert (redirect.status, redirect.headers["location"], redirect.body) == (303, "/done", "")
    assert page.status == 200
    assert "SECRET-CODE" not in f"{redirect}{page}"


async def test_waiting_can_be_cancelled_and_begun_again(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    waiting = asyncio.create_task(listener.wait())
    await wait_until_loop_is_idle()
    waiting.cancel()
    await asyncio.wait([waiting])

    await browser.open(_CALLBACK)

    assert (await received(listener)).state == "first-state"
    assert (await received(listener)).state == "first-state"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.CONNECTED, "You are connected"), (Outcome.FAILED, "That didn't work")],
)
async def test_the_page_waits_for_the_outcome(
    outcome: Outcome, words: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open(_CALLBACK)
    held = await browser.connect()
    await held.send(browser.request("/done"))
    await wait_until_loop_is_idle()

    listener.show(outcome)
    page = await held.read_reply()

    assert words in page.body
    assert "http-equiv" not in page.body


async def test_an_outcome_that_takes_long_is_asked_for_again(
    listener: LoopbackListener, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{_MODULE}._HOLD_SECONDS", 0)
    await browser.open(_CALLBACK)

    early = await browser.open("/done")
    listener.show(Outcome.CONNECTED)
    late = await browser.open("/done")

    assert '<meta http-equiv="refresh" content="1">' in early.body
    assert "Almost there" in early.body
    assert "You are connected" in late.body


async def test_the_last_outcome_is_shown(listener: LoopbackListener, browser: RawBrowser) -> None:
    await browser.open(_CALLBACK)

    listener.show(Outcome.FAILED)
    listener.show(Outcome.CONNECTED)

    assert "You are connected" in (await browser.open("/done")).body


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("error=access_denied&error_description=Unwanted", "You didn't allow access."),
        ("error=invalid_scope", "Your server doesn't grant these permissions."),
        ("error=server_error&error_description=Out+of+%3Cb%3E", "“Out of &lt;b&gt;”."),
        ("error=server_error&error_description=Come+back+later.", "“Come back later”."),
        ("error=temporarily_unavailable", "“temporarily_unavailable”."),
        ("error=temporarily_unavailable&error_description=...", "“temporarily_unavailable”."),
    ],
)
async def test_an_error_is_received_and_explained(
    query: str, words: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    redirect = await browser.open(f"/callback?{query}&state=first-state")
    page = await browser.open(redirect.headers["location"])

    assert (await received(listener)).code is None
    assert words in page.body
    assert "terminal" in page.body


async def test_no_outcome_is_shown_before_a_response(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    listener.show(Outcome.CONNECTED)

    assert (await browser.open("/done")).status == 404


@pytest.mark.parametrize("replay", [_CALLBACK, _CALLBACK.replace("SECRET", "NEW"), _OTHER_CALLBACK])
async def test_only_the_first_response_counts(
    replay: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open(_CALLBACK)

    again = await browser.open(replay)

    assert (again.status, again.headers["location"]) == (303, "/done")
    assert await received(listener) == AuthorizationResponse("first-state", Secret("SECRET-CODE"))


async def test_an_error_does_not_replace_a_code(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open(_CALLBACK)
    listener.show(Outcome.CONNECTED)

    await browser.open("/callback?error=access_denied&state=second-state")

    assert "You are connected" in (await browser.open("/done")).body


async def test_two_responses_at_once_are_one(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    connections = [await browser.connect() for _ in range(2)]
    for connection, target in zip(connections, [_CALLBACK, _OTHER_CALLBACK], strict=True):
        await connection.send(browser.request(target))

    replies = [await connection.read_reply() for connection in connections]

    assert [reply.status for reply in replies] == [303, 303]
    assert await received(listener) == await received(listener)


async def test_a_rejected_response_does_not_use_up_the_listener(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    rejected = await browser.open("/callback?code=EVIL&state=guessed")
    accepted = await browser.open(_CALLBACK)

    assert (rejected.status, accepted.status) == (400, 303)
    assert "EVIL" not in rejected.body
    assert await received(listener) == AuthorizationResponse("first-state", Secret("SECRET-CODE"))


async def test_a_rejected_replay_changes_nothing(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open(_CALLBACK)

    assert (await browser.open("/callback?code=EVIL&state=guessed")).status == 400
    assert await received(listener) == AuthorizationResponse("first-state", Secret("SECRET-CODE"))


async def test_closing_ends_the_wait_for_a_response(listener: LoopbackListener) -> None:
    waiting = asyncio.create_task(listener.wait())
    await wait_until_loop_is_idle()

    await listener.aclose()

    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await waiting is None


async def test_the_last_page_can_be_waited_for(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open(_CALLBACK)
    listener.show(Outcome.CONNECTED)
    waiting = asyncio.create_task(listener.wait_until_shown())
    await wait_until_loop_is_idle()
    assert not waiting.done()

    await browser.open("/done")

    async with asyncio.timeout(PATIENCE_SECONDS):
        await waiting


async def test_nobody_waits_long_for_a_browser_that_is_gone(
    listener: LoopbackListener, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{_MODULE}._HOLD_SECONDS", 0)
    await browser.open(_CALLBACK)
    listener.show(Outcome.CONNECTED)

    async with asyncio.timeout(PATIENCE_SECONDS):
        await listener.wait_until_shown()
