"""A credentials file damaged in any way: read, or told in safe words, and left byte for byte."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import NoneType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileError
from gts_wizard.models import Metadata, Server, State, Step
from gts_wizard.secret import InKeyring, Place, Secret
from gts_wizard.shelf import Shelf
from tests.helpers.assertions import assert_safe_error
from tests.helpers.fuzz import as_toml, mutated_bytes, mutated_document
from tests.helpers.sample_accounts import TOKEN, make_account, make_attempt, make_registration

MOVED = Server("https://example.org", "example.org", metadata=Metadata("/go", "/give", "/end"))
SECRETS = (TOKEN, "client-secret", "token-of-bob")


def full(shelf: Shelf) -> Shelf:
    """Put one of each kind, and one of each shape, on a shelf."""
    return (
        shelf.with_account(make_account())
        .with_account(make_account("bob", "token-of-bob", MOVED))
        .with_registration(make_registration())
        .with_attempt(make_attempt())
        .with_attempt(make_attempt("state-2", TOKEN))
    )


def saved() -> bytes:
    """Return the bytes of a file that keeps something of everything."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "credentials.toml")
        store.change(full)
        return store.path.read_bytes()


BODY = saved()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store whose file is written anew for each example."""
    return Store(tmp_path_factory.mktemp("damaged") / "credentials.toml")


def leaves(part: object) -> Iterator[object]:
    """Yield all that a shelf holds, but for the records themselves."""
    if isinstance(part, tuple):
        for one in part:
            yield from leaves(one)
    elif is_dataclass(part) and not isinstance(part, InKeyring):
        for field in fields(part):
            yield from leaves(getattr(part, field.name))
    else:
        yield part


def assert_read_or_told(store: Store, body: bytes, *secrets: str) -> None:
    """Assert that a file is read, and can be written on, or told safely and left as it is."""
    store.path.write_bytes(body)
    store.path.chmod(0o600)
    try:
        shelf = store.load()
    except FileError as failure:
        assert_safe_error(failure, *secrets)
    else:
        assert isinstance(shelf, Shelf)
        kinds = set(map(type, leaves(shelf)))
        assert kinds <= {str, bool, datetime, NoneType, Secret, InKeyring, Place, Step, State}
        assert store.load() == shelf
    assert store.path.read_bytes() == body


def test_the_file_is_read_as_it_is(store: Store) -> None:
    store.path.write_bytes(BODY)
    store.path.chmod(0o600)
    assert store.load() == full(Shelf())


@settings(deadline=None)
@given(body=mutated_bytes(BODY))
def test_damaged_bytes_are_read_or_told(store: Store, body: bytes) -> None:
    assert_read_or_told(store, body, *SECRETS)


@settings(deadline=None)
@given(text=mutated_document(tomllib.loads(BODY.decode())).map(as_toml))
def test_other_values_are_read_or_told(store: Store, text: str) -> None:
    # A secret that is now where a name belongs can't be told from a name.
    assert_read_or_told(store, text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(body=st.binary())
def test_any_bytes_are_told(store: Store, body: bytes) -> None:
    assert_read_or_told(store, body)
