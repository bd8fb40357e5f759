"""Takes the pictures of the README: every step of the journey, from the real wizard.

Run `python -m screenshots.take [FOLDER]`; the pictures are written beside this file, or to FOLDER.
The practice instance plays the server, a fixed port and a throwaway credentials file keep the
pictures the same from one time to the next.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets import Input

from gts_wizard.practice import PracticeInstance
from gts_wizard.services.wiring import open_services
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.widgets.code_field import CodeField
from gts_wizard.tui.widgets.link_box import LinkBox
from tests.person import Person

if TYPE_CHECKING:
    from textual.pilot import Pilot

_SIZE = (80, 24)


class Camera:
    """Takes pictures of a running wizard.

    Args:
        pilot: drives the wizard.
        folder: where the pictures go.
    """

    def __init__(self, pilot: Pilot[None], folder: Path) -> None:
        self._pilot = pilot
        self._folder = folder

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await self._pilot.app.workers.wait_for_complete()
        await self._pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what they start."""
        await self._pilot.press(*keys)
        await self.settle()

    async def take(self, name: str) -> None:
        """Write a picture of the screen as it stands."""
        await self.settle()
        self._pilot.app.save_screenshot(f"{name}.svg", path=str(self._folder))


async def take_all(folder: Path, size: tuple[int, int] = _SIZE) -> None:
    """Walk the journey once, and take a picture of each step."""
    with (
        tempfile.TemporaryDirectory() as shelf,
        PracticeInstance(like="0.20", port=0) as practice,
        Person() as person,
    ):
        app = WizardApp(open_services(Path(shelf) / "credentials.toml"))
        async with app.run_test(size=size) as pilot:
            camera = Camera(pilot, folder)
            await camera.take("0-welcome")
            await camera.press("enter")
            app.screen.query_one(Input).value = practice.address
            await camera.press("enter")
            await camera.take("1-instance")
            await camera.press("enter")
            await camera.take("2-permissions")
            await camera.press("enter")
            await camera.take("3-authorize")
            link = app.screen.query_one(LinkBox).url
            await camera.press("tab", "enter")
            await camera.take("4-code")
            app.screen.query_one(CodeField).value = await asyncio.to_thread(person.get_code, link)
            await camera.press("enter")
            await camera.take("5-profile")
            await camera.press("n")
            await camera.take("6-notifications")
            await camera.press("escape", "enter")
            await camera.take("7-home")


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder.mkdir(exist_ok=True)
    asyncio.run(take_all(folder))
    for picture in sorted(folder.glob("*.svg")):
        print(picture.name)


if __name__ == "__main__":
    main()
