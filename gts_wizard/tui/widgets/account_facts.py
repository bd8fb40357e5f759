"""All that is kept about an account, but for its secrets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from gts_wizard.rules.scopes import in_words
from gts_wizard.rules.software import limits_tokens, software_name
from gts_wizard.rules.states import IN_WORDS, ago, checked_at
from gts_wizard.secret import Place

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account

_Rows = list[tuple[str, str]]


class AccountFacts(Vertical):
    """Who it is, where it lives, and what the access is, in rows of a label and a value.

    Args:
        account: the saved account.
        path: the file it is saved in.
    """

    def __init__(self, account: Account, path: str) -> None:
        super().__init__()
        self._account = account
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay out the three groups."""
        for rows in (self._person(), self._server(), self._access()):
            with Vertical(classes="facts"):
                for label, value in rows:
                    with Horizontal():
                        yield Static(label, classes="label", markup=False)
                        yield Static(value, classes="value", markup=False)

    def _person(self) -> _Rows:
        account = self._account
        return [("Name", account.display_name or account.username), ("Account id", account.id)]

    def _server(self) -> _Rows:
        server = self._account.server
        return [
            ("Server", f"{server.title or server.host} · {software_name(server)}"),
            ("Address", server.account_domain),
            ("API", server.origin),
        ]

    def _access(self) -> _Rows:
        account, token = self._account, self._account.token
        allowed = in_words(token.scopes)
        if not limits_tokens(account.server):
            allowed = "Everything: this server can't limit it"
        checked = ago(checked_at(account), datetime.now(UTC))
        in_keyring = ", its secrets in the system's keyring"
        return [
            ("Allowed", allowed),
            ("Scopes", " ".join(token.scopes)),
            ("Client id", account.client_id),
            ("Issued", f"{token.created_at.astimezone():%Y-%m-%d %H:%M}"),
            ("Checked", f"{IN_WORDS[account.state]}, {checked}"),
            ("Saved in", self._path + (in_keyring if token.kept_in is Place.KEYRING else "")),
        ]
