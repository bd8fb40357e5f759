"""Each error that the package exports is one that a script meets, and hides the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import gts_wizard
from gts_wizard import (
    AccountError,
    AmbiguousAccount,
    FileError,
    KeyringError,
    NoAccount,
    NotAnInstance,
    RenewalNeeded,
    UnknownAccount,
    WizardError,
    list_accounts,
    open_account,
)
from gts_wizard.models import AccountStatus
from gts_wizard.secret import SecretStorage
from gts_wizard.storage.store import Store
from tests.helpers.client_harness import save_account
from tests.helpers.fake_keyring import installed
from tests.helpers.sample_accounts import make_account
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ORIGIN = "https://social.example.org"


def _save(path: Path) -> None:
    save_account(path, _ORIGIN)


def _save_two(path: Path) -> None:
    save_account(path, _ORIGIN)
    save_account(path, _ORIGIN, "bob")


def _save_revoked(path: Path) -> None:
    account = make_account(token=TOKEN)._replace(status=AccountStatus.REVOKED)
    Store(path).update(lambda credentials: credentials.with_account(account))


def _save_without_https(path: Path) -> None:
    save_account(path, "https://example")


def _damage(path: Path) -> None:
    save_account(path, _ORIGIN)
    path.write_text(path.read_text("utf-8").replace(TOKEN, f"{TOKEN} "), "utf-8")


_EXAMPLES: dict[type[WizardError], tuple[Callable[[Path], None], str, int]] = {
    NoAccount: (lambda _: None, "", 4),
    UnknownAccount: (_save, "carol", 4),
    AmbiguousAccount: (_save_two, "example.org", 2),
    RenewalNeeded: (_save_revoked, "", 4),
    NotAnInstance: (_save_without_https, "", 1),
    FileError: (_damage, "", 1),
}
_BASES = {WizardError, AccountError}


def _exported() -> set[object]:
    values = (getattr(gts_wizard, name) for name in gts_wizard.__all__)
    return {value for value in values if isinstance(value, type) and issubclass(value, Exception)}


def test_every_exported_error_is_one_of_these() -> None:
    assert _exported() == {*_EXAMPLES, *_BASES, KeyringError}


@pytest.mark.parametrize("error", _EXAMPLES, ids=lambda error: error.__name__)
def test_exported_error_is_raised(credentials_path: Path, error: type[WizardError]) -> None:
    prepare, name, exit_code = _EXAMPLES[error]
    prepare(credentials_path)
    with pytest.raises(error) as failure:
        open_account(name, credentials=credentials_path)
    assert failure.value.exit_code == exit_code
    assert str(failure.value).endswith((".", "gts-wizard", "@alice@example.org"))
    assert TOKEN not in f"{failure.value!r}{failure.value}{vars(failure.value)}"


def test_locked_keyring_is_raised(credentials_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _save(credentials_path)
    with installed(credentials_path.parent, monkeypatch) as keyring:
        Store(credentials_path).update(
            lambda credentials: credentials.with_all_storage(SecretStorage.KEYRING)
        )
        keyring.failure_mode.write_text("locked")
        with pytest.raises(KeyringError, match="The system's keyring is locked"):
            open_account(credentials=credentials_path)
        assert [info.handle for info in list_accounts(credentials=credentials_path)] == [
            "@alice@example.org"
        ]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"GTS_WIZARD_TOKEN": TOKEN}, "GTS_WIZARD_SERVER is empty or not"),
        ({"GTS_WIZARD_SERVER": "example.org"}, "GTS_WIZARD_TOKEN is empty or not"),
        (
            {"GTS_WIZARD_TOKEN": f"{TOKEN} x", "GTS_WIZARD_SERVER": "example.org"},
            "GTS_WIZARD_TOKEN doesn't hold a token",
        ),
        (
            {"GTS_WIZARD_TOKEN": TOKEN, "GTS_WIZARD_SERVER": "http://example.org"},
            "The address in GTS_WIZARD_SERVER can't be used",
        ),
    ],
    ids=["no server", "no token", "not a token", "not encrypted"],
)
def test_incompletely_given_account_is_an_account_error(
    credentials_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    reason: str,
) -> None:
    _save(credentials_path)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(AccountError, match=reason) as failure:
        open_account(credentials=credentials_path)
    assert failure.value.exit_code == 2
    assert TOKEN not in f"{failure.value!r}{failure.value}{vars(failure.value)}"
    opened = open_account("alice", credentials=credentials_path)
    assert opened.account.handle == "@alice@example.org"
