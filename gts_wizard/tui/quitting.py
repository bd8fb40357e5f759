"""Leaving the wizard: with what must not be lost made safe, or as fast as Ctrl+C asks for.

The app comes in; the services finish, and the screens are covered or uncovered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.tui.screens.leaving import Leaving, LeavingDialog
from gts_wizard.tui.screens.one_moment import OneMoment
from gts_wizard.tui.screens.step import Step

if TYPE_CHECKING:
    from gts_wizard.tui.app import WizardApp


class Quitting:
    """How one wizard is left.

    Args:
        app: the wizard.

    Attributes:
        is_under_way: whether the wizard is being left, so that nothing new begins.
        is_in_haste: whether nothing more is finished.
    """

    def __init__(self, app: WizardApp) -> None:
        self._app = app
        self._sign_in = app.services.sign_in
        self.is_under_way = False
        self.is_in_haste = False

    def begin(self) -> None:
        """Leave, unless something would be lost by that: then ask first."""
        if self.is_under_way:
            return
        # What is being exchanged or saved just now may still turn out well.
        if self._sign_in.has_unsaved and not self._sign_in.is_exchanging:
            self._warn()
        else:
            self._leave()

    def at_once(self) -> None:
        """Leave without finishing anything."""
        self.is_in_haste = True
        self.unasked()

    def unasked(self) -> None:
        """Leave without asking; what must not be lost is finished behind the screens."""
        self.is_under_way = True
        self._app.run_worker(self._exit(), description="leaving")

    def _warn(self) -> None:
        if not isinstance(self._app.screen, LeavingDialog):
            self._app.push_screen(LeavingDialog(), self._leave_if)

    def _leave_if(self, answer: Leaving | None) -> None:
        if answer is Leaving.LEAVE:
            self._sign_in.leave_unsaved()
            self._leave()
        elif answer is Leaving.END_AND_LEAVE:
            self._app.run_worker(self._ask_to_end(), description="ending an access, to leave")

    async def _ask_to_end(self) -> None:
        """Let the page in front end the access, which tells a failure as any other."""
        page = self._uncovered()
        await page.stop()
        page.wait_for("Ending the access", self._end_and_leave, keeps_something=False)

    async def _end_and_leave(self) -> None:
        await self._sign_in.end_unsaved()
        self._leave()

    def _leave(self) -> None:
        self.is_under_way = True
        self._app.run_worker(self._finish_and_leave(), description="leaving")

    async def _finish_and_leave(self) -> None:
        if self._sign_in.is_exchanging:
            await self._app.push_screen(OneMoment())
        await self._sign_in.finish()
        if self._sign_in.has_unsaved:
            self.is_under_way = False
            self._uncovered()
            self._warn()
        else:
            await self._exit()

    async def _exit(self) -> None:
        # A page that is taken away must not be told what came of its work.
        for page in self._app.screen_stack:
            if isinstance(page, Step):
                await page.stop()
        self._app.exit()

    def _uncovered(self) -> Step:
        """Take away what stands over the page in front, and return the page."""
        while not isinstance(self._app.screen, Step):
            self._app.pop_screen()
        return self._app.screen
