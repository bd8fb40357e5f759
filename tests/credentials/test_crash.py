"""A save is killed at any instant: the file holds the old state or the new one, and is usable.

The long form, about 800 kills: `GTS_WIZARD_LONG_TESTS=1 pytest tests/credentials/test_crash.py`.
"""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocesses import LONG_TESTS, start_python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RANDOM_KILLS = 250 if LONG_TESTS else 15
STEP = 1 if LONG_TESTS else 3


def add(folder: Path, name: str, token: str = TOKEN) -> None:
    account = make_account(name, token)
    Store(folder / "credentials.toml").change(lambda shelf: shelf.with_account(account))


class Saver:
    """The process of `killed.py`, and folders for it to save in."""

    def __init__(self, folder: Path, *, first: bool) -> None:
        self._process = start_python("from tests.helpers.kill_points import main; main()")
        self._folder = folder / "house"
        self._old = folder / "old"
        self._old.mkdir()
        if not first:
            for name in ("alice", "bob"):
                add(self._old, name)
        self.kills = 0
        self.before = self.usernames(self._old)
        self.after = [*self.before, "new"]

    def usernames(self, folder: Path | None = None) -> list[str]:
        """Return who is in the file of a folder, the one saved in unless told."""
        store = Store((folder or self._folder) / "credentials.toml")
        return [one.username for one in store.load().accounts]

    def ask(self, moment: str) -> int:
        """Save in a fresh folder, and return what the process answers."""
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._old, self._folder)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{self._folder}\t{moment}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def check(self, moment: str) -> list[str]:
        """Kill a save at a moment, and return what the file holds then."""
        self.kills += self.ask(moment)
        found = self.usernames()
        assert found in (self.before, self.after), moment
        add(self._folder, "new", token="newer")
        assert self.usernames() == self.after, moment
        left = {one.name for one in self._folder.iterdir()}
        assert left == {"credentials.toml", "credentials.toml.lock"}, moment
        return found

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)


@pytest.fixture(params=["first save", "later save"])
def saver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Saver]:
    saver = Saver(tmp_path, first=request.param == "first save")
    yield saver
    saver.close()


def test_killed_at_every_system_call(saver: Saver) -> None:
    calls = saver.ask("calls")
    moments = [f"{when} {call}" for call in range(calls) for when in ("before", "after")]
    tried = [moments[0], *moments[1:-1:STEP], moments[-1]]
    found = [saver.check(moment) for moment in tried]
    assert saver.kills == len(tried)
    # Once the new state is there it stays: no system call takes it back.
    assert found == sorted(found, key=len)
    assert (found[0], found[-1]) == (saver.before, saver.after)


def test_killed_at_random_lines(saver: Saver) -> None:
    saver.ask("lines")  # the first time, caches are filled
    lines = saver.ask("lines")
    chance = random.SystemRandom()
    for _ in range(RANDOM_KILLS):
        saver.check(f"line {chance.randrange(lines)}")
    # A save that found the lock's or the temporary file's name taken ran a few lines less.
    assert saver.kills > 0.9 * RANDOM_KILLS
