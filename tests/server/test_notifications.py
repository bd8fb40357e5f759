"""Notifications a server may tell: all of it made safe, and no more than ten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import Notification
from gts_wizard.secret import Secret
from gts_wizard.server import api
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport


async def notification(transport: Transport, **fields: object) -> Notification:
    """Return the one notification that has these fields."""
    async with RawServer(respond(200, json_bytes([fields]))) as server:
        (only,) = await api.notifications(transport, server.origin, Secret(TOKEN))
    return only


async def test_a_notification_is_made_safe(transport: Transport) -> None:
    told = await notification(
        transport,
        type="men\u202etion",
        account={"display_name": "B\x1bob\n", "acct": "bob"},
        created_at="2026-01-01T01:00:00.000+01:00",
        status={"content": "<p>Hello<br>you</p><script>x</script>"},
    )
    when = datetime(2026, 1, 1, tzinfo=UTC)
    assert told == Notification(kind="mention", who="Bob", at=when, text="Hello you")


@pytest.mark.parametrize("odd", [None, 5, "text", [], {}])
async def test_a_notification_that_says_little_is_still_one(
    transport: Transport, odd: object
) -> None:
    told = await notification(transport, type=odd, account=odd, status=odd, created_at=odd)
    assert (told.who, told.text) == ("", "")
    assert told.at is None


@pytest.mark.parametrize(
    "when",
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "yesterday",
        "2026-13-01",
        "",
        10**20,
    ],
)
async def test_an_impossible_date_is_none(transport: Transport, when: object) -> None:
    told = await notification(transport, type="follow", created_at=when)
    assert told.at is None


async def test_a_date_without_a_zone_is_in_utc(transport: Transport) -> None:
    told = await notification(transport, type="follow", created_at="2026-01-01T00:00:00")
    assert told.at == datetime(2026, 1, 1, tzinfo=UTC)


async def test_ten_notifications_are_enough(transport: Transport) -> None:
    many = [{"type": str(number)} for number in range(50)]
    async with RawServer(respond(200, json_bytes(many))) as server:
        told = await api.notifications(transport, server.origin, Secret(TOKEN))
        assert server.paths == ["/api/v1/notifications?limit=10"]
    assert [one.kind for one in told] == [str(number) for number in range(10)]
