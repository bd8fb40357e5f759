"""Loading and changing the file: what is saved comes back, what can't be saved is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileError, FileTooNew, FileUnreadable, InvalidFile, SaveFailed
from gts_wizard.storage import files
from gts_wizard.storage.store import Store
from tests.helpers.assertions import assert_safe_error
from tests.helpers.sample_accounts import (
    SERVER,
    TOKEN,
    add_account,
    add_one_of_each,
    make_account,
    make_pending,
)

if TYPE_CHECKING:
    from pathlib import Path


def usernames(store: Store) -> list[str]:
    return [account.username for account in store.load().accounts]


def test_missing_file_is_empty_and_reading_makes_none(store: Store) -> None:
    assert store.load() == Credentials()
    assert list(store.path.parent.iterdir()) == []


def test_change_that_changes_nothing_writes_nothing(store: Store) -> None:
    store.update(lambda credentials: credentials)
    assert not store.path.exists()


def test_saved_records_are_loaded_again(store: Store) -> None:
    saved = store.update(add_one_of_each)
    assert saved == add_one_of_each(Credentials())
    assert store.load() == Store(store.path).load() == saved


def test_change_tried_again_is_made_once(store: Store) -> None:
    store.update(add_account("alice"))
    once = store.update(add_account("bob"))
    body = store.path.read_bytes()
    assert store.update(add_account("bob")) == once
    assert store.path.read_bytes() == body


def test_edit_by_hand_between_two_changes_survives(store: Store) -> None:
    store.update(add_account("alice"))
    text = store.path.read_text("utf-8")
    store.path.write_text(text.replace('"Alice"', '"Alice L."\nnote = "mine"'), "utf-8")
    store.update(add_account("bob"))
    names = [account.display_name for account in store.load().accounts]
    assert names == ["Alice L.", "Bob"]
    assert 'note = "mine"' in store.path.read_text("utf-8")


def test_unchanged_file_is_parsed_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    def parse(body: bytes, path: Path) -> files.Document:
        parsed.append(body)
        return real_parse(body, path)

    store.update(add_account("alice"))
    real_parse = files.parse
    monkeypatch.setattr(files, "parse", parse)
    assert store.load() == store.load()
    assert len(parsed) == 1
    # Neither the size of the file nor, on some disks, its time tells of an edit.
    edited = store.path.read_bytes().replace(b'"Alice"', b'"Erica"')
    store.path.write_bytes(edited)
    assert [account.display_name for account in store.load().accounts] == ["Erica"]
    assert len(parsed) == 2


def test_removed_token_leaves_the_file(store: Store) -> None:
    store.update(lambda credentials: credentials.with_pending(make_pending(token=TOKEN)))
    assert TOKEN in store.path.read_text("utf-8")
    store.update(lambda credentials: credentials.with_pending(make_pending()))
    assert TOKEN not in store.path.read_text("utf-8")
    assert store.load().pending_sign_ins == (make_pending(),)


@pytest.mark.parametrize(
    ("found", "instead", "error"),
    [
        (b"\n[[", b"\n[", InvalidFile),
        (b"# The", b"# \xff", InvalidFile),
        (TOKEN.encode(), b"a b", InvalidFile),
        (b"schema_version = 1", b"schema_version = 0", InvalidFile),
        (b"schema_version = 1", b"schema_version = 2", FileTooNew),
    ],
    ids=["not TOML", "not UTF-8", "invalid token", "unknown schema", "newer schema"],
)
def test_file_not_understood_is_never_written_over(
    store: Store, found: bytes, instead: bytes, error: type[FileError]
) -> None:
    store.update(add_one_of_each)
    body = store.path.read_bytes()
    assert found in body
    damaged = body.replace(found, instead)
    store.path.write_bytes(damaged)
    with pytest.raises(error) as loading:
        store.load()
    with pytest.raises(error) as changing:
        store.update(add_account("bob"))
    assert store.path.read_bytes() == damaged
    assert str(changing.value) == str(loading.value)
    assert str(store.path) in str(loading.value)
    for failure in (loading.value, changing.value):
        assert_safe_error(failure, TOKEN)


def test_file_not_understood_says_what_to_do(store: Store) -> None:
    store.path.write_text("oops", "utf-8")
    with pytest.raises(InvalidFile) as failure:
        store.load()
    for remedy in ("Fix the file", "restore a backup", "move it aside"):
        assert remedy in str(failure.value)


def test_file_in_place_of_the_directory_is_reported(tmp_path: Path) -> None:
    blocking = tmp_path / "file"
    blocking.write_text("kept", "utf-8")
    store = Store(blocking / "credentials.toml")
    with pytest.raises(FileUnreadable, match="not a directory"):
        store.load()
    with pytest.raises(FileError):
        store.update(add_account())
    assert blocking.read_text("utf-8") == "kept"


@pytest.mark.slow
@pytest.mark.parametrize(
    "unreadable",
    [
        Credentials(accounts=(make_account("alice", token=f"{TOKEN}\ud800"),)),
        Credentials(accounts=(make_account("alice", token=TOKEN), make_account("ALICE"))),
        Credentials(
            accounts=(make_account("alice", server=SERVER._replace(title="\n" * 1_000_001)),)
        ),
    ],
    ids=["half a character", "the same handle twice", "too much to parse"],
)
def test_what_could_not_be_read_again_is_not_saved(store: Store, unreadable: Credentials) -> None:
    store.update(add_account("bob"))
    body = store.path.read_bytes()
    with pytest.raises(SaveFailed, match="couldn't read it again") as failure:
        store.update(lambda _: unreadable)
    assert_safe_error(failure.value, TOKEN)
    assert store.path.read_bytes() == body


def test_file_larger_than_can_be_read_is_not_saved(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(add_account("alice"))
    body = store.path.read_bytes()
    monkeypatch.setattr(files, "MAX_FILE_BYTES", len(body))
    with pytest.raises(SaveFailed, match="couldn't read it again"):
        store.update(add_account("bob"))
    assert store.path.read_bytes() == body
    store.update(lambda credentials: credentials.without_account("@alice@example.org"))
    assert store.load() == Credentials()


def test_moved_file_keeps_everything_and_is_used(store: Store, tmp_path: Path) -> None:
    store.update(add_account("alice"))
    store.path.write_text(store.path.read_text("utf-8") + '[plugin]\nnote = "mine"\n', "utf-8")
    old, new = store.path, tmp_path / "made" / "other.toml"
    store.move_to(new)
    (notice,) = store.pop_warnings()
    assert f"now keeps everything in {new}." in notice
    store.update(add_account("bob"))
    assert usernames(store) == usernames(Store(new)) == ["alice", "bob"]
    assert 'note = "mine"' in new.read_text("utf-8")
    assert usernames(Store(old)) == ["alice"]


def test_missing_file_can_be_moved(store: Store, tmp_path: Path) -> None:
    old = store.path
    store.move_to(tmp_path / "other.toml")
    assert Store(tmp_path / "other.toml").load() == Credentials()
    assert len(store.update(add_account()).accounts) == 1
    assert not old.exists()


def test_moving_never_replaces_a_file(store: Store, tmp_path: Path) -> None:
    old, other = store.path, tmp_path / "other.toml"
    store.update(add_account("alice"))
    Store(other).update(add_account("bob"))
    with pytest.raises(SaveFailed, match="it already exists"):
        store.move_to(other)
    assert usernames(Store(other)) == ["bob"]
    assert (store.path, usernames(store)) == (old, ["alice"])


def test_moving_a_damaged_file_starts_an_empty_one(store: Store, tmp_path: Path) -> None:
    old = store.path
    old.write_text("oops", "utf-8")
    store.move_to(tmp_path / "other.toml")
    store.update(add_account("bob"))
    assert usernames(store) == ["bob"]
    assert old.read_text("utf-8") == "oops"
