"""The program where something is missing: the home directory, the working directory, a value."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.containers import IN_DELETED_DIRECTORY, NAMELESS, as_user
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocess_cli import default_credentials_path, run, save_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_HOME = (
    "There is no home directory here to keep your accounts in. Set HOME to a full path, or set "
    "GTS_WIZARD_CREDENTIALS to the file that keeps them.\n"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that each user may write in, with nothing in it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o777)
        yield path


@pytest.fixture
def credentials(folder: Path) -> Path:
    """The credentials of Alice, which belong to a user without a name and a home."""
    save_accounts(folder, make_account())
    path = folder / "credentials.toml"
    shutil.move(default_credentials_path(folder), path)
    shutil.rmtree(folder / ".config")
    shutil.chown(path, NAMELESS, NAMELESS)
    return path


@pytest.mark.parametrize(
    "variables",
    [{"HOME": ""}, {"HOME": "relative"}, {"HOME": "", "XDG_CONFIG_HOME": "relative"}],
    ids=["empty", "relative", "relative configuration"],
)
@pytest.mark.parametrize("command", ["token", "accounts", "path", "use"])
def test_user_without_home_is_told_what_to_set(
    folder: Path, command: str, variables: dict[str, str]
) -> None:
    arguments = [command, "alice"] if command == "use" else [command]
    done = run(folder, *arguments, prefix=as_user(NAMELESS), **variables)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", _NO_HOME)
    assert list(folder.iterdir()) == []


def test_named_file_needs_no_home(folder: Path, credentials: Path) -> None:
    def run_without_home(*arguments: str) -> str:
        done = run(
            folder,
            *arguments,
            prefix=as_user(NAMELESS),
            HOME="",
            GTS_WIZARD_CREDENTIALS=str(credentials),
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert run_without_home("token") == f"{TOKEN}\n"
    assert run_without_home("path") == f"{credentials}\n"
    assert "@alice@example.org" in run_without_home("accounts")
    assert str(credentials) in run_without_home("secrets", "file")
    assert {path.name for path in folder.iterdir()} == {"credentials.toml", "credentials.toml.lock"}


@pytest.mark.pty
@pytest.mark.slow
def test_screens_over_named_file_need_no_home(folder: Path, credentials: Path) -> None:
    with PtyTerminal(
        [], folder, prefix=as_user(NAMELESS), HOME="", GTS_WIZARD_CREDENTIALS=str(credentials)
    ) as terminal:
        terminal.wait_for("@alice@example.org")
        terminal.send("\x11")
        assert terminal.exit_code() == 0


def test_home_missing_in_the_environment_is_looked_up(tmp_path: Path) -> None:
    expected = run(tmp_path, "path", HOME=str(Path("~root").expanduser())).stdout
    assert run(tmp_path, "path", prefix=("env", "-u", "HOME")).stdout == expected


def test_deleted_working_directory_needs_a_full_path(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account())
    path = default_credentials_path(tmp_path)
    for named in ("", str(path)):
        done = run(tmp_path, "token", prefix=IN_DELETED_DIRECTORY, GTS_WIZARD_CREDENTIALS=named)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{TOKEN}\n", "")
    done = run(tmp_path, "token", prefix=IN_DELETED_DIRECTORY, GTS_WIZARD_CREDENTIALS="here.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the working directory was deleted, so give its full path (here.toml)" in done.stderr


@pytest.mark.pty
@pytest.mark.slow
def test_screens_start_in_a_deleted_working_directory(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account())
    with PtyTerminal([], tmp_path, prefix=IN_DELETED_DIRECTORY) as terminal:
        terminal.wait_for("@alice@example.org")
        terminal.send("\x11")
        assert terminal.exit_code() == 0


@pytest.mark.pty
@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("TEXTUAL_COLOR_SYSTEM", "many", "auto, standard, 256, truecolor or windows."),
        ("TEXTUAL_COLOR_SYSTEM", "", "auto, standard, 256, truecolor or windows."),
        ("TEXTUAL_DRIVER", "no.such.module:Driver", "Unset it."),
        ("TEXTUAL_DRIVER", "os:path", "Unset it."),
    ],
)
def test_value_without_screens_is_told(
    tmp_path: Path, variable: str, value: str, hint: str
) -> None:
    with PtyTerminal([], tmp_path, prefix=("env", f"{variable}={value}")) as terminal:
        assert terminal.exit_code() == 2
        text = terminal.text.replace("\n", "")
    assert text.startswith("The wizard's screens can't be shown with the value that")
    assert variable in text
    assert text.endswith(hint)
    assert run(tmp_path, "path", **{variable: value}).returncode == 0
