"""Home: the list of accounts, or a welcome while there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, OptionList, ProgressBar, Static

from gts_wizard.credentials import Credentials
from gts_wizard.errors import SignedInAnew
from gts_wizard.messages import (
    default_changed,
    discarded,
    earlier_tokens,
    earlier_tokens_left,
    last_checked,
    no_longer_signed_in,
)
from gts_wizard.models import AccountStatus, PendingSignIn
from gts_wizard.tui.help_text import HOME, UNFINISHED, WELCOME
from gts_wizard.tui.messages import OpenAccount, RenewAccount, ResumeSignIn, StartSignIn
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.widgets.accounts import AccountList, FilteredAccounts
from gts_wizard.tui.widgets.resume_box import ResumeBox
from gts_wizard.tui.widgets.steps import Welcome

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from textual.app import ComposeResult

    from gts_wizard.models import Account
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.context import TuiContext

_ENTER_PRESSES = "Enter presses the highlighted button."
_ENTER_OPENS = "Enter opens an account."
_HIGHLIGHTED_ACTIONS = frozenset({"renew", "use", "sign_out"})
_LIST_ACTIONS = frozenset({"add", "filter"})


class HomeScreen(BaseScreen):
    """The accounts, the pending sign-ins if there are any, and a button to add an account."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "renew", "Renew", tooltip="Renew access to the chosen account"),
        Binding(
            "c", "check_all", "Check all", tooltip="Ask each server if your access still works"
        ),
        Binding("d", "use", "For scripts", tooltip="Make scripts use the chosen account"),
        Binding("s", "sign_out", "Sign out", tooltip="Sign out of the chosen account"),
        Binding("a", "add", "Add", tooltip="Sign in to another account"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Find accounts by typing"),
        Binding("u", "undo", "Undo", tooltip="Bring back what was just forgotten"),
    ]

    def __init__(self, context: TuiContext) -> None:
        super().__init__(context)
        # Nothing can be pressed until the file is read.
        self.add_class("-starting")
        self.help = WELCOME
        self._pending: Sequence[PendingSignIn] = ()
        self._credentials = Credentials()
        self._not_checked: set[Hashable] = set()
        self._removed: RemovedAccount | PendingSignIn | None = None
        self._has_told_earlier_tokens = False
        self._shown_footer_state = (False, False)
        self._account_list = FilteredAccounts()
        self._resume_box = ResumeBox()

    def compose_page(self) -> ComposeResult:
        """Lay out the welcome and the list; one of them is shown once the file is read."""
        yield Static("Starting…", id="starting", markup=False)
        yield Static("Welcome", id="heading", markup=False)
        yield Welcome()
        yield self._account_list

    def compose_actions(self) -> ComposeResult:
        """Lay out the box of the pending sign-ins, and the button for a new one."""
        yield self._resume_box
        with Horizontal(classes="buttons"):
            yield Button("Sign in", variant="primary", id="new")
        yield Static(id="hint", markup=False)

    def on_mount(self) -> None:
        """Hide what may not apply."""
        self.query_one("#welcome").display = False

    @property
    def _shown_credentials(self) -> Credentials:
        """The credentials, with `UNKNOWN` for the accounts that the last check could not ask about.

        The file still says what was known of them before.
        """
        return self._credentials._replace(
            accounts=tuple(
                account._replace(status=AccountStatus.UNKNOWN)
                if _last_answer(account) in self._not_checked
                else account
                for account in self._credentials.accounts
            )
        )

    @property
    def _footer_state(self) -> tuple[bool, bool]:
        """What the keys in the footer depend on while a filter is typed."""
        found = self._account_list
        return found.is_filtered, found.highlighted_account is None

    def _refresh_footer(self) -> None:
        self._shown_footer_state = self._footer_state
        self.refresh_bindings()

    def on_screen_suspend(self) -> None:
        """Clear the status line: it is about an earlier action."""
        self.show_status("")

    def on_screen_resume(self) -> None:
        """Read the credentials file whenever this screen comes to the front."""
        self.run_without_spinner(self._read)

    def highlight(self, account: Account) -> None:
        """Highlight an account in the list once this screen comes to the front.

        Args:
            account: the account that was added or viewed.
        """
        self._account_list.highlight(account)

    def refresh_if_changed(self) -> None:
        """Show the credentials file anew if another process changed it.

        Does nothing before the screen is mounted, while a task runs, and while an error is shown.
        """
        if self.is_mounted and not (self.is_waiting or self.shows_error):
            self.run_without_spinner(self._refresh_if_changed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only actions that apply now."""
        if action == "back":
            # No screen is below Home.
            return self.can_stop or self._account_list.is_filtered
        if action in _HIGHLIGHTED_ACTIONS:
            return self._account_list.highlighted_account is not None
        if action == "check_all":
            return bool(self._credentials.accounts or self._credentials.replaced_tokens)
        if action in _LIST_ACTIONS:
            return bool(self._credentials.accounts)
        if action == "undo":
            return self._removed is not None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Cancel the running task or the automatic retry; without either, clear the filter."""
        if self.can_stop:
            super().action_back()
        else:
            self._account_list.end_filter()

    @on(Button.Pressed, "#new")
    def action_add(self) -> None:
        """Start to sign in."""
        self.post_message(StartSignIn())

    @on(Button.Pressed, "#continue")
    @on(OptionList.OptionSelected, "#unfinished")
    def resume_sign_in(self) -> None:
        """Continue the chosen pending sign-in at its step."""
        self.run_task("One moment", self._resume_sign_in, saves=False)

    @on(Button.Pressed, "#discard")
    def discard_sign_in(self) -> None:
        """Discard the chosen pending sign-in."""
        self.run_task("Forgetting the sign-in", self._discard_sign_in)

    @on(OptionList.OptionSelected, "#accounts")
    def open_account(self) -> None:
        """Open the highlighted account."""
        account = self._account_list.highlighted_account
        if account is not None:
            self.post_message(OpenAccount(account))

    @on(Input.Changed, "#filter")
    def update_footer(self) -> None:
        """Show the Back key while the list is filtered, and no keys for an account without one."""
        # Laying out the footer takes as long as all else that a key does.
        if self._footer_state != self._shown_footer_state:
            self._refresh_footer()

    def action_filter(self) -> None:
        """Show and focus the filter."""
        self._account_list.start_filter()

    def action_renew(self) -> None:
        """Renew the highlighted account."""
        account = self._account_list.highlighted_account
        if account is not None:
            self.post_message(RenewAccount(account))

    def action_use(self) -> None:
        """Make the highlighted account the default, which scripts get."""
        self.run_task("One moment", self._use, saves=False)

    def action_sign_out(self) -> None:
        """Sign out the highlighted account, after a confirmation."""
        # The first screen must not wait for it.
        from gts_wizard.tui.screens.sign_out import SignOutDialogs  # noqa: PLC0415

        account = self._account_list.highlighted_account
        if account is not None and not self.is_waiting:
            SignOutDialogs(self, account, self.handle_signed_out).confirm()

    def action_check_all(self) -> None:
        """Check all accounts at their servers."""
        self.run_task("Checking your accounts", self._check_all, saves=False)

    def action_undo(self) -> None:
        """Restore the account or the pending sign-in that was removed last, if that makes sense."""
        self.run_task("Bringing it back", self._undo, saves=False)

    def show_removed(self, message: str, removed: RemovedAccount | PendingSignIn | None) -> None:
        """Show what was removed, and enable undo.

        Args:
            message: what was done, and whether a token is revoked.
            removed: what was removed, if restoring it makes sense; otherwise None.
        """
        self._removed = removed
        self.show_status(f"{message} Press u to bring it back." if removed else message)

    async def handle_signed_out(self, message: str, removed: RemovedAccount | None) -> None:
        """Read the credentials file anew, and show the result of signing out.

        Args:
            message: as for `show_removed`.
            removed: as for `show_removed`.
        """
        await self._read()
        self.show_removed(message, removed)

    async def _resume_sign_in(self) -> None:
        chosen = self._resume_box.chosen
        if chosen is None:
            return
        pending = await self.context.services.sign_in.refresh(chosen)
        await self._read()
        if pending is None:
            self.show_status("That sign-in was finished or forgotten in the meantime.")
            return
        renewed = self._credentials.account(pending.renewed_handle)
        self.post_message(ResumeSignIn(self, pending, renewed=renewed))

    async def _discard_sign_in(self) -> None:
        pending = self._resume_box.chosen
        if pending is None:
            return
        not_revoked = await self.context.services.sign_in.discard(pending)
        await self._read()
        if not_revoked is not None:
            self.show_status(discarded(not_revoked))
        else:
            # A token is revoked by now.
            self.show_removed(_forgotten(pending), pending if pending.token is None else None)

    async def _use(self) -> None:
        account = self._account_list.highlighted_account
        if account is not None:
            was_default = account.handle == self._credentials.default_handle
            is_default = await self.context.services.accounts.set_default(account)
            await self._read()
            if was_default and is_default:
                message = _default_kept
            else:
                message = default_changed if is_default else no_longer_signed_in
            self.show_status(message(account.handle), is_good=is_default)

    async def _undo(self) -> None:
        removed, services = self._removed, self.context.services
        if removed is None:
            return
        if isinstance(removed, PendingSignIn):
            await services.sign_in.pending_sign_ins.save(removed)
            message = "The sign-in is back."
        else:
            try:
                await services.accounts.restore(removed)
            except SignedInAnew:
                self._removed = None
                raise
            message = f"{removed.account.handle} is back."
        self._removed = None
        await self._read()
        self.show_status(message)

    async def _check_all(self) -> None:
        accounts = self._credentials.accounts
        progress = ProgressBar(len(accounts), show_eta=False, id="progress")
        await self.query_one("#page").mount(progress, after=self._account_list)
        changes = []
        # A dict, because it keeps the order and drops duplicates.
        unasked: dict[str, None] = {}
        self._not_checked.clear()
        try:
            async for result in self.context.services.checker.check(accounts):
                self._account_list.update(result.found)
                progress.advance(1)
                changes += [result.changes] if result.changes else []
                if result.found.status is AccountStatus.UNKNOWN:
                    self._not_checked.add(_last_answer(result.account))
                    unasked[str(result.error)] = None
            outcomes = await self.context.services.accounts.revoke_replaced_tokens()
            changes += earlier_tokens(outcomes)
        finally:
            progress.remove()
        await self._read()
        accounts = self._shown_credentials.accounts
        fine = sum(account.status is AccountStatus.FINE for account in accounts)
        self.show_status(
            " ".join([_summarize(fine, len(accounts)), *unasked, *changes]),
            is_good=fine == len(accounts),
        )

    async def _refresh_if_changed(self) -> None:
        if await self.context.services.accounts.load_credentials() != self._credentials:
            await self._read()

    async def _read(self) -> None:
        services = self.context.services
        try:
            self._credentials = await services.accounts.load_credentials()
            self._pending = await services.sign_in.pending_sign_ins.list()
        finally:
            self.remove_class("-starting")
        warnings = services.accounts.pop_warnings()
        if warnings:
            self.show_status(" ".join(warnings), is_good=False)
        elif self.is_active and not self._has_told_earlier_tokens:
            self._tell_earlier_tokens()
        # Everything appears at once, not widget by widget.
        with self.app.batch_update():
            await self._show_accounts()
            await self._show_pending()
            self._set_initial_focus()
            self._refresh_footer()

    def _tell_earlier_tokens(self) -> None:
        """Name the tokens still to be revoked, once: of later ones is told where they come from."""
        self._has_told_earlier_tokens = True
        handles = [replaced.handle for replaced in self._credentials.replaced_tokens]
        if handles and not self.has_status:
            self.show_status(earlier_tokens_left(handles), is_good=False)

    async def _show_accounts(self) -> None:
        accounts = self._credentials.accounts
        self.help = HOME if accounts else UNFINISHED if self._pending else WELCOME
        self.query_one("#heading", Static).update("Your accounts" if accounts else "Welcome")
        # Whoever has begun to sign in has read it, and needs the place.
        self.query_one("#welcome").display = not accounts and not self._pending
        self.query_one("#hint", Static).update(_ENTER_OPENS if accounts else _ENTER_PRESSES)
        sign_in_button = self.query_one("#new", Button)
        sign_in_button.label = "Add an account" if accounts else "Sign in"
        sign_in_button.refresh(layout=True)
        self.app.set_class(bool(accounts), "-has-accounts")
        await self._account_list.show(self._shown_credentials)
        self.set_class(self._account_list.is_long, "-long")

    async def _show_pending(self) -> None:
        await self._resume_box.show(self._pending)
        is_primary = not self._credentials.accounts and not self._pending
        self.query_one("#new", Button).variant = "primary" if is_primary else "default"
        # Users with two accounts know that Enter opens them.
        self.query_one("#hint").display = not self._pending and len(self._credentials.accounts) <= 1

    def _set_initial_focus(self) -> None:
        if isinstance(self.focused, Input | AccountList) and self._credentials.accounts:
            # The focus stays in the list or its filter, even if a pending sign-in has appeared.
            return
        if self._pending:
            self._resume_box.focus_first()
        elif self._credentials.accounts:
            self._account_list.focus_list()
        else:
            self.query_one("#new", Button).focus()


def _last_answer(account: Account) -> Hashable:
    """Return what changes once an account is checked after all, or signed in to anew."""
    return account.handle, account.token.value, last_checked(account)


def _default_kept(handle: str) -> str:
    return f"Scripts already use {handle} unless they name another account."


def _forgotten(pending: PendingSignIn) -> str:
    if pending.renewed_handle:
        return f"The renewal of {pending.renewed_handle} is forgotten."
    if pending.username:
        return f"The sign-in as {pending.requested_handle} is forgotten."
    return f"The sign-in to {pending.server.account_domain} is forgotten."


def _summarize(fine: int, total: int) -> str:
    if fine == total:
        return "Checked: everything is fine."
    return f"Checked: {fine} of {total} fine. The list says what's wrong."
