"""The rate limit and the throttling, and how they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.clocks import ManualClock
    from tests.helpers.browser_user import PracticeClient

INSTANCE = "/api/v2/instance"


def test_the_rate_limit_is_told_and_ends(
    practice: PracticeInstance, client: PracticeClient, clock: ManualClock
) -> None:
    practice.rate_limit = 2
    passed = [client.api.get(INSTANCE) for _ in range(2)]
    assert [answer.status_code for answer in passed] == [200, 200]
    assert [answer.headers["x-ratelimit-remaining"] for answer in passed] == ["1", "0"]
    clock.advance(timedelta(seconds=299))
    refused = client.api.get(INSTANCE)
    assert (refused.status_code, refused.json()) == (429, {"error": "rate limit reached"})
    assert "retry-after" not in refused.headers
    assert refused.headers["x-ratelimit-limit"] == "2"
    assert datetime.fromisoformat(refused.headers["x-ratelimit-reset"]) == clock.now + timedelta(
        seconds=1
    )
    clock.advance(timedelta(seconds=1))
    assert client.api.get(INSTANCE).status_code == 200


def test_without_a_rate_limit_nothing_is_said_of_it(client: PracticeClient) -> None:
    answers = [client.api.get(INSTANCE) for _ in range(301)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name.startswith("x-ratelimit") for name in answers[-1].headers)


def test_throttling_asks_to_come_back_later(
    practice: PracticeInstance, client: PracticeClient
) -> None:
    practice.throttled = True
    refused = client.api.get(INSTANCE)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
    practice.throttled = False
    assert client.api.get(INSTANCE).status_code == 200
