"""Wrong files of other tools are refused with the place of the mistake."""

from __future__ import annotations

import json
import tomllib
from functools import reduce
from operator import getitem
from typing import Any

import pytest
import tomli_w

from gts_wizard.formats.reader import MAX_FILE_CHARACTERS
from gts_wizard.formats.registry import FORMATS, READERS
from gts_wizard.table_reader import InvalidFormat
from tests.helpers.sample_exports import (
    ALICE,
    as_imported,
    as_imported_with_token,
    make_export_account,
)

TOKEN = "the-token-of-alice"
WRONG_VALUES: tuple[object, ...] = (
    *(None, True, 7, 1.5, [], {}, ["x"], {"x": "x"}),
    *("", "a b", "a\nb", "\u202e", "\ud800", "x" * 5000),
)


def refusal(tool: str, text: str) -> str:
    """Return why a file is refused."""
    with pytest.raises(InvalidFormat) as caught:
        READERS[tool](text)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    reason = str(error)
    assert TOKEN not in reason
    assert reason.isprintable()
    assert len(reason) < 300
    return reason


def toot_config() -> dict[str, Any]:
    config: dict[str, Any] = json.loads(
        FORMATS["toot"].write([make_export_account(token=TOKEN)]).reveal()
    )
    return config


def tut_file() -> dict[str, Any]:
    return tomllib.loads(FORMATS["tut"].write([make_export_account(token=TOKEN)]).reveal())


def own_json() -> list[dict[str, Any]]:
    accounts: list[dict[str, Any]] = json.loads(
        FORMATS["json"].write([ALICE, make_export_account(token=TOKEN)]).reveal()
    )
    return accounts


@pytest.mark.parametrize("tool", READERS)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("\0", "line 1"),
        (f'x = 1\nx = "{TOKEN}"\n', "line"),
        (f'{TOKEN} = "{TOKEN}"\n' * 2, "line"),
        (f'{{"{TOKEN}": {TOKEN}}}', "line 1"),
        ('{"x": ' + "9" * 5000 + "}", "can't be read as"),
        ("x = " + "9" * 5000, "can't be read as"),
        ("x = 2026-99-99", "can't be read as"),
        ("x" * (MAX_FILE_CHARACTERS + 1), "it is far too large"),
    ],
)
def test_file_that_is_not_of_the_tool_is_refused(tool: str, text: str, words: str) -> None:
    assert words in refusal(tool, text)


def test_deeply_nested_file_is_refused() -> None:
    levels = 100_000
    assert refusal("toot", "[" * levels) == "it is nested too deeply"
    assert refusal("json", "[" * levels) == "it is nested too deeply"
    assert refusal("tut", "x = " + "[" * levels) == "it is nested too deeply"


def test_file_with_too_many_dots_is_refused() -> None:
    assert refusal("tut", "x" + ".x" * 100_000 + " = 1") == "it has far too many dots"


@pytest.mark.parametrize("document", [[], "text", 1, None, True, [{"apps": {}, "users": {}}]])
def test_toot_file_that_is_no_table_is_refused(document: object) -> None:
    assert refusal("toot", json.dumps(document)) == "the file isn't a table"


@pytest.mark.parametrize(
    "path",
    [
        ["apps"],
        ["users"],
        *(["apps", "example.org", key] for key in ("base_url", "client_id", "client_secret")),
        ["apps", "example.org"],
        ["users", "alice@example.org"],
        *(["users", "alice@example.org", key] for key in ("instance", "username", "access_token")),
    ],
)
def test_toot_refusal_names_the_place(path: list[str]) -> None:
    *parents, last = path
    for value in WRONG_VALUES:
        config = toot_config()
        reduce(getitem, parents, config)[last] = value
        if not (path == ["users"] and value == {}):
            reason = refusal("toot", json.dumps(config))
            assert all(key in reason for key in path)
    config = toot_config()
    del reduce(getitem, parents, config)[last]
    if path != ["users", "alice@example.org"]:
        assert f"“{last}” is missing" in refusal("toot", json.dumps(config))


def test_toot_refusal_names_the_missing_server() -> None:
    config = toot_config()
    config["users"]["alice@example.org"]["instance"] = "elsewhere.example"
    assert refusal("toot", json.dumps(config)) == "“elsewhere.example” is missing (apps)"


@pytest.mark.parametrize("key", ["Name", "Server", "ClientID", "ClientSecret", "AccessToken"])
def test_tut_refusal_names_the_place(key: str) -> None:
    place = "(Accounts #1)"
    for value in WRONG_VALUES:
        file = tut_file()
        file["Accounts"][0][key] = value
        if value is not None and value != "\ud800":  # TOML can't express these
            reason = refusal("tut", tomli_w.dumps(file))
            assert reason.startswith(f"“{key}” is")
            assert reason.endswith(f" {place}")
    file = tut_file()
    del file["Accounts"][0][key]
    assert refusal("tut", tomli_w.dumps(file)) == f"“{key}” is missing {place}"


@pytest.mark.parametrize("accounts", [{}, 1, "x", [1], [{}, []], {"Name": "alice"}])
def test_tut_file_without_account_list_is_refused(accounts: object) -> None:
    assert "“Accounts”" in refusal("tut", tomli_w.dumps({"Accounts": accounts}))


@pytest.mark.parametrize("document", [{}, "text", 1, None, True, [1], [[]], [None], [{}, "x"]])
def test_json_that_is_no_list_of_tables_is_refused(document: object) -> None:
    assert refusal("json", json.dumps(document)) == "the file isn't a list of tables"


@pytest.mark.parametrize(
    "key", ["server", "username", "id", "client_id", "client_secret", "access_token", "created_at"]
)
def test_json_refusal_names_the_place(key: str) -> None:
    for value in WRONG_VALUES:
        accounts = own_json()
        accounts[1][key] = value
        reason = refusal("json", json.dumps(accounts))
        assert reason.startswith(f"“{key}” is")
        assert reason.endswith(" (#2)")
    accounts = own_json()
    del accounts[1][key]
    assert refusal("json", json.dumps(accounts)) == f"“{key}” is missing (#2)"


@pytest.mark.parametrize("scopes", [None, "read", 1, {}, ["read", 1]])
def test_json_without_a_list_of_scopes_is_refused(scopes: object) -> None:
    accounts = own_json()
    accounts[1]["scopes"] = scopes
    assert refusal("json", json.dumps(accounts)) == "“scopes” isn't a list of words (#2)"


@pytest.mark.parametrize("scope", ["", "a b", "\n", "\u202e", "é"])
def test_json_with_a_wrong_scope_is_refused(scope: str) -> None:
    accounts = own_json()
    accounts[1]["scopes"] = ["read", scope]
    reason = refusal("json", json.dumps(accounts))
    assert reason == "“scopes” has something that isn't a permission (#2)"


@pytest.mark.parametrize(
    ("time", "reason"),
    [("yesterday", "isn't a date and time"), ("0001-01-01T00:00:00+14:00", "is out of range")],
)
def test_json_with_wrong_time_is_refused(time: str, reason: str) -> None:
    accounts = own_json()
    accounts[0]["created_at"] = time
    assert refusal("json", json.dumps(accounts)) == f"“created_at” {reason} (#1)"


@pytest.mark.parametrize(
    "address",
    ["example.org", "ftp://example.org", "https://", "https://u:p@example.org", "https://a/b"],
)
def test_tut_file_with_wrong_server_is_refused(address: str) -> None:
    file = tut_file()
    file["Accounts"][0]["Server"] = address
    assert "“Server”" in refusal("tut", tomli_w.dumps(file))


@pytest.mark.parametrize("leave_out", [True, False])
def test_file_without_a_client_is_read(leave_out: bool) -> None:
    config, file, accounts = toot_config(), tut_file(), own_json()[1:]
    tables: tuple[dict[str, object], ...] = (
        config["apps"]["example.org"],
        file["Accounts"][0],
        accounts[0],
    )
    for table, nothing in zip(tables, ("", "", None), strict=True):
        for key in {"client_id", "client_secret", "ClientID", "ClientSecret"} & set(table):
            if leave_out:
                del table[key]
            else:
                table[key] = nothing
    for tool, text in (
        ("toot", json.dumps(config)),
        ("tut", tomli_w.dumps(file)),
        ("json", json.dumps(accounts)),
    ):
        (found,) = READERS[tool](text)
        assert (found.client, found.token.reveal()) == (None, TOKEN)


def test_unknown_keys_are_ignored() -> None:
    config, file, accounts = toot_config(), tut_file(), own_json()[1:]
    config["apps"]["other"] = config["x"] = config["users"]["alice@example.org"]["x"] = (
        WRONG_VALUES[:7]
    )
    config["apps"]["example.org"]["base_url"] += "/"
    file["Accounts"][0]["Server"] += "/"
    file["x"] = file["Accounts"][0]["x"] = 1
    accounts[0]["server"] += "/"
    accounts[0]["x"] = accounts[0]["handle"] = WRONG_VALUES[:7]
    exported = make_export_account(token=TOKEN)
    for found in (
        READERS["toot"]("\ufeff" + json.dumps(config)),
        READERS["tut"]("\ufeff" + tomli_w.dumps(file)),
    ):
        assert found == [as_imported(exported)]
    assert READERS["json"]("\ufeff" + json.dumps(accounts)) == [as_imported_with_token(exported)]
