"""What somebody reads who has no account here yet."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from gts_wizard.tui.widgets.trail import StepIndicator

_WELCOME = (
    "This wizard connects this computer to your account on GoToSocial, Mastodon or a "
    "similar server. After that, programs and scripts you run here can act for you: only as "
    "far as you allow, and only until you end it."
)
_NEEDS = (
    "You need the address of your server, and a browser where you can sign in to it. It takes "
    "about two minutes, in five small steps:"
)


class Welcome(Vertical):
    """What the wizard is for, what it takes, and the steps to come."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(_WELCOME, markup=False)
        yield Static(_NEEDS, markup=False)
        yield StepIndicator()
