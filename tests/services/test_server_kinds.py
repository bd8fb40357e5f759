"""Whole sign-ins at every kind of server that the practice server can emulate."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.errors import CodeRefused, RegistrationUnknown, RevocationUnsupported, SignInError
from gts_wizard.models import WizardStep
from gts_wizard.oauth.scopes import ADMINISTER
from gts_wizard.oauth.server_features import software_name
from gts_wizard.oauth.server_scopes import presets_for
from gts_wizard.practice import EMULATED_SERVERS, PracticeServer
from tests.helpers.browser_user import BrowserUser, PageError
from tests.helpers.harness import (
    LOOK_UP,
    REGISTER,
    REVOKE,
    code_for,
    link_for,
    program_requests,
)

if TYPE_CHECKING:
    from tests.helpers.harness import ServicesHarness

SOFTWARE_NAMES = {
    "0.17": "GoToSocial 0.17.4",
    "0.19": "GoToSocial 0.19.2",
    "0.20": "GoToSocial 0.20.0-rc1+git-57cb4fe",
    "mastodon": "Mastodon 4.4.0",
}
every_kind = pytest.mark.parametrize("practice", EMULATED_SERVERS, indirect=True)
both_softwares = pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
async def test_server_is_named_though_its_instance_document_is_hidden(
    harness: ServicesHarness, emulates: str
) -> None:
    for hides_document in (False, True):
        with PracticeServer(emulates=emulates, restrict_instance=hides_document) as practice:
            server = (await harness.sign_in.look_up(practice.address)).server
            assert software_name(server) == SOFTWARE_NAMES[emulates]
            assert server.title == (practice.address if hides_document else "Practice server")
            assert server.account_domain == practice.address
            assert server.metadata.supports_pkce is (emulates == "mastodon")


@pytest.mark.slow
@every_kind
async def test_account_is_used_revoked_and_signed_in_again(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.account(practice, "read", "write")
    is_old_server = old.server.version.startswith("0.17")
    assert (old.handle, old.token.scopes) == (f"@alice@{practice.address}", ("read", "write"))
    assert (await harness.accounts.profile(old)).display_name == "Alice"
    kinds = {notification.kind for notification in await harness.accounts.notifications(old)}
    assert "mention" in kinds
    if is_old_server:
        with pytest.raises(RevocationUnsupported):
            await harness.accounts.revoke(old)
        assert await harness.accepts(old)
        practice.revoke_tokens("alice")
    else:
        await harness.accounts.revoke(old)
    assert not await harness.accepts(old)
    new = await harness.account(practice, "read", "write")
    assert new.token != old.token
    assert harness.credentials.accounts == (new,)
    assert await harness.accounts.notifications(new)
    # Before 0.19, no registration is used for two accounts, and it was not known who signs in.
    assert practice.requests.count(REGISTER) == (2 if is_old_server else 1)


@pytest.mark.slow
@every_kind
async def test_renewing_ends_the_old_access_where_the_server_can(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.account(practice)
    is_old_server = old.server.version.startswith("0.17")
    await harness.restart()
    renewed = (await harness.finish(await harness.sign_in.renew(old))).account
    assert (harness.credentials.accounts, harness.credentials.pending_sign_ins) == ((renewed,), ())
    assert await harness.accounts.notifications(renewed)
    if renewed.server.software == "mastodon":
        assert renewed.token.value == old.token.value, "Mastodon gives the same token again"
        assert REVOKE not in practice.requests
    else:
        assert renewed.token.value != old.token.value
        assert await harness.accepts(old) is is_old_server
    for scopes in (("read", "write"), ("profile",)):
        old, renewed = renewed, await harness.account(practice, *scopes, replaces=True)
        assert renewed.token.scopes == scopes
        assert await harness.accepts(renewed)
        assert await harness.accepts(old) is is_old_server
        client_ids = [registration.client_id for registration in harness.credentials.registrations]
        assert client_ids == [renewed.client_id]


@pytest.mark.slow
@both_softwares
async def test_revoking_one_account_leaves_the_others_at_the_server(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    bob = await harness.account(practice, username="bob")
    assert practice.requests.count(REGISTER) == 1
    assert alice.token != bob.token
    await harness.accounts.revoke(bob)
    assert await harness.accepts(alice)
    assert not await harness.accepts(bob)


@pytest.mark.slow
@every_kind
async def test_every_preset_is_accepted_and_the_widest_granted(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.sign_in.look_up(practice.address)
    presets = presets_for(pending.server)
    for preset in presets:
        pending = await harness.sign_in.choose_scopes(pending, preset.scopes)
        with BrowserUser() as user:
            page = await asyncio.to_thread(user.sign_in, link_for(pending))
        assert page.status_code == httpx.codes.OK
    assert presets[-1].title == ADMINISTER.title
    signed_in = await harness.finish(pending)
    assert set(signed_in.account.token.scopes) == set(presets[-1].scopes)
    assert signed_in.missing_scopes == ()
    admin = [scope for scope in presets[-1].scopes if scope.startswith("admin")]
    is_mastodon = pending.server.software == "mastodon"
    assert admin == (["admin:read", "admin:write"] if is_mastodon else ["admin"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("practice", "refusal"),
    [("0.17", CodeRefused), ("0.20", CodeRefused), ("mastodon", RegistrationUnknown)],
    indirect=["practice"],
)
async def test_fresh_link_helps_after_the_registration_was_lost(
    practice: PracticeServer, harness: ServicesHarness, refusal: type[SignInError]
) -> None:
    pending = await harness.to_link(practice, "read", "write", address=f"@alice@{practice.address}")
    paste = await code_for(pending)
    practice.forget_application(pending.client_id)
    with BrowserUser() as user, pytest.raises(PageError) as error_page:
        await asyncio.to_thread(user.authorize, link_for(pending))
    assert error_page.value.page.status_code >= httpx.codes.BAD_REQUEST
    with pytest.raises(refusal, match="fresh link"):
        await harness.sign_in.code_exchange.exchange(pending, paste)
    await harness.restart()
    fresh = await harness.sign_in.new_link(pending)
    assert fresh.client_id != pending.client_id
    assert (fresh.step, fresh.username) == (WizardStep.AUTHORIZE, "alice")
    assert (fresh.scopes, fresh.server) == (("read", "write"), pending.server)
    assert (await harness.finish(fresh)).account.handle == f"@alice@{practice.address}"
    assert practice.requests.count(LOOK_UP) == 1, "nothing starts over"
    client_ids = [registration.client_id for registration in harness.credentials.registrations]
    assert client_ids == [fresh.client_id]


@pytest.mark.slow
@both_softwares
async def test_lost_registration_is_dropped_after_a_fresh_renewal(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.account(practice)
    practice.forget_application(old.client_id)
    renewal = await harness.sign_in.renew(old)
    assert renewal.client_id == old.client_id, "the wizard can not know yet"
    fresh = await harness.sign_in.new_link(renewal)
    assert fresh.renewed_handle == old.handle
    account = (await harness.finish(fresh)).account
    assert account.handle == old.handle
    assert harness.credentials.accounts == (account,)
    assert await harness.accounts.notifications(account)
    client_ids = [registration.client_id for registration in harness.credentials.registrations]
    assert client_ids == [fresh.client_id]
    assert program_requests(practice).count(REGISTER) == 2
