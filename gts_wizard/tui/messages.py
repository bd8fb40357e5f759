"""The messages that screens post and the app handles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.screen import Screen

    from gts_wizard.models import Account, PendingSignIn
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.wizard_state import WizardState


class StartSignIn(Message):
    """Start to sign in, at the first step."""


class OpenAccount(Message):
    """Show an account.

    Args:
        account: the account.
    """

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class AccountLoaded(Message):
    """An account was loaded from its server, and is shown.

    Args:
        account: the account as it is saved now.
    """

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class StepDone(Message):
    """A step of the sign-in is done: show the next one.

    Args:
        step: the screen of the step; the message is ignored once another screen is in front.
        state: the state of the sign-in, given to the next screen.
        notice: the text for the status line of the next screen.
    """

    def __init__(self, step: Screen[None], state: WizardState, notice: str = "") -> None:
        super().__init__()
        self.step = step
        self.state = state
        self.notice = notice


class NewLink(Message):
    """Replace the link of the sign-in on the screen by a new one.

    Args:
        state: the state of the sign-in.
    """

    def __init__(self, state: WizardState) -> None:
        super().__init__()
        self.state = state


class RenewAccount(Message):
    """Start to renew an account.

    Args:
        account: the account that gets a new token.
    """

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class ResumeSignIn(Message):
    """Close all screens above Home, and continue a pending sign-in at its step.

    Args:
        screen: the screen that asks; the message is ignored once another screen is in front.
        pending: the pending sign-in as it is saved.
        notice: the text for the status line of the link step.
        renewed: the account that is being renewed; None if none is.
    """

    def __init__(
        self,
        screen: Screen[None],
        pending: PendingSignIn,
        notice: str = "",
        renewed: Account | None = None,
    ) -> None:
        super().__init__()
        self.screen = screen
        self.pending = pending
        self.notice = notice
        self.renewed = renewed


class ShowHome(Message):
    """Close all screens above Home.

    Args:
        notice: the text for Home's status line.
        removed: an account that was just removed while its token may be valid, to offer undo.
    """

    def __init__(self, notice: str = "", removed: RemovedAccount | None = None) -> None:
        super().__init__()
        self.notice = notice
        self.removed = removed


class SaveDraftAddress(Message):
    """Keep the text of the address field for the next sign-in.

    Args:
        address: the text.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


class SignedIn(Message):
    """An account was signed in and saved.

    Args:
        handle: the account.
    """

    def __init__(self, handle: str) -> None:
        super().__init__()
        self.handle = handle
