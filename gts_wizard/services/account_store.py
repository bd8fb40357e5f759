"""The saved accounts as the shelf has them: finding one, and its token.

The fast commands and the other door come in; no server is asked, and nothing is loaded that could.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gts_wizard.errors import AmbiguousAccount, NoAccount, UnknownAccount, WizardError
from gts_wizard.sanitize import sanitize_line
from gts_wizard.storage.paths import credentials_path, default_path
from gts_wizard.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account
    from gts_wizard.secret import Secret

ACCOUNT_VARIABLE = "GTS_WIZARD_ACCOUNT"
"""The environment variable that names the account of scripts that name none themselves."""


class AccountStore:
    """The accounts in the credentials file.

    Args:
        store: where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def custom_path(self) -> str:
        """Where the accounts are kept, if other programs must be told; else empty."""
        return "" if self._store.path == default_path() else str(self._store.path.absolute())

    @property
    def display_path(self) -> str:
        """Where the accounts are kept, as a person writes it: with ~ for the home directory."""
        path = self._store.path
        home = Path.home()
        return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)

    @property
    def theme(self) -> str:
        """The colours that were chosen for the screens; empty where that is not known."""
        try:
            return self.load().theme
        except WizardError:
            return ""

    def load(self) -> Credentials:
        """Return what is kept: the accounts in the order they were added, and which is the default.

        Raises:
            FileError: the shelf can't be read.
        """
        return self._store.load()

    def find(self, name: str = "") -> Account:
        """Return the account that is meant.

        Args:
            name: a handle, or a user name or server alone; the default account when empty.

        Raises:
            NoAccount: there is none at all.
            UnknownAccount: none goes by this name.
            AmbiguousAccount: several do.
            FileError: the shelf can't be read.
        """
        shelf = self.load()
        if not shelf.accounts:
            raise NoAccount
        wanted = sanitize_line(name)
        if not wanted:
            return _default_account(shelf)
        account = shelf.account(f"@{wanted.removeprefix('@')}")
        if account is not None:
            return account
        known_as = wanted.casefold().removeprefix("@")
        return _single([one for one in shelf.accounts if known_as in _names(one)], wanted)

    def resolve(self, named: str | None) -> Account:
        """Return the account that is named, or else named by the environment, or the default.

        Args:
            named: what the person or the script named; may be nothing.

        Raises:
            AccountError: there is none, or no single one; it says so where the environment named
                it.
            FileError: the credentials file can't be read.
        """
        by_variable = os.environ.get(ACCOUNT_VARIABLE, "")
        try:
            return self.find(named or by_variable)
        except (AmbiguousAccount, UnknownAccount) as error:
            if by_variable and not named:
                error.variable = ACCOUNT_VARIABLE
            raise

    def handles(self) -> list[str]:
        """Return the handles of all accounts.

        Raises:
            FileError: the shelf can't be read.
        """
        return [one.handle for one in self.load().accounts]

    def token(self, account: Account) -> Secret:
        """Return the access token of an account.

        Raises:
            KeyringError: the system's keyring keeps it, and does not give it.
        """
        return self._store.reveal(account.token.value)

    def pop_warnings(self) -> list[str]:
        """Return what else came of what was done since this was last asked, in sentences."""
        return self._store.pop_warnings()


def open_account_store(path: Path | None = None) -> AccountStore:
    """Return the saved accounts; nothing is read yet.

    Args:
        path: the credentials file; the person's own when left out.
    """
    return AccountStore(Store(path or credentials_path()))


def _default_account(shelf: Credentials) -> Account:
    account = shelf.account(shelf.default)
    # A file edited by hand may name none, or one that is gone.
    return account or _single(shelf.accounts, "The default account")


def _single(found: Sequence[Account], name: str) -> Account:
    if not found:
        raise UnknownAccount(name=name)
    if len(found) > 1:
        raise AmbiguousAccount(name=name, candidates=", ".join(one.handle for one in found))
    return found[0]


def _names(account: Account) -> set[str]:
    """Return what an account may be called in short: user name, account domain, API host."""
    names = (
        account.username,
        account.server.account_domain,
        account.server.host,
    )
    return {name.casefold() for name in names}
