"""Which pending sign-ins are kept, and which are dropped."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gts_wizard.credentials import Credentials
from gts_wizard.models import Server, WizardStep
from gts_wizard.services.pending import PendingSignIns, without_finished
from tests.helpers.clocks import ManualClock
from tests.helpers.sample_accounts import TOKEN, make_pending

if TYPE_CHECKING:
    from tests.helpers.harness import ServicesHarness

OTHER_SERVER = Server("https://other.example", "other.example")
MINUTE = timedelta(minutes=1)


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


async def test_token_is_kept_when_an_earlier_step_is_saved(harness: ServicesHarness) -> None:
    with_token = make_pending(token=TOKEN)
    harness.store.update(lambda credentials: credentials.with_pending(with_token))
    back = with_token._replace(token=None, step=WizardStep.AUTHORIZE)
    assert await PendingSignIns(harness.store, ManualClock()).save(back) == with_token
    assert harness.credentials.pending_sign_ins == (with_token,)


def test_finished_sign_in_ends_earlier_ones_at_its_server_only() -> None:
    finished = make_pending("finished", TOKEN)
    earlier = make_pending("earlier")._replace(started_at=finished.started_at - MINUTE)
    same_time = make_pending("same time")
    later = make_pending("later")._replace(started_at=finished.started_at + MINUTE)
    elsewhere = earlier._replace(state="elsewhere", server=OTHER_SERVER)
    with_token = make_pending("with token", TOKEN)._replace(started_at=earlier.started_at)
    credentials = Credentials(
        pending_sign_ins=(earlier, same_time, elsewhere, with_token, finished, later)
    )
    assert without_finished(credentials, finished).pending_sign_ins == (
        elsewhere,
        with_token,
        later,
    )
