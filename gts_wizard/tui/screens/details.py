"""Everything about an account, its token only as dots, and who else has access to it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.errors import InsufficientScope, NotAnInstance, WizardError
from gts_wizard.secret import SecretStorage
from gts_wizard.tui.help_text import DETAILS
from gts_wizard.tui.screens.base import ScrollableScreen
from gts_wizard.tui.widgets.account_details import AccountDetails, AuthorizedApps, TokenRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from gts_wizard.models import Account, AuthorizedApp
    from gts_wizard.secret import Secret
    from gts_wizard.tui.context import TuiContext


class DetailsScreen(ScrollableScreen):
    """What is kept about an account, and what its server says of the accesses to it.

    Args:
        account: whose details they are.
    """

    help = DETAILS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "reveal", "Show token"),
        Binding("y", "copy", "Copy token"),
    ]

    def __init__(self, context: TuiContext, account: Account) -> None:
        super().__init__(context)
        self._account = account

    def compose_actions(self) -> ComposeResult:
        """Lay out the facts, and the place for what the server lists."""
        yield AccountDetails(self._account, self.context.services.accounts.display_path)
        yield AuthorizedApps()

    async def on_mount(self) -> None:
        """Start on the button that shows nothing, and ask the server what else has access."""
        # Above the page, so that the token is in sight wherever one has scrolled to.
        await self.query_one("#column", Vertical).mount(self._head(), before="#page")
        self.query_one("#done", Button).focus()
        self.call_after_refresh(
            self.run_worker, self._list_accesses, description="listing who has access"
        )

    def on_screen_suspend(self) -> None:
        """Hide the token before something else is shown."""
        self.query_one(TokenRow).hide()

    @on(Button.Pressed, "#done")
    def done(self) -> None:
        """Go back."""
        self.action_back()

    @on(Button.Pressed, "#reveal")
    def action_reveal(self) -> None:
        """Show the token for a while, or hide it again."""
        row = self.query_one(TokenRow)
        if row.is_shown:
            row.hide()
        else:
            self._with_token(row.show)

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the token to the terminal's clipboard."""
        self._with_token(self._copy)

    @on(TokenRow.Toggled)
    def name_button(self, event: TokenRow.Toggled) -> None:
        """Let the button say what it does next."""
        button = self.query_one("#reveal", Button)
        button.label = "Hide the token" if event.is_shown else "Show the token"

    def _head(self) -> Vertical:
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
            self.run_task("Asking the system's keyring", fetch, keeps_something=False)
        else:
            self.run_silently(fetch)

    def _copy(self, secret: Secret) -> None:
        self.app.copy_to_clipboard(secret.reveal())
        row = self.query_one(TokenRow)
        row.hide()
        row.show_message("Sent to the clipboard.")

    async def _list_accesses(self) -> None:
        accesses = self.query_one(AuthorizedApps)
        try:
            tokens = await self.context.services.accounts.authorized_apps(self._account)
        except WizardError as error:
            accesses.show_message(_why_unknown(error))
        else:
            accesses.show(tokens, _own(tokens, self._account, self.app.TITLE or ""))


def _why_unknown(error: WizardError) -> str:
    match error:
        case NotAnInstance():
            return f"{error.host} does not list them. GoToSocial does from 0.19 on."
        case InsufficientScope():
            return "Listing them takes a permission that was not chosen: to read profiles."
        case _:
            return error.message


def _own(tokens: Sequence[AuthorizedApp], account: Account, name: str) -> AuthorizedApp | None:
    """Return the one that must be the account's own; none where several could be."""
    token = account.token
    found = [
        one
        for one in tokens
        if one.application == name
        and set(one.scopes) == set(token.scopes)
        and one.created_at is not None
        # The server rounds the one time, and not the other.
        and abs(one.created_at - token.created_at) < timedelta(seconds=2)
    ]
    return found[0] if len(found) == 1 else None
