"""Step 5: who you are, already saved; and what now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Static

from gts_wizard.errors import ServerError, WizardError
from gts_wizard.messages import DISCARDING, GETTING_NEW_LINK, THIS_IS_A_NEW_LINK, nothing_changed
from gts_wizard.services.recovery import Recovery, recovery_options
from gts_wizard.tui.help_text import UNMET
from gts_wizard.tui.messages import ResumeSignIn, ShowHome, SignedIn
from gts_wizard.tui.screens.account import AccountBaseScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.services.sign_in import SignInResult
    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState


_SAVED = (
    "Your code was accepted, and the access is saved. Your server has not yet said whose it is."
)


class ProfileScreen(AccountBaseScreen):
    """The account a journey led to.

    Args:
        journey: its attempt has a token.
    """

    help = UNMET
    number = 5
    heading = "Whose account is it?"
    sign_out_label = "That's not me"

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state
        self._keeps_both = False

    def compose_page(self) -> ComposeResult:
        """Lay out the place for the answer, and what calms whoever has to wait for it."""
        yield from super().compose_page()
        yield Static(_SAVED, id="saved", classes="hidden", markup=False)

    def compose_fallback_buttons(self) -> ComposeResult:
        """Lay out what helps when the access ended already, or somebody else came back."""
        yield Button("Get a fresh link", variant="primary", id="fresh", classes="hidden")
        yield Button("Stop", id="stop", classes="hidden")
        yield Button("Keep both", id="keep-both", classes="hidden")

    async def load_account(self) -> SignInResult:
        """Verify the token, and save the account."""
        sign_in = self.context.services.sign_in
        saved = self.query_one("#saved")
        try:
            met = await sign_in.verify(self._state.pending, keeps_both=self._keeps_both)
        except WizardError as error:
            options = recovery_options(error)
            ways = "#again"
            if Recovery.NEW_LINK in options:
                ways = "#fresh"
            elif Recovery.KEEP_BOTH in options:
                ways = "#stop, #keep-both"
            self.query("#unmet Button").add_class("hidden")
            self.query(ways).remove_class("hidden")
            is_only_silent = ways == "#again" and isinstance(error, ServerError)
            saved.set_class(not is_only_silent, "hidden")
            raise
        saved.add_class("hidden")
        self.post_message(SignedIn())
        return met

    @on(Button.Pressed, "#fresh")
    def start_over(self) -> None:
        """Ask for another access in the place of one that ended before it had a name."""
        self.run_task(GETTING_NEW_LINK, self._start_over)

    @on(Button.Pressed, "#keep-both")
    def keep_both(self) -> None:
        """Save the account that came, beside the one that was expected."""
        self._keeps_both = True
        self.ask()

    @on(Button.Pressed, "#stop")
    def keep_old_token(self) -> None:
        """Leave everything as it was before."""
        self.run_task(DISCARDING, self._keep_old_token, keeps_something=False)

    async def signed_out(self, told: str, forgotten: RemovedAccount | None) -> None:  # noqa: ARG002
        """Go back to a fresh link: it was somebody else, and now it can be oneself."""
        try:
            attempt = await self.context.services.sign_in.new_link(self._state.pending)
        except WizardError:
            # The account is gone as it should be; a new journey will tell what is wrong.
            self.post_message(ShowHome(told))
            return
        notice = f"{told} To be asked who you are, open this link in a private window."
        self.post_message(ResumeSignIn(attempt, notice))

    async def _start_over(self) -> None:
        attempt = await self.context.services.sign_in.start_over(self._state.pending)
        self.post_message(ResumeSignIn(attempt, THIS_IS_A_NEW_LINK, self._state.previous_scopes))

    async def _keep_old_token(self) -> None:
        attempt = self._state.pending
        alive = await self.context.services.sign_in.discard(attempt)
        self.post_message(ShowHome(nothing_changed(attempt.renewing, alive)))
