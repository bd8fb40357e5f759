"""A first look at an account's notifications."""

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

_WORDS = {
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
    """The newest few, newest first.

    Args:
        account: whose they are.
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
        """Lay out the place where they will stand."""
        yield Vertical(id="notifications")

    def on_mount(self) -> None:
        """Ask for them."""
        self.action_ask()

    def action_ask(self) -> None:
        """Ask for them, again if need be."""
        self.run_task("Asking for your notifications", self._ask)

    async def _ask(self) -> None:
        found = await self.context.services.accounts.notifications(self._account)
        place = self.query_one("#notifications", Vertical)
        await place.remove_children()
        if not found:
            await place.mount(Static("Nothing has happened yet.", markup=False))
        for one in found:
            await place.mount(Static(_in_words(one), markup=False))
            await place.mount(Static(one.text, classes="excerpt", markup=False))


def _in_words(notification: Notification) -> Content:
    when = notification.at.astimezone().strftime("%d %b %H:%M") if notification.at else ""
    happened = _WORDS.get(notification.kind, notification.kind.replace("_", " "))
    return Content.assemble((notification.who, "bold"), f" {happened}  ", (when, "$foreground 75%"))
