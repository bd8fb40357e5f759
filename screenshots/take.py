"""Takes the pictures of the README, and on request a gallery of every page in every look.

`python -m screenshots.take [FOLDER]` writes the README's pictures beside this file, or to FOLDER:
each step, dark and light, and `journey.svg`, which shows one after the other;
`python -m screenshots.take --gallery FOLDER` writes all pages in all sizes and themes to FOLDER.
The practice server is the server, on a port that is nearly always the same, and a throwaway
home directory keeps the credentials file.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from textual.widgets import Input

from gts_wizard.practice import PracticeServer
from gts_wizard.services.container import open_services
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.themes import DARK, LIGHT, THEMES
from screenshots.film import film
from screenshots.tour import Tour
from tests.helpers.browser_user import BrowserUser
from tests.helpers.driver import WizardDriver
from tests.helpers.event_loop import new_event_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

SIZES = ((60, 20), (80, 24), (120, 35), (200, 60))
"""The columns and rows of the terminals in the gallery."""
STEPS = {
    "welcome": "0-welcome",
    "instance-found": "1-server",
    "permissions": "2-permissions",
    "authorize": "3-allow",
    "waiting": "4-waiting",
    "code": "4-code",
    "profile": "5-you",
    "notifications": "6-notifications",
    "home": "7-home",
}
"""The pages that the README shows, by their names on the tour, with the names of the pictures."""
LOOKS = {"": DARK, "-light": LIGHT}
"""The themes that the README shows, with how the names of their pictures end."""
# Where the browser is on this computer, nobody sees this page.
_DETOUR = "code"
_USUAL_SIZE = (80, 24)
# A port of four digits keeps lines from breaking elsewhere.
_PORTS = range(8420, 8440)
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
_UNSET_VARIABLES = ("XDG_CONFIG_HOME", "GTS_WIZARD_CREDENTIALS")


async def take_steps(folder: Path) -> None:
    """Take the pictures of the README, dark and light.

    Args:
        folder: where the pictures go.
    """
    films: dict[str, list[str]] = {suffix: [] for suffix in LOOKS}
    looks = list(LOOKS.items())
    async for page, driver in _tour(_USUAL_SIZE):
        if page not in STEPS:
            continue
        for suffix, theme in looks:
            picture = await _take(driver, theme.name)
            _write(folder / f"{STEPS[page]}{suffix}.svg", picture)
            if page != _DETOUR:
                films[suffix].append(picture)
        # The next page is shown in the last theme already, and changing it takes long.
        looks.reverse()
    for suffix, pictures in films.items():
        _write(folder / f"journey{suffix}.svg", film(pictures))


async def take_gallery(folder: Path) -> None:
    """Take every page in every size and theme.

    Args:
        folder: where the pictures go, in a folder for each size and theme.
    """
    for size in SIZES:
        number = 0
        async for page, driver in _tour(size):
            for theme in THEMES:
                place = folder / f"{size[0]}x{size[1]}" / theme
                _write(place / f"{number:02}-{page}.svg", await _take(driver, theme))
            number += 1


async def _tour(size: tuple[int, int]) -> AsyncIterator[tuple[str, WizardDriver]]:
    with _throwaway_home(), _practice() as practice, BrowserUser() as user:
        app = WizardApp(open_services())
        async with app.run_test(size=size) as pilot:
            driver = WizardDriver(pilot)
            async for page in Tour(driver, practice.address, user).pages():
                yield page, driver


async def _take(driver: WizardDriver, theme: str) -> str:
    """Return a picture of the screen as it stands, with the fonts of whoever looks at it."""
    driver.app.theme = theme
    for field in driver.app.screen.query(Input):
        # A cursor that blinks is in one picture and not in the next.
        field.cursor_blink = False
    await driver.wait_for_buttons()
    await driver.wait_until_idle()
    picture = _FONTS.sub("", driver.app.export_screenshot())
    return "\n".join(line.rstrip() for line in picture.splitlines() if line.strip())


def _write(file: Path, picture: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{picture}\n", encoding="utf-8")


@contextlib.contextmanager
def _throwaway_home() -> Iterator[None]:
    """Set an empty home, and a path on which the program is found once installed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with (
        tempfile.TemporaryDirectory() as home,
        mock.patch.dict(os.environ, {"HOME": home, "PATH": path}),
    ):
        for name in _UNSET_VARIABLES:
            os.environ.pop(name, None)
        yield


def _practice() -> PracticeServer:
    """Return a practice server that is started already; starting it again changes nothing."""
    for port in _PORTS:
        with contextlib.suppress(OSError):
            return PracticeServer(port=port).start()
    raise OSError(f"no port from {_PORTS.start} to {_PORTS.stop - 1} is free")


def main() -> None:
    """Take the pictures."""
    arguments = argparse.ArgumentParser(prog="python -m screenshots.take", description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    arguments.add_argument("--gallery", type=Path, metavar="FOLDER")
    options = arguments.parse_args()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(take_gallery(options.gallery) if options.gallery else take_steps(options.folder))


if __name__ == "__main__":
    main()
