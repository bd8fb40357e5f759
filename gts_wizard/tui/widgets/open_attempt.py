"""A sign-in that was begun and not finished, and the two ways on from there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.models import WizardStep
from gts_wizard.status_messages import relative_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from gts_wizard.models import PendingSignIn


class ResumeBox(Vertical):
    """Offers to go on with the newest attempt; out of the way while there is none."""

    def __init__(self) -> None:
        super().__init__(id="open-attempt")
        self.display = False

    def compose(self) -> ComposeResult:
        """Lay out the question over its answers."""
        yield Static(id="attempt-text", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Continue", variant="primary", id="continue")
            yield Button("Forget it", id="let-go")

    def show(self, attempts: Sequence[PendingSignIn]) -> None:
        """Show the newest attempt.

        Args:
            attempts: those that can be gone on with, the newest first.
        """
        self.display = bool(attempts)
        if not attempts:
            return
        told = [_in_words(attempts[0])]
        if len(attempts) > 1:
            told.append(f"It is the newest of {len(attempts)} that are unfinished.")
        self.query_one("#attempt-text", Static).update(" ".join(told))


def _in_words(attempt: PendingSignIn) -> str:
    host = attempt.server.account_domain
    when = relative_time(attempt.started_at, datetime.now(UTC))
    if attempt.step is WizardStep.PROFILE and attempt.renewing:
        return f"You began to renew {attempt.renewing}, {when}. Continue, and see who signed in?"
    if attempt.step is WizardStep.PROFILE:
        return f"You signed in to {host}, {when}, but your server has not yet said who you are."
    if attempt.renewing:
        return f"You began to renew {attempt.renewing}, {when}. Continue where you were?"
    return f"You began to sign in to {host}, {when}. Continue where you were?"
