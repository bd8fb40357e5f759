"""How long a server asks to wait, in every form of the headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.api.response import parse_retry_after
from tests.helpers.fuzz import tries

NOW = datetime(2026, 11, 23, 19, 0, 0, tzinfo=UTC)
UNIX = int(NOW.timestamp())
DEFAULT = 30


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1", 1),
        ("120", 120),
        (" 120 ", 120),
        ("0", 1),
        ("3600", 3600),
        ("3601", 3600),
        ("999999999", 3600),
        ("120, Mon, 23 Nov 2026 19:05:00 GMT", 120),
        ("Mon, 23 Nov 2026 19:05:00 GMT", 301),
        ("Mon, 23 Nov 2026 20:05:00 +0100", 301),
        ("Mon, 23 Nov 2026 18:00:00 GMT", 1),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 3600),
        ("Monday, 23-Nov-26 19:05:00 GMT", 301),
        ("2026-11-23T19:05:00Z", 301),
        ("2026-11-23T19:05:00.000Z", 301),
        ("2026-11-23T20:05:00+01:00", 301),
        ("2026-11-23T19:05:00", 301),
        ("1999-01-01T00:00:00Z", 1),
        ("9999-12-31T23:59:59Z", 3600),
        ("0001-01-01T00:00:00+23:59", 1),
        (str(UNIX + 90), 90),
        (str(UNIX - 90), 1),
        ("999999999999", 3600),
        ("-5", DEFAULT),
        ("1.5", DEFAULT),
        ("soon", DEFAULT),
        ("", DEFAULT),
        pytest.param("9" * 5000, DEFAULT, id="long"),
        ("٣٠", DEFAULT),
        ("120 seconds", DEFAULT),
        ("99999-01-01T00:00:00Z", DEFAULT),
    ],
)
def test_every_form_is_read(text: str, seconds: int) -> None:
    for name in ("retry-after", "x-ratelimit-reset"):
        assert parse_retry_after({name: text}, NOW) == seconds


def test_retry_after_goes_before_the_rate_limit() -> None:
    assert parse_retry_after({"retry-after": "5", "x-ratelimit-reset": "50"}, NOW) == 5


def test_unreadable_retry_after_leaves_the_rate_limit() -> None:
    assert parse_retry_after({"retry-after": "soon", "x-ratelimit-reset": "50"}, NOW) == 50


def test_no_header_means_half_a_minute() -> None:
    assert parse_retry_after({}) == DEFAULT


ALMOST_DATES = st.from_regex(
    r"(Mon, )?[0-9]{1,2} (Nov|Dec|Foo) [0-9]{1,5} "
    r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})? ?(GMT|[+-][0-9]{1,6})?"
)
TEXTS = st.text() | st.from_regex(r"[0-9 ,:.TZ+-]{0,30}") | ALMOST_DATES | st.datetimes().map(str)


@pytest.mark.fuzz
@tries(40)
@given(retry_after=TEXTS, reset=TEXTS)
def test_any_headers_mean_a_second_to_an_hour(retry_after: str, reset: str) -> None:
    headers = {"retry-after": retry_after, "x-ratelimit-reset": reset}
    assert 1 <= parse_retry_after(headers, NOW) <= 3600
