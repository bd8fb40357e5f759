"""Step 4: what may be pasted or typed as the code, and what a refusal leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

from gts_wizard.models import Server, WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.tui.widgets.inputs import HOW_TO_PASTE
from tests.helpers.practice_overrides import with_status
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_pastes import CODE
from tests.helpers.saved_state import begin_at, get_code, open_step, save_made_up_pending

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.clocks import PausableClock
    from tests.helpers.driver import StartWizard

_REFUSED = "doesn't accept this code"
_NOT_SENT = "It was not sent anywhere"
_WRONG_CODE = "WRONG" + "0" * 43


def refusing_server() -> RawServer:
    """Return a server that refuses whatever code it gets."""
    return RawServer(respond(400, json_bytes({"error": "invalid_request"})))


def server_at(server: RawServer, software: str = "gotosocial") -> Server:
    """Return a server as it was looked up before."""
    return Server(server.origin, "example.org", "Somewhere", software, "0.20.0")


@pytest.mark.slow
async def test_code_is_sent_whatever_it_is_pasted_with(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    sentence = 'Hi alice! Here\'s your out-of-band token with scope "read", use it wisely: '
    async with refusing_server() as server, start_wizard() as driver:
        pending = save_made_up_pending(credentials_path, server_at(server))
        await open_step(driver, pending)
        assert "Paste a code only if you opened that page yourself" in driver.screen_text
        page = f"{server.origin}/oauth/oob?code={CODE}&state={pending.state}"
        pastes = [
            CODE,
            f"\n  {CODE}\n\n",
            f"“{CODE}”",
            f"{sentence}{CODE}",
            f"{page[:60]}\n{page[60:]}",
        ]
        for number, paste in enumerate(pastes, start=1):
            await driver.paste(paste)
            assert _REFUSED in driver.screen_text
            is_bare = "http" not in paste
            place = f"Check that the page with the code is at {server.origin.partition('://')[2]}."
            assert (place in driver.screen_text) is is_bare
            assert len(server.received_requests) == number
            assert CODE.encode() in server.received_requests[-1].body


@pytest.mark.slow
async def test_code_reaches_its_field_from_every_focus(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    async with refusing_server() as server, start_wizard() as driver:
        await open_step(driver, save_made_up_pending(credentials_path, server_at(server)))

        def is_sent() -> bool:
            request = server.received_requests.pop()
            return CODE.encode() in request.body and _REFUSED in driver.screen_text

        await driver.type(CODE)
        await driver.press("enter")
        assert is_sent(), "typed"
        await driver.press("end", "ctrl+u")
        await driver.press_at_once(*CODE, "enter")
        assert is_sent(), "typed by a terminal that pastes that way"
        for keys in (["tab"], ["tab", "tab"]):
            await driver.press(*keys)
            assert not isinstance(driver.app.focused, Input)
            await driver.paste(CODE)
            assert is_sent(), f"pasted after {keys}"
        driver.app.post_message(events.AppBlur())
        await driver.wait_until_idle()
        await driver.paste(CODE)
        driver.app.post_message(events.AppFocus())
        await driver.wait_until_idle()
        assert is_sent(), "pasted before the terminal has the focus again"
        assert server.received_requests == []


@pytest.mark.slow
async def test_refusals_name_a_cause_and_pieces_make_the_code(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        assert "✓ Permissions ── ○ Allow ── ● Code" in driver.screen_text, "nobody knows yet"
        assert "Codes work for ten minutes." in driver.screen_text
        for paste in ("alice@example.org", "practice", f"{practice.origin}/auth/sign_in"):
            await driver.paste(paste)
            assert _NOT_SENT in driver.screen_text
        await driver.paste(
            "urn:ietf:wg:oauth:2.0:oob?error=invalid_scope"
            "&error_description=The+requested+scope+is+invalid&state=x"
        )
        assert (
            "Your server gave no code. It says: “The requested scope is invalid”."
            in driver.screen_text
        )
        assert "POST /oauth/token" not in practice.requests
        await driver.paste(_WRONG_CODE)
        assert _REFUSED in driver.screen_text
        assert "get a fresh link" in driver.screen_text
        assert "Paste the code" in driver.screen_text
        assert "Check that the page with the code is at" in driver.screen_text
        assert "WRONG" not in driver.screen_text
        code = await get_code(pending)
        for piece in (f"{code[:20]}\n", code[20:40]):
            await driver.paste(piece)
            assert "That's only 20 of the code's 48 characters" in driver.screen_text
            assert "20 characters, shown as dots" in driver.screen_text
        await driver.paste(_WRONG_CODE)
        await driver.press("ctrl+u")
        assert driver.app.screen.query_one(Input).value == "", "the cursor is at the end"
        assert _REFUSED not in driver.screen_text, "the error was about what is gone"
        for piece in (code[:20], code[20:40], code[40:]):
            await driver.paste(piece)
        assert "You are @alice" in driver.screen_text
        assert "✓ Allow ── ✓ Code ── ● You" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 3


@pytest.mark.slow
async def test_password_pasted_after_a_refused_code_is_not_sent(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        for software, code in (("mastodon", "Ab3-" * 10 + "x_9"), ("gotosocial", "OLD" + "0" * 45)):
            async with refusing_server() as server:
                pending = save_made_up_pending(credentials_path, server_at(server, software))
                await open_step(driver, pending)
                await driver.paste(code)
                assert _REFUSED in driver.screen_text, software
                await driver.paste("Tr0ub4dor-3")
                assert _NOT_SENT in driver.screen_text, software
                await driver.press("enter")
                assert _NOT_SENT in driver.screen_text, software
                assert server.paths == ["/oauth/token"], software


@pytest.mark.slow
async def test_fresh_link_also_takes_the_code_of_the_old_one(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        code = await get_code(pending, "bob")
        await driver.paste(_WRONG_CODE)
        await driver.press("f5")
        assert "Allow access in your browser" in driver.screen_text
        assert driver.link != authorization_url(pending)
        await driver.press("tab", "enter")
        assert "shown as dots" not in driver.screen_text, "the old code is gone from the field"
        await driver.paste(code)
        assert "You are @bob" in driver.screen_text


@pytest.mark.slow
async def test_ctrl_v_brings_no_copied_link_and_says_what_works(
    start_wizard: StartWizard, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.AUTHORIZE)
        link = driver.link
        await driver.press("c", "enter")
        assert driver.app.clipboard == link
        await driver.press("ctrl+v")
        assert driver.app.screen.query_one(Input).value == ""
        assert f"The wizard can't read the clipboard here. {HOW_TO_PASTE}" in driver.screen_text


@pytest.mark.slow
async def test_code_without_an_answer_is_told_after_stopping(
    start_wizard: StartWizard, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    practice.overrides = {"POST /oauth/token": with_status(504)}
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        code = await get_code(pending)
        practice_clock.pause()
        driver.app.post_message(events.Paste(code))
        await practice_clock.wait_for_request()
        driver.app.simulate_key("escape")
        await driver.pilot.pause()
        practice_clock.resume()
        await driver.wait_until_idle()
        assert "may have given the wizard access anyway" in driver.screen_text
        assert practice.requests.count("POST /oauth/token") == 1
