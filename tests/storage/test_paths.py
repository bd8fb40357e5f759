"""Where the credentials file is."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import platformdirs
import pytest

from gts_wizard.errors import FileUnreadable, NoHome
from gts_wizard.storage.paths import credentials_path, home_directory


def test_path_in_the_environment_is_used() -> None:
    assert credentials_path({"GTS_WIZARD_CREDENTIALS": "/a/b.toml"}) == Path("/a/b.toml")


def test_tilde_is_the_home_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/of/nobody")
    named = credentials_path({"GTS_WIZARD_CREDENTIALS": "~/b.toml"})
    assert named == Path("/home/of/nobody/b.toml")


def test_home_of_an_unknown_user_is_refused() -> None:
    with pytest.raises(FileUnreadable, match="there is no such home directory"):
        credentials_path({"GTS_WIZARD_CREDENTIALS": "~nobody-of-this-name/b.toml"})


@pytest.mark.parametrize(
    "environment", [{}, {"GTS_WIZARD_CREDENTIALS": ""}], ids=["unset", "empty"]
)
def test_default_path_is_in_the_users_configuration(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/config/of/nobody")
    path = credentials_path(environment)
    assert path.name == "credentials.toml"
    assert path.parent.name == "gts-wizard"


@pytest.mark.parametrize("home", ["", "relative/home"])
def test_home_is_in_the_list_of_users_where_home_is_not_usable(
    monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.setenv("HOME", home)
    assert home_directory() == Path(pwd.getpwuid(os.getuid()).pw_dir)


def test_path_relative_to_a_deleted_directory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(FileUnreadable, match="the working directory was deleted"):
        credentials_path({"GTS_WIZARD_CREDENTIALS": "b.toml"})


def test_no_home_and_no_user_is_told_with_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_config_path", lambda _: Path("~/.config/gts-wizard"))
    with pytest.raises(NoHome, match="Set HOME"):
        credentials_path({})
