"""The Textual app: decides which screen is shown next, and handles the messages of the screens."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.widgets import Input

from gts_wizard.errors import WizardError
from gts_wizard.messages import GETTING_NEW_LINK, THIS_IS_A_NEW_LINK, renewing
from gts_wizard.models import AccountStatus, WizardStep
from gts_wizard.secret import SecretStorage
from gts_wizard.tui import messages
from gts_wizard.tui.command_palette import commands
from gts_wizard.tui.context import TuiContext
from gts_wizard.tui.min_size import MinSizeApp
from gts_wizard.tui.quit import QuitController
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.home import HomeScreen
from gts_wizard.tui.signals import install_signal_handlers
from gts_wizard.tui.terminal import UNKNOWN, TerminalInfo
from gts_wizard.tui.textual_patches import CrashReportApp
from gts_wizard.tui.themes import THEMES, theme_for
from gts_wizard.tui.widgets.chrome import key_name
from gts_wizard.tui.wizard_state import WizardState
from gts_wizard.version import APP_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import SystemCommand
    from textual.screen import Screen
    from textual.worker import Worker

    from gts_wizard.models import Account, PendingSignIn, Scopes
    from gts_wizard.services.container import Services

# Later screens are imported when they are shown: the first one must not wait for them.
# ruff: noqa: PLC0415


# Not by their paths, which Textual could not open in the program of one file.
_STYLES = files("gts_wizard.tui")


class WizardApp(CrashReportApp, MinSizeApp):
    """The full-screen wizard.

    Args:
        services: the use cases that the screens call.
        practice: the address of the practice server; empty outside practice.
        begin: called with the app once it is ready; without it, the app just shows Home.
        may_open_browser: whether the wizard may open a browser.
        terminal: what `query_terminal` found out about the terminal.

    Attributes:
        context: what every screen gets.
        home: the screen at the bottom of the stack.
        quit_controller: quits the app.
        signed_in_handles: the accounts that were signed in or renewed since the app started.
    """

    TITLE = APP_NAME
    CSS = _STYLES.joinpath("app.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", tooltip="What this page is, and what could go wrong"),
        Binding(
            "ctrl+p",
            "command_palette",
            "More",
            tooltip="Everything this page can do, and the themes",
            priority=True,
        ),
        Binding("ctrl+q", "quit", "Quit", priority=True),
        # With priority, because a dialog keeps other keys from the app.
        Binding("ctrl+c", "interrupt", show=False, priority=True, system=True),
    ]

    def __init__(
        self,
        services: Services,
        practice: str = "",
        *,
        begin: Callable[[WizardApp], object] | None = None,
        may_open_browser: bool = True,
        terminal: TerminalInfo = UNKNOWN,
    ) -> None:
        super().__init__()
        self._begin = begin
        colors = self.console.color_system or ""
        # kitty's placeholders carry the number of the picture in their colour.
        has_exact_colors = colors == "truecolor" and "NO_COLOR" not in os.environ
        self.context = TuiContext(
            services, practice, may_open_browser, terminal.can_show_images and has_exact_colors
        )
        self.home = HomeScreen(self.context)
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = theme_for(services.saved.theme, terminal.is_light, os.environ, colors)
        self.quit_controller = QuitController(self, self.context)
        self.signed_in_handles: list[str] = []
        self._states: list[WizardState] = []
        self._draft_address = ""

    @property
    def begun_sign_ins(self) -> list[PendingSignIn]:
        """The sign-ins that were begun or continued since the app started, the newest first."""
        pending = (state.pending or state.earlier for state in reversed(self._states))
        return [one for one in pending if one is not None]

    def get_default_screen(self) -> Screen[None]:
        """Return Home, the bottom of the screen stack."""
        return self.home

    def on_mount(self) -> None:
        """Quit cleanly when the terminal is closed or the computer is shut down."""
        install_signal_handlers(self.quit_controller.quit_silently)

    def on_ready(self) -> None:
        """Start what was asked for on the command line; Home stays below."""
        # Home, which needs none of these styles, is shown by now, and did not wait for them.
        self.stylesheet.add_source(_STYLES.joinpath("pages.tcss").read_text("utf-8"))
        self.stylesheet.parse()
        if self._begin is not None:
            self._begin(self)

    def on_app_focus(self) -> None:
        """Show on Home what another process changed meanwhile."""
        if self.screen is self.home:
            self.home.refresh_if_changed()

    async def on_unmount(self) -> None:
        """Save or revoke unsaved tokens (not with `skip_cleanup`), and close the HTTP client."""
        if self.context.quit_state.skip_cleanup:
            await self.context.services.http.aclose()
        else:
            await self.context.services.aclose()

    def begin_sign_in(
        self, address: str = "", scopes: Scopes = (), app_name: str | None = None
    ) -> None:
        """Start signing in.

        Args:
            address: the text of the address field; when left out, the draft that was left there,
                or in practice the practice server.
            scopes: what programs may do; asked for when left out. With an address, too, nothing
                is asked before the link is shown.
            app_name: the name to register with; the usual one when left out.
        """
        from gts_wizard.tui.screens.instance import InstanceScreen

        state = WizardState(address=address or self._draft_address or self.context.practice)
        self._draft_address = ""
        state.scopes, state.app_name = scopes or state.scopes, app_name or state.app_name
        state.goes_straight = bool(address and scopes)
        self._states.append(state)
        self.push_screen(InstanceScreen(self.context, state))

    def renew(self, account: Account, scopes: Scopes = (), app_name: str | None = None) -> None:
        """Start to renew an account: create a pending sign-in, and show its link.

        Where the scopes are not known, or too few, they are asked for first.

        Args:
            account: the account that gets a new token.
            scopes: the scopes of the new token; those of the old one when left out.
            app_name: the name to register with; as before when left out.
        """
        screen = self.screen
        if not isinstance(screen, BaseScreen):
            return

        async def get_link() -> None:
            pending = await self.context.services.sign_in.renew(account, scopes, app_name)
            if account.status is AccountStatus.INSUFFICIENT_SCOPE and not scopes:
                # The same scopes would be too few again.
                pending = pending._replace(step=WizardStep.PERMISSIONS)
            self.post_message(messages.ResumeSignIn(screen, pending, renewed=account))

        screen.run_task(renewing(account.handle), get_link)

    @on(messages.StartSignIn)
    def _start_sign_in(self) -> None:
        self.begin_sign_in()

    @on(messages.OpenAccount)
    def _open_account(self, event: messages.OpenAccount) -> None:
        from gts_wizard.tui.screens.account import AccountScreen

        self.push_screen(AccountScreen(self.context, event.account))

    @on(messages.RenewAccount)
    def _renew_account(self, event: messages.RenewAccount) -> None:
        self.renew(event.account)

    @on(messages.SaveDraftAddress)
    def _save_draft_address(self, event: messages.SaveDraftAddress) -> None:
        self._draft_address = event.address

    @on(messages.SignedIn)
    def _note_signed_in(self, event: messages.SignedIn) -> None:
        self.signed_in_handles.append(event.handle)

    @on(messages.AccountLoaded)
    def _highlight_account(self, event: messages.AccountLoaded) -> None:
        self.home.highlight(event.account)

    @on(messages.StepDone)
    async def _show_next_step(self, event: messages.StepDone) -> None:
        """Show the next step, unless another screen has come to the front meanwhile."""
        from gts_wizard.tui.sign_in_steps import step_after

        if event.step is not self.screen:
            return
        await self.push_screen(step_after(event.step)(self.context, event.state))
        if event.notice:
            self.show_status(event.notice)

    @on(messages.ResumeSignIn)
    async def _resume_sign_in(self, event: messages.ResumeSignIn) -> None:
        """Push the steps up to that of the pending sign-in, so that Back leads through them."""
        from gts_wizard.tui.sign_in_steps import steps_until

        if event.screen is not self.screen:
            return
        self._leave_all()
        pending = event.pending
        state = WizardState(
            address=_typed_address(pending),
            pending=pending,
            notice="" if pending.step is WizardStep.PERMISSIONS else event.notice,
            renewed=event.renewed,
        )
        state.scopes, state.app_name = pending.scopes or state.scopes, pending.app_name
        self._states.append(state)
        for screen in steps_until(pending.step, is_renewal=bool(pending.renewed_handle)):
            await self.push_screen(screen(self.context, state))
        if pending.step is WizardStep.PERMISSIONS:
            self.show_status(event.notice)

    @on(messages.NewLink)
    def _get_new_link(self, event: messages.NewLink) -> None:
        """Replace the link and code steps by the link step of a new pending sign-in."""
        from gts_wizard.tui.screens.authorize import AuthorizeScreen
        from gts_wizard.tui.screens.code import CodeScreen

        screen, state = self.screen, event.state
        if not isinstance(screen, BaseScreen):
            return

        async def get_link() -> None:
            state.pending = await self.context.services.sign_in.new_link(state.require_pending())
            state.code = None
            state.uses_code = False
            state.notice = THIS_IS_A_NEW_LINK
            while isinstance(self.screen, CodeScreen | AuthorizeScreen):
                self.pop_screen()
            self.push_screen(AuthorizeScreen(self.context, state))

        screen.run_task(GETTING_NEW_LINK, get_link)

    @on(messages.ShowHome)
    def _show_home(self, event: messages.ShowHome) -> None:
        self._leave_all()
        if event.removed is not None:
            self.home.show_removed(event.notice, event.removed)
        elif event.notice:
            self.home.show_removed(event.notice, None)

    def _leave_all(self) -> None:
        """Pop every screen but Home."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def show_status(self, message: str) -> None:
        """Show a message in the status line of the screen in front."""
        if isinstance(self.screen, BaseScreen):
            self.screen.show_status(message)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Fill the command palette: the actions of the screen, then those of the app."""
        return commands(self, screen, self.context, self.set_theme, self.move_all_secrets)

    def get_key_display(self, binding: Binding) -> str:
        """Name a key as the help texts do, such as `Ctrl+Q`."""
        return key_name(binding)

    def set_theme(self, theme: str) -> None:
        """Switch to a theme, and save the choice.

        Args:
            theme: its name in `THEMES`.
        """
        self.theme = theme
        _: Worker[None] = self.run_worker(
            partial(self._save_theme, theme), description="remembering the theme"
        )

    def move_all_secrets(self, storage: SecretStorage) -> None:
        """Move the secrets of all accounts, and keep those of future accounts there, too.

        Args:
            storage: the file or the keyring.
        """
        screen = self.screen
        if not isinstance(screen, BaseScreen):
            return

        async def move() -> None:
            await self.context.services.accounts.move_all_secrets(storage)
            screen.show_status(_SECRETS_MOVED[storage])

        screen.run_task("Moving the secrets", move, saves=False)

    def action_help(self) -> None:
        """Show the help of the dialog in front, or else that of the screen below it."""
        from gts_wizard.tui.screens.dialogs import Dialog, HelpDialog

        if isinstance(self.screen, HelpDialog):
            return
        for screen in reversed(self.screen_stack):
            if isinstance(screen, BaseScreen | Dialog) and screen.help is not None:
                self.push_screen(HelpDialog(screen.help, in_practice=bool(self.context.practice)))
                return

    async def action_quit(self) -> None:
        """Quit; ask first if a token would be lost."""
        self.quit_controller.request_quit()

    def action_quit_now(self) -> None:
        """Quit without waiting for requests or saves that are under way."""
        self.quit_controller.quit_now()

    def action_interrupt(self) -> None:
        """Quit on the second Ctrl+C; where something is selected, let it be copied instead.

        Raises:
            SkipAction: Ctrl+C is for what is in front.
        """
        if self.context.quit_state.is_quitting:
            raise SkipAction
        field = self.focused
        is_selected = isinstance(field, Input) and field.selected_text and not field.password
        if is_selected or self.screen.get_selected_text():
            self.show_status(_COPIED)
            raise SkipAction
        self.quit_controller.interrupt()

    async def _save_theme(self, theme: str) -> None:
        # A theme that can't be saved is shown all the same.
        with contextlib.suppress(WizardError):
            await self.context.services.accounts.remember_theme(theme)


_COPIED = "Sent to the clipboard. To quit, press Ctrl+Q."
_SECRETS_MOVED = {
    SecretStorage.FILE: "All secrets are in the file now, and new ones will go there too.",
    SecretStorage.KEYRING: (
        "All secrets are in the system's keyring now, and new ones will go there too."
    ),
}


def _typed_address(pending: PendingSignIn) -> str:
    if pending.username:
        return f"@{pending.username}@{pending.server.account_domain}"
    return pending.server.host
