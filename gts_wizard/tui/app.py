"""The full-screen wizard: which screen comes when. Small; the screens do the rest."""

from __future__ import annotations

import asyncio
import signal
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType

from gts_wizard import __version__
from gts_wizard.models import Place
from gts_wizard.models import Step as Where
from gts_wizard.tui.journey import Journey
from gts_wizard.tui.screens.authorize import AuthorizeStep
from gts_wizard.tui.screens.code import CodeStep
from gts_wizard.tui.screens.home import HomeScreen
from gts_wizard.tui.screens.instance import InstanceStep
from gts_wizard.tui.screens.permissions import PermissionsStep
from gts_wizard.tui.screens.profile import ProfileStep
from gts_wizard.tui.screens.step import Step
from gts_wizard.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.screen import Screen

    from gts_wizard.models import Attempt
    from gts_wizard.services.wiring import Services


class WizardApp(App[None]):
    """The wizard.

    Args:
        services: what the screens call.
        practice: the practice instance's address; empty when it is the real thing.
    """

    TITLE = "GoToSocial Wizard"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-wide")]  # noqa: RUF012 - Textual's own type
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", priority=True)]

    def __init__(self, services: Services, practice: str = "") -> None:
        super().__init__()
        self.services = services
        self.practice = practice
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self._leaving = False

    def get_default_screen(self) -> Screen[None]:
        """Start at Home."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Leave properly when the terminal is closed or the computer shut down."""
        if sys.platform != "win32":
            for number in (signal.SIGHUP, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self.exit)

    async def on_unmount(self) -> None:
        """Finish what must not be lost before the program ends."""
        await self.services.aclose()

    def begin_journey(self, address: str = "") -> None:
        """Start signing in.

        Args:
            address: what stands in the address field; in practice, the practice instance.
        """
        self.push_screen(InstanceStep(Journey(address=address or self.practice)))

    def resume_journey(self, attempt: Attempt, told: str = "") -> None:
        """Rebuild the steps behind an open attempt, so that Back works as if never left.

        Args:
            attempt: the attempt as it is on the shelf.
            told: what the link step says of how the journey came back to it.
        """
        journey = Journey(address=_typed(attempt), attempt=attempt, told=told)
        journey.chosen = attempt.scopes or journey.chosen
        self.push_screen(InstanceStep(journey))
        if attempt.step is Where.PROFILE:
            self.push_screen(ProfileStep(journey))
            return
        for where, step in _STEPS.items():
            self.push_screen(step(journey))
            if where is attempt.step:
                return

    def back_to_link(self, journey: Journey) -> None:
        """Replace the link and code steps by the link of a fresh attempt."""
        while isinstance(self.screen, CodeStep | AuthorizeStep):
            self.pop_screen()
        self.push_screen(AuthorizeStep(journey))

    def go_home(self) -> None:
        """Leave the journey, wherever it stands."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def say(self, words: str) -> None:
        """Say a short word on the page in front."""
        if isinstance(self.screen, Step):
            self.screen.say(words)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """Offer in the command palette what is this program's own."""
        yield SystemCommand("Dark colours", "Light letters on a dark ground", self._go_dark)
        yield SystemCommand("Light colours", "Dark letters on a light ground", self._go_light)
        if not self.practice:
            yield SystemCommand(
                "Keep secrets in the keyring",
                "Those of all accounts, and of all to come",
                partial(self._keep_all_secrets_in, Place.KEYRING),
            )
            yield SystemCommand(
                "Keep secrets in the file",
                "Those of all accounts, and of all to come",
                partial(self._keep_all_secrets_in, Place.FILE),
            )
        yield SystemCommand("Quit", "Leave the wizard; nothing is lost", self.action_quit)

    async def action_quit(self) -> None:
        """Leave, once what must not be lost is safe."""
        self.say("One moment: what must not be lost is being finished. Ctrl+C leaves at once.")
        self._leaving = True
        self.run_worker(self._finish_and_leave(), description="leaving")

    def action_help_quit(self) -> None:
        """Answer Ctrl+C: say how to leave, or leave what is being waited for."""
        if self._leaving:
            self.exit()
        else:
            self.say("Press Ctrl+Q to leave.")

    async def _finish_and_leave(self) -> None:
        await self.services.sign_in.aclose()
        self.exit()

    def _keep_all_secrets_in(self, place: Place) -> None:
        step = self.screen
        if not isinstance(step, Step):
            return

        async def move() -> None:
            await self.services.accounts.keep_all_secrets_in(place)
            step.say(_MOVED[place])

        step.wait_for("Moving the secrets", move, keeps_something=False)

    def _go_dark(self) -> None:
        self.theme = DARK.name

    def _go_light(self) -> None:
        self.theme = LIGHT.name

    def _fatal_error(self) -> None:
        # Textual would print every local variable, and an exception's text may hold what was typed.
        kind, _, trace = sys.exc_info()
        places = [
            f"  {place.name} ({Path(place.filename).name}, line {place.lineno})"
            for place in traceback.extract_tb(trace)[-5:]
        ]
        told = [
            "The wizard made a mistake of its own and had to stop. What was saved is safe; start "
            "it again to go on. For a report:",
            f"  {kind.__name__ if kind else 'unknown'}, gts-wizard {__version__}",
            *places,
        ]
        self._exit_renderables.append(Text("\n".join(told)))
        self._close_messages_no_wait()


_MOVED = {
    Place.FILE: "All secrets are in the file now, and those to come go there too.",
    Place.KEYRING: "All secrets are in the system's keyring now, and those to come go there too.",
}


def _typed(attempt: Attempt) -> str:
    if attempt.username:
        return f"@{attempt.username}@{attempt.server.account_domain}"
    return attempt.server.host


_STEPS: dict[Where, type[PermissionsStep | AuthorizeStep | CodeStep]] = {
    Where.PERMISSIONS: PermissionsStep,
    Where.AUTHORIZE: AuthorizeStep,
    Where.CODE: CodeStep,
}
