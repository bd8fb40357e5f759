"""Takes the pictures of the README: every step of the journey, from the real wizard.

Run `python -m screenshots.take [FOLDER]`; the pictures are written beside this file, or to FOLDER.
The practice instance plays the server, on a port of its own choice that is always the same, and a
throwaway home directory keeps the credentials file.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from textual import events

from gts_wizard.practice import PracticeInstance
from gts_wizard.services.wiring import open_services
from gts_wizard.tui import browser
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.widgets.link_box import LinkBox
from tests.person import Person

if TYPE_CHECKING:
    from textual.pilot import Pilot

_SIZE = (80, 24)
_PORT = 8420
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)


class Camera:
    """Takes pictures of a running wizard.

    Args:
        pilot: drives the wizard.
        folder: where the pictures go.
    """

    def __init__(self, pilot: Pilot[None], folder: Path) -> None:
        self._pilot = pilot
        self._folder = folder

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what they start."""
        await self._pilot.press(*keys)
        await self._settle()

    async def paste(self, text: str) -> None:
        """Paste into the field that has the focus, and wait for what that starts."""
        focused = self._pilot.app.focused
        if focused is not None:
            focused.post_message(events.Paste(text))
        await self._settle()

    def take(self, name: str) -> None:
        """Write a picture of the screen as it stands, with the fonts of whoever looks at it."""
        picture = _FONTS.sub("", self._pilot.app.export_screenshot())
        lines = (line.rstrip() for line in picture.splitlines())
        (self._folder / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")

    async def _settle(self) -> None:
        await self._pilot.pause()
        await self._pilot.app.workers.wait_for_complete()
        await self._pilot.pause()


async def take_all(folder: Path, size: tuple[int, int] = _SIZE) -> None:
    """Walk the journey once, and take a picture of each step.

    Args:
        folder: where the pictures go.
        size: columns and rows of the terminal.
    """
    with (
        tempfile.TemporaryDirectory() as home,
        mock.patch.dict(os.environ, {"HOME": home, "PATH": _path()}),
        mock.patch.object(browser, "can_open", return_value=True),
        PracticeInstance(like="0.20", port=_PORT) as practice,
        Person() as person,
    ):
        for name in ("XDG_CONFIG_HOME", "GTS_WIZARD_CREDENTIALS"):
            os.environ.pop(name, None)
        app = WizardApp(open_services())
        async with app.run_test(size=size) as pilot:
            await _walk(Camera(pilot, folder), app, practice.address, person)


def _path() -> str:
    """Return a path on which the program is found, as on the computer of whoever installed it."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


async def _walk(camera: Camera, app: WizardApp, address: str, person: Person) -> None:
    await camera.press()
    camera.take("0-welcome")
    await camera.press("enter")
    await camera.paste(f"@alice@{address}")
    await camera.press("enter")
    camera.take("1-instance")
    await camera.press("enter")
    camera.take("2-permissions")
    await camera.press("enter")
    camera.take("3-authorize")
    link = app.screen.query_one(LinkBox).url
    await camera.press("tab", "tab", "enter")
    camera.take("4-code")
    await camera.paste(await asyncio.to_thread(person.get_code, link))
    camera.take("5-profile")
    await camera.press("n")
    camera.take("6-notifications")
    await camera.press("escape", "enter")
    camera.take("7-home")


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder.mkdir(exist_ok=True)
    asyncio.run(take_all(folder))
    for picture in sorted(folder.glob("*.svg")):
        print(picture.name)


if __name__ == "__main__":
    main()
