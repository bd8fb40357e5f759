"""The rate limit and the overloaded server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.helpers.raw_requests import send_bytes

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import PracticeClient
    from tests.helpers.clocks import ManualClock

INSTANCE = "/api/v2/instance"


def test_rate_limit_is_announced_and_resets(
    practice: PracticeServer, client: PracticeClient, clock: ManualClock
) -> None:
    practice.rate_limit = 2
    passed = [client.api.get(INSTANCE) for _ in range(2)]
    assert [response.status_code for response in passed] == [200, 200]
    assert [response.headers["x-ratelimit-remaining"] for response in passed] == ["1", "0"]
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


@pytest.mark.slow
def test_no_rate_limit_by_default(practice: PracticeServer) -> None:
    # GoToSocial's own limit is 300 requests.
    request = f"HEAD {INSTANCE} HTTP/1.1\r\n\r\n".encode()
    responses = send_bytes(practice.port, request * 301)
    assert responses.count(b"HTTP/1.1 200 OK") == 301
    assert b"ratelimit" not in responses.lower()


def test_overloaded_server_sends_retry_after(
    practice: PracticeServer, client: PracticeClient
) -> None:
    practice.overloaded = True
    refused = client.api.get(INSTANCE)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
    practice.overloaded = False
    assert client.api.get(INSTANCE).status_code == 200
