"""Reading the file: what is not TOML in UTF-8, and why it is refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import InvalidFile
from gts_wizard.storage import files
from gts_wizard.storage.atomic_write import serialize
from gts_wizard.storage.files import parse
from gts_wizard.storage.schema import merge_unknown_keys
from tests.helpers.assertions import assert_safe_error
from tests.helpers.sample_accounts import TOKEN, add_account, add_one_of_each

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gts_wizard.storage.store import Store

_TEXT = serialize(merge_unknown_keys({}, add_one_of_each(Credentials()))).decode()


def refusal(path: Path, body: bytes) -> str:
    """Return why the bytes are refused, having checked that the error shows no secret."""
    with pytest.raises(InvalidFile) as failure:
        parse(body, path)
    assert str(path) in str(failure.value)
    assert_safe_error(failure.value, TOKEN)
    return failure.value.reason


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: text + "oops", "(at end of document)"),
        (lambda text: text + "\n\n[[accounts", "at end of document"),
        (lambda text: text.replace("schema_version = 1", "schema_version = = 1"), "(at line 7,"),
        (lambda text: text + "\n[default]\n", "(at line"),
        (lambda text: text.replace(f'"{TOKEN}"', f'"{TOKEN}'), "(at line"),
        (lambda text: text.replace(f'"{TOKEN}"', TOKEN), "(at line"),
        (lambda text: text + "x = " + "[" * 17 + "]" * 17, "nested too deeply"),
        (lambda _: "", "it is empty"),
        (lambda _: "\n \n", "it is empty"),
        (lambda text: text + "x = 2026-13-01", "(at line"),
        (lambda text: text + "x = 2026-02-30", "(at line"),
        (lambda text: "\0" * len(text), "zeros where text should be (at line 1, column 1)"),
        (lambda text: text + "a = 1\nb\0 = 2\n", "zeros where text should be (at line"),
        (
            lambda text: f"<<<<<<< mine\n{text}=======\n{text}>>>>>>> theirs\n",
            "two versions of it were never merged (at line 1, column 1)",
        ),
        (
            lambda text: text.replace("schema_version", "\r\n||||||| base\r\nschema_version"),
            "two versions of it were never merged (at line 8, column 1)",
        ),
    ],
    ids=[
        *("word at the end", "header cut off", "two equals signs", "key twice", "open string"),
        *("unquoted token", "deep", "empty", "blank", "month 13", "30 February", "only zeros"),
        *("a zero", "merge conflict", "merge conflict with base"),
    ],
)
def test_text_that_is_not_toml_is_refused_with_its_line(
    path: Path, damage: Callable[[str], str], reason: str
) -> None:
    damaged = damage(_TEXT)
    assert damaged != _TEXT
    assert reason in refusal(path, damaged.encode())


def test_bytes_that_are_not_utf8_are_refused_with_their_line(path: Path) -> None:
    line = _TEXT.count("\n") + 1
    reason = refusal(path, _TEXT.encode() + b"# \xff\n")
    assert reason == f"it isn't UTF-8 text (at line {line}, column 3)"


@pytest.mark.parametrize(
    "edit",
    [lambda body: b"\xef\xbb\xbf" + body, lambda body: body.replace(b"\n", b"\r\n")],
    ids=["byte order mark", "CRLF"],
)
def test_byte_order_mark_and_crlf_are_accepted(
    store: Store, edit: Callable[[bytes], bytes]
) -> None:
    credentials = store.update(add_account("alice"))
    store.path.write_bytes(edit(store.path.read_bytes()))
    assert store.load() == credentials
    store.update(add_account("bob"))
    assert [account.username for account in store.load().accounts] == ["alice", "bob"]


def test_file_one_byte_over_the_limit_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(add_account())
    size = store.path.stat().st_size
    monkeypatch.setattr(files, "MAX_FILE_BYTES", size)
    assert store.load().default == "@alice@example.org"
    monkeypatch.setattr(files, "MAX_FILE_BYTES", size - 1)
    with pytest.raises(InvalidFile) as failure:
        store.load()
    assert failure.value.reason == "it is far too large"


def test_file_that_grows_while_read_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"x" * 5)
    path.chmod(0o600)
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 5)
    real_read = os.read

    def grow_and_read(descriptor: int, length: int) -> bytes:
        path.write_bytes(b"x" * 9)
        return real_read(descriptor, length)

    monkeypatch.setattr(os, "read", grow_and_read)
    with pytest.raises(InvalidFile, match="far too large"):
        files.read_file(path, lambda _: None)
