"""An account whose server calls it by another name now: one account, and one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import AlreadySignedIn, DifferentAccount
from gts_wizard.models import AccountStatus
from gts_wizard.prompts.texts import signed_in
from gts_wizard.services.accounts import RemovalPolicy
from tests.helpers.many_servers import check, check_one
from tests.helpers.sample_accounts import make_account, make_replaced

if TYPE_CHECKING:
    from gts_wizard.models import Account
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness


async def save_as_karol(harness: ServicesHarness, practice: PracticeServer) -> Account:
    """Sign in as alice, and save her as if she had been called karol before."""
    alice = await harness.account(practice)
    harness.store.update(lambda credentials: credentials.with_username(alice, "karol"))
    return harness.credentials.accounts[0]


def sentence(practice: PracticeServer) -> str:
    return f"@karol@{practice.address} is now @alice."


@pytest.mark.slow
async def test_check_saves_the_new_name_everywhere(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    karol = await save_as_karol(harness, practice)
    pending = await harness.sign_in.renew(karol)
    replaced = make_replaced()._replace(handle=karol.handle)
    harness.store.update(lambda credentials: credentials.with_replaced(replaced))
    checked = await check_one(harness, karol)
    handle = f"@alice@{practice.address}"
    assert (checked.error, checked.changes) == (None, sentence(practice))
    assert (checked.account.handle, checked.account.status) == (handle, AccountStatus.FINE)
    saved = harness.credentials
    assert saved.accounts == (checked.account,)
    assert saved.default == saved.replaced_tokens[0].handle == handle
    assert [other.renewed_handle for other in saved.pending_sign_ins] == [handle]
    assert (await check_one(harness, checked.account)).changes == ""
    assert (await harness.finish(pending)).is_renewed


async def test_new_name_of_another_account_is_left_to_it(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    karol = await save_as_karol(harness, practice)
    bob = (await harness.account(practice, username="bob"))._replace(username="alice")
    harness.store.update(lambda credentials: credentials.with_username(bob, "x").with_account(bob))
    found = await check(harness, karol)
    assert found[karol.handle].changes == sentence(practice)
    handles = [account.handle for account in harness.credentials.accounts]
    assert handles[0] == karol.handle
    assert harness.credentials.accounts[0].token.value == karol.token.value


async def test_token_that_is_replaced_meanwhile_is_not_renamed(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    karol = await save_as_karol(harness, practice)
    other = make_account("karol", token="N" * 48, server=karol.server)
    harness.store.update(lambda credentials: credentials.with_account(other))
    checked = await check_one(harness, karol)
    assert harness.credentials.accounts == (checked.account,) == (other,)
    assert checked.changes == ""


@pytest.mark.slow
async def test_renewal_of_a_renamed_account_is_a_renewal(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    karol = await save_as_karol(harness, practice)
    result = await harness.finish(await harness.sign_in.renew(karol))
    assert (result.is_renewed, result.requested_username) == (True, "")
    assert result.changes == sentence(practice)
    assert sentence(practice) in signed_in(result, "file")
    assert harness.credentials.accounts == (result.account,)
    assert harness.credentials.default == result.account.handle
    assert not harness.credentials.replaced_tokens
    assert not await harness.accepts(karol)


async def test_somebody_else_is_still_somebody_else(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    karol = await save_as_karol(harness, practice)
    with pytest.raises(DifferentAccount):
        await harness.finish(await harness.sign_in.renew(karol), "bob")
    assert harness.credentials.accounts == (karol,)


@pytest.mark.slow
async def test_sign_in_under_the_new_name_finds_the_saved_account(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    karol = await save_as_karol(harness, practice)
    with pytest.raises(AlreadySignedIn) as refused:
        await harness.signed_in(practice)
    assert f"as {karol.handle}. {sentence(practice)}" in refused.value.message
    assert harness.credentials.accounts == (karol,)
    result = await harness.signed_in(practice, replaces=True)
    assert harness.credentials.accounts == (result.account,)
    assert result.changes == sentence(practice)


async def test_sign_out_under_the_old_name_ends_the_account(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    karol = await save_as_karol(harness, practice)
    await check_one(harness, karol)

    def rename_back(_: object) -> None:
        [saved] = harness.credentials.accounts
        harness.store.update(lambda credentials: credentials.with_username(saved, "kay"))

    await harness.accounts.sign_out(karol, RemovalPolicy.IF_REVOKED, rename_back)
    assert not harness.credentials.accounts
    assert not await harness.accepts(karol)
