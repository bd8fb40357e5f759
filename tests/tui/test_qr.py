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
from tests.hostile.journeys import Instance
from tests.hostile.modes import Stage
from tests.server.hostile import Hostile
from tests.server.scripts import json_bytes, says
from tests.tui.camera import cut_out, is_dark_on_light, photograph, quiet_zone, scan

if TYPE_CHECKING:
    from gts_wizard.models import Scopes
    from gts_wizard.practice import PracticeInstance
    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands

_HALF_BLOCKS, _SEXTANTS = "▀", "🬂"
_HOST = "a-rather-long-name.for-an-instance.in-a-faraway-place.example.org"


def _link(scopes: Scopes) -> str:
    server = Server(origin=f"https://{_HOST}", account_domain=_HOST)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    client_id, state = "01" + "HZX9" * 6, "S" * 22
    return authorize_link(Attempt(state, server, Step.AUTHORIZE, now, "", scopes, client_id))


def _look(hands: Hands, link: str) -> None:
    """Scan the dialog as it stands, and judge the code's ground and surroundings."""
    screen = hands.app.screen
    picture, code = photograph(screen), screen.query_one(QrCode)
    alone = cut_out(picture, code.region)
    assert scan(picture) == link
    assert is_dark_on_light(alone)
    modules = len(segno.make(link, error="l", micro=False).matrix)
    assert quiet_zone(alone, modules) >= 2
    assert screen.region.contains_region(screen.query_one("#back").region)


async def _look_in_every_theme(hands: Hands, link: str) -> None:
    for theme in THEMES.values():
        hands.app.theme = theme.name
        await hands.settle()
        assert theme.background is not None
        assert hands.app.screen.styles.background == Color.parse(theme.background)
        _look(hands, link)


@pytest.mark.parametrize(
    ("size", "characters"),
    [((60, 20), _SEXTANTS), ((80, 24), _SEXTANTS), ((120, 50), _HALF_BLOCKS)],
)
async def test_a_phone_reads_the_link_in_every_theme(
    start: StartWizard, practice: PracticeInstance, size: tuple[int, int], characters: str
) -> None:
    async with start(size) as hands:
        await hands.to_link(practice.address)
        link = hands.link
        await hands.press("q")
        assert characters in str(hands.app.screen.query_one(QrCode).content)
        assert ("Boxes instead" in hands.sees) is (characters == _SEXTANTS)
        await _look_in_every_theme(hands, link)


async def test_a_phone_reads_the_link_without_colours(
    start: StartWizard, practice: PracticeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with start() as hands:
        await hands.to_link(practice.address)
        link = hands.link
        await hands.press("q")
        await _look_in_every_theme(hands, link)


async def test_a_link_to_a_long_name_fits_the_usual_window(start: StartWizard) -> None:
    async with start() as hands:
        for preset in PRESETS:
            link = _link(preset.scopes)
            await hands.app.push_screen(QrDialog(link))
            await hands.settle()
            _look(hands, link)


async def test_a_window_that_is_too_small_for_the_code_says_how_large_it_must_be(
    start: StartWizard,
) -> None:
    link = _link(tuple(MEANINGS))
    async with start() as hands:
        await hands.app.push_screen(QrDialog(link))
        await hands.settle()
        assert scan(photograph(hands.app.screen)) == ""
        told = re.search(r"at least (\d+) columns wide and (\d+) lines high", hands.sees)
        assert told is not None
        columns, lines = map(int, told.groups())
        await hands.pilot.resize_terminal(columns, lines)
        await hands.settle()
        assert "at least" not in hands.sees
        _look(hands, link)
        for size in ((columns - 1, lines), (columns, lines - 1)):
            await hands.pilot.resize_terminal(*size)
            await hands.settle()
            assert not str(hands.app.screen.query_one(QrCode).content)
            assert told.group() in hands.sees


async def test_a_link_too_long_for_any_code_is_copied_instead(start: StartWizard) -> None:
    instance = Instance()
    client = {"client_id": "C" * 4096, "client_secret": "secret"}
    instance.turn(Stage.REGISTER, says(200, json_bytes(client)))
    async with Hostile(instance) as server, start() as hands:
        await hands.to_link(server.host)
        await hands.press("q")
        assert "This link is too long for a QR code. Copy it instead." in hands.sees
        await hands.app.push_screen(QrDialog("x" * 2953))
        await hands.settle()
        assert "This window is too small for the code." in hands.sees, "the longest that is one"


async def test_a_window_that_grows_shows_the_code_in_plainer_characters(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        link = hands.link
        await hands.press("q")
        await hands.pilot.resize_terminal(120, 50)
        await hands.settle()
        assert _HALF_BLOCKS in str(hands.app.screen.query_one(QrCode).content)
        _look(hands, link)


async def test_keys_and_clicks_go_back_to_the_link(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        link = hands.link
        for key in ("escape", "q", "enter"):
            await hands.press("q")
            assert isinstance(hands.app.screen, QrDialog)
            await hands.press(key)
            assert hands.link == link
        for place in ("QrCode", "#how", "#qr"):
            await hands.press("q")
            assert isinstance(hands.app.screen, QrDialog)
            await hands.click(place)
            assert hands.link == link
