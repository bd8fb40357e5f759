"""The program where something is missing: the home directory, the working directory, a value."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import constants

from gts_wizard.errors import UnusableVariable
from gts_wizard.services.container import open_services
from gts_wizard.tui.app import WizardApp
from tests.helpers.containers import IN_DELETED_DIRECTORY, NAMELESS, as_user
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocess_cli import default_credentials_path, run, save_accounts

if TYPE_CHECKING:
    import subprocess

    from gts_wizard.practice import PracticeServer

_NO_HOME = (
    "There's no home directory here to keep your accounts in. Set HOME to a full path, or set "
    "GTS_WIZARD_CREDENTIALS to the file that keeps them.\n"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["token"], {"HOME": ""}),
        (["accounts"], {"HOME": "relative"}),
        (["path"], {"HOME": "", "XDG_CONFIG_HOME": "relative"}),
        (["use", "alice"], {"HOME": ""}),
    ],
    ids=["empty", "relative", "relative configuration", "empty, to write"],
)
def test_user_without_home_is_told_what_to_set(
    shared_folder: Path, arguments: list[str], variables: dict[str, str]
) -> None:
    done = run(shared_folder, *arguments, prefix=as_user(NAMELESS), **variables)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", _NO_HOME)
    assert list(shared_folder.iterdir()) == []


@pytest.mark.slow
def test_named_file_needs_no_home(shared_folder: Path, shared_credentials: Path) -> None:
    shutil.chown(shared_credentials, NAMELESS, NAMELESS)

    def run_without_home(*arguments: str) -> str:
        done = run(
            shared_folder,
            *arguments,
            prefix=as_user(NAMELESS),
            HOME="",
            GTS_WIZARD_CREDENTIALS=str(shared_credentials),
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert run_without_home("token") == f"{TOKEN}\n"
    assert run_without_home("path") == f"{shared_credentials}\n"
    assert "@alice@example.org" in run_without_home("accounts")
    assert str(shared_credentials) in run_without_home("secrets", "file")
    assert {path.name for path in shared_folder.iterdir()} == {
        "credentials.toml",
        "credentials.toml.lock",
    }


@pytest.mark.slow
def test_given_token_needs_no_home(shared_folder: Path, practice: PracticeServer) -> None:
    def run_without_home(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(
            shared_folder,
            *arguments,
            prefix=as_user(NAMELESS),
            HOME="",
            GTS_WIZARD_TOKEN=TOKEN,
            GTS_WIZARD_SERVER=practice.address,
        )

    for words in (["token"], ["run", "--", "printenv", "MASTODON_ACCESS_TOKEN"]):
        done = run_without_home(*words)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{TOKEN}\n", "")
    assert TOKEN in run_without_home("export", "env").stdout
    checked = run_without_home("check")
    assert (checked.returncode, checked.stdout) == (4, f"{practice.address}  access ended\n")
    assert list(shared_folder.iterdir()) == []


@pytest.mark.pty
@pytest.mark.slow
def test_screens_need_neither_home_nor_working_directory(
    shared_folder: Path, shared_credentials: Path
) -> None:
    shutil.chown(shared_credentials, NAMELESS, NAMELESS)
    with PtyTerminal(
        [],
        shared_folder,
        prefix=(*IN_DELETED_DIRECTORY, *as_user(NAMELESS)),
        HOME="",
        GTS_WIZARD_CREDENTIALS=str(shared_credentials),
    ) as terminal:
        terminal.wait_for("@alice@example.org")
        terminal.send("\x11")
        assert terminal.exit_code() == 0


@pytest.mark.slow
def test_home_missing_in_the_environment_is_looked_up(tmp_path: Path) -> None:
    expected = run(tmp_path, "path", HOME=str(Path("~root").expanduser())).stdout
    assert run(tmp_path, "path", prefix=("env", "-u", "HOME")).stdout == expected


@pytest.mark.slow
def test_deleted_working_directory_needs_a_full_path(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account())
    path = default_credentials_path(tmp_path)
    for named in ("", str(path)):
        done = run(tmp_path, "token", prefix=IN_DELETED_DIRECTORY, GTS_WIZARD_CREDENTIALS=named)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{TOKEN}\n", "")
    done = run(tmp_path, "token", prefix=IN_DELETED_DIRECTORY, GTS_WIZARD_CREDENTIALS="here.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the working directory was deleted, so give the full path (here.toml)" in done.stderr


@pytest.mark.pty
@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("TEXTUAL_COLOR_SYSTEM", "many", "auto, standard, 256, truecolor or windows."),
        ("TEXTUAL_DRIVER", "no.such.module:Driver", "Unset it."),
    ],
)
def test_value_without_screens_is_told(
    tmp_path: Path, variable: str, value: str, hint: str
) -> None:
    with PtyTerminal([], tmp_path, prefix=("env", f"{variable}={value}")) as terminal:
        assert terminal.exit_code() == 2
        text = terminal.text.replace("\n", "")
    assert text.startswith("The wizard can't show its screens with the current value of")
    assert variable in text
    assert text.endswith(hint)
    assert run(tmp_path, "path", **{variable: value}).returncode == 0


def test_value_that_is_empty_or_names_no_driver_is_unusable(
    credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = open_services(credentials_path)
    with monkeypatch.context() as patch:
        patch.setattr(constants, "COLOR_SYSTEM", "")
        with pytest.raises(UnusableVariable) as color_system:
            WizardApp(services)
    monkeypatch.setattr(constants, "DRIVER", "os:path")
    with pytest.raises(UnusableVariable) as driver:
        WizardApp(services)
    assert color_system.value.hint.endswith("to auto, standard, 256, truecolor or windows.")
    assert (driver.value.variable, driver.value.hint) == ("TEXTUAL_DRIVER", "Unset it.")
