"""From an address to an authorize link, step by step, each step saved (services/sign_in.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import AddressError, ConnectionRefused, NoScopesChosen, UnknownScope
from gts_wizard.models import WizardStep
from tests.helpers.harness import (
    EXCHANGE,
    LOOK_UP,
    REGISTER,
    VERIFY,
    code_for,
    program_requests,
)

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness


@pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)
async def test_sign_in_takes_four_requests_over_one_connection(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.sign_in.look_up(f" {practice.address}/ ")
    assert pending.step is WizardStep.PERMISSIONS
    assert pending.server.origin == practice.origin
    assert pending.server.software == "gotosocial"
    pending = await harness.sign_in.choose_scopes(pending, ("read", "write:statuses"))
    assert (pending.step, pending.scopes) == (WizardStep.AUTHORIZE, ("read", "write:statuses"))
    assert practice.connections == 1
    paste = await code_for(pending)
    with_browser = practice.connections
    pending = await harness.sign_in.code_exchange.exchange(pending, paste)
    signed_in = await harness.sign_in.verifier.verify(pending)
    assert practice.connections == with_browser
    assert program_requests(practice) == [LOOK_UP, REGISTER, EXCHANGE, VERIFY]
    account = signed_in.account
    assert account.handle == f"@alice@{practice.address}"
    assert account.token.scopes == ("read", "write:statuses")
    assert (signed_in.profile.display_name, signed_in.requested_username) == ("Alice", "")
    assert (harness.credentials.accounts, harness.credentials.default) == (
        (account,),
        account.handle,
    )
    assert not harness.credentials.pending_sign_ins


async def test_only_a_typed_address_is_to_be_checked(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    account = await harness.account(practice)
    practice.stop()
    with pytest.raises(ConnectionRefused, match="Check the address"):
        await harness.sign_in.look_up(practice.address)
    with pytest.raises(ConnectionRefused) as renewing:
        await harness.sign_in.renew(account)
    assert renewing.value.hint == "Try again later: the server may be down right now."


async def test_sign_in_goes_on_after_a_kill_at_any_step(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    await harness.sign_in.look_up(practice.address)
    await harness.restart()
    [pending] = await harness.sign_in.pending_sign_ins.list()
    assert pending.step is WizardStep.PERMISSIONS
    await harness.sign_in.choose_scopes(pending, ("read",))
    await harness.restart()
    [pending] = await harness.sign_in.pending_sign_ins.list()
    assert pending.step is WizardStep.AUTHORIZE
    paste = await code_for(pending)
    await harness.sign_in.set_step(pending, WizardStep.CODE)
    await harness.restart()
    [pending] = await harness.sign_in.pending_sign_ins.list()
    assert pending.step is WizardStep.CODE
    await harness.sign_in.code_exchange.exchange(pending, paste)
    await harness.restart()
    [pending] = await harness.sign_in.pending_sign_ins.list()
    assert pending.step is WizardStep.PROFILE
    await harness.sign_in.verifier.verify(pending)
    await harness.restart()
    assert await harness.sign_in.pending_sign_ins.list() == []
    assert (await harness.accounts.profile(harness.accounts.find())).username == "alice"
    assert program_requests(practice) == [LOOK_UP, REGISTER, EXCHANGE, VERIFY, VERIFY]


async def test_invalid_address_is_rejected_without_a_request(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    with pytest.raises(AddressError):
        await harness.sign_in.look_up("my instance")
    assert practice.requests == []
    assert not harness.store.path.exists()


async def test_same_address_goes_on_after_going_back_only(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    address = f"@alice@{practice.address}"
    linked = await harness.to_link(practice, address=address)
    assert await harness.sign_in.look_up(f"alice@{practice.address}", linked) == linked
    other = await harness.sign_in.look_up(address)
    assert other.state != linked.state
    assert harness.credentials.pending_sign_ins == (linked, other)


async def test_finished_sign_in_ends_its_links_at_other_addresses(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    linked = await harness.to_link(practice, address=f"@alice@{practice.address}")
    bob = await harness.sign_in.look_up(f"@bob@{practice.address}", linked)
    assert (bob.username, bob.step) == ("bob", WizardStep.PERMISSIONS)
    await harness.finish(await harness.sign_in.choose_scopes(bob, ["read"]), "bob")
    assert not harness.credentials.pending_sign_ins


@pytest.mark.slow
async def test_two_people_sign_in_to_one_server_at_the_same_time(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice, bob = [await harness.to_link(practice) for _ in range(2)]
    assert alice.client_id == bob.client_id
    accounts = [
        (await harness.finish(pending, username)).account
        for pending, username in ((alice, "alice"), (bob, "bob"))
    ]
    assert harness.credentials.accounts == tuple(accounts)
    for account in accounts:
        await harness.accounts.revoke(account)


async def test_look_up_without_permissions_is_replaced_by_the_next(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    await harness.sign_in.look_up(f"@alice@{practice.address}")
    bob = await harness.sign_in.look_up(f"@bob@{practice.address}")
    assert harness.credentials.pending_sign_ins == (bob,)


async def test_no_permissions_are_rejected_and_can_be_chosen_then(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.sign_in.look_up(practice.address)
    with pytest.raises(NoScopesChosen):
        await harness.sign_in.choose_scopes(pending, ())
    assert program_requests(practice) == [LOOK_UP]
    assert (await harness.sign_in.choose_scopes(pending, ["read"])).scopes == ("read",)
    assert program_requests(practice) == [LOOK_UP, REGISTER]


@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
async def test_scope_unknown_to_the_server_can_be_corrected(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.sign_in.look_up(practice.address)
    with pytest.raises(UnknownScope, match="has no permission called nonsense"):
        await harness.sign_in.choose_scopes(pending, ("read", "nonsense"))
    assert (harness.credentials.pending_sign_ins, harness.credentials.registrations) == (
        (pending,),
        (),
    )
    linked = await harness.sign_in.choose_scopes(pending, ("read", "admin"))
    assert linked.scopes == ("read", "admin:read", "admin:write")
    assert linked.state == pending.state


async def test_choosing_the_same_permissions_again_keeps_the_link(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice, "read", "write")
    assert await harness.sign_in.choose_scopes(pending, ("write", "read", "read:lists")) == pending
    at_code = await harness.sign_in.set_step(pending, WizardStep.CODE)
    assert await harness.sign_in.choose_scopes(at_code, ("read", "write")) == pending
    assert program_requests(practice) == [LOOK_UP, REGISTER]


async def test_pending_sign_in_with_a_token_is_left_alone(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    exchanged = await harness.to_token(practice)
    looked_up = await harness.sign_in.look_up(practice.address)
    assert (looked_up.step, looked_up.token) == (WizardStep.PERMISSIONS, None)
    assert harness.credentials.pending_sign_ins == (exchanged, looked_up)
    other = await harness.sign_in.choose_scopes(exchanged, ("read", "write"))
    assert other.token is None
    assert harness.credentials.pending_sign_ins == (exchanged, other)


async def test_fresh_link_leaves_the_old_code_usable(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.to_link(practice)
    paste = await code_for(old)
    new = await harness.sign_in.new_link(old)
    assert (new.client_id != old.client_id, new.state != old.state) == (True, True)
    assert (new.scopes, new.step) == (old.scopes, WizardStep.AUTHORIZE)
    exchanged = await harness.sign_in.code_exchange.exchange(new, paste)
    assert exchanged.state == old.state
    await harness.sign_in.verifier.verify(exchanged)
    assert not harness.credentials.pending_sign_ins
