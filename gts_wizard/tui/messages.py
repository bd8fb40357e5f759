"""What screens ask of the app: messages that bubble up to it, and that it alone handles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.screen import Screen

    from gts_wizard.models import Account, PendingSignIn, Scopes
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.wizard_state import WizardState


class StartSignIn(Message):
    """Begin to sign in, at the first step."""


class StepDone(Message):
    """A step of the sign-in is done: show what comes next.

    Args:
        step: the step; it is ignored once another screen is in front.
        state: what was reached.
        notice: what the next step says at first.
    """

    def __init__(self, step: Screen[None], state: WizardState, notice: str = "") -> None:
        super().__init__()
        self.step = step
        self.state = state
        self.notice = notice


class NewLink(Message):
    """Replace the link of the sign-in that is shown by a new one.

    Args:
        state: the sign-in.
    """

    def __init__(self, state: WizardState) -> None:
        super().__init__()
        self.state = state


class RenewAccount(Message):
    """Begin to renew an account.

    Args:
        account: whose token it is.
    """

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class ResumeSignIn(Message):
    """Leave what is shown, and go on with a pending sign-in where it was left.

    Args:
        pending: the sign-in as it is saved.
        notice: what the link step says of how it came back there.
        previous_scopes: what the token that is renewed may do.
    """

    def __init__(
        self, pending: PendingSignIn, notice: str = "", previous_scopes: Scopes = ()
    ) -> None:
        super().__init__()
        self.pending = pending
        self.notice = notice
        self.previous_scopes = previous_scopes


class ShowHome(Message):
    """Leave what is shown, for Home.

    Args:
        notice: what Home says.
        removed: an account that was just forgotten while its token is valid.
    """

    def __init__(self, notice: str = "", removed: RemovedAccount | None = None) -> None:
        super().__init__()
        self.notice = notice
        self.removed = removed


class SaveDraftAddress(Message):
    """Keep an address that was typed, for the next sign-in that begins.

    Args:
        address: what was typed.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


class SignedIn(Message):
    """Somebody has signed in."""
