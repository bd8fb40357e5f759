"""The QR code: scanned from the screen as it is drawn, in every theme."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import segno
from textual.color import Color

from gts_wizard.models import PendingSignIn, Server, WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.scopes import PRESETS
from gts_wizard.tui.messages import ResumeSignIn
from gts_wizard.tui.screens.qr_dialog import QrDialog
from gts_wizard.tui.themes import THEMES
from gts_wizard.tui.widgets.qr_code import QrCode
from tests.helpers.qr_reader import (
    crop_cells,
    is_dark_on_light,
    quiet_zone,
    read_qr_code,
    render_image,
)
from tests.helpers.saved_state import begin_at

if TYPE_CHECKING:
    from gts_wizard.models import Scopes
    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_LARGE = (100, 35)
_LONG_HOST = "a-rather-long-name.for-an-instance.in-a-faraway-place.example.org"


def _link(scopes: Scopes, host: str) -> str:
    server = Server(origin=f"https://{host}", account_domain=host)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    client_id, state = "01" + "HZX9" * 6, "S" * 22
    return authorization_url(
        PendingSignIn(state, server, WizardStep.AUTHORIZE, now, "", scopes, client_id)
    )


async def _show(driver: WizardDriver, link: str) -> None:
    await driver.app.push_screen(QrDialog(link, can_open_picture=False))
    await driver.wait_until_idle()


def _assert_phone_reads(driver: WizardDriver, link: str) -> None:
    """Scan the dialog: the code says the link, is dark on light, and has a light margin."""
    screen = driver.app.screen
    picture, code = render_image(screen), screen.query_one(QrCode)
    alone = crop_cells(picture, code.region)
    assert read_qr_code(picture) == link
    assert is_dark_on_light(alone)
    modules = len(segno.make(link, error="l", micro=False).matrix)
    assert quiet_zone(alone, modules) >= 2
    assert screen.region.contains_region(screen.query_one("#back").region)


async def _assert_phone_reads_in_every_theme(driver: WizardDriver, link: str) -> None:
    for theme in THEMES.values():
        driver.app.theme = theme.name
        await driver.wait_until_idle()
        assert theme.background is not None
        assert driver.app.screen.styles.background == Color.parse(theme.background)
        _assert_phone_reads(driver, link)


async def test_phone_reads_the_link_in_every_theme(start_wizard: StartWizard) -> None:
    link = _link(PRESETS[0].scopes, "localhost:8080")
    async with start_wizard((80, 30)) as driver:
        await _show(driver, link)
        for size in ((80, 30), (120, 50)):
            await driver.resize(*size)
            await _assert_phone_reads_in_every_theme(driver, link)


async def test_phone_reads_the_link_without_colours(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    link = _link(PRESETS[0].scopes, "localhost:8080")
    async with start_wizard(_LARGE) as driver:
        await _show(driver, link)
        await _assert_phone_reads_in_every_theme(driver, link)


async def test_link_to_a_long_host_fits_a_large_window(start_wizard: StartWizard) -> None:
    async with start_wizard(_LARGE) as driver:
        for preset in PRESETS:
            link = _link(preset.scopes, _LONG_HOST)
            await _show(driver, link)
            _assert_phone_reads(driver, link)


async def test_too_small_window_says_how_large_the_code_needs_it(
    start_wizard: StartWizard,
) -> None:
    link = _link(PRESETS[0].scopes, "localhost:8080")
    async with start_wizard((60, 20)) as driver:
        await _show(driver, link)
        assert "Make this window larger" in driver.screen_text
        assert "copy the link instead" in driver.screen_text
        assert read_qr_code(render_image(driver.app.screen)) == ""
        sentence = re.search(r"needs (\d+) columns and (\d+) lines", driver.screen_text)
        assert sentence is not None
        columns, lines = map(int, sentence.groups())
        await driver.resize(columns, lines)
        assert "Make this window larger" not in driver.screen_text
        _assert_phone_reads(driver, link)
        for size in ((columns - 1, lines), (columns, lines - 1)):
            await driver.resize(*size)
            assert not str(driver.app.screen.query_one(QrCode).content)
            assert sentence.group() in driver.screen_text


async def test_link_too_long_for_a_code_is_to_be_copied(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        server = Server("https://example.org", account_domain="example.org")
        now = datetime(2026, 1, 1, tzinfo=UTC)
        pending = PendingSignIn("S" * 22, server, WizardStep.AUTHORIZE, now, client_id="C" * 4096)
        driver.app.post_message(ResumeSignIn(driver.app.home, pending))
        await driver.wait_until_idle()
        await driver.press("q")
        assert "This link is too long for a QR code. Copy it instead." in driver.screen_text
        # The longest text that a code can hold.
        await _show(driver, "x" * 2953)
        assert "Make this window larger" in driver.screen_text


async def test_keys_and_clicks_go_back_to_the_link(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard(_LARGE) as driver:
        await begin_at(driver, practice.address, WizardStep.AUTHORIZE)
        link = driver.link
        for key in ("escape", "q", "enter"):
            await driver.press("q")
            assert isinstance(driver.app.screen, QrDialog)
            _assert_phone_reads(driver, link)
            await driver.press(key)
            assert driver.link == link
        for selector in ("QrCode", "#how", "#qr"):
            await driver.press("q")
            assert isinstance(driver.app.screen, QrDialog)
            await driver.click(selector)
            assert driver.link == link
