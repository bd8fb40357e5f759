"""Secrets in the system's keyring: moved both ways, never lost, never in the file by the way."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import keyring
import pytest
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from gts_wizard.credentials.store import Store
from gts_wizard.errors import (
    FileNotUnderstood,
    KeyringError,
    KeyringFailed,
    KeyringLacks,
    KeyringLocked,
    KeyringMissing,
    KeyringNotInstalled,
    KeyringSilent,
    SaveFailed,
)
from gts_wizard.secret import InKeyring, Place, Secret
from gts_wizard.shelf import Shelf
from tests.helpers.fake_keyring import FakeKeyring, installed, short_timeout
from tests.helpers.sample_accounts import TOKEN, make_account, make_attempt, make_registration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keyring.backend import KeyringBackend

ALICE = "@alice@example.org"
BOBS_TOKEN = "BOB" * 16


@pytest.fixture
def fake_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    """The keyring of this test."""
    with installed(tmp_path, monkeypatch) as made:
        yield made


def filled(shelf: Shelf) -> Shelf:
    shelf = shelf.with_registration(make_registration())
    shelf = shelf.with_account(make_account()).with_account(make_account("bob", BOBS_TOKEN))
    return shelf.with_attempt(make_attempt(token="ATTEMPT" * 7))


def in_keyring(shelf: Shelf) -> Shelf:
    return shelf.with_all_secrets_in(Place.KEYRING)


def in_file(shelf: Shelf) -> Shelf:
    return shelf.with_all_secrets_in(Place.FILE)


def secrets_of(store: Store) -> list[str]:
    """Return every secret on the shelf, wherever it is kept."""
    shelf = store.load()
    kept = [one.token.value for one in shelf.accounts]
    kept += [one.token.value for one in shelf.attempts if one.token is not None]
    kept += [one.client_secret for one in shelf.registrations]
    return [store.reveal(one).reveal() for one in kept]


ALL = [TOKEN, BOBS_TOKEN, "ATTEMPT" * 7, "client-secret"]


def test_all_secrets_move_to_the_keyring_and_back(store: Store, fake_keyring: FakeKeyring) -> None:
    store.change(filled)
    before = store.load()
    store.change(in_keyring)
    text = store.path.read_text("utf-8")
    assert [one for one in ALL if one in text] == []
    assert sorted(fake_keyring.entries.values()) == sorted(ALL)
    assert secrets_of(store) == ALL
    store.change(in_file)
    assert store.load() == before
    assert fake_keyring.entries == {}


def test_one_account_moves_alone(store: Store, fake_keyring: FakeKeyring) -> None:
    store.change(filled)
    store.change(lambda shelf: shelf.with_secrets_in(Place.KEYRING, ALICE.upper()))
    text = store.path.read_text("utf-8")
    assert (TOKEN in text, BOBS_TOKEN in text, "client-secret" in text) == (False, True, True)
    assert [*fake_keyring.entries.values()] == [TOKEN]
    assert next(iter(fake_keyring.entries)).startswith(ALICE)


def test_a_registration_goes_along_with_the_last_of_its_accounts(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.change(filled)
    for handle in (ALICE, "@bob@example.org"):
        assert "client-secret" not in fake_keyring.entries.values()
        store.change(lambda shelf, handle=handle: shelf.with_secrets_in(Place.KEYRING, handle))  # type: ignore[misc]
    assert "client-secret" in fake_keyring.entries.values()
    assert "client-secret" not in store.path.read_text("utf-8")


def test_what_is_new_goes_where_the_person_wants_it(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.change(in_keyring)
    store.change(filled)
    assert sorted(fake_keyring.entries.values()) == sorted(ALL)
    assert [one for one in ALL if one in store.path.read_text("utf-8")] == []


def test_a_new_access_stays_where_the_old_one_was(store: Store, fake_keyring: FakeKeyring) -> None:
    store.change(filled)
    store.change(lambda shelf: shelf.with_secrets_in(Place.KEYRING, ALICE))
    attempt = make_attempt("again", "RENEWED" * 7)
    store.change(lambda shelf: shelf.with_attempt(attempt))
    assert "RENEWED" not in store.path.read_text("utf-8")
    renewed = make_account(token="RENEWED" * 7)
    store.change(lambda shelf: shelf.without_attempt("again").with_account(renewed))
    assert [*fake_keyring.entries.values()] == ["RENEWED" * 7]
    assert "RENEWED" not in store.path.read_text("utf-8")


def test_what_is_forgotten_leaves_the_keyring(store: Store, fake_keyring: FakeKeyring) -> None:
    store.change(filled)
    store.change(in_keyring)
    store.change(lambda shelf: shelf.without_account(ALICE).without_attempt("state-1"))
    assert sorted(fake_keyring.entries.values()) == [BOBS_TOKEN, "client-secret"]


@pytest.mark.usefixtures("fake_keyring")
def test_two_files_never_share_an_entry(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other.toml")
    for one in (store, other):
        one.change(filled)
        one.change(in_keyring)
    other.change(lambda _: Shelf())
    assert secrets_of(store) == ALL


@pytest.mark.parametrize(
    ("mood", "failure"),
    [("locked", KeyringLocked), ("broken", KeyringFailed), ("silent", KeyringSilent)],
)
def test_a_keyring_that_does_not_help_changes_nothing(
    store: Store, fake_keyring: FakeKeyring, mood: str, failure: type[KeyringError]
) -> None:
    store.change(filled)
    store.change(lambda shelf: shelf.with_secrets_in(Place.KEYRING, ALICE))
    body, entries = store.path.read_bytes(), fake_keyring.entries
    fake_keyring.failure_mode.write_text(mood, "utf-8")
    entry = store.load().accounts[0].token.value
    for work in (
        lambda: store.change(in_keyring),
        lambda: store.change(in_file),
        lambda: store.reveal(entry),
    ):
        giving_up = short_timeout() if failure is KeyringSilent else nullcontext()
        with giving_up, pytest.raises(failure) as told:
            work()
        assert TOKEN not in f"{told.value!r} {told.value}"
        assert told.value.__cause__ is None
        assert told.value.__context__ is None
    fake_keyring.failure_mode.unlink()
    assert (store.path.read_bytes(), fake_keyring.entries) == (body, entries)
    assert store.reveal(entry) == Secret(TOKEN)


def test_what_a_silent_keyring_does_in_the_end_is_taken_back(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.change(filled)
    fake_keyring.failure_mode.write_text("silent", "utf-8")
    with short_timeout(), pytest.raises(KeyringSilent):
        store.change(in_keyring)
    left_behind = [one for one in threading.enumerate() if one.name == "asking the keyring"]
    fake_keyring.failure_mode.unlink()
    fake_keyring.gate.set()
    for one in left_behind:
        one.join(30)
    assert len(left_behind) > 0
    assert fake_keyring.entries == {}


def test_an_entry_that_is_gone_is_said_to_be_gone(store: Store, fake_keyring: FakeKeyring) -> None:
    store.change(filled)
    store.change(in_keyring)
    fake_keyring.path.write_text("{}", "utf-8")
    with pytest.raises(KeyringLacks, match="no longer holds the secrets of @alice@example"):
        store.reveal(store.load().accounts[0].token.value)


@pytest.mark.parametrize("damaged", ["", "two\nlines", "a space", "wide letters: é"])
def test_an_entry_that_was_damaged_is_no_secret(
    store: Store, fake_keyring: FakeKeyring, damaged: str
) -> None:
    store.change(filled)
    store.change(in_keyring)
    fake_keyring.path.write_text(json.dumps(dict.fromkeys(fake_keyring.entries, damaged)), "utf-8")
    with pytest.raises(KeyringLacks, match="no longer holds the secrets of @alice@example"):
        store.reveal(store.load().accounts[0].token.value)


@pytest.mark.parametrize("made", [fail.Keyring, null.Keyring])
def test_what_is_no_real_keyring_gets_no_secret(
    store: Store, fake_keyring: FakeKeyring, made: Callable[[], KeyringBackend]
) -> None:
    store.change(filled)
    body = store.path.read_bytes()
    keyring.set_keyring(made())
    with pytest.raises(KeyringMissing):
        store.change(in_keyring)
    assert store.path.read_bytes() == body
    assert fake_keyring.entries == {}


def test_of_several_keyrings_only_the_first_is_asked(
    store: Store, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps_nothing = cast("Callable[[], KeyringBackend]", null.Keyring)
    monkeypatch.setattr(ChainerBackend, "backends", [keeps_nothing(), fake_keyring])
    keyring.set_keyring(cast("Callable[[], KeyringBackend]", ChainerBackend)())
    with pytest.raises(KeyringMissing):
        store.change(lambda shelf: in_keyring(filled(shelf)))
    monkeypatch.setattr(ChainerBackend, "backends", [fake_keyring, keeps_nothing()])
    store.change(lambda shelf: in_keyring(filled(shelf)))
    assert sorted(fake_keyring.entries.values()) == sorted(ALL)


def test_without_the_extra_the_wizard_says_how_to_get_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.change(filled)
    body = store.path.read_bytes()
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyringNotInstalled, match=rf"{sys.executable} -m pip install keyring$"):
        store.change(in_keyring)
    assert store.path.read_bytes() == body


def test_what_was_put_is_taken_out_when_the_file_can_not_be_written(
    store: Store, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.change(filled)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        with pytest.raises(SaveFailed):
            store.change(in_keyring)
    assert fake_keyring.entries == {}
    assert secrets_of(store) == ALL
    store.change(in_keyring)
    assert secrets_of(store) == ALL


def test_what_can_not_be_taken_out_is_told(store: Store, fake_keyring: FakeKeyring) -> None:
    store.change(filled)
    store.change(lambda shelf: shelf.with_secrets_in(Place.KEYRING, ALICE))
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    store.change(lambda shelf: shelf.without_account(ALICE))
    (told,) = store.take_notices()
    assert told.startswith("The system's keyring still holds “@alice@example.org ")
    assert store.load().account(ALICE) is None


def test_without_the_keyring_new_secrets_go_to_the_file_when_the_person_says_so(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.change(in_keyring)
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    with pytest.raises(KeyringLocked):
        store.change(filled)
    store.new_secrets_in_file = True
    store.change(filled)
    assert secrets_of(store) == ALL
    assert store.load().secrets_in is Place.KEYRING


def test_what_the_file_says_of_the_keyring_survives_and_is_judged(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.change(filled)
    store.change(in_keyring)
    text = store.path.read_text("utf-8")
    for changed in (
        text.replace("\nkeyring = ", '\nvalue = "both"\nkeyring = ', 1),
        text.replace('secrets_in = "keyring"', 'secrets_in = "cellar"'),
        text.replace("\nkeyring = ", "\nkeyring = 1 # ", 1),
    ):
        assert changed != text
        store.path.write_text(changed, "utf-8")
        with pytest.raises(FileNotUnderstood):
            store.load()
    store.path.write_text(text.replace("[accounts.token]\n", '[accounts.token]\nmine = "x"\n', 1))
    store.change(in_file)
    assert 'mine = "x"' in store.path.read_text("utf-8")
    assert fake_keyring.entries == {}


def test_a_name_in_the_keyring_is_no_secret_to_be_put_there_again(
    store: Store, fake_keyring: FakeKeyring
) -> None:
    store.change(filled)
    store.change(in_keyring)
    entries = fake_keyring.entries
    account = store.load().accounts[0]
    assert isinstance(account.token.value, InKeyring)
    store.change(lambda shelf: shelf.with_account(replace(account, display_name="Other")))
    assert fake_keyring.entries == entries
