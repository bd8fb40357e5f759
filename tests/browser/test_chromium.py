"""The walk, and the practice server's pages, in a real headless Chromium.

`tox run -e browser` runs them; elsewhere, and where no Chromium is installed, they are skipped.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.helpers.browser_user import OOB, PASSWORD, PracticeClient
from tests.helpers.fake_programs import FakePrograms
from tests.helpers.pty_terminal import PtyTerminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gts_wizard.practice import PracticeServer

_CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
playwright = pytest.importorskip("playwright.sync_api", reason="needs `tox run -e browser`")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.pty,
    pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium is installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX"),
]

_ENTER, _F5 = "\r", "\x1b[15~"
_PATIENCE_MILLISECONDS = 60_000
_PHONE = {"width": 390, "height": 800}
_SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    with playwright.sync_playwright() as tools:
        # Its sandbox does not run as root, as in a container.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = tools.chromium.launch(executable_path=_CHROMIUM, args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """An empty page of somebody who has visited nothing yet."""
    context = chromium.new_context()
    context.set_default_timeout(_PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


@pytest.fixture
def desktop(tmp_path: Path) -> FakePrograms:
    """A desktop whose opener notes the links, which the test opens in Chromium."""
    folder = tmp_path / "programs"
    folder.mkdir()
    programs = FakePrograms(folder)
    programs.install("xdg-open")
    return programs


@contextmanager
def at_link(home: Path, practice: PracticeServer, desktop: FakePrograms) -> Iterator[PtyTerminal]:
    """Start the wizard, and walk to the page with the link."""
    path = f"{desktop.path}{os.pathsep}/usr/bin{os.pathsep}/bin"
    with PtyTerminal(["sign-in", practice.address], home, DISPLAY=":0", PATH=path) as terminal:
        terminal.wait_for("Where is your account?")
        for shown in ("Practice instance", "What may programs", "Open in browser"):
            terminal.send(_ENTER)
            terminal.wait_for(shown)
        yield terminal


def open_browser(terminal: PtyTerminal, desktop: FakePrograms) -> str:
    """Press the button, and return the link that the desktop opens."""
    earlier = desktop.ran
    terminal.send(_ENTER)
    terminal.wait_for("Waiting for your browser")
    terminal.wait_until(lambda: desktop.ran != earlier, "the link")
    return desktop.ran["xdg-open"][0]


def sign_in(page: Any, link: str, password: str = PASSWORD) -> None:
    """Open a link, and sign in as alice."""
    page.goto(link)
    page.fill("#username", "alice@example.org")
    page.fill("#password", password)
    page.click("button")


@pytest.mark.parametrize("practice", ["0.19", "0.20", "mastodon"], indirect=True)
def test_browser_comes_back_to_a_clean_page(
    tmp_path: Path, practice: PracticeServer, desktop: FakePrograms, page: Any
) -> None:
    said, asked = [], []
    page.on("console", lambda message: said.append((message.location["url"], message.text)))
    page.on("request", lambda request: asked.append(urlsplit(request.url).hostname))
    with at_link(tmp_path, practice, desktop) as terminal:
        sign_in(page, open_browser(terminal, desktop))
        page.click("button")
        page.wait_for_selector("text=You are connected")
        terminal.wait_for(f"You are @alice@{practice.address}")
    assert urlsplit(page.url)._replace(netloc="").geturl() == "http:///done"
    assert [text for url, text in said if "//127.0.0.1" in url] == []
    assert set(asked) == {"localhost", "127.0.0.1"}


def test_page_suits_a_phone_and_the_dark(
    tmp_path: Path, practice: PracticeServer, desktop: FakePrograms, page: Any
) -> None:
    page.set_viewport_size(_PHONE)
    grounds = set()
    with at_link(tmp_path, practice, desktop) as terminal:
        sign_in(page, open_browser(terminal, desktop))
        page.click("button")
        page.wait_for_selector("text=You are connected")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert not page.evaluate(_SCROLLS_SIDEWAYS)
            grounds.add(page.evaluate(_GROUND))
    assert len(grounds) == 2


def test_earlier_question_of_the_browser_is_answered(
    tmp_path: Path, practice: PracticeServer, desktop: FakePrograms, page: Any
) -> None:
    with at_link(tmp_path, practice, desktop) as terminal:
        sign_in(page, open_browser(terminal, desktop))
        page.wait_for_selector("text=Authorize app")
        terminal.send(_F5)
        terminal.wait_for("This is a fresh link.")
        page.goto(open_browser(terminal, desktop))
        page.wait_for_selector("text=Authorize app")
        page.click("button")
        page.wait_for_selector("text=You are connected")
        terminal.wait_for("You are @alice")


def test_double_click_selects_the_code(practice: PracticeServer, page: Any) -> None:
    with PracticeClient(practice) as client:
        client_id = client.register()["client_id"]
        link = f"{practice.origin}/oauth/authorize?response_type=code&scope=read"
        sign_in(page, f"{link}&client_id={client_id}&redirect_uri={OOB}")
    page.click("button")
    page.dblclick(".code code")
    assert page.evaluate("getSelection().toString()") == page.inner_text(".code code")


def test_practice_explains_itself_and_its_errors(practice: PracticeServer, page: Any) -> None:
    page.set_viewport_size(_PHONE)
    page.goto(practice.origin)
    assert "alice@example.org" in page.inner_text("main")
    assert not page.evaluate(_SCROLLS_SIDEWAYS)
    sign_in(page, f"{practice.origin}/auth/sign_in", "wrong")
    page.wait_for_selector("text=do not go together")
    assert page.input_value("#username") == "alice@example.org"
    assert page.goto(f"{practice.origin}/nowhere").status == 404
    page.goto(f"{practice.origin}/oauth/authorize?client_id=gone&redirect_uri={OOB}")
    page.wait_for_selector("text=An error occured")
    assert not page.evaluate(_SCROLLS_SIDEWAYS)
