"""Widgets of single screens: welcome, server found, and link."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from gts_wizard.messages import server_address
from gts_wizard.models import Server
from gts_wizard.oauth.server_features import software_name
from gts_wizard.tui.widgets.chrome import StepIndicator

_PURPOSE = (
    "The wizard lets programs on this computer act for you on GoToSocial, Mastodon or a similar "
    "server: only as far as you allow, and only until you sign out."
)
_WHAT_A_SERVER_IS = (
    "Your server is the site where your account lives: for @alice@example.org, it's example.org."
)
_REQUIREMENTS = (
    "You need its address, and a browser to sign in with. It takes about two minutes, in five "
    "steps:"
)


class InstanceCard(Static):
    """Name, address, software and version of the server found; hidden before that."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False

    def show(self, server: Server) -> None:
        """Show a server.

        Args:
            server: the server.
        """
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
        """Hide the server."""
        self.display = False


class LinkBox(Static):
    """A link that wraps over as many lines as it needs.

    Args:
        url: the URL; made by this program.
    """

    def __init__(self, url: str) -> None:
        super().__init__(Content.styled(url, Style(link=url, underline=True)), markup=False)
        self.url = url


class Welcome(Vertical):
    """What the wizard does, what a server is, what the user needs, and the steps."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def compose(self) -> ComposeResult:
        """Lay out the paragraphs and the steps."""
        yield Static(_PURPOSE, markup=False)
        yield Static(_WHAT_A_SERVER_IS, markup=False)
        yield Static(_REQUIREMENTS, markup=False)
        yield StepIndicator()
