"""A whole sign-in against a real GoToSocial, where one is at hand.

`GOTOSOCIAL_HOME` names the folder of an unpacked release: the binary `gotosocial` and its `web/`.
"""

from __future__ import annotations

import asyncio
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gts_wizard import browser
from gts_wizard.services.container import open_services
from gts_wizard.tui.app import WizardApp
from tests.helpers.browser_user import BrowserUser
from tests.helpers.driver import WizardDriver
from tests.helpers.gotosocial_server import EMAIL, PASSWORD, run_gotosocial
from tests.helpers.subprocess_cli import PipedProcess

_HOME = os.environ.get("GOTOSOCIAL_HOME", "")

pytestmark = pytest.mark.skipif(
    not _HOME, reason="GOTOSOCIAL_HOME does not name an unpacked GoToSocial release"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a real server."""
    with run_gotosocial(Path(_HOME).resolve(), tmp_path_factory.mktemp("gotosocial")) as address:
        yield address


async def test_a_whole_sign_in(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "can_open", lambda *_: False)
    credentials_path = tmp_path / "credentials.toml"
    app = WizardApp(open_services(credentials_path))
    async with app.run_test(size=(80, 24)) as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        with BrowserUser(EMAIL, PASSWORD) as alice:
            link = await driver.to_code(f"@alice@{server}")
            await driver.paste("WRONG" + "0" * 43)
            assert "doesn't accept this code" in driver.screen_text
            await driver.paste(await asyncio.to_thread(alice.authorize, link))
        assert f"You are @alice@{server}" in driver.screen_text
        assert "GoToSocial 0." in driver.screen_text
        assert "▀▀▀" in driver.screen_text, "the picture came"
        await driver.press("n")
        assert "No notifications yet." in driver.screen_text
        await driver.press("escape")
        account = tomllib.loads(credentials_path.read_text())["accounts"][0]
        assert account["token"]["scopes"] == ["read", "write:media", "write:statuses"]
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert f"The access was revoked on {server}" in driver.screen_text


async def test_a_fresh_link_and_a_code_for_the_earlier_one(server: str, tmp_path: Path) -> None:
    app = WizardApp(open_services(tmp_path / "credentials.toml"))
    async with app.run_test(size=(80, 24)) as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        with BrowserUser(EMAIL, PASSWORD) as alice:
            first = await driver.to_code(server)
            code = await asyncio.to_thread(alice.get_code, first)
            await driver.press("f5")
            await driver.press("tab", "enter")
            await driver.paste(code)
            assert f"You are @alice@{server}" in driver.screen_text


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The links that the wizard opens, as if a browser were on this computer."""
    links: list[str] = []

    def open_and_watch(link: str) -> browser.OpenResult:
        links.append(link)
        return browser.OpenResult.DONE

    monkeypatch.setattr(browser, "can_open", lambda *_: True)
    monkeypatch.setattr(browser, "find_obstacle", lambda: None)
    monkeypatch.setattr(browser, "opens_here", lambda: True)
    monkeypatch.setattr(browser, "open_and_watch", open_and_watch)
    return links


async def test_the_code_comes_by_itself(server: str, tmp_path: Path, opened: list[str]) -> None:
    app = WizardApp(open_services(tmp_path / "credentials.toml"))
    async with app.run_test(size=(80, 24)) as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        with BrowserUser(EMAIL, PASSWORD) as alice:
            await driver.to_link(server)
            await driver.press("enter")
            page = await asyncio.to_thread(alice.allow, opened[-1])
            await driver.wait_for(f"You are @alice@{server}")
    assert "You are connected" in page.text


async def test_an_unfinished_page_of_an_earlier_link_comes_back(
    server: str, tmp_path: Path, opened: list[str]
) -> None:
    app = WizardApp(open_services(tmp_path / "credentials.toml"))
    async with app.run_test(size=(80, 24)) as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        with BrowserUser(EMAIL, PASSWORD) as alice:
            await driver.to_link(server)
            await driver.press("enter")
            await asyncio.to_thread(alice.sign_in, opened[-1])
            await driver.press("f5", "enter")
            assert opened[-1] != opened[0]
            page = await asyncio.to_thread(alice.allow, opened[-1])
            await driver.wait_for(f"You are @alice@{server}")
    assert "You are connected" in page.text


@pytest.mark.parametrize(("earlier", "later"), [("read", "read write"), ("read write", "read")])
def test_a_browser_that_goes_on_with_an_earlier_link(
    server: str, tmp_path: Path, earlier: str, later: str
) -> None:
    command = ("sign-in", server, "--plain", "--scopes")
    with BrowserUser(EMAIL, PASSWORD) as alice:
        with PipedProcess(tmp_path, *command, earlier) as first:
            alice.sign_in(first.read_link())
            first.end()
        with PipedProcess(tmp_path, *command, later) as second:
            done = second.end(alice.get_code(second.read_link()))
    assert "Your browser used an earlier link" in done.stderr
    assert "Nothing was saved." in done.stderr
