"""Any account comes back from every format; any file is read or refused."""

from __future__ import annotations

import json
import tempfile
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mastodon import Mastodon

from gts_wizard.formats import feediverse, toot, tut, wizard_json, writers
from gts_wizard.formats.export_account import ExportAccount, NotExportable
from gts_wizard.formats.reader import ImportedAccount
from gts_wizard.formats.registry import FORMATS, READERS
from gts_wizard.table_reader import InvalidFormat
from tests.helpers.assertions import assert_well_formed, is_safe
from tests.helpers.fuzz import as_toml, mutated_bytes, mutated_document, tries
from tests.helpers.sample_exports import (
    ALICE,
    BOB,
    as_imported,
    as_imported_with_token,
    export_accounts,
    make_export_account,
    without_client,
)

pytestmark = pytest.mark.fuzz

TUT = (Path(__file__).parent / "recordings" / "tut-2.0.1.toml").read_text()
TOOT = FORMATS["toot"].write([ALICE, BOB]).reveal()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("username", "origin", "client_id", "client_secret", "token", "domain")
TOOT_TABLES = [("apps",), ("apps", "example.org"), ("users",), ("users", "alice@example.org")]
JSON = FORMATS["json"].write([ALICE, without_client(BOB)]).reveal()
SEEDS = {"toot": TOOT, "tut": TUT, "json": JSON}
SECRETS = [
    secret.reveal() for account in (ALICE, BOB) for secret in (account.token, account.client_secret)
]


CHANGED = {
    "toot": mutated_document(json.loads(TOOT)).map(json.dumps),
    "tut": mutated_document(tomllib.loads(TUT)).map(as_toml),
    "json": mutated_document(json.loads(JSON)).map(json.dumps),
}


def assert_read_or_refused(tool: str, text: str, *secrets: str) -> None:
    """Assert that a file gives usable accounts, or is refused in one safe clause.

    Args:
        tool: whose file it is.
        text: what the file contains.
        secrets: what the clause must not repeat.
    """
    try:
        found = READERS[tool](text)
    except InvalidFormat as refusal:
        reason = str(refusal)
        assert is_safe(reason, 300)
        assert not [secret for secret in secrets if secret in reason]
        assert refusal.__context__ is None
        return
    for account in found:
        assert isinstance(account, ImportedAccount)
        assert_well_formed(account)
        assert account.origin.startswith(("https://", "http://"))
        assert not set(account.username) & set("@/ ")


@pytest.mark.parametrize("tool", SEEDS)
def test_undamaged_files_are_read(tool: str) -> None:
    assert [account.username for account in READERS[tool](SEEDS[tool])] == ["alice", "bob"]


@pytest.mark.parametrize("tool", SEEDS)
@tries(40)
@given(data=st.data())
def test_damaged_file_is_read_or_refused(tool: str, data: st.DataObject) -> None:
    body = data.draw(mutated_bytes(SEEDS[tool].encode()))
    assert_read_or_refused(tool, body.decode("utf-8", "surrogateescape"), *SECRETS)


@pytest.mark.parametrize("tool", SEEDS)
@tries(40)
@given(data=st.data())
def test_file_with_other_values_is_read_or_refused(tool: str, data: st.DataObject) -> None:
    # A secret may be in the place of a name now, so the refusal may repeat it.
    assert_read_or_refused(tool, data.draw(CHANGED[tool]))


@tries(40)
@given(text=st.text() | VALUES.map(json.dumps))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in READERS.values():
        try:
            found = read(text)
        except InvalidFormat:
            continue
        assert found == []


@tries(40)
@given(table=st.sampled_from(TOOT_TABLES), extra=VALUES)
def test_toot_file_with_more_keys_is_read_or_refused(table: tuple[str, ...], extra: Any) -> None:
    config = json.loads(TOOT)
    changed = config
    for name in table:
        changed = changed[name]
    key = "client_id" if table[0] == "apps" else "access_token"
    changed.update(extra if isinstance(extra, dict) else {key: extra})
    assert_read_or_refused("toot", json.dumps(config))


@tries(40)
@given(st.sampled_from(FIELDS), st.text())
def test_any_field_is_refused_or_written(field: str, text: str) -> None:
    try:
        account = make_export_account(**{field: text})
    except NotExportable:
        return
    for form in FORMATS.values():
        try:
            assert form.write([account]).reveal().endswith("\n")
        except NotExportable:
            continue


@tries(40)
@given(st.lists(export_accounts, max_size=3))
def test_any_accounts_come_back_from_files(accounts: list[ExportAccount]) -> None:
    text = wizard_json.write(accounts).reveal()
    assert text.isascii()
    assert [account["handle"] for account in json.loads(text)] == [
        exported.account.handle for exported in accounts
    ]
    assert wizard_json.read(text) == list(map(as_imported_with_token, accounts))
    if len({account.account.server.host for account in accounts}) == len(accounts):
        assert toot.read(toot.write(accounts).reveal()) == list(map(as_imported, accounts))
    try:
        written = tut.write(accounts)
    except NotExportable:
        return
    assert tut.read(written.reveal()) == list(map(as_imported, accounts))


@tries(40)
@given(export_accounts)
def test_any_account_comes_back_from_toot_and_mastodon_py(exported: ExportAccount) -> None:
    client_id, client_secret = exported.client_id, exported.client_secret.reveal()
    token = exported.token.reveal()
    config = json.loads(toot.write([exported]).reveal())
    user, app = import_module("toot.config").extract_user_app(config, config["active_user"])
    assert user.username == exported.account.username
    assert user.access_token == token
    assert app.base_url == exported.origin
    assert (app.client_id, app.client_secret) == (client_id, client_secret)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "secret")
        file.write_text(writers.write_mastodon_py(exported).reveal())
        mastodon = Mastodon(access_token=str(file))
    assert (mastodon.api_base_url, mastodon.access_token) == (exported.origin, token)
    assert (mastodon.client_id, mastodon.client_secret) == (client_id, client_secret)


@tries(40)
@given(export_accounts)
def test_any_account_comes_back_from_yaml(exported: ExportAccount) -> None:
    found = import_module("yaml").safe_load(feediverse.write(exported).reveal())
    assert (found["url"], found["access_token"]) == (exported.origin, exported.token.reveal())
    client = (found["client_id"] or "", found["client_secret"] or "")
    assert client == (exported.client_id, exported.client_secret.reveal())
