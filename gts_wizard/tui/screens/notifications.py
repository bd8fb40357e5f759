"""The newest notifications of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from gts_wizard.tui.help_text import NOTIFICATIONS
from gts_wizard.tui.screens.base import ScrollableScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account, Notification
    from gts_wizard.tui.context import TuiContext

_EVENTS = {
    "mention": "mentioned you",
    "follow": "follows you",
    "follow_request": "would like to follow you",
    "favourite": "likes your post",
    "reblog": "boosted your post",
    "poll": "ran a poll that has ended",
    "status": "wrote a post",
    "update": "edited a post",
    "admin.sign_up": "would like to join the server",
}


class NotificationsScreen(ScrollableScreen):
    """The newest notifications of an account, newest first.

    Args:
        context: the services, and settings that don't change while the app runs.
        account: the account.
    """

    help = NOTIFICATIONS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask", "Ask again", tooltip="Ask for what is new")
    ]

    def __init__(self, context: TuiContext, account: Account) -> None:
        super().__init__(context)
        self.heading = f"Notifications of {account.handle}"
        self._account = account

    def compose_page(self) -> ComposeResult:
        """Lay out the container for the notifications."""
        yield Vertical(id="notifications")

    def on_mount(self) -> None:
        """Start to load the notifications."""
        self.action_ask()

    def action_ask(self) -> None:
        """Load the notifications."""
        self.run_task("Asking for your notifications", self._load)

    async def _load(self) -> None:
        notifications = await self.context.services.accounts.notifications(self._account)
        container = self.query_one("#notifications", Vertical)
        await container.remove_children()
        if not notifications:
            await container.mount(Static("Nothing has happened yet.", markup=False))
        for notification in notifications:
            await container.mount(Static(_format(notification), markup=False))
            await container.mount(Static(notification.text, classes="excerpt", markup=False))


def _format(notification: Notification) -> Content:
    when = notification.at.astimezone().strftime("%d %b %H:%M") if notification.at else ""
    event = _EVENTS.get(notification.kind, notification.kind.replace("_", " "))
    return Content.assemble((notification.who, "bold"), f" {event}  ", (when, "$foreground 75%"))
