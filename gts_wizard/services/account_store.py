"""Finds the account that a command or a program is to use, and returns its token.

It is, in this order: the one that is named, the one that `GTS_WIZARD_TOKEN` with
`GTS_WIZARD_SERVER` gives, the one that `GTS_WIZARD_ACCOUNT` names, or the default.

No request is sent. Importing this does not load httpx.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gts_wizard.environment import ACCOUNT_VARIABLE
from gts_wizard.errors import (
    AmbiguousAccount,
    MisspelledAccount,
    NoAccount,
    RenewalNeeded,
    UnknownAccount,
    WizardError,
)
from gts_wizard.models import AccountStatus
from gts_wizard.sanitize import sanitize_line
from gts_wizard.services.environment_account import environment_account
from gts_wizard.storage.paths import home_directory, is_default_path
from gts_wizard.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account
    from gts_wizard.secret import Secret

# Below this, names that only share some letters are taken for misspellings of one another.
_SIMILARITY = 0.7


class AccountStore:
    """Read access to the accounts in the credentials file.

    Args:
        store: the credentials store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def custom_path(self) -> str:
        """The absolute path of the credentials file; empty where it is the default path."""
        return "" if is_default_path(self._store.path) else str(self._store.path)

    @property
    def display_path(self) -> str:
        """The path of the credentials file for display, with ~ for the home directory."""
        path = self._store.path
        home = home_directory()
        if home is None or not path.is_relative_to(home):
            return str(path)
        return f"~/{path.relative_to(home)}"

    @property
    def no_account(self) -> NoAccount:
        """The error that no account is saved."""
        path = self._store.path
        is_missing = not is_default_path(path) and not path.exists()
        return NoAccount(missing=str(path) if is_missing else "")

    @property
    def theme(self) -> str:
        """The name of the saved theme; empty where none is saved or the file is unreadable."""
        try:
            return self.load().theme
        except WizardError:
            return ""

    def load(self) -> Credentials:
        """Return the contents of the credentials file; its accounts are in the order of adding.

        Raises:
            FileError: the credentials file can't be read.
        """
        return self._store.load()

    def find(self, name: str = "") -> Account:
        """Return the account with a name.

        Args:
            name: a handle, or a user name or server alone; the default account when empty.

        Raises:
            NoAccount: no account is saved.
            UnknownAccount: no account has this name.
            AmbiguousAccount: several accounts have it.
            FileError: the credentials file can't be read.
        """
        credentials = self.load()
        if not credentials.accounts:
            raise self.no_account
        is_named = bool(name.strip())
        name = sanitize_line(name)
        if not is_named:
            default = credentials.account(credentials.default_handle)
            return default or _single(credentials.accounts, "")
        account = credentials.account(f"@{name.removeprefix('@')}")
        if account is not None:
            return account
        short_name = name.casefold().removeprefix("@")
        matches = [account for account in credentials.accounts if short_name in _names(account)]
        if not matches and (similar := _similar(short_name, credentials.accounts)):
            raise MisspelledAccount(name=name, similar=similar)
        return _single(matches, name)

    def resolve(self, name: str | None) -> Account:
        """Return the account that a program is to use; it may be in no file, and have no handle.

        Args:
            name: the name that was given, as for `find`; None or empty where none was.

        Raises:
            AccountVariableInvalid: the environment gives an account incompletely.
            AccountError: no account matches, or several do.
            FileError: the credentials file can't be read.
        """
        given = None if name else environment_account()
        return self.resolve_saved(name) if given is None else given

    def resolve_many(self, names: Sequence[str], *, is_all: bool) -> list[Account]:
        """Return the accounts that a program is to use, each once.

        Args:
            names: the names that were given, as for `find`.
            is_all: whether all saved accounts are meant where none is named. They are, too, where
                the environment neither gives an account nor names one.

        Raises:
            AccountVariableInvalid: the environment gives an account incompletely.
            AccountError: there is no account, or a name fits none or several.
            FileError: the credentials file can't be read.
        """
        if names:
            return list({account.handle: account for account in map(self.find, names)}.values())
        if not is_all:
            given = environment_account()
            if given is not None:
                return [given]
            if os.environ.get(ACCOUNT_VARIABLE, "").strip():
                return [self.resolve_saved(None)]
        accounts = self.load().accounts
        if not accounts:
            raise self.no_account
        return list(accounts)

    def resolve_saved(self, name: str | None) -> Account:
        """Return the named account, or the one GTS_WIZARD_ACCOUNT names, or the default.

        Args:
            name: the name that was given, as for `find`; None or empty where none was.

        Raises:
            AccountError: no account matches, or several do; the error names the environment
                variable where that gave the name.
            FileError: the credentials file can't be read.
        """
        name_from_environment = os.environ.get(ACCOUNT_VARIABLE, "").strip()
        try:
            return self.find(name or name_from_environment)
        except (AmbiguousAccount, UnknownAccount) as error:
            if name_from_environment and not name:
                error.variable = ACCOUNT_VARIABLE
            raise

    def handles(self) -> list[str]:
        """Return the handles of all accounts.

        Raises:
            FileError: the credentials file can't be read.
        """
        return [account.handle for account in self.load().accounts]

    def usable_token(self, account: Account) -> Secret:
        """Return the access token of an account for a program to use.

        Raises:
            RenewalNeeded: the last check found that it was revoked.
            KeyringError: it is stored in the system's keyring, which does not return it.
        """
        if account.status is AccountStatus.REVOKED:
            raise RenewalNeeded(handle=account.handle)
        return self.token(account)

    def token(self, account: Account) -> Secret:
        """Return the access token of an account.

        Raises:
            KeyringError: it is stored in the system's keyring, which does not return it.
        """
        return self._store.reveal(account.token.value)

    def pop_warnings(self) -> list[str]:
        """Return the warnings since the last call, such as repaired permissions, as sentences."""
        return self._store.pop_warnings()


def open_account_store(
    path: Path | None = None, on_warning: Callable[[str], object] | None = None
) -> AccountStore:
    """Return an account store; nothing is read yet.

    Args:
        path: the credentials file; the user's own when left out.
        on_warning: called with each warning, as for `Store`.
    """
    return AccountStore(Store(path, on_warning))


def _single(accounts: Sequence[Account], name: str) -> Account:
    if not accounts:
        raise UnknownAccount(name=name)
    if len(accounts) > 1:
        candidates = ", ".join(account.handle for account in accounts)
        raise AmbiguousAccount(name=name, candidates=candidates)
    return accounts[0]


def _similar(name: str, accounts: Iterable[Account]) -> str:
    """Return the handle of the account whose name is most like this one; empty if none is."""
    # Only who mistypes a name waits for it.
    from difflib import get_close_matches  # noqa: PLC0415

    first = name.partition("@")[0]
    alike = [
        account.handle
        for account in accounts
        if get_close_matches(first, _names(account), cutoff=_SIMILARITY)
    ]
    return next(iter(get_close_matches(f"@{name}", alike, n=1, cutoff=0)), "")


def _names(account: Account) -> set[str]:
    """Return the short names of an account, case-folded: user name, account domain, API host."""
    names = (
        account.username,
        account.server.account_domain,
        account.server.host,
    )
    return {name.casefold() for name in names}
