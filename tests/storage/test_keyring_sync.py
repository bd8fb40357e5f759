"""Secrets of the file that are in the keyring: moved both ways, never lost or left behind."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import KeyringFailed, KeyringLocked, KeyringNotInstalled, SaveFailed
from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import TOKEN, make_account, make_pending, make_registration

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.fake_keyring import FakeKeyring

_ALICE, _BOB = "@alice@example.org", "@bob@example.org"
_BOBS_TOKEN = "BOB" * 16
_SECRETS = [TOKEN, _BOBS_TOKEN, "PENDING" * 7, "client-secret"]


def fill(credentials: Credentials) -> Credentials:
    """Add two accounts that share a registration, and a pending sign-in with a token."""
    credentials = credentials.with_registration(make_registration())
    credentials = credentials.with_account(make_account()).with_account(
        make_account("bob", _BOBS_TOKEN)
    )
    return credentials.with_pending(make_pending(token="PENDING" * 7))


def all_to_keyring(credentials: Credentials) -> Credentials:
    return credentials.with_all_storage(SecretStorage.KEYRING)


def all_to_file(credentials: Credentials) -> Credentials:
    return credentials.with_all_storage(SecretStorage.FILE)


def alice_to_keyring(credentials: Credentials) -> Credentials:
    return credentials.with_storage(SecretStorage.KEYRING, _ALICE)


def bob_to_keyring(credentials: Credentials) -> Credentials:
    return credentials.with_storage(SecretStorage.KEYRING, _BOB)


def revealed_secrets(store: Store) -> list[str]:
    """Return every secret of the file, wherever it is kept."""
    credentials = store.load()
    secrets = [account.token.value for account in credentials.accounts]
    secrets += [
        pending.token.value for pending in credentials.pending_sign_ins if pending.token is not None
    ]
    secrets += [registration.client_secret for registration in credentials.registrations]
    return [store.reveal(secret).reveal() for secret in secrets]


def secrets_in_file(store: Store) -> list[str]:
    text = store.path.read_text("utf-8")
    return [secret for secret in _SECRETS if secret in text]


def test_all_secrets_move_to_the_keyring_and_back(store: Store, fake_keyring: FakeKeyring) -> None:
    store.update(fill)
    before = store.load()
    store.update(all_to_keyring)
    assert secrets_in_file(store) == []
    assert sorted(fake_keyring.entries.values()) == sorted(_SECRETS)
    assert revealed_secrets(store) == _SECRETS
    store.update(all_to_file)
    assert store.load() == before
    assert fake_keyring.entries == {}


def test_secrets_of_one_account_move_alone(store: Store, fake_keyring: FakeKeyring) -> None:
    store.update(fill)
    store.update(
        lambda credentials: credentials.with_storage(SecretStorage.KEYRING, _ALICE.upper())
    )
    assert secrets_in_file(store) == [_BOBS_TOKEN, "PENDING" * 7, "client-secret"]
    assert [*fake_keyring.entries.values()] == [TOKEN]
    assert next(iter(fake_keyring.entries)).startswith(_ALICE)


def test_client_secret_moves_with_the_last_of_its_accounts(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.update(fill)
    store.update(alice_to_keyring)
    assert "client-secret" in secrets_in_file(store)
    assert "client-secret" not in fake_keyring.entries.values()
    store.update(bob_to_keyring)
    assert "client-secret" not in secrets_in_file(store)
    assert "client-secret" in fake_keyring.entries.values()


def test_new_secrets_go_to_the_keyring_once_it_is_chosen(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.update(all_to_keyring)
    store.update(fill)
    assert sorted(fake_keyring.entries.values()) == sorted(_SECRETS)
    assert secrets_in_file(store) == []


def test_renewed_token_stays_where_the_old_one_was(store: Store, fake_keyring: FakeKeyring) -> None:
    store.update(fill)
    store.update(alice_to_keyring)
    pending = make_pending("again", "RENEWED" * 7)
    store.update(lambda credentials: credentials.with_pending(pending))
    assert "RENEWED" not in store.path.read_text("utf-8")
    renewed = make_account(token="RENEWED" * 7)
    store.update(lambda credentials: credentials.without_pending("again").with_account(renewed))
    assert [*fake_keyring.entries.values()] == ["RENEWED" * 7]
    assert "RENEWED" not in store.path.read_text("utf-8")


def test_secrets_of_removed_records_leave_the_keyring(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.update(lambda credentials: all_to_keyring(fill(credentials)))
    store.update(lambda credentials: credentials.without_account(_ALICE).without_pending("state-1"))
    assert sorted(fake_keyring.entries.values()) == [_BOBS_TOKEN, "client-secret"]


@pytest.mark.usefixtures("fake_keyring")
def test_two_files_never_share_a_keyring_entry(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other.toml")
    for each in (store, other):
        each.update(lambda credentials: all_to_keyring(fill(credentials)))
    other.update(lambda _: Credentials())
    assert revealed_secrets(store) == _SECRETS


def test_keyring_that_fails_changes_nothing(store: Store, fake_keyring: FakeKeyring) -> None:
    store.update(fill)
    store.update(alice_to_keyring)
    body, entries = store.path.read_bytes(), fake_keyring.entries
    token = store.load().accounts[0].token.value
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    for work in (
        lambda: store.update(all_to_keyring),
        lambda: store.update(all_to_file),
        lambda: store.reveal(token),
        store.probe_keyring,
    ):
        with pytest.raises(KeyringLocked):
            work()
    fake_keyring.failure_mode.unlink()
    assert (store.path.read_bytes(), fake_keyring.entries) == (body, entries)
    assert store.reveal(token) == Secret(TOKEN)


def test_missing_keyring_package_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(fill)
    body = store.path.read_bytes()
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyringNotInstalled):
        store.update(all_to_keyring)
    assert store.path.read_bytes() == body


def test_keyring_that_keeps_one_secret_and_fails_keeps_none(
    store: Store, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(fill)
    keep = fake_keyring.set_password

    def keep_one(service: str, username: str, password: str) -> None:
        if fake_keyring.entries:
            raise RuntimeError
        keep(service, username, password)

    monkeypatch.setattr(fake_keyring, "set_password", keep_one)
    with pytest.raises(KeyringFailed):
        store.update(all_to_keyring)
    assert fake_keyring.entries == {}
    assert revealed_secrets(store) == _SECRETS


def test_file_that_can_not_be_written_leaves_no_entries(
    store: Store, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(fill)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        with pytest.raises(SaveFailed):
            store.update(all_to_keyring)
    assert fake_keyring.entries == {}
    assert revealed_secrets(store) == _SECRETS
    store.update(all_to_keyring)
    assert revealed_secrets(store) == _SECRETS


def test_entry_that_can_not_be_dropped_is_a_notice(store: Store, fake_keyring: FakeKeyring) -> None:
    store.update(fill)
    store.update(alice_to_keyring)
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    store.update(lambda credentials: credentials.without_account(_ALICE))
    (notice,) = store.pop_warnings()
    assert notice.startswith(f"The system's keyring still holds “{_ALICE} ")
    assert store.load().account(_ALICE) is None


def test_new_secrets_go_to_the_file_when_the_user_says_so(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.update(all_to_keyring)
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    with pytest.raises(KeyringLocked):
        store.update(fill)
    store.new_secrets_in_file = True
    store.update(fill)
    assert revealed_secrets(store) == _SECRETS
    assert store.load().default_storage is SecretStorage.KEYRING


def test_unknown_keys_survive_a_move_of_the_secrets(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.update(lambda credentials: all_to_keyring(fill(credentials)))
    text = store.path.read_text("utf-8")
    store.path.write_text(text.replace("[accounts.token]\n", '[accounts.token]\nmine = "x"\n', 1))
    store.update(all_to_file)
    assert 'mine = "x"' in store.path.read_text("utf-8")
    assert fake_keyring.entries == {}


def test_entry_is_kept_when_its_account_changes(store: Store, fake_keyring: FakeKeyring) -> None:
    store.update(lambda credentials: all_to_keyring(fill(credentials)))
    entries = fake_keyring.entries
    account = store.load().accounts[0]
    assert isinstance(account.token.value, KeyringRef)
    store.update(
        lambda credentials: credentials.with_account(account._replace(display_name="Other"))
    )
    assert fake_keyring.entries == entries
