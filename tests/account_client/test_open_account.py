"""Which account is opened, and which error it is when none can be."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard import AccountInfo, list_accounts, open_account
from gts_wizard.errors import (
    AmbiguousAccount,
    InvalidFile,
    KeyringEntryMissing,
    KeyringLocked,
    NoAccount,
    NotAnInstance,
    UnknownAccount,
    WizardError,
)
from gts_wizard.secret import SecretStorage
from gts_wizard.storage.store import Store
from tests.helpers.client_harness import save_account
from tests.helpers.fake_keyring import installed
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard import OpenAccount

_ORIGIN = "https://social.example.org"


def sent_authorization(account: OpenAccount) -> str:
    """Return the header that a request to the account's server carries."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=request.headers["Authorization"])

    with account.client(transport=httpx.MockTransport(answer)) as client:
        return client.get("/api/v1/accounts/verify_credentials").text


@pytest.mark.parametrize(
    ("name", "in_environment", "username"),
    [
        ("", "", "alice"),
        ("bob", "", "bob"),
        ("@BOB@example.org", "", "bob"),
        ("", "bob", "bob"),
        ("alice", "bob", "alice"),
    ],
    ids=["default", "user name", "handle", "environment", "argument before environment"],
)
def test_account_is_chosen_as_the_commands_choose_it(
    credentials_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    in_environment: str,
    username: str,
) -> None:
    for saved in ("alice", "bob"):
        save_account(credentials_path, _ORIGIN, saved, f"token-of-{saved}")
    monkeypatch.setenv("GTS_WIZARD_CREDENTIALS", str(credentials_path))
    monkeypatch.setenv("GTS_WIZARD_ACCOUNT", in_environment)
    opened = open_account(name)
    assert opened.account.handle == f"@{username}@example.org"
    assert (opened.account.origin, opened.account.scopes) == (_ORIGIN, ("read",))
    assert sent_authorization(opened) == f"Bearer token-of-{username}"


@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("named", ["~/x.toml", "x.toml", "{home}/x.toml"])
def test_file_is_named_as_text_or_as_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[str | Path], named: str
) -> None:
    save_account(tmp_path / "x.toml", _ORIGIN)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    credentials = kind(named.format(home=tmp_path))
    assert open_account(credentials=credentials).account.handle == "@alice@example.org"
    assert [info.handle for info in list_accounts(credentials=credentials)] == [
        "@alice@example.org"
    ]


def test_given_token_needs_no_file_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GTS_WIZARD_TOKEN", TOKEN)
    monkeypatch.setenv("GTS_WIZARD_SERVER", "Social.Example.org")
    opened = open_account()
    assert opened.account == AccountInfo(handle="", origin=_ORIGIN, scopes=())
    assert (opened.reveal_token(), sent_authorization(opened)) == (TOKEN, f"Bearer {TOKEN}")
    assert list(tmp_path.iterdir()) == []


def test_named_account_comes_before_a_given_token(
    credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for saved in ("alice", "bob"):
        save_account(credentials_path, _ORIGIN, saved, f"token-of-{saved}")
    monkeypatch.setenv("GTS_WIZARD_TOKEN", TOKEN)
    monkeypatch.setenv("GTS_WIZARD_SERVER", "example.org")
    monkeypatch.setenv("GTS_WIZARD_ACCOUNT", "bob")
    assert open_account(credentials=credentials_path).reveal_token() == TOKEN
    assert open_account("alice", credentials=credentials_path).reveal_token() == "token-of-alice"


def test_accounts_are_listed_in_the_order_of_adding(credentials_path: Path) -> None:
    assert list_accounts(credentials=credentials_path) == []
    for saved in ("carol", "alice", "bob"):
        save_account(credentials_path, _ORIGIN, saved, f"token-of-{saved}")
    listed = list_accounts(credentials=credentials_path)
    assert [info.handle for info in listed] == [
        "@carol@example.org",
        "@alice@example.org",
        "@bob@example.org",
    ]
    for info in listed:
        assert open_account(info.handle, credentials=credentials_path).account == info
    assert "token-of" not in repr(listed)


def test_name_that_fits_several_accounts_is_refused(credentials_path: Path) -> None:
    for username in ("alice", "bob"):
        save_account(credentials_path, _ORIGIN, username)
    with pytest.raises(AmbiguousAccount, match=r"@alice@example\.org, @bob@example\.org"):
        open_account("example.org", credentials=credentials_path)


def test_missing_account_is_an_error_that_says_what_to_do(
    credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoAccount) as failure:
        open_account(credentials=credentials_path)
    assert str(failure.value) == (
        "You're not signed in to any account yet. "
        f"There is no file {credentials_path}. To sign in, run: gts-wizard"
    )
    save_account(credentials_path, _ORIGIN)
    with pytest.raises(UnknownAccount, match="carol"):
        open_account("carol", credentials=credentials_path)
    monkeypatch.setenv("GTS_WIZARD_ACCOUNT", "dora")
    with pytest.raises(UnknownAccount, match=r"dora here\. That name is from GTS_WIZARD_ACCOUNT\."):
        open_account(credentials=credentials_path)


def test_token_in_the_keyring_is_used(
    credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_account(credentials_path, _ORIGIN)
    with installed(credentials_path.parent, monkeypatch) as fake_keyring:
        Store(credentials_path).update(
            lambda credentials: credentials.with_all_storage(SecretStorage.KEYRING)
        )
        assert TOKEN not in credentials_path.read_text("utf-8")
        opened = open_account(credentials=credentials_path)
        assert sent_authorization(opened) == f"Bearer {TOKEN}"
        fake_keyring.failure_mode.write_text("locked")
        with pytest.raises(KeyringLocked):
            open_account(credentials=credentials_path)
        fake_keyring.failure_mode.unlink()
        entries = fake_keyring.path.read_text("utf-8")
        fake_keyring.path.write_text(entries.replace(TOKEN, rf"{TOKEN}\n"), "utf-8")
        with pytest.raises(KeyringEntryMissing) as failure:
            open_account(credentials=credentials_path)
        assert TOKEN not in f"{failure.value!r}{failure.value}"


def test_server_address_without_https_is_refused(credentials_path: Path) -> None:
    save_account(credentials_path, "https://example")
    with pytest.raises(NotAnInstance) as failure:
        open_account(credentials=credentials_path)
    assert failure.value.details == "no https address"


@pytest.mark.parametrize("open_or_list", [open_account, list_accounts])
def test_file_that_can_not_be_parsed_shows_no_token(
    credentials_path: Path, open_or_list: Callable[..., object]
) -> None:
    credentials_path.parent.mkdir(parents=True)
    credentials_path.write_text(f'token = "{TOKEN}"\nbroken\n')
    with pytest.raises(InvalidFile) as failure:
        open_or_list(credentials=credentials_path)
    assert TOKEN not in f"{failure.value!r}{failure.value}"
    assert isinstance(failure.value, WizardError)


@pytest.mark.parametrize("open_or_list", [open_account, list_accounts])
def test_corrected_file_permissions_are_logged(
    credentials_path: Path, caplog: pytest.LogCaptureFixture, open_or_list: Callable[..., object]
) -> None:
    save_account(credentials_path, _ORIGIN)
    credentials_path.chmod(0o644)
    open_or_list(credentials=credentials_path)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("gts_wizard", logging.WARNING)
    assert str(credentials_path) in record.getMessage()
