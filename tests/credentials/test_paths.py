"""Where the credentials file is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gts_wizard.credentials.paths import credentials_path
from gts_wizard.errors import FileUnreadable


def test_a_named_file_is_taken() -> None:
    assert credentials_path({"GTS_WIZARD_CREDENTIALS": "/a/b.toml"}) == Path("/a/b.toml")


def test_a_home_directory_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/of/nobody")
    named = credentials_path({"GTS_WIZARD_CREDENTIALS": "~/b.toml"})
    assert named == Path("/home/of/nobody/b.toml")


def test_the_home_of_somebody_unknown_is_told() -> None:
    with pytest.raises(FileUnreadable, match="there is no such home directory"):
        credentials_path({"GTS_WIZARD_CREDENTIALS": "~nobody-of-this-name/b.toml"})


@pytest.mark.parametrize("environment", [{}, {"GTS_WIZARD_CREDENTIALS": ""}])
def test_otherwise_it_is_in_the_users_configuration(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/config/of/nobody")
    path = credentials_path(environment)
    assert path.name == "credentials.toml"
    assert path.parent.name == "gts-wizard"
