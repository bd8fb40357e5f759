"""The accounts in a list: found by their names, with how each stands to be read without colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from gts_wizard.models import AccountStatus
from gts_wizard.oauth.server_features import allowed_in_words, software_name
from gts_wizard.status_messages import STATUS_ICONS, STATUS_LABELS, last_checked, relative_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gts_wizard.models import Account

_COLOURS = {AccountStatus.FINE: "$success", AccountStatus.REVOKED: "$error"}


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
        allowed_in_words(account.server, account.token.scopes),
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
