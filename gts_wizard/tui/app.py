"""The full-screen wizard: which screen comes when. Small; the screens do the rest."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType

from gts_wizard import __version__
from gts_wizard.models import Step as Where
from gts_wizard.services.sign_in import SignedIn
from gts_wizard.tui.journey import Journey
from gts_wizard.tui.screens.authorize import AuthorizeStep
from gts_wizard.tui.screens.code import CodeStep
from gts_wizard.tui.screens.home import HomeScreen
from gts_wizard.tui.screens.instance import InstanceStep
from gts_wizard.tui.screens.permissions import PermissionsStep
from gts_wizard.tui.screens.profile import ProfileStep
from gts_wizard.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from gts_wizard.models import Account, Attempt
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

    def get_default_screen(self) -> Screen[None]:
        """Start at Home."""
        return HomeScreen()

    async def on_unmount(self) -> None:
        """Finish what must not be lost before the program ends."""
        await self.services.aclose()

    def begin_journey(self) -> None:
        """Start signing in; in practice, with the practice instance filled in."""
        self.push_screen(InstanceStep(Journey(address=self.practice)))

    def resume_journey(self, attempt: Attempt) -> None:
        """Rebuild the steps behind an open attempt, so that Back works as if never left."""
        journey = Journey(address=_typed(attempt), attempt=attempt)
        journey.chosen = attempt.scopes or journey.chosen
        steps: dict[Where, Callable[[], Screen[None]]] = {
            Where.PERMISSIONS: lambda: PermissionsStep(journey),
            Where.AUTHORIZE: lambda: AuthorizeStep(journey),
            Where.CODE: lambda: CodeStep(journey),
        }
        self.push_screen(InstanceStep(journey))
        for where, step in steps.items():
            self.push_screen(step())
            if where is attempt.step:
                return
        self.push_screen(ProfileStep(lambda: self.services.sign_in.verify(attempt), is_new=True))

    def open_account(self, account: Account) -> None:
        """Show a saved account, as its server sees it now."""

        async def meet() -> SignedIn:
            return SignedIn(account, await self.services.accounts.profile(account))

        self.push_screen(ProfileStep(meet, is_new=False))

    def back_to_link(self, journey: Journey) -> None:
        """Replace the link and code steps by the link of a fresh attempt."""
        while isinstance(self.screen, CodeStep | AuthorizeStep):
            self.pop_screen()
        self.push_screen(AuthorizeStep(journey))

    def go_home(self, told: str = "") -> None:
        """Leave the journey, wherever it stands.

        Args:
            told: what is said at Home about what was just done.
        """
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if isinstance(self.screen, HomeScreen):
            self.screen.say(told)

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


def _typed(attempt: Attempt) -> str:
    if attempt.username:
        return f"@{attempt.username}@{attempt.server.account_domain}"
    return attempt.server.host
