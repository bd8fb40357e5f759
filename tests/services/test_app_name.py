"""The name that a server lists: chosen, registered once, kept by fresh links and renewals."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import AppNameTooLong
from gts_wizard.version import APP_NAME
from tests.helpers.browser_user import BrowserUser
from tests.helpers.harness import REGISTER, link_for, program_requests

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness

_CAT, _DOG = "Cat bot", "Dog bot"
gotosocial_and_mastodon = pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)


async def _to_link(
    harness: ServicesHarness, practice: PracticeServer, name: str | None
) -> PendingSignIn:
    pending = await harness.sign_in.look_up(practice.address)
    return await harness.sign_in.choose_scopes(pending, ("read",), name)


def _registered_name(harness: ServicesHarness, pending: PendingSignIn) -> str:
    registration = harness.credentials.registration(pending.server.origin, pending.client_id)
    assert registration is not None
    return registration.name


async def _page_to_allow(pending: PendingSignIn) -> str:
    """Return the text of the page on which the server asks the user."""

    def sign_in() -> str:
        with BrowserUser() as user:
            return user.sign_in(link_for(pending)).text

    return await asyncio.to_thread(sign_in)


@gotosocial_and_mastodon
@pytest.mark.parametrize("chosen", [None, _CAT])
async def test_server_asks_for_the_chosen_name(
    practice: PracticeServer, harness: ServicesHarness, chosen: str | None
) -> None:
    pending = await _to_link(harness, practice, chosen)
    assert pending.app_name == _registered_name(harness, pending) == (chosen or APP_NAME)
    assert pending.app_name in await _page_to_allow(pending)


async def test_server_lists_the_chosen_name(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    account = (await harness.finish(await _to_link(harness, practice, _CAT))).account
    assert harness.credentials.app_name(account) == _CAT
    assert [app.application for app in await harness.accounts.authorized_apps(account)] == [_CAT]


@pytest.mark.slow
@gotosocial_and_mastodon
async def test_registration_is_reused_for_the_same_name_only(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    links = [await _to_link(harness, practice, name) for name in (None, _CAT, _DOG)]
    await harness.restart()
    again = [await _to_link(harness, practice, name) for name in (_CAT, APP_NAME, _DOG)]
    assert [link.client_id for link in again] == [links[n].client_id for n in (1, 0, 2)]
    assert program_requests(practice).count(REGISTER) == 3
    names = sorted(registration.name for registration in harness.credentials.registrations)
    assert names == [_CAT, _DOG, APP_NAME]


async def test_other_name_makes_another_link_beside_the_first(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    first = await _to_link(harness, practice, None)
    assert await harness.sign_in.choose_scopes(first, ("read",), APP_NAME) == first
    second = await harness.sign_in.choose_scopes(first, ("read",), _CAT)
    assert second.client_id != first.client_id
    assert second.state != first.state
    assert harness.credentials.pending_sign_ins == (first, second)
    # The scopes alone change then.
    third = await harness.sign_in.choose_scopes(second, ("read", "write"))
    assert _registered_name(harness, third) == _CAT


async def test_link_back_to_this_computer_has_the_same_name(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    first = await _to_link(harness, practice, _CAT)
    redirect = await harness.sign_in.redirects.open(first)
    assert redirect is not None
    assert _registered_name(harness, redirect.pending) == _CAT
    second = await harness.sign_in.choose_scopes(first, ("read",), _DOG)
    assert await harness.sign_in.redirects.resume(second) is None


async def test_fresh_link_and_permissions_chosen_again_keep_the_name(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.sign_in.new_link(await _to_link(harness, practice, _CAT))
    assert _registered_name(harness, pending) == _CAT
    await harness.sign_in.back_to_permissions(pending)
    await harness.restart()
    unregistered = harness.credentials.pending_sign_ins[-1]
    assert unregistered.client_id == ""
    linked = await harness.sign_in.choose_scopes(unregistered, ("read",))
    assert _registered_name(harness, linked) == _CAT


@pytest.mark.slow
@gotosocial_and_mastodon
async def test_renewal_keeps_the_name_unless_another_is_given(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    await harness.account(practice, username="bob")
    account = (await harness.finish(await _to_link(harness, practice, _CAT))).account
    for given, name in ((None, _CAT), (_DOG, _DOG), (None, _DOG), (APP_NAME, APP_NAME)):
        await harness.restart()
        account = (await harness.finish(await harness.sign_in.renew(account, (), given))).account
        assert harness.credentials.app_name(account) == name


@pytest.mark.parametrize("is_imported", [True, False], ids=["imported", "missing"])
async def test_renewal_takes_the_usual_name_where_none_is_known(
    practice: PracticeServer, harness: ServicesHarness, is_imported: bool
) -> None:
    account = (await harness.finish(await _to_link(harness, practice, _CAT))).account
    [registration] = harness.credentials.registrations
    # Nobody knows more of an imported registration than its secret.
    kept = (registration._replace(scopes=()),) if is_imported else ()
    harness.store.update(lambda credentials: credentials._replace(registrations=kept))
    assert harness.credentials.app_name(account) == ""
    pending = await harness.sign_in.renew(account)
    assert _registered_name(harness, pending) == APP_NAME


@pytest.mark.parametrize(
    ("practice", "limit"), [("0.17", 1024), ("0.20", 1024), ("mastodon", 60)], indirect=["practice"]
)
async def test_longest_name_is_registered_and_a_longer_one_is_not(
    practice: PracticeServer, harness: ServicesHarness, limit: int
) -> None:
    with pytest.raises(AppNameTooLong):
        await _to_link(harness, practice, "ü" * (limit + 1))
    assert program_requests(practice).count(REGISTER) == 0
    pending = await _to_link(harness, practice, "ü" * limit)
    assert _registered_name(harness, pending) == "ü" * limit
