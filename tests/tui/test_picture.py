"""The account's picture: decoded within limits, and shown where there is one."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gts_wizard.models import WizardStep
from gts_wizard.tui.images import UnreadablePicture, pixels_of
from gts_wizard.tui.widgets.profile import Avatar
from tests.helpers.saved_state import begin_at, get_code

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard

_RED, _BLUE = (250, 0, 0), (0, 0, 250)


def _picture(kind: str, size: tuple[int, int] = (64, 64), mode: str = "RGB") -> bytes:
    """Make a picture that is red above and blue below."""
    picture = Image.new(mode, size, _RED)
    picture.paste(_BLUE, (0, size[1] // 2, *size))
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(64, 64), (300, 40), (7, 90)])
def test_picture_of_each_kind_and_shape_is_read(kind: str, size: tuple[int, int]) -> None:
    rows = pixels_of(_picture(kind, size), 12, 12)
    assert [len(row) for row in rows] == [12] * 12
    red, _, blue = rows[0][5]
    assert (red > 200, blue < 50) == (True, True)
    red, _, blue = rows[11][5]
    assert (red < 50, blue > 200) == (True, True)


def test_transparent_pixels_are_black() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 255, 255, 0)).save(file, "PNG")
    assert pixels_of(file.getvalue(), 2, 2) == [[(0, 0, 0)] * 2] * 2


def _decompression_bomb() -> bytes:
    """Make a small file that says it is a picture of 60,000 by 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _endless_jpeg() -> bytes:
    """Make a JPEG that goes over its picture 65 times, as it may for ever."""
    file = io.BytesIO()
    Image.new("L", (64, 64)).save(file, "JPEG", progressive=True)
    start = file.getvalue().rindex(b"\xff\xda")
    whole, last = file.getvalue()[:-2], file.getvalue()[start:-2]
    return whole + last * 65 + b"\xff\xd9"


_UNFIT = {
    "nothing": b"",
    "a page": b"<html>",
    "half a PNG": _picture("PNG")[:100],
    "half a JPEG": _picture("JPEG")[:50],
    "a bomb": _decompression_bomb(),
    "too large": _picture("PNG", (1100, 1001)),
    "an endless JPEG": _endless_jpeg(),
    "BMP": _picture("BMP"),
    "PPM": _picture("PPM"),
}


@pytest.mark.parametrize("file", _UNFIT.values(), ids=_UNFIT)
def test_unfit_picture_is_refused(file: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        pixels_of(file, 12, 12)


@pytest.mark.fuzz
@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.integers(0, 99))
def test_damaged_picture_is_refused_or_shown(noise: bytes, kind: str, at: int) -> None:
    file = bytearray(_picture(kind, (8, 8)))
    file[at : at + len(noise)] = noise
    try:
        rows = pixels_of(bytes(file), 4, 4)
    except UnreadablePicture:
        return
    assert [len(row) for row in rows] == [4] * 4


@pytest.mark.slow
async def test_profile_shows_the_picture(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PROFILE)
        assert str(driver.app.screen.query_one(Avatar).content) == "\n".join(["▀" * 12] * 6)
    assert practice.requests[-1] != "GET /api/v1/accounts/verify_credentials"


@pytest.mark.slow
async def test_profile_shows_initials_where_the_picture_is_not_got(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        code = await get_code(await begin_at(driver, practice.address, WizardStep.CODE))
        # The server refuses every request after the two that the sign-in needs.
        practice.rate_limit = len(practice.requests) + 2
        await driver.paste(code)
        assert str(driver.app.screen.query_one(Avatar).content) == "A"
        assert "You are @alice" in driver.screen_text
        assert "Try again" not in driver.screen_text


@pytest.mark.slow
async def test_without_pillow_details_say_how_to_see_the_picture(
    start_wizard: StartWizard, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PROFILE)
        assert str(driver.app.screen.query_one(Avatar).content) == "A"
        await driver.press("i")
        assert f"Picture To see it, run: {sys.executable} -m pip" in driver.screen_text
