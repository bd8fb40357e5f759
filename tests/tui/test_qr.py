"""The QR code: scanned from the screen as it is drawn, in every window and theme."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import segno
from textual.color import Color

from gts_wizard.models import Attempt, Server, Step
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.scopes import MEANINGS, PRESETS
from gts_wizard.tui.screens.qr import QrDialog
from gts_wizard.tui.themes import THEMES
from gts_wizard.tui.widgets.qr_code import QrCode
from tests.helpers.hostile.case import Stage
from tests.helpers.hostile.steps import BreakableServer
from tests.helpers.qr_reader import (
    crop_cells,
    is_dark_on_light,
    quiet_zone,
    read_qr_code,
    render_image,
)
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from gts_wizard.models import Scopes
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.driver import StartWizard, WizardDriver

_HALF_BLOCKS, _SEXTANTS = "▀", "🬂"
_HOST = "a-rather-long-name.for-an-instance.in-a-faraway-place.example.org"


def _link(scopes: Scopes) -> str:
    server = Server(origin=f"https://{_HOST}", account_domain=_HOST)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    client_id, state = "01" + "HZX9" * 6, "S" * 22
    return authorize_link(Attempt(state, server, Step.AUTHORIZE, now, "", scopes, client_id))


def _look(driver: WizardDriver, link: str) -> None:
    """Scan the dialog as it stands, and judge the code's ground and surroundings."""
    screen = driver.app.screen
    picture, code = render_image(screen), screen.query_one(QrCode)
    alone = crop_cells(picture, code.region)
    assert read_qr_code(picture) == link
    assert is_dark_on_light(alone)
    modules = len(segno.make(link, error="l", micro=False).matrix)
    assert quiet_zone(alone, modules) >= 2
    assert screen.region.contains_region(screen.query_one("#back").region)


async def _look_in_every_theme(driver: WizardDriver, link: str) -> None:
    for theme in THEMES.values():
        driver.app.theme = theme.name
        await driver.wait_until_idle()
        assert theme.background is not None
        assert driver.app.screen.styles.background == Color.parse(theme.background)
        _look(driver, link)


@pytest.mark.parametrize(
    ("size", "characters"),
    [((60, 20), _SEXTANTS), ((80, 24), _SEXTANTS), ((120, 50), _HALF_BLOCKS)],
)
async def test_a_phone_reads_the_link_in_every_theme(
    start_wizard: StartWizard, practice: PracticeInstance, size: tuple[int, int], characters: str
) -> None:
    async with start_wizard(size) as driver:
        await driver.to_link(practice.address)
        link = driver.link
        await driver.press("q")
        assert characters in str(driver.app.screen.query_one(QrCode).content)
        assert ("Boxes instead" in driver.screen_text) is (characters == _SEXTANTS)
        await _look_in_every_theme(driver, link)


async def test_a_phone_reads_the_link_without_colours(
    start_wizard: StartWizard, practice: PracticeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        link = driver.link
        await driver.press("q")
        await _look_in_every_theme(driver, link)


async def test_a_link_to_a_long_name_fits_the_usual_window(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        for preset in PRESETS:
            link = _link(preset.scopes)
            await driver.app.push_screen(QrDialog(link))
            await driver.wait_until_idle()
            _look(driver, link)


async def test_a_window_that_is_too_small_for_the_code_says_how_large_it_must_be(
    start_wizard: StartWizard,
) -> None:
    link = _link(tuple(MEANINGS))
    async with start_wizard() as driver:
        await driver.app.push_screen(QrDialog(link))
        await driver.wait_until_idle()
        assert read_qr_code(render_image(driver.app.screen)) == ""
        told = re.search(r"at least (\d+) columns wide and (\d+) lines high", driver.screen_text)
        assert told is not None
        columns, lines = map(int, told.groups())
        await driver.pilot.resize_terminal(columns, lines)
        await driver.wait_until_idle()
        assert "at least" not in driver.screen_text
        _look(driver, link)
        for size in ((columns - 1, lines), (columns, lines - 1)):
            await driver.pilot.resize_terminal(*size)
            await driver.wait_until_idle()
            assert not str(driver.app.screen.query_one(QrCode).content)
            assert told.group() in driver.screen_text


async def test_a_link_too_long_for_any_code_is_copied_instead(start_wizard: StartWizard) -> None:
    instance = BreakableServer()
    client = {"client_id": "C" * 4096, "client_secret": "secret"}
    instance.break_at(Stage.REGISTER, respond(200, json_bytes(client)))
    async with RawServer(instance) as server, start_wizard() as driver:
        await driver.to_link(server.host)
        await driver.press("q")
        assert "This link is too long for a QR code. Copy it instead." in driver.screen_text
        await driver.app.push_screen(QrDialog("x" * 2953))
        await driver.wait_until_idle()
        assert "This window is too small for the code." in driver.screen_text, (
            "the longest that is one"
        )


async def test_a_window_that_grows_shows_the_code_in_plainer_characters(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        link = driver.link
        await driver.press("q")
        await driver.pilot.resize_terminal(120, 50)
        await driver.wait_until_idle()
        assert _HALF_BLOCKS in str(driver.app.screen.query_one(QrCode).content)
        _look(driver, link)


async def test_keys_and_clicks_go_back_to_the_link(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        link = driver.link
        for key in ("escape", "q", "enter"):
            await driver.press("q")
            assert isinstance(driver.app.screen, QrDialog)
            await driver.press(key)
            assert driver.link == link
        for place in ("QrCode", "#how", "#qr"):
            await driver.press("q")
            assert isinstance(driver.app.screen, QrDialog)
            await driver.click(place)
            assert driver.link == link
