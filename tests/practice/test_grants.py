"""A server that grants less than was asked for (RFC 6749, section 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import EMULATED_SERVERS, PracticeServer
from tests.helpers.browser_user import PracticeClient

if TYPE_CHECKING:
    import httpx

VERIFY = "/api/v1/accounts/verify_credentials"
NOTIFICATIONS = "/api/v1/notifications"


def token_response(client: PracticeClient, scope: str) -> httpx.Response:
    """Sign in with a scope, and return the token response."""
    application = client.register(scope)
    return client.exchange(application, client.get_code(application, scope))


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
def test_token_response_has_the_granted_scope(emulates: str) -> None:
    with (
        PracticeServer(emulates=emulates, granted_scope="read") as practice,
        PracticeClient(practice) as client,
    ):
        assert token_response(client, "read write").json()["scope"] == "read"


@pytest.mark.parametrize("emulates", ["0.19", "0.20", "mastodon"])
def test_scope_that_was_not_granted_is_refused(emulates: str) -> None:
    with (
        PracticeServer(emulates=emulates, granted_scope="profile") as practice,
        PracticeClient(practice) as client,
    ):
        token = token_response(client, "read write profile").json()["access_token"]
        assert client.get(VERIFY, token).status_code == 200
        assert client.get(NOTIFICATIONS, token).status_code == 403


def test_server_can_grant_no_scope() -> None:
    with PracticeServer(granted_scope="") as practice, PracticeClient(practice) as client:
        document = token_response(client, "read").json()
        assert document["scope"] == ""
        assert client.get(VERIFY, document["access_token"]).status_code == 403


def test_token_list_shows_the_granted_scope() -> None:
    with PracticeServer(granted_scope="read") as practice, PracticeClient(practice) as client:
        token = token_response(client, "read write").json()["access_token"]
        assert [listed["scope"] for listed in client.get("/api/v1/tokens", token).json()] == [
            "read"
        ]
