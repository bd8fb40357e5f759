"""The list of accounts with its filter, and the offer to resume a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from gts_wizard.credentials import Credentials
from gts_wizard.messages import (
    STATUS_HINTS,
    STATUS_ICONS,
    STATUS_LABELS,
    allowed,
    last_checked,
    relative_time,
)
from gts_wizard.models import AccountStatus, WizardStep
from gts_wizard.oauth.server_features import software_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import ComposeResult

    from gts_wizard.models import Account, PendingSignIn


_COLOURS = {AccountStatus.FINE: "$success", AccountStatus.REVOKED: "$error"}
_NOT_FOUND = "No account is found by that."
# So few are found at a glance.
_FILTER_THRESHOLD = 7


@dataclass(frozen=True)
class _Row:
    account: Account
    is_default: bool


class AccountList(OptionList):
    """Accounts: first those that need help; each by user name, then by server."""

    def __init__(self) -> None:
        super().__init__(id="accounts", compact=True)
        self._rows: dict[str, _Row] = {}

    @property
    def chosen(self) -> Account | None:
        """The account that is highlighted."""
        option = self.highlighted_option
        return None if option is None or option.id is None else self._rows[option.id].account

    def show(self, accounts: Iterable[Account], default: str, wanted: str = "") -> None:
        """Show accounts, keeping the highlight on the one that has it.

        Args:
            accounts: all there are.
            default: the handle of the one that scripts get.
            wanted: words that must all be found in what is shown of an account.
        """
        before = self.highlighted_option
        words = wanted.casefold().split()
        found = (one for one in accounts if all(word in _searched(one) for word in words))
        self._rows = {
            one.handle: _Row(one, is_default=one.handle == default)
            for one in sorted(found, key=_by_need)
        }
        self.clear_options()
        self.add_options(Option(_lines(shown), id=handle) for handle, shown in self._rows.items())
        handles = list(self._rows)
        if handles:
            kept = before is not None and before.id in self._rows
            self.highlighted = handles.index(before.id) if kept and before and before.id else 0

    def update(self, account: Account) -> None:
        """Show what is new about an account, if it is shown at all."""
        shown = self._rows.get(account.handle)
        if shown is not None:
            self._rows[account.handle] = _Row(account, shown.is_default)
            self.replace_option_prompt(account.handle, _lines(self._rows[account.handle]))


def _by_need(account: Account) -> tuple[bool, str, str]:
    is_fine = account.status is AccountStatus.FINE
    return is_fine, account.username.casefold(), account.server.account_domain


def _searched(account: Account) -> str:
    server = account.server
    texts = (account.handle, account.display_name, server.host, server.title)
    return " ".join((*texts, software_name(server), STATUS_LABELS[account.status])).casefold()


def _lines(shown: _Row) -> Content:
    account = shown.account
    name = account.display_name if account.display_name != account.username else ""
    colour = _COLOURS.get(account.status, "$warning")
    when = relative_time(last_checked(account), datetime.now(UTC))
    facts = (
        allowed(account.server, account.token.scopes),
        software_name(account.server),
    )
    return Content.assemble(
        (f"{STATUS_ICONS[account.status]} ", f"bold {colour}"),
        (account.handle, "bold"),
        f"  {name}" if name else "",
        ("  ★ used by your scripts" if shown.is_default else "", "$primary"),
        "\n  ",
        (f"{STATUS_LABELS[account.status]}, {when}", colour),
        (f" · {' · '.join(facts)}", "$foreground 70%"),
    )


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
