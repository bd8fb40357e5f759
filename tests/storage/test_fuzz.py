"""Made-up records and damaged files: saved and read as they are, or refused in safe words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileError, SaveFailed
from gts_wizard.models import (
    OOB_REDIRECT_URI,
    Account,
    AccountStatus,
    ClientRegistration,
    PendingSignIn,
    Server,
    ServerMetadata,
    Token,
    WizardStep,
)
from gts_wizard.oauth.app_name import read_app_name
from gts_wizard.oauth.redirect_uri import loopback_redirect_uri
from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.storage.atomic_write import serialize
from gts_wizard.storage.files import parse
from gts_wizard.storage.schema import decode, merge_unknown_keys
from gts_wizard.storage.store import Store
from tests.helpers.assertions import assert_safe_error
from tests.helpers.fuzz import as_toml, mutated_bytes, mutated_document
from tests.helpers.sample_accounts import (
    TOKEN,
    add_account,
    add_one_of_each,
    make_account,
    make_pending,
)

pytestmark = pytest.mark.fuzz

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_SCOPES = st.lists(_TEXTS, max_size=3).map(tuple)
_TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
_PATHS = _TEXTS.map("/{}".format)
_METADATA = st.builds(ServerMetadata, _PATHS, _PATHS, _PATHS, st.booleans(), _SCOPES)
_CREDENTIALS = st.from_regex(r"[!-~]{1,30}", fullmatch=True)
_ORIGINS = st.from_regex(
    r"https://([a-z0-9.-]{1,20}|\[[0-9a-f:.]{2,20}\])(:[0-9]{1,5})?", fullmatch=True
) | st.sampled_from(["http://localhost:8080", "http://127.0.0.1", "http://[::1]:1"])
_SERVERS = st.builds(Server, _ORIGINS, _TEXTS, _TEXTS, _TEXTS, _TEXTS, _METADATA)
_SECRETS = _CREDENTIALS.map(lambda text: (Secret(text), SecretStorage.FILE)) | _TEXTS.map(
    lambda name: (KeyringRef(name), SecretStorage.KEYRING)
)
_TOKENS = st.builds(
    lambda secret, scopes, at: Token(secret[0], scopes, at, secret[1]), _SECRETS, _SCOPES, _TIMES
)
_ACCOUNTS = st.builds(
    Account,
    *(_SERVERS, _TEXTS, _TEXTS, _TEXTS, _TOKENS, _CREDENTIALS, _TIMES),
    st.sampled_from(AccountStatus),
    st.none() | _TIMES,
)
_APP_NAMES = _TEXTS.map(read_app_name)
_REDIRECT_URIS = st.just(OOB_REDIRECT_URI) | st.integers(1, 65535).map(loopback_redirect_uri)
_REGISTRATIONS = st.builds(
    lambda secret, origin, client_id, scopes, at, uris, name: ClientRegistration(
        origin, client_id, secret[0], scopes, at, secret[1], uris, name
    ),
    *(_SECRETS, _ORIGINS, _CREDENTIALS, _SCOPES, _TIMES),
    st.lists(_REDIRECT_URIS).map(tuple),
    _APP_NAMES,
)
_PENDING_SIGN_INS = st.builds(
    PendingSignIn,
    state=_TEXTS,
    server=_SERVERS,
    step=st.sampled_from(WizardStep),
    started_at=_TIMES,
    username=_TEXTS,
    scopes=_SCOPES,
    client_id=st.just("") | _CREDENTIALS,
    code_challenge=_TEXTS,
    token=st.none() | _TOKENS,
    renewed_handle=_TEXTS,
    redirect_uri=_REDIRECT_URIS,
    app_name=_APP_NAMES,
)


@settings(deadline=None, max_examples=100)
@given(_ACCOUNTS)
def test_any_account_comes_back_as_it_was_saved(account: Account) -> None:
    assert_comes_back(Credentials(accounts=(account,), default=account.handle))


@settings(deadline=None, max_examples=60)
@given(_REGISTRATIONS, st.sampled_from(SecretStorage), _TEXTS)
def test_any_registration_comes_back_as_it_was_saved(
    registration: ClientRegistration, place: SecretStorage, theme: str
) -> None:
    assert_comes_back(
        Credentials(registrations=(registration,), default_storage=place, theme=theme)
    )


@settings(deadline=None, max_examples=60)
@given(_PENDING_SIGN_INS)
def test_any_pending_sign_in_comes_back_as_it_was_saved(pending: PendingSignIn) -> None:
    assert_comes_back(
        Credentials(pending_sign_ins=(make_pending(pending.state + "-other"), pending))
    )


def assert_comes_back(credentials: Credentials) -> None:
    path = Path("credentials.toml")
    assert decode(parse(serialize(merge_unknown_keys({}, credentials)), path), path) == credentials


_MOVED = Server(
    "https://example.org", "example.org", metadata=ServerMetadata("/go", "/give", "/end")
)


def fill(credentials: Credentials) -> Credentials:
    """Add records of each kind and shape."""
    credentials = add_one_of_each(credentials).with_pending(make_pending("state-2"))
    return credentials.with_account(make_account("bob", "token-of-bob", _MOVED))


_SAVED_SECRETS = (TOKEN, "client-secret", "token-of-bob")
_BODY = serialize(merge_unknown_keys({}, fill(Credentials())))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store whose file is written anew for each example."""
    return Store(tmp_path_factory.mktemp("fuzz") / "credentials.toml")


@settings(deadline=None, max_examples=60)
@given(*(_CREDENTIALS | st.text(st.characters(), max_size=30) for _ in range(3)))
def test_any_answer_of_a_server_is_saved_or_refused(
    store: Store, text: str, token: str, client_id: str
) -> None:
    account = make_account(token=token)._replace(display_name=text, id=text, client_id=client_id)
    store.path.unlink(missing_ok=True)
    bob = store.update(add_account("bob"))
    try:
        both = store.update(lambda credentials: credentials.with_account(account))
    except SaveFailed:
        is_sendable = all(re.fullmatch(r"[!-~]+", sent) for sent in (token, client_id))
        assert not is_sendable or re.search(r"[\ud800-\udfff]", text)
        assert store.load() == bob
    else:
        assert store.load() == both
        assert store.load().account(account.handle) == account


def values_in(part: object) -> Iterator[object]:
    """Yield all values in the records."""
    if isinstance(part, tuple) and not isinstance(part, KeyringRef):
        for element in part:
            yield from values_in(element)
    else:
        yield part


def assert_read_or_refused(store: Store, body: bytes, *secrets: str) -> None:
    """Assert that a file is read well, or refused in safe words, and left as it is either way."""
    store.path.write_bytes(body)
    store.path.chmod(0o600)
    try:
        credentials = store.load()
    except FileError as failure:
        assert_safe_error(failure, *secrets)
    else:
        assert isinstance(credentials, Credentials)
        types = set(map(type, values_in(credentials)))
        assert types <= {
            str,
            bool,
            datetime,
            NoneType,
            Secret,
            KeyringRef,
            SecretStorage,
            WizardStep,
            AccountStatus,
        }
        assert store.load() == credentials
    assert store.path.read_bytes() == body


def test_undamaged_file_is_read(store: Store) -> None:
    store.path.write_bytes(_BODY)
    store.path.chmod(0o600)
    assert store.load() == fill(Credentials())


@settings(deadline=None)
@given(body=mutated_bytes(_BODY))
def test_damaged_bytes_are_read_or_refused(store: Store, body: bytes) -> None:
    assert_read_or_refused(store, body, *_SAVED_SECRETS)


@settings(deadline=None)
@given(text=mutated_document(tomllib.loads(_BODY.decode())).map(as_toml))
def test_mutated_documents_are_read_or_refused(store: Store, text: str) -> None:
    # A secret that stands where a name belongs can't be told from a name.
    assert_read_or_refused(store, text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(body=st.binary())
def test_any_bytes_are_refused(store: Store, body: bytes) -> None:
    assert_read_or_refused(store, body)
