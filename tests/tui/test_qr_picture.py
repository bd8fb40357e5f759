"""The QR code as a picture: private, opened by the system's viewer, and deleted afterwards."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from gts_wizard.models import WizardStep
from tests.helpers.fake_programs import FakePrograms, be_a_desktop
from tests.helpers.qr_reader import read_qr_code
from tests.helpers.sample_accounts import make_pending
from tests.helpers.saved_state import open_step

if TYPE_CHECKING:
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a computer with a display and no program yet; nothing of the wizard is replaced."""
    be_a_desktop(monkeypatch)


@pytest.fixture(autouse=True)
def temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Have a folder for temporary files that nobody else uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _opened_picture(computer: FakePrograms) -> Path:
    """Return the path that the viewer got."""
    [url] = computer.ran["xdg-open"]
    assert url.startswith("file:///")
    return Path(unquote(urlsplit(url).path))


async def _show_code(driver: WizardDriver) -> str:
    """Open the QR code of a link in a window that is too small for it; return the link."""
    await open_step(driver, make_pending()._replace(step=WizardStep.AUTHORIZE))
    link = driver.link
    await driver.press("q")
    assert "Make this window larger" in driver.screen_text
    return link


async def test_picture_is_private_says_the_link_and_is_deleted(
    start_wizard: StartWizard, computer: FakePrograms, temporary_files: Path
) -> None:
    computer.install("xdg-open")
    async with start_wizard() as driver:
        link = await _show_code(driver)
        await driver.press("o")
        assert "The picture opens in a window of its own." in driver.screen_text
        picture = _opened_picture(computer)
        assert picture.stat().st_mode & 0o777 == 0o600
        assert picture.parent.stat().st_mode & 0o777 == 0o700
        assert [*picture.parent.iterdir()] == [picture]
        with Image.open(picture) as image:
            assert read_qr_code(image.convert("RGB")) == link
        await driver.press("enter")
        await driver.click("#picture")
        assert len([*temporary_files.rglob("*.png")]) == 3
        await driver.press("escape")
        assert driver.link == link
        assert not [*temporary_files.iterdir()]


@pytest.mark.parametrize("keys", [["ctrl+q"], ["ctrl+c", "ctrl+c"]])
async def test_quitting_deletes_the_picture(
    start_wizard: StartWizard,
    computer: FakePrograms,
    temporary_files: Path,
    keys: list[str],
) -> None:
    computer.install("xdg-open")
    async with start_wizard() as driver:
        await _show_code(driver)
        await driver.press("o")
        assert _opened_picture(computer).exists()
        await driver.press(*keys)
        assert not driver.app.is_running
    assert not [*temporary_files.iterdir()]


async def test_picture_that_is_not_opened_or_saved_is_told_of(
    start_wizard: StartWizard, computer: FakePrograms, temporary_files: Path
) -> None:
    computer.install("xdg-open", then="exit 3")
    async with start_wizard() as driver:
        await _show_code(driver)
        await driver.press("o")
        assert "The picture didn't open." in driver.screen_text
        await driver.press("escape")
        assert len(computer.ran) == 1
        computer.install("xdg-open")
        temporary_files.rmdir()
        await _show_code(driver)
        assert "The picture didn't open." not in driver.screen_text
        await driver.press("o")
        assert "The picture didn't open." in driver.screen_text
        assert len(computer.ran) == 1


async def test_picture_is_offered_only_where_it_can_be_seen(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.install("xdg-open")
    async with start_wizard() as driver:
        for variable, value in (("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22"), ("DISPLAY", "")):
            with monkeypatch.context() as environment:
                environment.setenv(variable, value)
                await _show_code(driver)
                assert "picture" not in driver.screen_text, variable
                await driver.press("o")
                assert "Make this window larger" in driver.screen_text, variable
    assert not computer.ran
