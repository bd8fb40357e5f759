"""What 0.1.0 wrote stays readable, and is written alike: files, code verifiers, keyring entries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gts_wizard import __version__
from gts_wizard.credentials import Credentials
from gts_wizard.models import Account, AccountStatus, WizardStep
from gts_wizard.oauth.authorize import code_challenge, code_verifier
from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.storage.store import Store
from tests.helpers import fake_keyring

_DATA = Path(__file__).parent.parent / "data"
_OLD, _CHANGED = _DATA / "credentials-0.1.0.toml", _DATA / "credentials-0.1.0-changed.toml"


@pytest.fixture
def old_store(tmp_path: Path) -> Store:
    """A file as 0.1.0 wrote it, with keys of some later version in it."""
    path = tmp_path / "credentials.toml"
    path.write_bytes(_OLD.read_bytes())
    path.chmod(0o600)
    return Store(path)


def change(kept: Credentials) -> Credentials:
    """Do what was done to the old file by 0.1.0: take out, put in, choose the default."""
    alice = kept.account("@alice@example.org")
    assert alice is not None
    token = alice.token._replace(value=Secret("TOKEN-OF-ERIN"), scopes=("read",))
    erin = Account(alice.server, "01-erin", "erin", "Erin", token, "01GTS", alice.verified_at)
    return kept.without_pending("state-1").with_account(erin).with_default(erin.handle)


def test_file_of_0_1_0_loads_whole(old_store: Store) -> None:
    kept = old_store.load()
    assert [(account.handle, account.status) for account in kept.accounts] == [
        ("@alice@example.org", AccountStatus.FINE),
        ("@Bob@mastodon.example", AccountStatus.INSUFFICIENT_SCOPE),
        ("@carol@localhost:8421", AccountStatus.REVOKED),
    ]
    assert [pending.step for pending in kept.pending_sign_ins] == list(WizardStep)
    assert [
        (pending.requested_handle, pending.code_challenge) for pending in kept.pending_sign_ins
    ] == [
        ("", ""),
        ("@dave@example.org", ""),
        ("@Bob@mastodon.example", "CHALLENGE"),
        ("", ""),
    ]
    assert kept.accounts[1].server.metadata.supports_pkce
    assert kept.accounts[1].token.value == KeyringRef("@Bob@mastodon.example 03218318")
    assert [registration.storage for registration in kept.registrations] == [
        SecretStorage.FILE,
        SecretStorage.KEYRING,
        SecretStorage.FILE,
        SecretStorage.FILE,
    ]
    assert (kept.default, kept.theme) == ("@Bob@mastodon.example", "gts-light")


def test_same_change_is_saved_byte_for_byte(old_store: Store) -> None:
    old_store.update(change)
    expected = _CHANGED.read_text("utf-8").replace("gts-wizard 0.1.0", f"gts-wizard {__version__}")
    assert old_store.path.read_text("utf-8") == expected


def test_code_verifier_of_a_stored_state_is_the_same() -> None:
    verifier = code_verifier(Secret("secret-of-01PENDING"), "state-2")
    assert verifier == Secret("HUOvMYPWu2j6CXuZuuSdY5RiJsDRRlvLZUxYQSn1yUs")
    assert code_challenge(verifier) == "w6GXtrXkE4CjQXou9zbk-yE5f8vTHNs_zC9r4v22mMk"


def test_keyring_entries_are_named_after_their_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_store: Store
) -> None:
    with fake_keyring.installed(tmp_path, monkeypatch) as keyring:
        old_store.update(
            lambda kept: kept.with_storage(SecretStorage.KEYRING, "@alice@example.org")
        )
        names = [re.sub(r" [0-9a-f]{8}$", " …", name) for name in keyring.entries]
    assert names == ["@alice@example.org …", "https://social.example.org …"]
