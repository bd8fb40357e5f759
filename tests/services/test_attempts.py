"""Which pending sign-ins are kept, and which are dropped (services/attempts.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from gts_wizard.models import Server, Step
from gts_wizard.services.attempts import Attempts, without_ended
from gts_wizard.shelf import Shelf
from tests.helpers.clocks import ManualClock
from tests.helpers.sample_accounts import TOKEN, make_attempt

if TYPE_CHECKING:
    from tests.helpers.harness import ServicesHarness

OTHER_SERVER = Server("https://other.example", "other.example")
MINUTE = timedelta(minutes=1)


async def test_sign_in_is_dropped_after_a_day_unless_it_has_a_token(
    harness: ServicesHarness,
) -> None:
    clock = ManualClock()
    redeemed = replace(make_attempt("redeemed", TOKEN), started_at=clock.now)
    stale = replace(make_attempt("stale"), started_at=clock.now)
    harness.store.change(lambda shelf: replace(shelf, attempts=(redeemed, stale)))
    attempts = Attempts(harness.store, clock)
    clock.advance(timedelta(days=1))
    assert await attempts.open() == [stale, redeemed]
    clock.advance(timedelta(seconds=1))
    assert await attempts.open() == [redeemed]
    assert harness.shelf.attempts == (redeemed, stale)
    new = await attempts.keep(replace(make_attempt("new"), started_at=clock.now))
    assert harness.shelf.attempts == (redeemed, new)


async def test_token_is_kept_when_an_earlier_step_is_saved(harness: ServicesHarness) -> None:
    redeemed = make_attempt(token=TOKEN)
    harness.store.change(lambda shelf: shelf.with_attempt(redeemed))
    back = replace(redeemed, token=None, step=Step.AUTHORIZE)
    assert await Attempts(harness.store, ManualClock()).keep(back) == redeemed
    assert harness.shelf.attempts == (redeemed,)


def test_finished_sign_in_ends_earlier_ones_at_its_server_only() -> None:
    finished = make_attempt("finished", TOKEN)
    earlier = replace(make_attempt("earlier"), started_at=finished.started_at - MINUTE)
    same_time = make_attempt("same time")
    later = replace(make_attempt("later"), started_at=finished.started_at + MINUTE)
    elsewhere = replace(earlier, state="elsewhere", server=OTHER_SERVER)
    with_token = replace(make_attempt("with token", TOKEN), started_at=earlier.started_at)
    shelf = Shelf(attempts=(earlier, same_time, elsewhere, with_token, finished, later))
    assert without_ended(shelf, finished).attempts == (elsewhere, with_token, later)
