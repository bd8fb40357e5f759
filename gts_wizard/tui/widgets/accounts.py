"""The list of accounts with its filter."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option, OptionDoesNotExist

from gts_wizard import messages
from gts_wizard.credentials import Credentials
from gts_wizard.models import AccountStatus
from gts_wizard.tui.widgets.account_row import AccountRow
from gts_wizard.tui.widgets.marked_list import MarkedList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gts_wizard.models import Account


_NO_MATCH = "No account matches."
# Up to this many accounts need no filter.
_FILTER_THRESHOLD = 7


class AccountList(MarkedList):
    """The accounts: those with a problem first, then by username and server."""

    def __init__(self) -> None:
        super().__init__(id="accounts", compact=True)
        self._rows: dict[str, AccountRow] = {}

    @property
    def highlighted_account(self) -> Account | None:
        """The account that is highlighted."""
        option = self.highlighted_option
        return None if option is None or option.id is None else self._rows[option.id].account

    def show(self, accounts: Iterable[Account], default: str, filter_text: str) -> None:
        """Show accounts; the highlighted account stays highlighted.

        Args:
            accounts: all accounts.
            default: the handle of the default account.
            filter_text: as for `filter`.
        """
        self._rows = {
            account.handle: AccountRow(account, is_default=account.handle == default)
            for account in sorted(accounts, key=_sort_key)
        }
        self.filter(filter_text)

    def filter(self, text: str) -> None:
        """Show only some of the accounts; the highlighted account stays highlighted.

        Args:
            text: words; only accounts are shown whose texts contain all of them.
        """
        previous = self.highlighted_option and self.highlighted_option.id
        words = text.casefold().split()
        handles = [
            handle
            for handle, row in self._rows.items()
            if all(word in row.searchable_text for word in words)
        ]
        self.clear_options()
        self.add_options(Option(self._rows[handle], id=handle) for handle in handles)
        if handles:
            self.highlighted = handles.index(previous) if previous in handles else 0

    def highlight(self, handle: str) -> bool:
        """Highlight an account; returns whether it is shown.

        Args:
            handle: the handle of the account.
        """
        try:
            self.highlighted = self.get_option_index(handle)
        except OptionDoesNotExist:
            return False
        return True

    def update(self, account: Account) -> None:
        """Update the row of an account, if the list has one.

        Args:
            account: the account after the change.
        """
        previous = self._rows.get(account.handle)
        if previous is not None:
            row = self._rows[account.handle] = AccountRow(account, is_default=previous.is_default)
            # It is not shown where the filter does not find it.
            with suppress(OptionDoesNotExist):
                self.replace_option_prompt(account.handle, row)


def _sort_key(account: Account) -> tuple[bool, str, str]:
    is_fine = account.status is AccountStatus.FINE
    return is_fine, account.username.casefold(), account.server.account_domain


class FilteredAccounts(Vertical):
    """The list of accounts below its filter; hidden, and empty, until there are accounts."""

    def __init__(self) -> None:
        super().__init__()
        self._credentials = Credentials()
        self._to_highlight = ""
        self.display = False

    @property
    def highlighted_account(self) -> Account | None:
        """The account that is highlighted."""
        return self.query_one(AccountList).highlighted_account if self.children else None

    @property
    def is_filtered(self) -> bool:
        """Whether the filter has text."""
        return bool(self.children) and bool(self._filter_text)

    @property
    def is_long(self) -> bool:
        """Whether there are so many accounts that the filter is always shown."""
        return len(self._credentials.accounts) > _FILTER_THRESHOLD

    @property
    def _filter_text(self) -> str:
        return self.query_one("#filter", Input).value

    def highlight(self, account: Account) -> None:
        """Highlight an account when the accounts are shown next.

        Args:
            account: the account.
        """
        self._to_highlight = account.handle

    async def show(self, credentials: Credentials) -> None:
        """Show accounts.

        Args:
            credentials: the contents of the credentials file.
        """
        self._credentials = credentials
        self.display = bool(credentials.accounts)
        if self.display and not self.children:
            await self.mount(
                Input(placeholder="Type a name or a server", id="filter"),
                AccountList(),
                Static(id="next-step", markup=False),
            )
        if self.children:
            self.query_one(AccountList).show(
                credentials.accounts, credentials.default_handle, self._filter_text
            )
            self._show_highlight()
            self.query_one("#filter").display = self.is_long or self.is_filtered
            self._show_next_step()

    def update(self, account: Account) -> None:
        """Update the row of an account, and the hint.

        Args:
            account: the account after the change.
        """
        self.query_one(AccountList).update(account)
        self._show_next_step()

    def focus_list(self) -> None:
        """Focus the list."""
        self.query_one(AccountList).focus()

    def start_filter(self) -> None:
        """Show and focus the filter."""
        filter_input = self.query_one("#filter", Input)
        filter_input.display = True
        filter_input.focus()

    def end_filter(self) -> None:
        """Clear the filter, and focus the list."""
        self.query_one("#filter", Input).value = ""
        self.focus_list()
        self.query_one("#filter").display = self.is_long
        self._apply_filter()

    def _show_highlight(self) -> None:
        """Highlight the account that was asked for; a filter that hides it is cleared."""
        handle, self._to_highlight = self._to_highlight, ""
        accounts = self.query_one(AccountList)
        if handle and not accounts.highlight(handle):
            with self.prevent(Input.Changed):
                self.query_one("#filter", Input).value = ""
            accounts.filter("")
            accounts.highlight(handle)

    @on(Input.Changed, "#filter")
    def _apply_filter(self) -> None:
        self.query_one(AccountList).filter(self._filter_text)
        self._show_next_step()

    @on(Input.Submitted, "#filter")
    def _leave_filter(self) -> None:
        self.focus_list()

    @on(OptionList.OptionHighlighted, "#accounts")
    def _show_next_step(self) -> None:
        account = self.highlighted_account
        hint = messages.status_hint(account) if account is not None else _NO_MATCH
        next_step = self.query_one("#next-step", Static)
        next_step.update(hint)
        next_step.display = bool(hint)
