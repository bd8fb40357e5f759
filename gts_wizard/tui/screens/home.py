"""Home: the welcome of somebody new, and the accounts of somebody who comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, OptionList, ProgressBar, Static

from gts_wizard.credentials import Credentials
from gts_wizard.errors import KeyringError
from gts_wizard.messages import default_changed, no_longer_signed_in, token_not_revoked
from gts_wizard.models import AccountStatus
from gts_wizard.tui.help_text import HOME, WELCOME
from gts_wizard.tui.messages import RenewAccount, ResumeSignIn, StartSignIn
from gts_wizard.tui.screens.account import AccountScreen
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.sign_out import SignOutDialogs
from gts_wizard.tui.widgets.accounts import AccountList, FilteredAccounts, ResumeBox
from gts_wizard.tui.widgets.feedback import ErrorPanel
from gts_wizard.tui.widgets.steps import Welcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from gts_wizard.models import PendingSignIn
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.context import TuiContext

_PRESSES = "Enter presses the highlighted button."
_OPENS = "Enter opens an account."
_SOME_UNASKED = "Not all could be checked; those show what was known before."
_OF_ACCOUNTS = frozenset({"renew", "check_all", "use", "sign_out", "add", "filter"})
_NOT_AT_FIRST = ("#welcome", "#progress")


class HomeScreen(BaseScreen):
    """The accounts, an unfinished attempt if there is one, and the way to a new account."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "renew", "Renew", tooltip="Renew the access of the chosen account"),
        Binding(
            "c", "check_all", "Check all", tooltip="Ask every server how your account there stands"
        ),
        Binding("d", "use", "Default", tooltip="Let scripts get the chosen account"),
        Binding("s", "sign_out", "Sign out", tooltip="End the access of the chosen account"),
        Binding("a", "add", "Add", tooltip="Sign in to one more account"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Find accounts by typing"),
        Binding("u", "undo", "Undo", tooltip="Bring back the account that was just forgotten"),
    ]

    def __init__(self, context: TuiContext) -> None:
        super().__init__(context)
        self.help = WELCOME
        self._pending: Sequence[PendingSignIn] = ()
        self._credentials = Credentials()
        self._removed: RemovedAccount | None = None

    def compose_page(self) -> ComposeResult:
        """Lay out the welcome and the list, of which one applies."""
        yield Static("Welcome", id="heading", markup=False)
        yield Welcome()
        yield FilteredAccounts()
        yield ProgressBar(id="progress", show_eta=False)

    def compose_actions(self) -> ComposeResult:
        """Lay out the ways on: with an open attempt, or with a new account."""
        yield ResumeBox()
        with Horizontal(classes="buttons", id="new-row"):
            yield Button("Sign in", variant="primary", id="new")
        yield Static(id="hint", markup=False)

    def on_mount(self) -> None:
        """Start with nothing shown that may not apply, and ready for an early Enter."""
        for one in _NOT_AT_FIRST:
            self.query_one(one).display = False
        self.query_one("#new", Button).focus()

    @property
    def _newest_pending(self) -> PendingSignIn | None:
        return self._pending[0] if self._pending else None

    def on_screen_suspend(self) -> None:
        """Take away what was said: it is about what was done before."""
        self.show_status("")

    def on_screen_resume(self) -> None:
        """Read the shelf whenever this screen comes to the front."""
        self.run_silently(self._read)

    def refresh_if_changed(self) -> None:
        """Show what changed to somebody who comes back, perhaps before anything is shown at all."""
        problem = self.query(ErrorPanel)
        if problem and not (self.is_waiting or problem.first().display):
            self.run_silently(self._refresh_if_changed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what there is something to do with."""
        if action == "back":
            # There is nothing below Home to go back to.
            return self.can_stop or self.query_one(FilteredAccounts).is_filtered
        if action in _OF_ACCOUNTS:
            return bool(self._credentials.accounts)
        if action == "undo":
            return self._removed is not None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Stop what is under way; with nothing under way, show all accounts again."""
        if self.can_stop:
            super().action_back()
        else:
            self.query_one(FilteredAccounts).end_filter()

    @on(Button.Pressed, "#new")
    def action_add(self) -> None:
        """Begin a journey."""
        self.post_message(StartSignIn())

    @on(Button.Pressed, "#continue")
    def go_on(self) -> None:
        """Go on with the open attempt where it was left."""
        self.run_task("One moment", self._go_on, keeps_something=False)

    @on(Button.Pressed, "#let-go")
    def discard_sign_in(self) -> None:
        """Forget the open attempt."""
        self.run_task("Letting it go", self._discard_sign_in)

    @on(OptionList.OptionSelected, "#accounts")
    def open_account(self) -> None:
        """Show the account that is chosen."""
        account = self.query_one(FilteredAccounts).chosen
        if account is not None:
            self.app.push_screen(AccountScreen(self.context, account))

    @on(Input.Changed, "#filter")
    def offer_what_fits(self) -> None:
        """Offer to show all accounts again while only some are shown."""
        self.refresh_bindings()

    def action_filter(self) -> None:
        """Go to the field that finds accounts."""
        self.query_one(FilteredAccounts).start_filter()

    def action_renew(self) -> None:
        """Renew the access of the account that is chosen."""
        account = self.query_one(FilteredAccounts).chosen
        if account is not None:
            self.post_message(RenewAccount(account))

    def action_use(self) -> None:
        """Make the account that is chosen the one that scripts get."""
        self.run_task("One moment", self._use, keeps_something=False)

    def action_sign_out(self) -> None:
        """End the access of the account that is chosen."""
        account = self.query_one(FilteredAccounts).chosen
        if account is not None and not self.is_waiting:
            SignOutDialogs(self, account, self.signed_out).ask()

    def action_check_all(self) -> None:
        """Ask every account's server how the account stands."""
        self.run_task("Checking your accounts", self._check_all, keeps_something=False)

    def action_undo(self) -> None:
        """Bring back an account that was forgotten while its access is alive."""
        self.run_task("Bringing it back", self._undo, keeps_something=False)

    def show_signed_out(self, told: str, forgotten: RemovedAccount | None) -> None:
        """Remember what became of an account, to be told once this screen shows what is left.

        Args:
            told: what became of the access.
            forgotten: what brings it back, where that means something.
        """
        self._removed = forgotten
        self.show_status(f"{told} Press u to bring it back." if forgotten else told)

    async def signed_out(self, told: str, forgotten: RemovedAccount | None) -> None:
        """Show what is left once an account is signed out, and say what became of it."""
        await self._read()
        self.show_signed_out(told, forgotten)

    async def _go_on(self) -> None:
        if self._newest_pending is None:
            return
        attempt = await self.context.services.sign_in.refresh(self._newest_pending)
        await self._read()
        if not self.is_active:
            # Something else was begun meanwhile.
            return
        if attempt is None:
            self.show_status("That one was finished or forgotten meanwhile.")
            return
        renewed = self._credentials.account(attempt.renewing)
        scopes = renewed.token.scopes if renewed else ()
        self.post_message(ResumeSignIn(attempt, previous_scopes=scopes))

    async def _discard_sign_in(self) -> None:
        alive = None
        if self._newest_pending is not None:
            alive = await self.context.services.sign_in.discard(self._newest_pending)
        await self._read()
        if alive is not None:
            self.show_status(token_not_revoked(alive))

    async def _use(self) -> None:
        account = self.query_one(FilteredAccounts).chosen
        if account is not None:
            is_default = await self.context.services.accounts.use(account)
            await self._read()
            self.show_status(
                (default_changed if is_default else no_longer_signed_in)(account.handle)
            )

    async def _undo(self) -> None:
        if self._removed is not None:
            account, request = self._removed.account, self._removed.request
            handle = account.handle
            if request is not None:
                await self.context.services.accounts.restore(account, request)
            self._removed = None
            await self._read()
            self.show_status(f"{handle} is back.")

    async def _check_all(self) -> None:
        accounts = self._credentials.accounts
        progress = self.query_one("#progress", ProgressBar)
        progress.update(total=len(accounts), progress=0)
        progress.display = True
        news = []
        unasked: dict[str, None] = {}
        try:
            async for checked in self.context.services.checker.check(accounts):
                self.query_one(FilteredAccounts).update(checked.account)
                progress.advance(1)
                news += [checked.changes] if checked.changes else []
                if isinstance(checked.error, KeyringError):
                    unasked[str(checked.error)] = None
        finally:
            progress.display = False
        await self._read()
        told = [_SOME_UNASKED, *unasked] if unasked else [_summary(self._credentials)]
        self.show_status(" ".join([*told, *news]))

    async def _refresh_if_changed(self) -> None:
        if await self.context.services.accounts.credentials() != self._credentials:
            await self._read()

    async def _read(self) -> None:
        services = self.context.services
        self._credentials = await services.accounts.credentials()
        self._pending = await services.sign_in.pending_sign_ins()
        notices = services.accounts.pop_warnings()
        if notices:
            self.show_status(" ".join(notices))
        self._show_accounts()
        self._show_pending()
        self._set_initial_focus()
        self.refresh_bindings()

    def _show_accounts(self) -> None:
        accounts = self._credentials.accounts
        self.help = HOME if accounts else WELCOME
        self.query_one("#heading", Static).update("Your accounts" if accounts else "Welcome")
        self.query_one("#welcome").display = not accounts
        self.query_one("#hint", Static).update(_OPENS if accounts else _PRESSES)
        new = self.query_one("#new", Button)
        new.label = "Add an account" if accounts else "Sign in"
        new.refresh(layout=True)
        self.app.set_class(bool(accounts), "-knows")
        found = self.query_one(FilteredAccounts)
        found.show(self._credentials)
        self.set_class(found.is_long, "-long")

    def _show_pending(self) -> None:
        self.query_one(ResumeBox).show(self._pending)
        new = self.query_one("#new", Button)
        new.variant = "default" if self._credentials.accounts or self._newest_pending else "primary"
        # Whoever has two accounts has opened one.
        self.query_one("#hint").display = (
            self._newest_pending is None and len(self._credentials.accounts) <= 1
        )

    def _set_initial_focus(self) -> None:
        if isinstance(self.focused, Input | AccountList) and self._credentials.accounts:
            # Whoever is among the accounts stays there, whatever comes up meanwhile.
            return
        if self._newest_pending is not None:
            self.query_one("#continue", Button).focus()
        elif self._credentials.accounts:
            self.query_one(FilteredAccounts).choose()
        else:
            self.query_one("#new", Button).focus()


def _summary(shelf: Credentials) -> str:
    fine = sum(one.status is AccountStatus.FINE for one in shelf.accounts)
    if fine == len(shelf.accounts):
        return "Checked: all is fine."
    return f"Checked: {fine} of {len(shelf.accounts)} fine. The list says what is wrong."
