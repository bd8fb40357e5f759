"""Quits the app; before that, unsaved tokens are saved or revoked, or the user is asked."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from gts_wizard.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from textual.app import App
    from textual.worker import Worker

    from gts_wizard.services.code_exchange import CodeExchange
    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.screens.dialogs import QuitChoice

# The dialogs are imported when they are shown: the first screen must not wait for them.
# ruff: noqa: PLC0415

_PRESS_AGAIN = "Press Ctrl+C again to quit."
_NOTICE_SECONDS = 5.0


class QuitController:
    """Quits the app.

    Args:
        app: the app.
        context: its services, and the quit state that is changed here.
    """

    def __init__(self, app: App[None], context: TuiContext) -> None:
        self._app = app
        self._services = context.services
        self._quit_state = context.quit_state
        self._notice_ends = 0.0

    @property
    def _code_exchange(self) -> CodeExchange:
        return self._services.sign_in.code_exchange

    def request_quit(self) -> None:
        """Quit; if a token would be lost by that, ask first."""
        if self._quit_state.is_quitting:
            return
        # A code exchange or a save that is under way may still succeed.
        if self._code_exchange.has_unsaved_tokens and not self._code_exchange.is_running:
            self._warn()
        else:
            self._quit()

    def interrupt(self) -> None:
        """Quit as `request_quit` does, if this is called again while the notice is shown."""
        if monotonic() < self._notice_ends:
            self._notice_ends = 0.0
            self.request_quit()
        else:
            self._notice_ends = monotonic() + _NOTICE_SECONDS
            self._app.notify(_PRESS_AGAIN, timeout=_NOTICE_SECONDS)

    def quit_now(self) -> None:
        """Quit without finishing requests and without saving or revoking tokens."""
        self._quit_state.skip_cleanup = True
        self.quit_silently()

    def quit_silently(self) -> None:
        """Quit without asking; unsaved tokens are saved or revoked after the screens are gone."""
        self._quit_state.is_quitting = True
        _: Worker[None] = self._app.run_worker(self._exit, description="quitting")

    def _warn(self) -> None:
        from gts_wizard.tui.screens.dialogs import QuitDialog

        if not isinstance(self._app.screen, QuitDialog):
            self._app.push_screen(QuitDialog(), self._handle_choice)

    def _handle_choice(self, choice: QuitChoice | None) -> None:
        from gts_wizard.tui.screens.dialogs import QuitChoice

        if choice is QuitChoice.QUIT:
            self._code_exchange.discard_unsaved_tokens()
            self._quit()
        elif choice is QuitChoice.REVOKE_AND_QUIT:
            _: Worker[None] = self._app.run_worker(
                self._revoke_and_quit, description="revoking a token, to quit"
            )

    async def _revoke_and_quit(self) -> None:
        """Revoke the unsaved tokens as a task of the screen in front, which shows its errors."""
        screen = self._pop_overlays()
        await screen.stop()
        screen.run_task("Revoking access", self._revoke_tokens, saves=False)

    async def _revoke_tokens(self) -> None:
        await self._code_exchange.revoke_unsaved_tokens()
        self._quit()

    def _quit(self) -> None:
        self._quit_state.is_quitting = True
        _: Worker[None] = self._app.run_worker(self._finish_and_exit, description="quitting")

    async def _finish_and_exit(self) -> None:
        if self._code_exchange.is_running:
            from gts_wizard.tui.screens.dialogs import ExitOverlay

            await self._app.push_screen(ExitOverlay())
        await self._code_exchange.finish()
        if self._code_exchange.has_unsaved_tokens:
            self._quit_state.is_quitting = False
            self._pop_overlays()
            self._warn()
        else:
            await self._exit()

    async def _exit(self) -> None:
        # A task must not update widgets that are gone.
        for screen in self._app.screen_stack:
            if isinstance(screen, BaseScreen):
                await screen.stop()
        self._app.exit()

    def _pop_overlays(self) -> BaseScreen:
        """Pop the dialogs above the topmost `BaseScreen`, and return that screen."""
        while not isinstance(self._app.screen, BaseScreen):
            self._app.pop_screen()
        return self._app.screen
