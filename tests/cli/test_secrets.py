"""`gts-wizard secrets`, and signing in with secrets in the system's keyring."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backends import null

from gts_wizard.practice import PracticeServer
from gts_wizard.secret import SecretStorage
from gts_wizard.storage.store import Store
from tests.helpers.fake_keyring import (
    FakeKeyring,
    installed,
    process_variables,
    short_timeout,
)
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocess_cli import enter_code, run, run_in_process, save_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAY_OUT = "To keep the secrets of new accounts in the file, run: gts-wizard secrets file --new\n"
_TROUBLES = {
    "locked": "The system's keyring is locked.",
    "silent": "The system's keyring isn't answering.",
    "broken": "The system's keyring reported a problem.",
    "missing": "There's no keyring here that is safe for your secrets.",
    "not installed": "The part of the wizard that uses the system's keyring isn't installed.",
}


@pytest.fixture
def fake_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    """The keyring of this test."""
    with installed(tmp_path, monkeypatch) as made, short_timeout():
        yield made


def _break_keyring(fake: FakeKeyring, trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if trouble == "missing":
        keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call]
    elif trouble == "not installed":
        monkeypatch.setitem(sys.modules, "keyring", None)
    else:
        fake.failure_mode.write_text(trouble)


def test_secrets_move_to_the_keyring_and_back(
    tmp_path: Path, credentials_path: Path, fake_keyring: FakeKeyring
) -> None:
    save_accounts(tmp_path, make_account())
    for arguments, place, message in [
        (["keyring"], SecretStorage.KEYRING, "All secrets are now in the system's keyring."),
        (
            ["file"],
            SecretStorage.FILE,
            "All secrets are now in ~/.config/gts-wizard/credentials.toml.",
        ),
        (
            ["keyring", "alice"],
            SecretStorage.KEYRING,
            "The secrets of @alice@example.org are now in the",
        ),
        (["file", "--new"], SecretStorage.KEYRING, "you add from now on go to ~/.config"),
    ]:
        moved = run_in_process(tmp_path, "secrets", *arguments)
        assert (moved.returncode, moved.stderr) == (0, "")
        assert message in moved.stdout
        assert TOKEN not in moved.stdout
        assert (TOKEN in credentials_path.read_text("utf-8")) is (place is SecretStorage.FILE)
        assert any(TOKEN in entry for entry in fake_keyring.entries.values()) is (
            place is SecretStorage.KEYRING
        )
        printed = run_in_process(tmp_path, "token")
        assert (printed.returncode, printed.stdout) == (0, f"{TOKEN}\n")


@pytest.mark.slow
def test_processes_share_the_keyring(tmp_path: Path, credentials_path: Path) -> None:
    save_accounts(tmp_path, make_account())
    variables = process_variables(tmp_path / "keyring.json")
    moved = run(tmp_path, "secrets", "keyring", **variables)
    assert (moved.returncode, moved.stderr) == (0, "")
    assert TOKEN not in credentials_path.read_text("utf-8")
    assert run(tmp_path, "token", **variables).stdout == f"{TOKEN}\n"


@pytest.mark.slow
@pytest.mark.parametrize("trouble", _TROUBLES)
def test_unusable_keyring_changes_nothing(
    tmp_path: Path,
    credentials_path: Path,
    fake_keyring: FakeKeyring,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    _break_keyring(fake_keyring, trouble, monkeypatch)

    def assert_refused(*arguments: str) -> None:
        done = run_in_process(tmp_path, "secrets", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"{_TROUBLES[trouble]} Nothing was changed.")
        assert done.stderr.count("\n") == 1

    assert_refused("keyring")
    assert_refused("keyring", "--new")
    assert not credentials_path.exists()
    save_accounts(tmp_path, make_account())
    before = credentials_path.read_bytes()
    assert_refused("keyring")
    assert_refused("keyring", "--new")
    assert credentials_path.read_bytes() == before


def test_keyring_is_asked_before_it_is_chosen(
    tmp_path: Path, credentials_path: Path, fake_keyring: FakeKeyring
) -> None:
    done = run_in_process(tmp_path, "secrets", "keyring")
    assert (done.returncode, done.stderr) == (0, "")
    assert fake_keyring.path.exists()
    assert fake_keyring.entries == {}
    assert Store(credentials_path).load().default_storage is SecretStorage.KEYRING
    fake_keyring.failure_mode.write_text("locked")
    again = run_in_process(tmp_path, "secrets", "keyring")
    assert (again.returncode, again.stdout) == (1, "")


def _sign_in(home: Path, practice: PracticeServer, username: str = "alice") -> int:
    line = ("sign-in", practice.address, "--scopes", "read")
    return run_in_process(home, *line, answers=[enter_code(username)]).returncode


@pytest.mark.slow
def test_sign_in_stopped_by_the_keyring_names_the_way_out(
    tmp_path: Path, practice: PracticeServer, fake_keyring: FakeKeyring
) -> None:
    run_in_process(tmp_path, "secrets", "keyring")
    fake_keyring.failure_mode.write_text("locked")
    stopped = run_in_process(tmp_path, "sign-in", practice.address, "--scopes", "read")
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert stopped.stderr.endswith(f"Unlock it, then try again.\n{_WAY_OUT}")
    out = run_in_process(tmp_path, "secrets", "file", "--new")
    assert (out.returncode, out.stderr) == (0, "")
    assert _sign_in(tmp_path, practice) == 0


@pytest.mark.slow
def test_way_out_helps_if_the_keyring_has_a_registration(
    tmp_path: Path, practice: PracticeServer, fake_keyring: FakeKeyring
) -> None:
    run_in_process(tmp_path, "secrets", "keyring")
    assert _sign_in(tmp_path, practice, "bob") == 0
    fake_keyring.failure_mode.write_text("locked")
    assert run_in_process(tmp_path, "secrets", "file", "--new").returncode == 0
    assert _sign_in(tmp_path, practice) == 0
    renewed = run_in_process(tmp_path, "renew", "bob")
    assert (renewed.returncode, renewed.stdout) == (1, "")
    assert renewed.stderr.endswith("Unlock it, then try again.\n")
