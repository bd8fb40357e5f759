"""Step 1: the address, what is found there, and what becomes of a look-up that is given up."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

from gts_wizard.practice import PracticeServer
from gts_wizard.tui.widgets.inputs import HOW_TO_PASTE
from gts_wizard.tui.widgets.steps import InstanceCard
from tests.helpers.raw_responses import http_response, json_bytes, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import instance_document
from tests.helpers.saved_state import open_instance_step

if TYPE_CHECKING:
    from tests.helpers.driver import StartWizard
    from tests.helpers.raw_server import RawRequest


@pytest.mark.slow
async def test_changed_address_is_looked_up_anew(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    with PracticeServer(emulates="0.19") as other:
        async with start_wizard() as driver:
            await open_instance_step(driver, practice.address)
            assert "GoToSocial 0.20" in driver.screen_text
            await driver.press("shift+tab")
            await driver.fill(other.address)
            await driver.press("enter")
            assert "GoToSocial 0.19" in driver.screen_text
            await driver.press("enter", "enter")
            assert driver.link.startswith(other.origin)


@pytest.mark.slow
async def test_server_found_is_not_shown_for_another_address(start_wizard: StartWizard) -> None:
    may_answer = asyncio.Event()

    async def answer_late(request: RawRequest) -> None:
        await may_answer.wait()
        await request.send(http_response(200, json_bytes(instance_document())))

    async with (
        RawServer(respond_by_path({"/api/v2/instance": answer_late})) as server,
        start_wizard() as driver,
    ):
        await driver.press("enter")
        await driver.fill(server.host)
        driver.app.post_message(events.Key("enter", None))
        await asyncio.wait_for(server.asked.wait(), 30)
        # The look-up is under way, so this can't wait until nothing is.
        for event, value in (
            (events.Key("ctrl+u", None), ""),
            (events.Paste("example.com"), "example.com"),
        ):
            driver.app.post_message(event)
            async with asyncio.timeout(30):
                while driver.app.screen.query_one(Input).value != value:
                    await driver.pilot.pause(0.05)
        may_answer.set()
        await driver.wait_until_idle()
        assert "Find my server" in driver.screen_text
        assert "Looking up" not in driver.screen_text
        assert not driver.app.screen.query_one(InstanceCard).display


@pytest.mark.slow
async def test_page_stays_usable_after_a_look_up_is_given_up(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        for key in ("backspace", "ctrl+u", "x"):
            await driver.fill("localhost:1")
            await driver.press_at_once("enter", key)
            assert "Looking up" not in driver.screen_text
            await driver.fill(practice.address)
            await driver.press("enter")
            assert "Yes, continue" in driver.screen_text
            await driver.press("shift+tab")


async def test_escape_stops_a_look_up_before_it_leaves(start_wizard: StartWizard) -> None:
    # A socket that listens and never accepts: the connection stands, and no response ever comes.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        async with start_wizard() as driver:
            await driver.press("enter")
            await driver.fill(address)
            await driver.pilot.press("enter")
            await driver.pilot.pause()
            assert f"Looking up {address}…" in driver.screen_text
            assert "Esc stops" in driver.screen_text
            await driver.press("escape")
            assert "Esc stops" not in driver.screen_text
            assert "Where is your account?" in driver.screen_text, "the first Esc only stops"
            assert address in driver.screen_text
            await driver.press("escape")
            assert "Welcome" in driver.screen_text


@pytest.mark.slow
async def test_address_field_takes_pastes_from_anywhere(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    async with start_wizard() as driver:
        await driver.press("enter")
        assert "┃ Type your server's address" in driver.screen_text
        assert HOW_TO_PASTE not in driver.screen_text
        assert await driver.pilot.click("#address", button=3)
        await driver.wait_until_idle()
        assert HOW_TO_PASTE in driver.screen_text, "a right click can't paste from another computer"
        await driver.click("#address")
        await driver.press(*"example.org")
        assert driver.app.screen.query_one(Input).value == "example.org"
        await driver.press("tab")
        assert not isinstance(driver.app.focused, Input)
        await driver.paste("social.example.org")
        assert driver.app.screen.query_one(Input).value == "social.example.org"


async def test_address_without_a_server_is_explained_beside_it(start_wizard: StartWizard) -> None:
    with PracticeServer(split_domain=()) as practice:
        async with start_wizard((60, 20)) as driver:
            await driver.press("enter")
            await driver.type("localhost 8791")
            assert "The wizard will look up" not in driver.screen_text
            await driver.press("enter")
            assert "There is a space in this address." in driver.screen_text
            assert "Did you mean one of these: localhost:8791, localhost?" in driver.screen_text
            assert driver.focused_is_visible
            await driver.resize(80, 24)
            await driver.fill(practice.account_domain)
            await driver.press("enter")
            assert "it isn't a GoToSocial or Mastodon-like server" in driver.screen_text
            await driver.fill(practice.address)
            await driver.press("enter")
            assert "GoToSocial 0.20" in driver.screen_text


async def test_server_found_leads_back_to_its_address(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((60, 20)) as driver:
        await open_instance_step(driver, practice.address)
        # By its own button, by Esc, or by just typing.
        for keys in (("tab", "enter"), ("escape",), ()):
            await driver.press("space")
            assert "Is this your server?" in driver.screen_text
            await driver.press(*keys, "e")
            await driver.press_at_once(*"xample.org")
            field = driver.app.screen.query_one(Input)
            assert field.value == "example.org", "what was typed before is replaced"
            assert "Where is your account?" in driver.screen_text
            assert "Change the address" not in driver.screen_text
            await driver.fill(practice.address)
            await driver.press("enter")
        await driver.press("escape")
        assert "Is this your server?" in driver.screen_text
        await driver.press("escape")
        assert "Welcome" in driver.screen_text
