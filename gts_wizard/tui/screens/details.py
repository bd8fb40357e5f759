"""The details of an account: what is saved, its token (hidden at first), and authorized apps."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.errors import InsufficientScope, NotAnInstance, TokenRevoked, WizardError
from gts_wizard.oauth.scopes import MEANINGS
from gts_wizard.secret import SecretStorage
from gts_wizard.tui.help_text import DETAILS
from gts_wizard.tui.screens.base import ScrollableScreen
from gts_wizard.tui.widgets.account_details import (
    ASKING,
    AccountDetails,
    AuthorizedApps,
    TokenRow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from textual.app import ComposeResult
    from textual.worker import Worker

    from gts_wizard.models import Account, AuthorizedApp
    from gts_wizard.secret import Secret
    from gts_wizard.tui.context import TuiContext


class DetailsScreen(ScrollableScreen):
    """All that is saved about an account, and the apps that its server lists as authorized.

    Args:
        context: the services, and settings that don't change while the app runs.
        account: the account.
    """

    help = DETAILS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "reveal", "Show token", tooltip="Show or hide the token"),
        Binding("y", "copy", "Copy token", tooltip="Copy the token, without showing it"),
        Binding("r", "ask", "Refresh", tooltip="Ask again which programs have access"),
    ]

    def __init__(self, context: TuiContext, account: Account) -> None:
        super().__init__(context)
        self._account = account
        self._app_name = ""

    def compose_actions(self) -> ComposeResult:
        """Lay out the details and the list of apps."""
        yield AccountDetails(self._account, self.context.services.accounts.display_path)
        yield AuthorizedApps()

    async def on_mount(self) -> None:
        """Focus the Done button, show the app name, and request the list of apps."""
        # Above the scrolling page, so that the token stays visible.
        await self.query_one("#column", Vertical).mount(self._make_header(), before="#page")
        self.query_one("#done", Button).focus()
        with suppress(WizardError):
            self._app_name = await self.context.services.accounts.app_name(self._account)
        await self.query_one(AccountDetails).show_app_name(self._app_name)
        self.call_after_refresh(self._run, self._list_apps)

    def on_screen_suspend(self) -> None:
        """Hide the token when another screen or a dialog is shown."""
        self.query_one(TokenRow).hide()

    @on(Button.Pressed, "#done")
    def done(self) -> None:
        """Go back."""
        self.action_back()

    @on(Button.Pressed, "#reveal")
    def action_reveal(self) -> None:
        """Show the token for a few seconds, or hide it again."""
        row = self.query_one(TokenRow)
        if row.is_shown:
            row.hide()
        else:
            self._with_token(row.show)

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Copy the token with the terminal's clipboard sequence (OSC 52)."""
        self._with_token(self._copy)

    def action_ask(self) -> None:
        """Request the list of apps again, and scroll to it."""
        self._run(self._list_apps_again)

    @on(TokenRow.Toggled)
    def update_reveal_button(self, event: TokenRow.Toggled) -> None:
        """Set the label of the button to what it does next."""
        button = self.query_one("#reveal", Button)
        button.label = "Hide the token" if event.is_shown else "Show the token"

    def _make_header(self) -> Vertical:
        return Vertical(
            Static(f"Details of {self._account.handle}", id="heading", markup=False),
            TokenRow(),
            Horizontal(
                Button("Done", variant="primary", id="done"),
                Button("Show the token", id="reveal"),
                Button("Copy the token", id="copy"),
                classes="buttons",
            ),
            id="head",
        )

    def _with_token(self, use: Callable[[Secret], None]) -> None:
        async def fetch() -> None:
            use(await asyncio.to_thread(self.context.services.accounts.token, self._account))

        if self._account.token.storage is SecretStorage.KEYRING:
            self.run_task("Asking the system's keyring", fetch, saves=False)
        else:
            self.run_without_spinner(fetch)

    def _copy(self, secret: Secret) -> None:
        self.app.copy_to_clipboard(secret.reveal())
        row = self.query_one(TokenRow)
        row.hide()
        row.show_message("Sent to the clipboard.")

    def _run(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        _: Worker[None] = self.run_worker(
            work, description="listing authorized apps", group="apps", exclusive=True
        )

    async def _list_apps_again(self) -> None:
        app_list = self.query_one(AuthorizedApps)
        app_list.show_message(ASKING)
        self._scroll_into_view(app_list)
        await self._list_apps()
        # The answer may be longer, and asks for its place in its own time.
        await app_list.wait_for_refresh()
        self._scroll_into_view(app_list)

    async def _list_apps(self) -> None:
        app_list = self.query_one(AuthorizedApps)
        try:
            apps = await self.context.services.accounts.authorized_apps(self._account)
        except WizardError as error:
            app_list.show_message(_explain_error(error))
        else:
            app_list.show(apps, _find_own(apps, self._account, self._app_name))


def _explain_error(error: WizardError) -> str:
    match error:
        case NotAnInstance():
            return f"{error.host} doesn't list them. GoToSocial does from version 0.19."
        case InsufficientScope():
            permission = MEANINGS["read:accounts"]
            return f"Listing them takes a permission that wasn't chosen: “{permission}”."
        case TokenRevoked():
            return f"{error.message} {error.hint}"
        case _:
            now = datetime.now(UTC).astimezone()
            return f"{error.message} Asked at {now:%X}. Press r to try again."


def _find_own(apps: Sequence[AuthorizedApp], account: Account, name: str) -> AuthorizedApp | None:
    """Return the entry of the account's own token; None where none or several could be it."""
    token = account.token
    matches = [
        app
        for app in apps
        if app.application == name
        and set(app.scopes) == set(token.scopes)
        and app.created_at is not None
        # The server rounds only one of the two times.
        and abs(app.created_at - token.created_at) < timedelta(seconds=2)
    ]
    return matches[0] if len(matches) == 1 else None
