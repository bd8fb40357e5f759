"""A server that grants less than was asked for (RFC 6749, section 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import LIKES, PracticeInstance
from tests.helpers.practice_visitor import PracticeVisitor

if TYPE_CHECKING:
    import httpx

VERIFY = "/api/v1/accounts/verify_credentials"
NOTIFICATIONS = "/api/v1/notifications"


def exchanged(visitor: PracticeVisitor, scope: str) -> httpx.Response:
    """Ask for a scope, and give the answer that holds the token."""
    application = visitor.register(scope)
    return visitor.exchange(application, visitor.code(application, scope))


@pytest.mark.parametrize("like", LIKES)
def test_the_token_tells_what_was_granted(like: str) -> None:
    with (
        PracticeInstance(like=like, grants="read") as practice,
        PracticeVisitor(practice) as visitor,
    ):
        assert exchanged(visitor, "read write").json()["scope"] == "read"


@pytest.mark.parametrize("like", ["0.19", "0.20", "mastodon"])
def test_what_was_not_granted_is_refused(like: str) -> None:
    with (
        PracticeInstance(like=like, grants="profile") as practice,
        PracticeVisitor(practice) as visitor,
    ):
        token = exchanged(visitor, "read write profile").json()["access_token"]
        assert visitor.get(VERIFY, token).status_code == 200
        assert visitor.get(NOTIFICATIONS, token).status_code == 403


def test_a_server_may_grant_nothing_at_all() -> None:
    with PracticeInstance(grants="") as practice, PracticeVisitor(practice) as visitor:
        document = exchanged(visitor, "read").json()
        assert document["scope"] == ""
        assert visitor.get(VERIFY, document["access_token"]).status_code == 403


def test_the_list_of_tokens_tells_what_was_granted() -> None:
    with PracticeInstance(grants="read") as practice, PracticeVisitor(practice) as visitor:
        token = exchanged(visitor, "read write").json()["access_token"]
        assert [one["scope"] for one in visitor.get("/api/v1/tokens", token).json()] == ["read"]
