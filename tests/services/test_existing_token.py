"""Signing in with a token of another program: whose it is, and what becomes of an earlier one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    AlreadySignedIn,
    FileReadOnly,
    InvalidResponse,
    KeyringEntryMissing,
    KeyringError,
    RegistrationElsewhere,
    ServerFailure,
    TokenRefused,
    WrongAccount,
)
from gts_wizard.practice import WELL_KNOWN, PracticeServer
from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.services.accounts import RemovalPolicy
from gts_wizard.storage import writability
from tests.helpers.fake_keyring import installed
from tests.helpers.harness import REVOKE, VERIFY, program_requests
from tests.helpers.other_programs import token_of_other_program
from tests.helpers.practice_overrides import canned

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account, PendingSignIn
    from tests.helpers.harness import ServicesHarness

EVERY_SERVER = pytest.mark.parametrize(
    "practice", ["0.17", "0.19", "0.20", "mastodon"], indirect=True
)


async def given_account(harness: ServicesHarness, practice: PracticeServer) -> Account:
    """Sign alice in with the token of another program, and return the account."""
    token = token_of_other_program(practice)
    return (await harness.signed_in_with(practice.address, token)).account


def value_of(owner: Account | PendingSignIn) -> str:
    """Return the token of what has one in the file."""
    assert owner.token is not None
    assert isinstance(owner.token.value, Secret)
    return owner.token.value.reveal()


@EVERY_SERVER
async def test_account_is_saved_without_a_client(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    token = token_of_other_program(practice)
    result = await harness.signed_in_with(practice.address, token)
    account = result.account
    assert harness.credentials.accounts == (account,)
    assert (account.handle, account.client_id) == (f"@alice@{practice.address}", "")
    assert account.token.value == Secret(token)
    assert (result.is_renewed, result.replaced_error) == (False, None)
    assert harness.credentials.pending_sign_ins == ()
    assert harness.credentials.registrations == ()
    assert await harness.accepts(account)


@pytest.mark.slow
@pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)
async def test_token_of_an_own_sign_in_can_still_be_revoked(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    before = await harness.account(practice, "read", "write")
    account = (await harness.signed_in_with(practice.address, value_of(before))).account
    assert (account.token, account.client_id) == (before.token, before.client_id)
    assert harness.credentials.accounts == (account,)
    assert REVOKE not in practice.requests
    result = await harness.accounts.sign_out(account, RemovalPolicy.IF_REVOKED, lambda _: None)
    assert result.error is None
    assert not await harness.accepts(before)


async def test_token_of_an_unfinished_sign_in_keeps_its_client(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    exchanged = await harness.to_token(practice, "read", "write")
    account = (await harness.signed_in_with(practice.address, value_of(exchanged))).account
    assert (account.token, account.client_id) == (exchanged.token, exchanged.client_id)
    assert await harness.sign_in.discard(exchanged) is None
    assert await harness.accepts(account)


@pytest.mark.slow
async def test_token_that_waits_to_be_revoked_is_kept_once_given(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.account(practice)
    practice.overrides = {REVOKE: canned(500)}
    new = await harness.account(practice, replaces=True)
    practice.overrides = {}
    harness.store.update(lambda credentials: credentials.without_account(new.handle))
    account = (await harness.signed_in_with(practice.address, value_of(old))).account
    assert account.client_id == old.client_id
    assert await harness.accounts.revoke_replaced_tokens() == [(old.handle, None)]
    assert harness.credentials.replaced_tokens == ()
    assert await harness.accepts(account)


@EVERY_SERVER
async def test_account_that_works_is_left_alone(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    before = await harness.account(practice, "read", "write")
    token = token_of_other_program(practice, "profile")
    saved = harness.store.path.read_bytes()
    with pytest.raises(AlreadySignedIn) as refused:
        await harness.signed_in_with(practice.address, token)
    assert refused.value.handle == before.handle
    assert "less" not in refused.value.message, "what the new token may do is not known"
    assert harness.store.path.read_bytes() == saved
    assert REVOKE not in practice.requests
    assert await harness.accepts(before)
    new = before.token._replace(value=Secret(token))
    assert await harness.accepts(before._replace(token=new))


@EVERY_SERVER
async def test_access_that_has_ended_is_replaced(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    before = await harness.account(practice)
    practice.revoke_tokens("alice")
    result = await harness.signed_in_with(practice.address, token_of_other_program(practice))
    assert result.account.client_id == ""
    assert result.account.token.value != before.token.value
    assert result.replaced_error is None
    assert harness.credentials.accounts == (result.account,)
    assert harness.credentials.replaced_tokens == ()
    assert harness.credentials.registrations == ()


@pytest.mark.slow
@EVERY_SERVER
async def test_given_access_that_has_ended_is_not_said_to_work(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    await given_account(harness, practice)
    practice.revoke_tokens("alice")
    result = await harness.signed_in_with(practice.address, token_of_other_program(practice))
    assert result.replaced_error is None
    practice.revoke_tokens("alice")
    renewed = await harness.finish(await harness.sign_in.renew(result.account, ("read",)))
    assert renewed.replaced_error is None
    assert harness.credentials.accounts == (renewed.account,)
    assert harness.credentials.replaced_tokens == ()


async def test_old_access_that_may_work_stays_to_be_revoked(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await harness.account(practice)
    token = token_of_other_program(practice)
    practice.overrides = {REVOKE: canned(500)}
    with monkeypatch.context() as patch:

        async def say_revoked(*_: object) -> bool:
            return True

        patch.setattr(endpoints, "is_revoked", say_revoked)
        result = await harness.signed_in_with(practice.address, token)
    assert isinstance(result.replaced_error, ServerFailure)
    assert [one.token for one in harness.credentials.replaced_tokens] == [before.token]
    practice.overrides = {}
    assert await harness.accounts.revoke_replaced_tokens() == [(before.handle, None)]
    assert not await harness.accepts(before)


@EVERY_SERVER
async def test_renewal_says_that_a_given_access_lives_on(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    before = await given_account(harness, practice)
    renewed = await harness.finish(await harness.sign_in.renew(before, ("read",)))
    assert isinstance(renewed.replaced_error, RegistrationElsewhere)
    assert renewed.account.client_id
    assert harness.credentials.accounts == (renewed.account,)
    assert harness.credentials.replaced_tokens == ()
    assert REVOKE not in practice.requests
    assert await harness.accepts(before)


@pytest.mark.parametrize(
    ("practice", "page"),
    [
        ("0.17", ""),
        ("0.19", "/settings/user/tokens"),
        ("0.20", "/settings/user/tokens"),
        ("mastodon", "/oauth/authorized_applications"),
    ],
    indirect=["practice"],
)
async def test_sign_out_names_the_page_and_forgets(
    practice: PracticeServer, harness: ServicesHarness, page: str
) -> None:
    account = await given_account(harness, practice)
    result = await harness.accounts.sign_out(account, RemovalPolicy.IF_REVOKED, lambda _: None)
    assert isinstance(result.error, RegistrationElsewhere)
    assert result.error.page == (page and f"{practice.origin}{page}")
    assert result.removed is not None
    assert not harness.credentials.accounts
    assert REVOKE not in practice.requests
    assert await harness.accepts(account)


async def test_token_of_somebody_else_is_not_saved(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    token = token_of_other_program(practice, username="bob")
    with pytest.raises(WrongAccount) as refused:
        await harness.signed_in_with(f"@alice@{practice.address}", token)
    assert f"belongs to @bob@{practice.address}" in refused.value.message
    assert not harness.store.path.exists()
    result = await harness.signed_in_with(f"@BOB@{practice.address}", token)
    assert result.account.username == "bob"


@EVERY_SERVER
async def test_token_that_the_server_refuses_is_not_saved(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    with pytest.raises(TokenRefused, match=practice.address):
        await harness.signed_in_with(practice.address, "T" * 48)
    assert not harness.store.path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("emulates", ["0.17", "0.20", "mastodon"])
async def test_split_domain_gives_the_account_its_name(
    harness: ServicesHarness, emulates: str
) -> None:
    with PracticeServer(emulates=emulates, split_domain=WELL_KNOWN) as practice:
        token = token_of_other_program(practice)
        handle = f"@alice@{practice.account_domain}"
        for typed in (handle, practice.account_domain, practice.address):
            account = (await harness.signed_in_with(typed, token)).account
            assert (account.handle, account.server.origin) == (handle, practice.origin)
            assert harness.credentials.accounts == (account,)
        with pytest.raises(WrongAccount):
            await harness.signed_in_with(f"@bob@{practice.account_domain}", token)


@pytest.mark.parametrize(
    "document",
    [
        {"id": "1", "username": "alice@example.org"},
        {"id": "1", "username": "al\x1bice"},
        {"id": "1\n", "username": "alice"},
        {"username": "alice"},
    ],
    ids=["handle", "control character", "line break", "no id"],
)
async def test_account_that_can_not_be_one_is_not_saved(
    practice: PracticeServer, harness: ServicesHarness, document: dict[str, str]
) -> None:
    token = token_of_other_program(practice)
    practice.overrides = {VERIFY: canned(200, json.dumps(document).encode())}
    with pytest.raises(InvalidResponse) as failure:
        await harness.signed_in_with(practice.address, token)
    assert token not in f"{failure.value} {failure.value.details}"
    assert not harness.store.path.exists()


async def test_token_is_sent_nowhere_if_it_can_not_be_saved(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of_other_program(practice)
    before = program_requests(practice)
    monkeypatch.setattr(writability, "is_read_only_disk", lambda _: True)
    with pytest.raises(FileReadOnly):
        await harness.signed_in_with(practice.address, token)
    assert program_requests(practice) == before


async def test_keyring_gets_the_token_where_it_is_the_default(
    practice: PracticeServer,
    harness: ServicesHarness,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with installed(tmp_path, monkeypatch) as keyring:
        await harness.accounts.set_default_storage(SecretStorage.KEYRING)
        token = token_of_other_program(practice)
        for _ in range(2):
            await harness.signed_in_with(practice.address, token)
            (account,) = harness.credentials.accounts
            assert isinstance(account.token.value, KeyringRef)
            assert list(keyring.entries.values()) == [token]
        assert token not in harness.store.path.read_text("utf-8")
        other = token_of_other_program(practice)
        keyring.failure_mode.write_text("locked")
        with pytest.raises(AlreadySignedIn):
            await harness.signed_in_with(practice.address, other)
        keyring.failure_mode.unlink()
        assert list(keyring.entries.values()) == [token]


async def test_token_that_the_keyring_does_not_take_is_not_saved(
    practice: PracticeServer,
    harness: ServicesHarness,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with installed(tmp_path, monkeypatch) as keyring:
        await harness.accounts.set_default_storage(SecretStorage.KEYRING)
        keyring.failure_mode.write_text("broken")
        with pytest.raises(KeyringError):
            await given_account(harness, practice)
    assert not harness.credentials.accounts


async def test_account_whose_keyring_entry_is_gone_is_mended(
    practice: PracticeServer,
    harness: ServicesHarness,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with installed(tmp_path, monkeypatch) as keyring:
        await harness.accounts.set_default_storage(SecretStorage.KEYRING)
        await given_account(harness, practice)
        keyring.path.write_text("{}", "utf-8")
        token = token_of_other_program(practice)
        result = await harness.signed_in_with(practice.address, token)
        assert isinstance(result.replaced_error, RegistrationElsewhere | KeyringEntryMissing)
        assert list(keyring.entries.values()) == [token]
        assert await harness.accepts(harness.credentials.accounts[0])
