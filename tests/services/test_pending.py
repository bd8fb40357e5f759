"""Which pending sign-ins are kept, and which are dropped."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.models import WizardStep
from gts_wizard.oauth.redirect_uri import loopback_redirect_uri
from gts_wizard.services.pending import MAX_PENDING, PendingSignIns, without_journey
from gts_wizard.services.revocation import TokenChanged
from tests.helpers.clocks import ManualClock
from tests.helpers.sample_accounts import TOKEN, make_account, make_pending

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn
    from tests.helpers.harness import ServicesHarness


def make_link(
    state: str, first: str = "", token: str = "", *, leads_back: bool = False
) -> PendingSignIn:
    """Return a pending sign-in with a link, of the journey that began with the state `first`."""
    pending = make_pending(state, token)._replace(started_at=ManualClock().now, first_state=first)
    uri = loopback_redirect_uri(25_000) if leads_back else pending.redirect_uri
    return pending._replace(redirect_uri=uri)


def save(harness: ServicesHarness, *links: PendingSignIn) -> None:
    harness.store.update(lambda credentials: credentials._replace(pending_sign_ins=links))


async def test_sign_in_is_dropped_after_a_day_unless_it_has_a_token(
    harness: ServicesHarness,
) -> None:
    clock = ManualClock()
    with_token = make_pending("with token", TOKEN)._replace(started_at=clock.now)
    stale = make_pending("stale")._replace(started_at=clock.now)
    harness.store.update(
        lambda credentials: credentials._replace(pending_sign_ins=(with_token, stale))
    )
    pending_sign_ins = PendingSignIns(harness.store, clock)
    clock.advance(timedelta(days=1))
    assert await pending_sign_ins.list() == [stale, with_token]
    clock.advance(timedelta(seconds=1))
    assert await pending_sign_ins.list() == [with_token]
    assert harness.credentials.pending_sign_ins == (with_token, stale)
    new = await pending_sign_ins.save(make_pending("new")._replace(started_at=clock.now))
    assert harness.credentials.pending_sign_ins == (with_token, new)


@pytest.mark.slow
async def test_only_the_newest_of_very_many_are_kept(harness: ServicesHarness) -> None:
    clock = ManualClock()
    pending_sign_ins = PendingSignIns(harness.store, clock)
    with_token = make_pending("with token", TOKEN)
    for pending in (with_token, *(make_pending(f"{n}") for n in range(MAX_PENDING + 2))):
        await pending_sign_ins.save(pending._replace(started_at=clock.now))
    states = [pending.state for pending in harness.credentials.pending_sign_ins]
    assert states == ["with token", *(f"{n}" for n in range(2, MAX_PENDING + 2))]


async def test_token_is_kept_when_an_earlier_step_is_saved(harness: ServicesHarness) -> None:
    with_token = make_pending(token=TOKEN)
    harness.store.update(lambda credentials: credentials.with_pending(with_token))
    back = with_token._replace(token=None, step=WizardStep.AUTHORIZE)
    assert await PendingSignIns(harness.store, ManualClock()).save(back) == with_token
    assert harness.credentials.pending_sign_ins == (with_token,)


async def test_second_token_for_the_same_link_replaces_none(harness: ServicesHarness) -> None:
    """Two windows have resumed the same sign-in, and each got a code for it."""
    theirs = make_pending(token=TOKEN)
    harness.store.update(lambda credentials: credentials.with_pending(theirs))
    ours = make_pending(token="S" * 48)
    pending_sign_ins = PendingSignIns(harness.store, ManualClock())
    saved = await pending_sign_ins.save(ours, instead_of=make_pending())
    assert harness.credentials.pending_sign_ins == (theirs, saved)
    assert saved == ours.with_state(saved.state)


async def test_sign_in_with_a_token_that_was_not_seen_is_not_removed(
    harness: ServicesHarness,
) -> None:
    harness.store.update(lambda credentials: credentials.with_pending(make_pending(token=TOKEN)))
    pending_sign_ins = PendingSignIns(harness.store, ManualClock())
    with pytest.raises(TokenChanged):
        await pending_sign_ins.remove(make_pending())
    await pending_sign_ins.remove(make_pending(token=TOKEN))
    assert harness.credentials.pending_sign_ins == ()


async def test_newest_link_with_a_shown_code_is_listed_of_each_journey(
    harness: ServicesHarness,
) -> None:
    bob, bob_again = make_link("bob"), make_link("bob again", "bob")
    alice, alice_again = make_link("alice"), make_link("alice again", "alice")
    save(
        harness,
        *(alice, bob, alice_again, make_link("alice back", "alice", leads_back=True)),
        *(bob_again, make_link("nobody", leads_back=True)),
    )
    assert await harness.sign_in.pending_sign_ins.list() == [bob_again, alice_again]


@pytest.mark.parametrize("first", ["", "link"], ids=["first link", "later link"])
async def test_each_sign_in_with_a_token_is_listed_beside_the_link(
    harness: ServicesHarness, first: str
) -> None:
    with_token = make_link("with token", first, TOKEN, leads_back=True)
    link = make_link("link", "" if first else "with token")
    for links in ((link, with_token), (with_token, link)):
        save(harness, *links)
        assert await harness.sign_in.pending_sign_ins.list() == list(reversed(links))


async def test_link_of_a_renewal_is_listed_until_the_account_is_renewed(
    harness: ServicesHarness,
) -> None:
    clock = ManualClock()
    account = make_account()
    link = make_link("link")._replace(renewed_handle=account.handle)
    sent = make_link("sent")._replace(renewed_handle=account.handle, code_sent=True)
    save(harness, link, sent)
    list_pending = PendingSignIns(harness.store, clock).list
    assert await list_pending() == [sent], "there is no such account"
    for minutes, listed in ((-1, [sent, link]), (1, [sent])):
        issued = clock.now + timedelta(minutes=minutes)
        token = account.token._replace(created_at=issued)
        harness.store.update(
            partial(Credentials.with_account, account=account._replace(token=token))
        )
        assert await list_pending() == listed


async def test_link_back_alone_is_not_listed(harness: ServicesHarness) -> None:
    link = make_link("link")
    later = make_link("back", "link", leads_back=True)
    harness.clock.advance(timedelta(days=1))
    save(harness, link, later._replace(started_at=harness.clock.now))
    assert await harness.sign_in.pending_sign_ins.list() == [link]
    harness.clock.advance(timedelta(seconds=1))
    assert await harness.sign_in.pending_sign_ins.list() == []


@pytest.mark.parametrize("discarded", ["first", "second", "back"])
async def test_discarding_ends_the_links_of_its_journey_only(
    harness: ServicesHarness, discarded: str
) -> None:
    links = {
        "first": make_link("first"),
        "second": make_link("second", "first"),
        "back": make_link("back", "first", leads_back=True),
    }
    with_token = make_link("with token", "first", TOKEN, leads_back=True)
    others = (make_link("other person"), make_link("their back", "other person", leads_back=True))
    save(harness, *links.values(), with_token, *others)
    assert await harness.sign_in.discard(links[discarded]) is None
    assert harness.credentials.pending_sign_ins == (with_token, *others)


def test_finished_sign_in_ends_the_links_of_its_journey_only() -> None:
    first = make_pending("first")
    finished = make_pending("finished", TOKEN)._replace(first_state="first")
    other_link = make_link("other link", "first", leads_back=True)
    with_token = make_pending("with token", TOKEN)._replace(first_state="first")
    other_person = make_pending("other person")
    credentials = Credentials(
        pending_sign_ins=(first, other_person, with_token, finished, other_link)
    )
    assert without_journey(credentials, finished).pending_sign_ins == (other_person, with_token)


async def test_sign_in_whose_code_was_sent_is_kept_until_it_is_told(
    harness: ServicesHarness,
) -> None:
    clock = ManualClock()
    pending_sign_ins = PendingSignIns(harness.store, clock)
    leading_back = make_link("back", "first", leads_back=True)
    save(harness, make_link("first"), leading_back, make_link("other"))
    await pending_sign_ins.note_code_sent(leading_back, sent=True)
    # A step back, with a copy that was read before.
    await pending_sign_ins.save(leading_back._replace(step=WizardStep.AUTHORIZE))
    clock.advance(timedelta(days=2))
    assert await pending_sign_ins.list() == [make_link("first")._replace(code_sent=True)]
    await pending_sign_ins.note_code_sent(make_link("first"), sent=False)
    assert await pending_sign_ins.list() == []
    assert not any(pending.code_sent for pending in harness.credentials.pending_sign_ins)
