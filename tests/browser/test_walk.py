"""The installed program in a terminal, and the browser that comes back to it."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from gts_wizard.storage.store import Store
from tests.browser.pages import assert_suits, sign_in
from tests.helpers.fake_programs import FakePrograms
from tests.helpers.harness import EXCHANGE
from tests.helpers.practice_overrides import canned_json
from tests.helpers.pty_terminal import PtyTerminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gts_wizard.practice import PracticeServer, Response

pytestmark = [
    pytest.mark.slow,
    pytest.mark.pty,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX"),
]

_ENTER, _F5 = "\r", "\x1b[15~"
_PATIENCE_SECONDS = 60


class Desktop:
    """A computer whose opener notes down the links, which the test opens in Chromium.

    Args:
        home: the home directory of whoever sits there.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        folder = home / "programs"
        folder.mkdir()
        self._programs = FakePrograms(folder)
        # It is no command in BROWSER: in a container, such a one opens links on another computer.
        self._programs.install("xdg-open")

    @contextmanager
    def run(self, *arguments: str) -> Iterator[PtyTerminal]:
        """Run the wizard in a terminal."""
        path = f"{self._programs.path}{os.pathsep}/usr/bin{os.pathsep}/bin"
        with PtyTerminal(arguments, self._home, DISPLAY=":0", PATH=path) as terminal:
            yield terminal

    def open_link(self, terminal: PtyTerminal) -> str:
        """Walk from the address to the page that waits, and return the link that was opened."""
        terminal.wait_for("Where is your account?")
        for shown in ("Practice server", "What may programs", "Open in browser"):
            terminal.send(_ENTER)
            terminal.wait_for(shown)
        return self.press_open(terminal)

    def press_open(self, terminal: PtyTerminal) -> str:
        """Press the button that opens the link, and return the link."""
        earlier = self._programs.ran
        terminal.send(_ENTER)
        terminal.wait_for("Waiting for your browser")
        terminal.wait_until(lambda: self._programs.ran != earlier, "the link")
        return self._programs.ran["xdg-open"][0]


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


def allow(page: Any, link: str, terminal: PtyTerminal) -> None:
    """Open a link, sign in as alice, and press the button that allows it."""
    with terminal.reading():
        sign_in(page, link)
        assert_suits(page)
        page.click("button")


def wait_for(page: Any, title: str, terminal: PtyTerminal) -> None:
    """Wait until the page of this program with a title is shown, at an address without a code."""
    with terminal.reading():
        page.wait_for_selector(f"h1:text-is({json.dumps(title)})")
        assert_suits(page)
        assert urlsplit(page.url)._replace(netloc="").geturl() == "http:///done"
        history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    assert [entry["url"] for entry in history["entries"] if "code=" in entry["url"]] == []


@pytest.mark.parametrize("practice", ["0.19", "0.20", "mastodon"], indirect=True)
def test_token_is_saved_once_it_is_allowed(
    desktop: Desktop, practice: PracticeServer, page: Any, credentials_path: Path
) -> None:
    with desktop.run("sign-in", practice.address) as terminal:
        allow(page, desktop.open_link(terminal), terminal)
        terminal.wait_for(f"You are @alice@{practice.address}")
        wait_for(page, "You are connected", terminal)
    saved = Store(credentials_path).load()
    assert [account.username for account in saved.accounts] == ["alice"]
    assert saved.pending_sign_ins == ()


def test_practising_takes_one_command(desktop: Desktop, page: Any) -> None:
    with desktop.run("practice") as terminal:
        terminal.wait_for("Welcome")
        terminal.send(_ENTER)
        allow(page, desktop.open_link(terminal), terminal)
        terminal.wait_for("You are @alice")
        wait_for(page, "You are connected", terminal)


def test_earlier_question_of_the_browser_is_answered(
    desktop: Desktop, practice: PracticeServer, page: Any
) -> None:
    with desktop.run("sign-in", practice.address) as terminal:
        earlier = desktop.open_link(terminal)
        with terminal.reading():
            sign_in(page, earlier)
        terminal.send(_F5)
        terminal.wait_for("This is a fresh link.")
        link = desktop.press_open(terminal)
        with terminal.reading(), page.expect_request("**/callback?*") as request:
            page.goto(link)
            page.click("button")
        assert state_of(request.value.url) == state_of(earlier) != state_of(link)
        terminal.wait_for("You are @alice")
        wait_for(page, "You are connected", terminal)


def test_page_looks_again_until_all_is_done(
    desktop: Desktop, practice: PracticeServer, page: Any
) -> None:
    may_answer = threading.Event()

    def answer_late(handle: Callable[[], Response]) -> Response:
        assert may_answer.wait(_PATIENCE_SECONDS)
        return handle()

    practice.overrides = {EXCHANGE: answer_late}
    with desktop.run("sign-in", practice.address) as terminal:
        allow(page, desktop.open_link(terminal), terminal)
        wait_for(page, "Almost there", terminal)
        may_answer.set()
        terminal.wait_for("You are @alice")
        wait_for(page, "You are connected", terminal)


def test_page_says_that_the_terminal_says_why(
    desktop: Desktop, practice: PracticeServer, page: Any
) -> None:
    practice.overrides = {EXCHANGE: canned_json(400, error="invalid_grant")}
    with desktop.run("sign-in", practice.address) as terminal:
        allow(page, desktop.open_link(terminal), terminal)
        terminal.wait_for("doesn't accept the code that came from your")
        wait_for(page, "That didn't work", terminal)


def test_refusal_is_shown_in_the_words_of_the_server(
    desktop: Desktop, practice: PracticeServer, page: Any
) -> None:
    refusal = f"<b>{'Closed' * 20}</b>"
    with desktop.run("sign-in", practice.address) as terminal:
        link = desktop.open_link(terminal)
        (redirect_uri,) = parse_qs(urlsplit(link).query)["redirect_uri"]
        answer = {"error": "server_error", "error_description": refusal, "state": state_of(link)}
        with terminal.reading():
            page.goto(f"{redirect_uri}?{urlencode(answer)}")
        terminal.wait_for("Your server gave no code")
        wait_for(page, "You are not connected", terminal)
        assert refusal in page.inner_text("main")


def state_of(link: str) -> str:
    """Return the `state` in the query of a link."""
    return parse_qs(urlsplit(link).query)["state"][0]
