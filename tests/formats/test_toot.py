"""toot itself reads what is written, and what it writes is read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.formats import toot
from gts_wizard.formats.unlocked import Unfit, Unlocked
from tests.helpers.sample_exports import (
    ALICE,
    BOB,
    as_imported,
    export_accounts,
    make_export_account,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.formats.conftest import Listener

SIGN_IN = """
import sys
from toot import App, User, config
*_, instance, base_url, client_id, client_secret, username, token = sys.argv
config.save_app(App(instance, base_url, client_id, client_secret))
config.save_user(User(instance, username, token))
config.set_dismiss_tui_deprecation_notice(True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "toot").mkdir()
    return tmp_path / "toot" / "config.json"


def run(file: Path, *arguments: str) -> str:
    """Run Python with toot's configuration folder around `file`, and return what it prints."""
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "XDG_CONFIG_HOME": str(file.parents[1])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_toot_lists_the_accounts(file: Path) -> None:
    file.write_text(toot.write([ALICE, BOB]).reveal())
    printed = run(file, "-m", "toot", "auth").splitlines()
    assert any("alice@example.org" in line and "ACTIVE" in line for line in printed)
    assert any("bob@gts.example.net:8443" in line and "ACTIVE" not in line for line in printed)


def test_toot_acts_for_the_account(file: Path, listener: Listener) -> None:
    file.write_text(toot.write([make_export_account(origin=listener.origin)]).reveal())
    run(file, "-m", "toot", "whoami", "--json")
    assert listener.headers == ["Bearer alice-token"]


def test_what_toot_writes_is_read(file: Path) -> None:
    for one in (ALICE, BOB):
        client, account = one.client, one.account
        app = (account.server.host, one.origin, client.client_id, client.client_secret.reveal())
        run(file, "-c", SIGN_IN, *app, account.username, one.token.reveal())
    assert toot.read(file.read_text()) == [as_imported(ALICE), as_imported(BOB)]


@given(export_accounts)
def test_toot_finds_anything_again(one: Unlocked) -> None:
    config = json.loads(toot.write([one]).reveal())
    extract = import_module("toot.config").extract_user_app
    user, app = extract(config, config["active_user"])
    assert user.username == one.account.username
    assert user.access_token == one.token.reveal()
    assert app.base_url == one.origin
    assert app.client_id == one.client.client_id
    assert app.client_secret == one.client.client_secret.reveal()


@given(st.lists(export_accounts, max_size=3, unique_by=lambda one: one.account.server.host))
def test_anything_comes_back(accounts: list[Unlocked]) -> None:
    assert toot.read(toot.write(accounts).reveal()) == list(map(as_imported, accounts))


def test_one_server_has_one_client() -> None:
    other = make_export_account("bob", client_id="02CLIENT", token="bob-token")
    found = toot.read(toot.write([ALICE, other]).reveal())
    assert [(one.username, one.client_id) for one in found] == [
        ("alice", "01CLIENT"),
        ("bob", "01CLIENT"),
    ]


def test_no_server_takes_the_place_of_another() -> None:
    hostile = make_export_account("mallory", origin="https://evil.example")
    found = toot.read(toot.write([ALICE, hostile]).reveal())
    assert [one.origin for one in found] == ["https://example.org", "https://evil.example"]
    with pytest.raises(Unfit, match="scheme"):
        toot.write([ALICE, make_export_account("bob", origin="http://example.org")])
