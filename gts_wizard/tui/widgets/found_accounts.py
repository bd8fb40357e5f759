"""The list of accounts with what belongs to it: the field that finds, and what helps the chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from gts_wizard.credentials import Credentials
from gts_wizard.status_messages import STATUS_HINTS
from gts_wizard.tui.widgets.accounts import AccountList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account

_NOT_FOUND = "No account is found by that."
# So few are found at a glance.
_FILTER_THRESHOLD = 7


class FilteredAccounts(Vertical):
    """The accounts that what is typed is about; out of the way while there is none at all."""

    def __init__(self) -> None:
        super().__init__(id="found")
        self._shelf = Credentials()
        self.display = False

    def compose(self) -> ComposeResult:
        """Lay out the field over the list, and below it what to do about the chosen account."""
        yield Input(placeholder="Type a name or a server to find it", id="filter")
        yield AccountList()
        yield Static(id="next-step", markup=False)

    @property
    def chosen(self) -> Account | None:
        """The account that is highlighted."""
        return self.query_one(AccountList).chosen

    @property
    def is_filtered(self) -> bool:
        """Whether something is typed that accounts are found by."""
        return bool(self.query_one("#filter", Input).value)

    @property
    def is_long(self) -> bool:
        """Whether there are more accounts than are seen at a glance."""
        return len(self._shelf.accounts) > _FILTER_THRESHOLD

    def show(self, shelf: Credentials) -> None:
        """Show the accounts of a shelf."""
        self._shelf = shelf
        self.display = bool(shelf.accounts)
        self.query_one("#filter").display = self.is_long or self.is_filtered
        self._find()

    def update(self, account: Account) -> None:
        """Show what is new about an account."""
        self.query_one(AccountList).update(account)
        self._tell_next_step()

    def choose(self) -> None:
        """Put the focus on the list."""
        self.query_one(AccountList).focus()

    def start_filter(self) -> None:
        """Put the focus on the field that finds accounts."""
        wanted = self.query_one("#filter", Input)
        wanted.display = True
        wanted.focus()

    def end_filter(self) -> None:
        """Show all accounts again."""
        self.query_one("#filter", Input).value = ""
        self.choose()
        self.show(self._shelf)

    @on(Input.Changed, "#filter")
    def _find(self) -> None:
        wanted = self.query_one("#filter", Input).value
        self.query_one(AccountList).show(self._shelf.accounts, self._shelf.default, wanted)
        self._tell_next_step()

    @on(Input.Submitted, "#filter")
    def _go_to_the_list(self) -> None:
        self.choose()

    @on(OptionList.OptionHighlighted, "#accounts")
    def _tell_next_step(self) -> None:
        told = STATUS_HINTS[self.chosen.status] if self.chosen is not None else _NOT_FOUND
        next_step = self.query_one("#next-step", Static)
        next_step.update(told)
        next_step.display = bool(told)
