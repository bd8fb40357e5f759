"""Saving: what is swept, what is refused, and how what can't be saved here is saved elsewhere."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import store as store_module
from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileError, FileUnreadable, SaveFailed
from gts_wizard.shelf import Shelf
from tests.helpers.sample_accounts import SERVER, TOKEN, make_account

if TYPE_CHECKING:
    from pathlib import Path


def with_alice(shelf: Shelf) -> Shelf:
    return shelf.with_account(make_account("alice"))


def with_bob(shelf: Shelf) -> Shelf:
    return shelf.with_account(make_account("bob"))


def names(directory: Path) -> set[str]:
    return {one.name for one in directory.iterdir()}


def test_an_interrupted_save_leaves_nothing_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.change(with_alice)
    assert names(store.path.parent) == {"credentials.toml.lock"}


def test_what_a_killed_wizard_left_is_swept_and_nothing_of_others(store: Store) -> None:
    folder = store.path.parent
    for name in (".credentials.toml.abc123.tmp", ".credentials.toml.swp", ".other.toml.a.tmp"):
        (folder / name).write_text(TOKEN, "utf-8")
    (folder / ".credentials.toml.a-directory.tmp").mkdir()
    store.change(with_alice)
    left = {".credentials.toml.swp", ".other.toml.a.tmp", ".credentials.toml.a-directory.tmp"}
    assert names(folder) == {"credentials.toml", "credentials.toml.lock", *left}


def test_a_file_where_its_directory_should_be_is_told(tmp_path: Path) -> None:
    blocking = tmp_path / "file"
    blocking.write_text("kept", "utf-8")
    store = Store(blocking / "credentials.toml")
    with pytest.raises(FileUnreadable, match="not a directory"):
        store.load()
    with pytest.raises(FileError):
        store.change(with_alice)
    assert blocking.read_text("utf-8") == "kept"


def test_a_directory_where_its_lock_should_be_is_told(store: Store) -> None:
    lock = store.path.with_name("credentials.toml.lock")
    lock.mkdir()
    with pytest.raises(SaveFailed) as failure:
        store.change(with_alice)
    assert (failure.value.reason, failure.value.path) == ("is a directory", str(lock))


def test_a_change_that_raises_frees_the_lock_and_saves_nothing(store: Store) -> None:
    def fail(_: Shelf) -> Shelf:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.change(fail)
    assert not store.path.exists()
    store.change(with_alice)


def test_a_change_tried_again_is_made_once(store: Store) -> None:
    store.change(with_alice)
    once = store.change(with_bob)
    body = store.path.read_bytes()
    assert store.change(with_bob) == once
    assert store.path.read_bytes() == body


@pytest.mark.parametrize(
    "unkeepable",
    [
        Shelf(accounts=(make_account("alice", token=f"{TOKEN}\ud800"),)),
        Shelf(accounts=(make_account("alice", token=TOKEN), make_account("ALICE"))),
        Shelf(accounts=(make_account("alice", server=replace(SERVER, title="a" * 9_000_000)),)),
        Shelf(accounts=(make_account("alice", server=replace(SERVER, title="\n" * 3_000_000)),)),
    ],
    ids=["half a character", "twice the same", "too large", "too much to read"],
)
def test_what_could_not_be_read_again_is_not_saved(store: Store, unkeepable: Shelf) -> None:
    store.change(with_bob)
    body = store.path.read_bytes()
    with pytest.raises(SaveFailed) as told:
        store.change(lambda _: unkeepable)
    failure: BaseException | None = told.value
    assert "could not be read again" in str(failure)
    while failure is not None:
        assert TOKEN not in f"{failure!r} {failure.args} {vars(failure)}"
        failure = failure.__cause__ or failure.__context__
    assert store.path.read_bytes() == body


def test_what_can_not_be_saved_here_is_saved_elsewhere(store: Store, tmp_path: Path) -> None:
    store.change(with_alice)
    store.path.write_text(store.path.read_text("utf-8") + '[plugin]\nnote = "mine"\n', "utf-8")
    old = store.path
    store.move_to(tmp_path / "made" / "other.toml")
    assert [one.username for one in store.change(with_bob).accounts] == ["alice", "bob"]
    assert 'note = "mine"' in (tmp_path / "made" / "other.toml").read_text("utf-8")
    assert [one.username for one in Store(old).load().accounts] == ["alice"]


def test_a_first_save_goes_elsewhere_too(store: Store, tmp_path: Path) -> None:
    old = store.path
    store.move_to(tmp_path / "other.toml")
    assert len(store.change(with_alice).accounts) == 1
    assert not old.exists()


def test_a_file_that_is_there_is_not_copied_over(store: Store, tmp_path: Path) -> None:
    old = store.path
    store.change(with_alice)
    other = tmp_path / "other.toml"
    Store(other).change(with_bob)
    with pytest.raises(SaveFailed, match="there is a file already"):
        store.move_to(other)
    assert [one.username for one in Store(other).load().accounts] == ["bob"]
    assert (store.path, store.load().default) == (old, "@alice@example.org")


def test_beside_a_damaged_file_a_new_one_starts_empty(store: Store, tmp_path: Path) -> None:
    old = store.path
    old.write_text("oops", "utf-8")
    store.move_to(tmp_path / "other.toml")
    assert [one.username for one in store.change(with_bob).accounts] == ["bob"]
    assert old.read_text("utf-8") == "oops"


def test_the_largest_file_is_a_bound_for_writing_too(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.change(with_alice)
    monkeypatch.setattr(store_module, "LARGEST_FILE", len(store.path.read_bytes()))
    with pytest.raises(SaveFailed):
        store.change(with_bob)
    store.change(lambda shelf: shelf.without_account("@alice@example.org"))
    assert store.load() == Shelf()
