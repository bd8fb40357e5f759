"""The newest notifications of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from gts_wizard.errors import InsufficientScope, TokenRevoked, WizardError
from gts_wizard.tui.help_text import NOTIFICATIONS
from gts_wizard.tui.messages import RenewAccount
from gts_wizard.tui.screens.base import ScrollableScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account, Notification
    from gts_wizard.tui.context import TuiContext

_NOT_LOADED = "Your newest notifications couldn't be loaded."
_EVENTS = {
    "mention": "[b]$who[/b] mentioned you",
    "follow": "[b]$who[/b] follows you",
    "follow_request": "[b]$who[/b] would like to follow you",
    "favourite": "[b]$who[/b] likes your post",
    "reblog": "[b]$who[/b] boosted your post",
    "poll": "A poll by [b]$who[/b] has ended",
    "status": "[b]$who[/b] wrote a post",
    "update": "[b]$who[/b] edited a post",
    "admin.sign_up": "[b]$who[/b] would like to join the server",
}
_OTHER_EVENT = "[b]$who[/b]: $kind"


class NotificationsScreen(ScrollableScreen):
    """The newest notifications of an account, newest first.

    Args:
        context: the services, and settings that don't change while the app runs.
        account: the account.
    """

    help = NOTIFICATIONS
    has_retry = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask", "Refresh", tooltip="Look for new ones")
    ]

    def __init__(self, context: TuiContext, account: Account) -> None:
        super().__init__(context)
        self.heading = f"Notifications of {account.handle}"
        self._account = account

    def compose_page(self) -> ComposeResult:
        """Lay out the container for the notifications."""
        yield Vertical(id="notifications")
        yield Static(_NOT_LOADED, id="not-loaded", classes="hidden", markup=False)

    def compose_actions(self) -> ComposeResult:
        """Lay out the buttons for when the notifications could not be loaded."""
        with Horizontal(classes="buttons hidden", id="fallback"):
            yield Button("Try again", variant="primary", id="again")
            yield Button("Renew", variant="primary", id="renew")

    def on_mount(self) -> None:
        """Start to load the notifications."""
        self.action_ask()

    @on(Button.Pressed, "#again")
    def action_ask(self) -> None:
        """Load the notifications."""
        self.run_task("Getting your notifications", self._load)

    @on(Button.Pressed, "#renew")
    def renew(self) -> None:
        """Start to renew the account."""
        self.post_message(RenewAccount(self._account))

    async def _load(self) -> None:
        container = self.query_one("#notifications", Vertical)
        try:
            notifications = await self.context.services.accounts.notifications(self._account)
        except WizardError as error:
            self.query_one("#not-loaded").set_class(bool(container.children), "hidden")
            self._offer(renewal=isinstance(error, TokenRevoked | InsufficientScope))
            raise
        self.query("#not-loaded, #fallback").add_class("hidden")
        await container.remove_children()
        if not notifications:
            await container.mount(Static("No notifications yet.", markup=False))
        for notification in notifications:
            await container.mount(Static(_format(notification), markup=False))
            await container.mount(Static(notification.text, classes="excerpt", markup=False))

    def _offer(self, *, renewal: bool) -> None:
        """Offer to renew the account, or else to ask again, with the focus on it."""
        self.query_one("#fallback").remove_class("hidden")
        for button, is_offered in (("#again", not renewal), ("#renew", renewal)):
            self.query_one(button).set_class(not is_offered, "hidden")
        self.query_one("#renew" if renewal else "#again").focus()


def _format(notification: Notification) -> Content:
    when = notification.at.astimezone().strftime("%d %b %H:%M") if notification.at else ""
    event = Content.from_markup(
        _EVENTS.get(notification.kind, _OTHER_EVENT),
        who=notification.who,
        kind=notification.kind.replace("_", " "),
    )
    return Content.assemble(event, "  ", (when, "$foreground 75%"))
