"""toot reads exported files, and files written by toot are read."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from gts_wizard.formats import toot
from gts_wizard.formats.export_account import NotExportable
from tests.helpers.sample_exports import (
    ALICE,
    BOB,
    as_imported,
    make_export_account,
    without_client,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.formats.export_account import ExportAccount
    from gts_wizard.models import ClientCredentials
    from tests.formats.conftest import AuthorizationRecorder

CAROL = make_export_account("carol", client_id="03CLIENT", token="carol-token")


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of toot's configuration file, in a new folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "toot").mkdir()
    return tmp_path / "toot" / "config.json"


def run_toot(*arguments: str) -> str:
    """Run a toot command in a process of its own, and return what it prints."""
    command = [sys.executable, "-m", "toot", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_toot_lists_the_exported_accounts(config_file: Path) -> None:
    config_file.write_text(toot.write([ALICE, BOB]).reveal())
    printed = run_toot("auth").splitlines()
    assert any("alice@example.org" in line and "ACTIVE" in line for line in printed)
    assert any("bob@gts.example.net:8443" in line and "ACTIVE" not in line for line in printed)


@pytest.mark.slow
def test_toot_acts_for_the_exported_account(
    config_file: Path, recorder: AuthorizationRecorder
) -> None:
    config_file.write_text(toot.write([make_export_account(origin=recorder.origin)]).reveal())
    run_toot("whoami", "--json")
    assert recorder.headers == ["Bearer alice-token"]


def test_file_written_by_toot_is_read(config_file: Path) -> None:
    app, user = import_module("toot").App, import_module("toot").User
    config = import_module("toot.config")
    for exported in (ALICE, BOB):
        host, secret = exported.account.server.host, exported.client_secret.reveal()
        config.save_app(app(host, exported.origin, exported.client_id, secret))
        config.save_user(user(host, exported.account.username, exported.token.reveal()))
    config.set_dismiss_tui_deprecation_notice(True)
    assert toot.read(config_file.read_text()) == [as_imported(ALICE), as_imported(BOB)]


@pytest.mark.parametrize(
    ("first", "client"), [(ALICE, ALICE.client), (without_client(ALICE), CAROL.client)]
)
def test_accounts_of_one_server_share_one_client(
    first: ExportAccount, client: ClientCredentials
) -> None:
    found = toot.read(toot.write([first, CAROL]).reveal())
    assert [(account.username, account.client) for account in found] == [
        ("alice", client),
        ("carol", client),
    ]


def test_accounts_never_get_the_server_of_another() -> None:
    hostile = make_export_account("mallory", origin="https://evil.example")
    found = toot.read(toot.write([ALICE, hostile]).reveal())
    assert [account.origin for account in found] == ["https://example.org", "https://evil.example"]
    with pytest.raises(NotExportable, match="differ only by http and https"):
        toot.write([ALICE, make_export_account("bob", origin="http://example.org")])
