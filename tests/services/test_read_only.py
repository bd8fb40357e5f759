"""What would be lost if it could not be saved is not even sent to a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api import endpoints
from gts_wizard.errors import FileReadOnly, ServerFailure
from gts_wizard.services.accounts import RemovalPolicy
from gts_wizard.storage import writability
from tests.helpers.harness import code_for, program_requests

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness


def _mount_read_only(patch: pytest.MonkeyPatch) -> None:
    """Make the disk read-only, until the patch is undone."""
    patch.setattr(writability, "is_read_only_disk", lambda _: True)


async def test_account_stays_valid_that_can_not_be_removed(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await harness.account(practice)
    _mount_read_only(monkeypatch)
    with pytest.raises(FileReadOnly):
        await harness.accounts.sign_out(account, RemovalPolicy.ALWAYS, lambda _: None)
    assert await harness.accepts(account)


async def test_code_can_still_be_used_once_the_token_can_be_saved(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.to_link(practice)
    code = await code_for(pending)
    with monkeypatch.context() as patch:
        _mount_read_only(patch)
        with pytest.raises(FileReadOnly):
            await harness.sign_in.code_exchange.exchange(pending, code)
    exchanged = await harness.sign_in.code_exchange.exchange(pending, code)
    assert exchanged.token is not None


async def test_sign_in_stays_whole_that_can_not_be_dropped(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanged = await harness.to_token(practice)
    with monkeypatch.context() as patch:
        _mount_read_only(patch)
        with pytest.raises(FileReadOnly):
            await harness.sign_in.discard(exchanged)
    await harness.sign_in.verifier.verify(exchanged)


async def test_wizard_is_not_registered_for_a_link_that_can_not_be_saved(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.sign_in.look_up(practice.address)
    before = program_requests(practice)
    _mount_read_only(monkeypatch)
    with pytest.raises(FileReadOnly):
        await harness.sign_in.choose_scopes(pending, ("read",))
    assert program_requests(practice) == before


@pytest.mark.slow
async def test_replaced_token_stays_listed_where_it_can_not_be_removed(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ServerFailure(host=practice.address, status=500)

    alice = await harness.account(practice)
    with monkeypatch.context() as patch:
        patch.setattr(endpoints, "revoke_token", fail)
        await harness.finish(await harness.sign_in.renew(alice))
    _mount_read_only(monkeypatch)
    ((handle, error),) = await harness.accounts.revoke_replaced_tokens()
    assert (handle, type(error)) == (alice.handle, FileReadOnly)
    assert await harness.accepts(alice)
