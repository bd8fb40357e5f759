"""A save that is killed leaves the old file or the new one, and the next save works.

The long form, about 800 kills: `GTS_WIZARD_LONG_TESTS=1 pytest tests/storage/test_crash.py`.
"""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocesses import LONG_TESTS, start_python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

_RANDOM_KILLS = 250 if LONG_TESTS else 15
_STEP = 1 if LONG_TESTS else 3


def save(folder: Path, username: str, token: str = TOKEN) -> None:
    account = make_account(username, token)
    Store(folder / "credentials.toml").update(lambda credentials: credentials.with_account(account))


class KilledSaver:
    """The process of `tests.helpers.kill_points`, and the folder it saves in.

    Attributes:
        kills: how many saves were killed.
        before: the user names in the file that each save begins with.
        after: the user names in it once a save was not killed.
    """

    def __init__(self, folder: Path, *, is_first_save: bool) -> None:
        self._process = start_python("from tests.helpers.kill_points import main; main()")
        self._folder = folder / "saving"
        self._original = folder / "original"
        self._original.mkdir()
        if not is_first_save:
            for username in ("alice", "bob"):
                save(self._original, username)
        self.kills = 0
        self.before = self.usernames(self._original)
        self.after = [*self.before, "new"]

    def usernames(self, folder: Path) -> list[str]:
        """Return whose accounts are in the file of a folder."""
        accounts = Store(folder / "credentials.toml").load().accounts
        return [account.username for account in accounts]

    def ask(self, moment: str) -> int:
        """Save in a fresh folder, and return what the process answers."""
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._original, self._folder)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{self._folder}\t{moment}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def kill_and_check(self, moment: str) -> list[str]:
        """Kill a save at a moment, save again, and return what the killed one left."""
        self.kills += self.ask(moment)
        found = self.usernames(self._folder)
        assert found in (self.before, self.after), moment
        save(self._folder, "new", token="newer")
        assert self.usernames(self._folder) == self.after, moment
        names = {path.name for path in self._folder.iterdir()}
        assert names == {"credentials.toml", "credentials.toml.lock"}, moment
        return found

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)


@pytest.fixture(params=["first save", "later save"])
def saver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KilledSaver]:
    saver = KilledSaver(tmp_path, is_first_save=request.param == "first save")
    yield saver
    saver.close()


def test_save_killed_at_a_system_call_loses_nothing(saver: KilledSaver) -> None:
    calls = saver.ask("calls")
    moments = [f"{when} {call}" for call in range(calls) for when in ("before", "after")]
    tried = [moments[0], *moments[1:-1:_STEP], moments[-1]]
    found = [saver.kill_and_check(moment) for moment in tried]
    assert saver.kills == len(tried)
    # Once the new file is in place it stays: no later system call takes it back.
    assert found == sorted(found, key=len)
    assert (found[0], found[-1]) == (saver.before, saver.after)


def test_save_killed_at_a_random_line_loses_nothing(saver: KilledSaver) -> None:
    saver.ask("lines")  # the first time, caches are filled
    lines = saver.ask("lines")
    chance = random.SystemRandom()
    for _ in range(_RANDOM_KILLS):
        saver.kill_and_check(f"line {chance.randrange(lines)}")
    # A save that found the lock's or the temporary file's name taken ran a few lines less.
    assert saver.kills > 0.9 * _RANDOM_KILLS
