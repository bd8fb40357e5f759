"""Step 5: the token is verified, and the account saved and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.widgets import Button, Static

from gts_wizard.errors import (
    AlreadySignedIn,
    DifferentAccount,
    InsufficientScope,
    OtherScopesGranted,
    ServerError,
    TokenRevoked,
    WizardError,
)
from gts_wizard.messages import (
    DISCARDING,
    GETTING_NEW_LINK,
    OPEN_IN_PRIVATE_WINDOW,
    THIS_IS_A_NEW_LINK,
    discarded,
    nothing_changed,
)
from gts_wizard.services.verification import Consent
from gts_wizard.tui.help_text import ALREADY_SIGNED_IN, PROFILE, SOMEBODY_ELSE
from gts_wizard.tui.messages import ResumeSignIn, ShowHome, SignedIn
from gts_wizard.tui.screens.account import AccountBaseScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import PendingSignIn
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.services.verification import SignInResult
    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState


_SAVED_NOTE = (
    "Your code was accepted, and your progress is saved. Your server hasn't said yet whose account "
    "it is."
)

# By the button that gives it.
_CONSENTS: dict[str | None, Consent] = {
    "keep-both": Consent.OTHER_ACCOUNT,
    "keep-scopes": Consent.OTHER_SCOPES,
    "replace": Consent.REPLACE,
}


class ProfileScreen(AccountBaseScreen):
    """Step 5: the account that was signed in.

    Args:
        context: the services, and settings that don't change while the app runs.
        state: the state of the sign-in; its pending sign-in has a token.
    """

    help = PROFILE
    step_number = 5
    heading = "Whose account is it?"

    UNSEEN_SECONDS: ClassVar[float] = 0.5
    """How long the buttons take no press: Enter this soon is meant for the code just pasted."""

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state
        self._consents: set[Consent] = set()
        self._kept_handle = ""
        self._is_renewed = False

    @property
    def sign_out_label(self) -> str:
        """What the button says; nobody else than before was expected at a renewal."""
        return super().sign_out_label if self._is_renewed else "That's not me"

    def compose_page(self) -> ComposeResult:
        """Lay out the container for the profile, and a note that the token is saved already."""
        yield from super().compose_page()
        yield Static(_SAVED_NOTE, id="saved", classes="hidden", markup=False)

    def compose_fallback_buttons(self) -> ComposeResult:
        """Lay out the buttons for a revoked token, and for accounts that need a decision."""
        yield Button("Get a fresh link", variant="primary", id="fresh", classes="hidden")
        yield Button("Choose permissions", variant="primary", id="permissions", classes="hidden")
        yield Button("Try again", variant="primary", id="retry-renewal", classes="private hidden")
        yield Button("Keep both", id="keep-both", classes="consent hidden")
        yield Button("Stop", classes="keep hidden", id="stop")
        yield Button("Keep the old access", variant="primary", classes="keep hidden", id="keep")
        yield Button("Use the new access", id="replace", classes="consent hidden")
        yield Button("Another account", id="other", classes="private hidden")
        yield Button("Get a fresh link", variant="primary", classes="private hidden", id="private")
        yield Button("Keep this access", id="keep-scopes", classes="consent hidden")

    async def load_account(self) -> SignInResult:
        """Verify the token, and save the account.

        Raises:
            WizardError: that failed; the fallback buttons that help are shown.
        """
        sign_in = self.context.services.sign_in
        saved_note = self.query_one("#saved")
        try:
            result = await sign_in.verifier.verify(self._state.require_pending(), self._consents)
        except WizardError as error:
            heading, buttons = self.heading, "#again"
            self.help = PROFILE
            match error:
                case TokenRevoked():
                    heading, buttons = "This access has ended", "#fresh"
                case InsufficientScope():
                    heading, buttons = "This access allows too little", "#permissions"
                case OtherScopesGranted():
                    heading, buttons = "Not the permissions you chose", "#private, #keep-scopes"
                case DifferentAccount():
                    heading, buttons = "You signed in as somebody else", "#retry-renewal, #stop"
                    if not error.is_saved:
                        buttons = f"{buttons}, #keep-both"
                    self.help, self._kept_handle = SOMEBODY_ELSE, error.expected
                    label = f"Try again as @{self._state.require_pending().username}"
                    self.query_one("#retry-renewal", Button).label = Content(label)
                case AlreadySignedIn():
                    heading, buttons = "Which access do you want?", "#keep, #replace, #other"
                    self.help, self._kept_handle = ALREADY_SIGNED_IN, error.handle
            self.query_one("#heading", Static).update(heading)
            self.query_one("#fallback").set_class(isinstance(error, AlreadySignedIn), "-many")
            self.query("#fallback Button").add_class("hidden")
            self.query(buttons).remove_class("hidden")
            is_unanswered = buttons == "#again" and isinstance(error, ServerError)
            saved_note.set_class(not is_unanswered, "hidden")
            raise
        saved_note.add_class("hidden")
        self._is_renewed = result.is_renewed
        self.post_message(SignedIn(result.account.handle))
        return result

    async def _load(self) -> None:
        try:
            await super()._load()
        finally:
            if self.is_attached:
                # Textual's own mark of a button that was just pressed, and takes no other press.
                self.query(Button).add_class("-active")
                self.set_timer(self.UNSEEN_SECONDS, self._take_presses)

    def _take_presses(self) -> None:
        self.query(Button).remove_class("-active")

    @on(Button.Pressed, "#fresh")
    def start_over(self) -> None:
        """Get a new link: the token was revoked before its account was known."""
        self.run_task(GETTING_NEW_LINK, self._start_over)

    @on(Button.Pressed, ".consent")
    def save_anyway(self, event: Button.Pressed) -> None:
        """Save the account as it is, which the user agrees to."""
        self._consents.add(_CONSENTS[event.button.id])
        self.load()

    @on(Button.Pressed, ".keep")
    def keep_old_token(self) -> None:
        """Discard the new token, and leave the saved account as it is."""
        self.run_task(DISCARDING, self._keep_old_token, saves=False)

    @on(Button.Pressed, ".private")
    def use_another_account(self) -> None:
        """Discard the new token, and get a link for a private window."""
        self.run_task(DISCARDING, self._use_another_account, saves=False)

    @on(Button.Pressed, "#permissions")
    def choose_permissions(self) -> None:
        """Discard the new token, which may too little, and go back to the permissions."""
        self.run_task(DISCARDING, self._choose_permissions)

    async def handle_signed_out(self, message: str, removed: RemovedAccount | None) -> None:
        """Get a new link, so that the right account can sign in; after a renewal, go Home."""
        if self._is_renewed:
            await super().handle_signed_out(message, removed)
            return
        pending = self._state.require_pending()
        account = self._account
        if account is not None and account.username.casefold() == pending.username.casefold():
            # That one was asked for, and is not wanted: somebody else is to sign in.
            pending = pending._replace(username="")
        await self._show_private_link(message, pending)

    async def _show_private_link(self, message: str, pending: PendingSignIn) -> None:
        """Get a new link for another account; the message says what became of this one."""
        try:
            pending = await self.context.services.sign_in.new_link(pending)
        except WizardError:
            # What the message says has succeeded; the next sign-in will show the error.
            self.post_message(ShowHome(message))
            return
        self.post_message(
            ResumeSignIn(self, pending, f"{message} {OPEN_IN_PRIVATE_WINDOW}", self._state.renewed)
        )

    async def _start_over(self) -> None:
        pending = await self.context.services.sign_in.start_over(self._state.require_pending())
        self.post_message(ResumeSignIn(self, pending, THIS_IS_A_NEW_LINK, self._state.renewed))

    async def _keep_old_token(self) -> None:
        self.post_message(ShowHome(await self._discard()))

    async def _use_another_account(self) -> None:
        await self._show_private_link(await self._discard(), self._state.require_pending())

    async def _choose_permissions(self) -> None:
        sign_in, pending = self.context.services.sign_in, self._state.require_pending()
        not_revoked = await sign_in.discard(pending)
        notice = discarded(not_revoked) if not_revoked else ""
        pending = await sign_in.back_to_permissions(pending)
        self.post_message(ResumeSignIn(self, pending, notice, self._state.renewed))

    async def _discard(self) -> str:
        """Discard the new token; return the message that the account keeps the one it has."""
        not_revoked = await self.context.services.sign_in.discard(self._state.require_pending())
        return nothing_changed(self._kept_handle, not_revoked)
