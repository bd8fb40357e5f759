"""Many writers at once lose nothing; one that holds the lock is named.

The long form, 20 rounds of 32 processes:
`GTS_WIZARD_LONG_TESTS=1 pytest tests/credentials/test_many.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import locking
from gts_wizard.credentials.access import real_path
from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileLocked
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocesses import LONG_TESTS, run_python, start_python

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.shelf import Shelf

ROUNDS, PROCESSES = (20, 32) if LONG_TESTS else (3, 16)

TOGETHER = """
import os, pathlib, sys
from gts_wizard.credentials.store import Store
import gts_wizard.credentials.locking, gts_wizard.credentials.writing
from tests.helpers.sample_accounts import make_account
rounds, processes = int(sys.argv[2]), int(sys.argv[3])
for number in range(rounds):
    path = pathlib.Path(sys.argv[1], f"{number}.toml")
    waiting, gate = os.pipe()
    children = []
    for child in range(processes):
        if process := os.fork():
            children.append(process)
            continue
        os.close(gate)
        os.read(waiting, 1)  # returns when the parent opens the gate
        account = make_account(f"user{child}")
        Store(path).change(lambda shelf: shelf.with_account(account))
        os._exit(0)
    os.close(waiting)
    os.close(gate)
    print({os.waitpid(one, 0)[1] for one in children}, len(Store(path).load().accounts))
"""

HOLD = """
import pathlib, sys
from gts_wizard.credentials.locking import locked
sys.argv[0] = "/usr/bin/gts-wizard"
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def with_alice(shelf: Shelf) -> Shelf:
    return shelf.with_account(make_account("alice"))


def with_bob(shelf: Shelf) -> Shelf:
    return shelf.with_account(make_account("bob"))


def test_many_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    assert run_python(TOGETHER, tmp_path, ROUNDS, PROCESSES) == [f"{{0}} {PROCESSES}"] * ROUNDS
    saved = {one.username for one in Store(tmp_path / "0.toml").load().accounts}
    assert saved == {f"user{one}" for one in range(PROCESSES)}


def test_an_edit_made_by_hand_meanwhile_survives(store: Store) -> None:
    store.change(with_alice)
    text = store.path.read_text("utf-8")
    store.path.write_text(text.replace('"Alice"', '"Alice L."\nnote = "mine"'), "utf-8")
    store.change(with_bob)
    assert [one.display_name for one in store.load().accounts] == ["Alice L.", "Bob"]
    assert 'note = "mine"' in store.path.read_text("utf-8")


def test_a_lock_held_elsewhere_is_told_and_reading_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.change(with_alice)
    before = store.path.read_bytes()
    monkeypatch.setattr(locking, "_LOCK_SECONDS", 0.05)
    with start_python(HOLD, store.path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FileLocked) as locked:
            store.change(with_bob)
        assert len(store.load().accounts) == 1
        holder.kill()
    assert f"is held by process {holder.pid} (gts-wizard) ({store.path})" in str(locked.value)
    assert store.path.read_bytes() == before
    # Killed, it left its lock file, which holds nobody up.
    store.change(with_bob)
    assert len(store.load().accounts) == 2


@pytest.mark.parametrize("signed", ["", "999999999 gone", "0", "\0", "1"])
def test_a_lock_nobody_running_signed_is_another_windows(
    store: Store, monkeypatch: pytest.MonkeyPatch, signed: str
) -> None:
    monkeypatch.setattr(locking, "_LOCK_SECONDS", 0)
    with locking.locked(store.path), pytest.raises(FileLocked) as locked:
        store.path.with_name("credentials.toml.lock").write_text(signed, "utf-8")
        store.change(with_alice)
    assert "is held by another window of this wizard" in str(locked.value)


def test_a_lock_is_waited_for_less_than_five_seconds() -> None:
    assert 3 < locking._LOCK_SECONDS < 5


def test_a_link_and_its_target_share_one_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_LOCK_SECONDS", 0)
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    Store(real).change(with_alice)
    link.symlink_to(real)
    with locking.locked(real_path(link)), pytest.raises(FileLocked):
        Store(real).change(with_bob)
