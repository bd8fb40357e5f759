"""The document as a whole: versions, shapes, and keys of others that survive a rewrite."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomli_w

from gts_wizard import __version__
from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileTooNew, InvalidFile
from gts_wizard.models import OOB_REDIRECT_URI, AccountStatus, ServerMetadata
from gts_wizard.oauth.redirect_uri import loopback_redirect_uri
from gts_wizard.storage.atomic_write import serialize
from gts_wizard.storage.files import parse
from gts_wizard.storage.schema import decode, merge_unknown_keys, schema_version
from tests.helpers.assertions import assert_safe_error
from tests.helpers.sample_accounts import (
    NOW,
    SERVER,
    TOKEN,
    add_account,
    add_one_of_each,
    make_account,
    make_pending,
    make_registration,
)

if TYPE_CHECKING:
    from gts_wizard.storage.store import Store

_PATH = Path("credentials.toml")
_TEXT = serialize(merge_unknown_keys({}, add_one_of_each(Credentials()))).decode()


def read(text: str) -> Credentials:
    """Return what a file that says this keeps."""
    document = parse(text.encode(), _PATH)
    schema_version(document, _PATH)
    return decode(document, _PATH)


def refusal(text: str) -> str:
    """Return why a file that says this is refused, having checked that no secret is shown."""
    with pytest.raises(InvalidFile) as failure:
        read(text)
    assert_safe_error(failure.value, TOKEN)
    return failure.value.reason


def test_file_tells_its_purpose_writer_and_schema() -> None:
    document = tomllib.loads(_TEXT)
    assert _TEXT.startswith(
        "# The accounts that the GoToSocial Wizard (gts-wizard) signed in to.\n"
    )
    assert "Whoever can read this file can act as these accounts" in _TEXT
    assert document["written_by"] == f"gts-wizard {__version__}"
    assert document["schema_version"] == 1
    assert document["default"] == "@alice@example.org"
    assert document["accounts"][0]["verified_at"] == NOW
    assert document["accounts"][0]["token"]["value"] == TOKEN


@pytest.mark.parametrize(
    ("found", "instead", "reason"),
    [
        ("schema_version = 1\n", "", "“schema_version” is missing"),
        (
            "schema_version = 1",
            "schema_version = true",
            "“schema_version” is missing or isn't a known",
        ),
        (
            "schema_version = 1",
            'schema_version = "1"',
            "“schema_version” is missing or isn't a known",
        ),
        (
            "schema_version = 1",
            "schema_version = 0",
            "“schema_version” is missing or isn't a known",
        ),
        ("default = ", "default = 1 # ", "“default” isn't text"),
        ('secrets_in = "file"', 'secrets_in = "cellar"', "“secrets_in” isn't one of file"),
        (f'value = "{TOKEN}"\n', "", "“value” is missing (accounts #1, token)"),
        (f'"{TOKEN}"', '"a b"', "(accounts #1, token)"),
        ('"client-secret"', '"a b"', "can't be in it (registrations #1"),
        ('step = "code"', 'step = "lunch"', "profile (attempts #1)"),
        ("[end]", "", "it was cut off: its last lines are missing"),
    ],
)
def test_invalid_field_is_refused_with_its_place(found: str, instead: str, reason: str) -> None:
    assert found in _TEXT
    assert reason in refusal(_TEXT.replace(found, instead))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[project]\nname = "something else"\n', "“schema_version” is missing"),
        ("schema_version = 1\naccounts = 5\n", "“accounts” isn't a list of tables"),
        ("schema_version = 1\n[accounts]\n", "“accounts” isn't a list of tables"),
        ("schema_version = 1\nattempts = [1]\n", "“attempts” isn't a list of tables"),
        ("schema_version = 1\ndefault = 1\n", "“default” isn't text"),
    ],
    ids=["another program's", "number", "table", "list of numbers", "default"],
)
def test_document_of_another_shape_is_refused(text: str, reason: str) -> None:
    assert reason in refusal(text)


@pytest.mark.slow
def test_file_cut_off_anywhere_is_refused() -> None:
    last = len(_TEXT.rstrip())
    for length in range(last):
        with pytest.raises(InvalidFile):
            read(_TEXT[:length])
    assert read(_TEXT[:last]) == add_one_of_each(Credentials())


def test_file_cut_off_between_tables_says_so() -> None:
    accounts, header, _ = _TEXT.partition("[[registrations]]")
    assert header
    assert refusal(accounts) == "it was cut off: its last lines are missing"


@pytest.mark.parametrize("name", ["accounts", "registrations", "attempts"])
def test_record_that_is_there_twice_is_refused(name: str) -> None:
    document = tomllib.loads(_TEXT)
    document[name] *= 2
    assert refusal(tomli_w.dumps(document)) == f"“{name} #2” is there twice"


@pytest.mark.parametrize(
    ("written_by", "shown"),
    [
        ('written_by = "gts-wizard 7.1"', "was written by gts-wizard 7.1 ("),
        ('written_by = "\\u001b[31m\\n"', "was written by [31m ("),
        ("written_by = 7", "was written by a newer version of the wizard ("),
        ("", "was written by a newer version of the wizard ("),
    ],
    ids=["named", "control characters", "number", "missing"],
)
def test_newer_schema_is_refused_and_names_its_writer(written_by: str, shown: str) -> None:
    newer = _TEXT.replace("schema_version = 1", "schema_version = 2\naccounts_of_the_future = 1")
    ours = f'written_by = "gts-wizard {__version__}"'
    assert ours in newer
    with pytest.raises(FileTooNew) as failure:
        read(newer.replace(ours, written_by))
    assert shown in str(failure.value)
    assert_safe_error(failure.value, TOKEN)


def test_optional_fields_leave_the_file_with_their_values() -> None:
    account, pending = make_account(), make_pending(token=TOKEN)
    registration, redirect_uri = make_registration(), loopback_redirect_uri(25_000)
    server = SERVER._replace(metadata=ServerMetadata(token_endpoint="/t"))
    full = Credentials(
        accounts=(account._replace(status=AccountStatus.REVOKED, checked_at=NOW, server=server),),
        pending_sign_ins=(
            pending._replace(
                server=server,
                code_challenge="C",
                renewed_handle=account.handle,
                redirect_uri=redirect_uri,
            ),
        ),
        registrations=(registration._replace(redirect_uris=(OOB_REDIRECT_URI, redirect_uri)),),
    )
    plain = Credentials(
        accounts=(account,), pending_sign_ins=(make_pending(),), registrations=(registration,)
    )
    document: dict[str, Any] = {}
    for credentials in (full, plain, full):
        document = parse(serialize(merge_unknown_keys(document, credentials)), _PATH)
        assert decode(document, _PATH) == credentials
    without_token = serialize(
        merge_unknown_keys(document, Credentials(pending_sign_ins=(make_pending(),)))
    )
    assert TOKEN.encode() not in without_token


def save_with_unknown_keys(store: Store) -> dict[str, Any]:
    """Save one of each, add keys that this version does not know, and return the document."""
    store.update(add_one_of_each)
    document = tomllib.loads(store.path.read_text("utf-8"))
    document["colour"] = "green"
    document["plugin"] = {
        "list": [1, 2.5, True],
        "deep": {"when": datetime(2026, 1, 1, tzinfo=UTC)},
    }
    for name in ("accounts", "registrations", "attempts"):
        document[name][0]["note"] = "mine"
        document[name][0]["tags"] = [{"a": 1}, {"b": [[]]}]
    document["accounts"][0]["server"]["rank"] = 7
    document["accounts"][0]["token"]["expires"] = "never"
    store.path.write_text(tomli_w.dumps(document), "utf-8")
    return document


def test_unknown_keys_survive_a_save(store: Store) -> None:
    document = save_with_unknown_keys(store)
    store.update(
        lambda credentials: (
            credentials.with_account(make_account("ALICE", token="new"))
            .with_account(make_account("bob"))
            .with_pending(make_pending("other"))
        )
    )
    rewritten = tomllib.loads(store.path.read_text("utf-8"))
    assert rewritten["colour"] == "green"
    assert rewritten["plugin"] == document["plugin"]
    for name in ("accounts", "registrations", "attempts"):
        first = rewritten[name][0]
        assert (first["note"], first["tags"]) == ("mine", [{"a": 1}, {"b": [[]]}])
    assert rewritten["accounts"][0]["server"]["rank"] == 7
    assert rewritten["accounts"][0]["token"]["expires"] == "never"
    assert rewritten["accounts"][0]["token"]["value"] == "new"
    assert "note" not in rewritten["accounts"][1]


def test_unknown_keys_go_with_their_account(store: Store) -> None:
    save_with_unknown_keys(store)
    store.update(lambda credentials: credentials.without_account("@alice@example.org"))
    rewritten = tomllib.loads(store.path.read_text("utf-8"))
    assert (rewritten["accounts"], rewritten["default"]) == ([], "")
    store.update(add_account())
    assert "note" not in tomllib.loads(store.path.read_text("utf-8"))["accounts"][0]
