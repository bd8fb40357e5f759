"""What single steps show: welcome, the server found, the link, how long the code is valid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from gts_wizard.messages import server_address
from gts_wizard.models import Server
from gts_wizard.oauth.server_features import software_name
from gts_wizard.tui.widgets.chrome import StepIndicator

CODE_LIFETIME = timedelta(minutes=10)
"""How long a GoToSocial code is good for (measured)."""
_OVER = (
    "Codes work for ten minutes, so yours may be too old by now. If it is refused, press F5 for a "
    "fresh link."
)
_WELCOME = (
    "This wizard connects this computer to your account on GoToSocial, Mastodon or a "
    "similar server. After that, programs and scripts you run here can act for you: only as "
    "far as you allow, and only until you end it."
)
_NEEDS = (
    "You need the address of your server, and a browser where you can sign in to it. It takes "
    "about two minutes, in five small steps:"
)


class InstanceCard(Static):
    """Name, address, software and version; empty and out of the way before one is found."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False

    def show(self, server: Server) -> None:
        """Show the instance."""
        self.update(
            Content("\n").join(
                [
                    Content.styled(f"✓ {server.title or server.host}", "bold $success"),
                    Content(f"  {server_address(server)}"),
                    Content.styled(f"  {software_name(server)}", "$foreground 75%"),
                ]
            )
        )
        self.display = True

    def hide(self) -> None:
        """Take it away: the address is being changed."""
        self.display = False


class LinkBox(Static):
    """A link that wraps over as many lines as it needs.

    Args:
        url: the address, of our own making.
    """

    def __init__(self, url: str) -> None:
        super().__init__(Content.styled(url, Style(link=url, underline=True)), markup=False)
        self.url = url


class CodeExpiry(Static):
    """Counts down from when the link was made: no code of it can be older.

    Args:
        began: when the link was made, UTC.
    """

    def __init__(self, began: datetime) -> None:
        super().__init__(id="lifetime", markup=False)
        self._began = began

    def on_mount(self) -> None:
        """Start to count."""
        self._tell()
        self.set_interval(1, self._tell)

    def _tell(self) -> None:
        # A clock that was set back makes no code last longer.
        age = max(timedelta(), datetime.now(UTC) - self._began)
        left = int((CODE_LIFETIME - age).total_seconds())
        minutes, seconds = divmod(left, 60)
        told = f"A code works for ten minutes: yours for at least {minutes}:{seconds:02} more."
        self.update(told if left > 0 else _OVER)


class Welcome(Vertical):
    """What the wizard is for, what it takes, and the steps to come."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(_WELCOME, markup=False)
        yield Static(_NEEDS, markup=False)
        yield StepIndicator()
