"""Where the credentials file is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gts_wizard.errors import FileUnreadable
from gts_wizard.storage.paths import credentials_path


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
