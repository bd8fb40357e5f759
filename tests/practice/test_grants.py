"""A server that grants less than was asked for (RFC 6749, section 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import LIKES, PracticeInstance
from tests.helpers.browser_user import PracticeClient

if TYPE_CHECKING:
    import httpx

VERIFY = "/api/v1/accounts/verify_credentials"
NOTIFICATIONS = "/api/v1/notifications"


def exchanged(client: PracticeClient, scope: str) -> httpx.Response:
    """Ask for a scope, and give the answer that holds the token."""
    application = client.register(scope)
    return client.exchange(application, client.get_code(application, scope))


@pytest.mark.parametrize("like", LIKES)
def test_the_token_tells_what_was_granted(like: str) -> None:
    with (
        PracticeInstance(like=like, grants="read") as practice,
        PracticeClient(practice) as client,
    ):
        assert exchanged(client, "read write").json()["scope"] == "read"


@pytest.mark.parametrize("like", ["0.19", "0.20", "mastodon"])
def test_what_was_not_granted_is_refused(like: str) -> None:
    with (
        PracticeInstance(like=like, grants="profile") as practice,
        PracticeClient(practice) as client,
    ):
        token = exchanged(client, "read write profile").json()["access_token"]
        assert client.get(VERIFY, token).status_code == 200
        assert client.get(NOTIFICATIONS, token).status_code == 403


def test_a_server_may_grant_nothing_at_all() -> None:
    with PracticeInstance(grants="") as practice, PracticeClient(practice) as client:
        document = exchanged(client, "read").json()
        assert document["scope"] == ""
        assert client.get(VERIFY, document["access_token"]).status_code == 403


def test_the_list_of_tokens_tells_what_was_granted() -> None:
    with PracticeInstance(grants="read") as practice, PracticeClient(practice) as client:
        token = exchanged(client, "read write").json()["access_token"]
        assert [one["scope"] for one in client.get("/api/v1/tokens", token).json()] == ["read"]
