"""Leaving the wizard: with what must not be lost made safe, or as fast as Ctrl+C asks for.

The app comes in; the services finish, and the screens are covered or uncovered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.dialogs import ExitOverlay, QuitChoice, QuitDialog

if TYPE_CHECKING:
    from textual.app import App

    from gts_wizard.tui.context import TuiContext


class QuitController:
    """Quits the wizard.

    Args:
        app: the wizard.
        context: its services, and how far quitting has come.
    """

    def __init__(self, app: App[None], context: TuiContext) -> None:
        self._app = app
        self._sign_in = context.services.sign_in
        self._quit_state = context.quit_state

    def begin(self) -> None:
        """Leave, unless something would be lost by that: then ask first."""
        if self._quit_state.is_quitting:
            return
        # What is being exchanged or saved just now may still turn out well.
        if self._sign_in.has_unsaved_tokens and not self._sign_in.is_exchanging:
            self._warn()
        else:
            self._leave()

    def quit_now(self) -> None:
        """Leave without finishing anything."""
        self._quit_state.skip_cleanup = True
        self.quit_silently()

    def quit_silently(self) -> None:
        """Leave without asking; what must not be lost is finished behind the screens."""
        self._quit_state.is_quitting = True
        self._app.run_worker(self._exit(), description="leaving")

    def _warn(self) -> None:
        if not isinstance(self._app.screen, QuitDialog):
            self._app.push_screen(QuitDialog(), self._leave_if)

    def _leave_if(self, answer: QuitChoice | None) -> None:
        if answer is QuitChoice.LEAVE:
            self._sign_in.discard_unsaved_tokens()
            self._leave()
        elif answer is QuitChoice.END_AND_LEAVE:
            self._app.run_worker(self._ask_to_end(), description="ending an access, to leave")

    async def _ask_to_end(self) -> None:
        """Let the page in front end the access, which tells a failure as any other."""
        page = self._pop_overlays()
        await page.stop()
        page.run_task("Ending the access", self._end_and_leave, keeps_something=False)

    async def _end_and_leave(self) -> None:
        await self._sign_in.revoke_unsaved_tokens()
        self._leave()

    def _leave(self) -> None:
        self._quit_state.is_quitting = True
        self._app.run_worker(self._finish_and_leave(), description="leaving")

    async def _finish_and_leave(self) -> None:
        if self._sign_in.is_exchanging:
            await self._app.push_screen(ExitOverlay())
        await self._sign_in.finish()
        if self._sign_in.has_unsaved_tokens:
            self._quit_state.is_quitting = False
            self._pop_overlays()
            self._warn()
        else:
            await self._exit()

    async def _exit(self) -> None:
        # A page that is taken away must not be told what came of its work.
        for page in self._app.screen_stack:
            if isinstance(page, BaseScreen):
                await page.stop()
        self._app.exit()

    def _pop_overlays(self) -> BaseScreen:
        """Take away what stands over the page in front, and return the page."""
        while not isinstance(self._app.screen, BaseScreen):
            self._app.pop_screen()
        return self._app.screen
