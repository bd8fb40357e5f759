"""The system's keyring, as real processes meet it: asked before anything is promised to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.practice import PracticeInstance
from gts_wizard.secret import Place
from tests.helpers.browser_user import BrowserUser
from tests.helpers.fake_keyring import BACKEND, FILE_VARIABLE
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import PipedProcess, default_credentials_path, run

if TYPE_CHECKING:
    from collections.abc import Callable

WAY_OUT = "To keep what is new in the file instead, run: gts-wizard secrets file --new\n"


def keyring(home: Path, mood: str = "") -> dict[str, str]:
    """Return the environment of somebody whose keyring is in a mood."""
    (home / "fake_keyring.mood").write_text(mood)
    return {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHON_KEYRING_BACKEND": BACKEND,
        FILE_VARIABLE: str(home / "fake_keyring.json"),
    }


def without_the_extra(home: Path) -> dict[str, str]:
    """Return an environment in which the keyring's part can't be imported."""
    start = "import sys\nsys.modules['keyring'] = None\n"
    (home / "sitecustomize.py").write_text(start)
    return {"PYTHONPATH": str(home)}


UNUSABLE: dict[str, tuple[Callable[[Path], dict[str, str]], str]] = {
    "locked": (lambda home: keyring(home, "locked"), "The system's keyring is locked."),
    "broken": (lambda home: keyring(home, "broken"), "The system's keyring reported trouble."),
    "missing": (
        lambda _: {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        "There is no keyring here that your secrets could be trusted to.",
    ),
    "not installed": (
        without_the_extra,
        "The part of the wizard that uses the system's keyring is not installed.",
    ),
}


@pytest.mark.parametrize("arguments", [["keyring"], ["keyring", "--new"]])
@pytest.mark.parametrize("trouble", UNUSABLE)
def test_an_unusable_keyring_is_promised_nothing(
    tmp_path: Path, trouble: str, arguments: list[str]
) -> None:
    surroundings, told = UNUSABLE[trouble]
    done = run(tmp_path, "secrets", *arguments, **surroundings(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{told} Nothing was changed.")
    assert not default_credentials_path(tmp_path).exists()


def test_new_secrets_are_not_promised_beside_an_account(tmp_path: Path) -> None:
    shelf = default_credentials_path(tmp_path)
    Store(shelf).change(lambda kept: kept.with_account(make_account()))
    before = shelf.read_bytes()
    done = run(tmp_path, "secrets", "keyring", "--new", **keyring(tmp_path, "locked"))
    assert (done.returncode, done.stdout) == (1, "")
    assert shelf.read_bytes() == before


def test_a_keyring_that_keeps_secrets_is_left_as_it_was(tmp_path: Path) -> None:
    done = run(tmp_path, "secrets", "keyring", **keyring(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "fake_keyring.json").read_text()) == {}
    assert Store(default_credentials_path(tmp_path)).load().secrets_in is Place.KEYRING
    # What was promised before is asked for again, too.
    again = run(tmp_path, "secrets", "keyring", **keyring(tmp_path, "locked"))
    assert (again.returncode, again.stdout) == (1, "")


def test_a_sign_in_that_the_keyring_stops_names_the_way_out(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    line = ("sign-in", practice.address, "--scopes", "read")
    run(tmp_path, "secrets", "keyring", **keyring(tmp_path))
    locked = keyring(tmp_path, "locked")
    stopped = run(tmp_path, *line, **locked)
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert stopped.stderr.endswith(f"Unlock it, then try again.\n{WAY_OUT}")
    out = run(tmp_path, "secrets", "file", "--new", **locked)
    assert (out.returncode, out.stderr) == (0, "")
    assert _signs_in(tmp_path, practice, locked) == 0


def test_the_way_out_helps_where_the_keyring_has_an_older_registration(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    open_again = keyring(tmp_path)
    run(tmp_path, "secrets", "keyring", **open_again)
    assert _signs_in(tmp_path, practice, open_again, "bob") == 0
    locked = keyring(tmp_path, "locked")
    assert run(tmp_path, "secrets", "file", "--new", **locked).returncode == 0
    assert _signs_in(tmp_path, practice, locked) == 0
    renewed = run(tmp_path, "renew", "bob", **locked)
    assert (renewed.returncode, renewed.stdout) == (1, "")
    assert renewed.stderr.endswith("Unlock it, then try again.\n")


def _signs_in(
    home: Path, practice: PracticeInstance, variables: dict[str, str], who: str = "alice"
) -> int:
    """Sign in line by line, and return the exit code."""
    with PipedProcess(home, "sign-in", practice.address, "--scopes", "read", **variables) as plain:
        with BrowserUser(f"{who}@example.org") as person:
            code = person.get_code(plain.read_link())
        return plain.end(code).returncode
