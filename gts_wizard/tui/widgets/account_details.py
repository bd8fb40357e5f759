"""All that is kept about an account, but for its secrets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from gts_wizard.oauth.scopes import describe
from gts_wizard.oauth.server_features import enforces_scopes, software_name
from gts_wizard.secret import SecretStorage
from gts_wizard.status_messages import STATUS_LABELS, last_checked, relative_time

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account

_Rows = list[tuple[str, str]]


class AccountDetails(Vertical):
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
        allowed = describe(token.scopes)
        if not enforces_scopes(account.server):
            allowed = "Everything: this server can't limit it"
        checked = relative_time(last_checked(account), datetime.now(UTC))
        in_keyring = ", its secrets in the system's keyring"
        return [
            ("Allowed", allowed),
            ("Scopes", " ".join(token.scopes)),
            ("Client id", account.client_id),
            ("Issued", f"{token.created_at.astimezone():%Y-%m-%d %H:%M}"),
            ("Checked", f"{STATUS_LABELS[account.status]}, {checked}"),
            (
                "Saved in",
                self._path + (in_keyring if token.storage is SecretStorage.KEYRING else ""),
            ),
        ]
