"""What a scope permits: enforced from 0.19 on, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.helpers.browser_user import PracticeClient

VERIFY = "/api/v1/accounts/verify_credentials"
NOTIFICATIONS = "/api/v1/notifications"
TOKENS = "/api/v1/tokens"
CALLS = {"verify": VERIFY, "notifications": NOTIFICATIONS, "tokens": TOKENS}


@pytest.mark.parametrize(
    ("scope", "permitted"),
    [
        ("read", {"verify", "notifications", "tokens"}),
        ("read:accounts", {"verify", "tokens"}),
        ("read:notifications", {"notifications"}),
        ("profile", {"verify"}),
        ("write", set()),
        ("write:accounts", set()),
        ("admin", set()),
        ("admin:read", set()),
        ("push", set()),
        ("readers", set()),
        ("write read:notifications profile", {"verify", "notifications"}),
    ],
)
def test_scope_permits_its_own_calls_only(
    client: PracticeClient, scope: str, permitted: set[str]
) -> None:
    token = client.get_token(scope)
    statuses = {name: client.get(path, token).status_code for name, path in CALLS.items()}
    assert statuses == {name: 200 if name in permitted else 403 for name in CALLS}


def test_scopes_are_not_enforced_before_0_19(older_client: PracticeClient) -> None:
    token = older_client.get_token("push")
    assert older_client.get(VERIFY, token).status_code == 200
    assert older_client.get(NOTIFICATIONS, token).status_code == 200
    assert older_client.get(TOKENS, token).status_code == 404


@pytest.mark.parametrize(
    ("registered", "asked", "granted"),
    [
        ("read", "read:accounts", True),
        ("read write", "write:statuses read", True),
        ("read:accounts", "read", False),
        ("read", "read write", False),
        ("read", "reader", False),
        ("bogus", "bogus:more", True),
    ],
)
def test_link_can_ask_for_registered_scopes_only(
    client: PracticeClient, registered: str, asked: str, granted: bool
) -> None:
    client.open_link(client.register(registered), asked)
    client.sign_in()
    location = client.authorize().headers["location"]
    start = "/oauth/oob?code=" if granted else "urn:ietf:wg:oauth:2.0:oob?error=invalid_scope&"
    assert location.startswith(start)


def test_unregistered_scopes_are_granted_before_0_19(older_client: PracticeClient) -> None:
    application = older_client.register("read")
    code = older_client.get_code(application, "read write admin")
    assert older_client.exchange(application, code).json()["scope"] == "read write admin"


def test_registering_with_a_token_of_small_scope_is_refused(client: PracticeClient) -> None:
    headers = {"Authorization": f"Bearer {client.get_token('read')}"}
    fields = {"client_name": "another"}
    refused = client.api.post("/api/v1/apps", json=fields, headers=headers)
    assert refused.status_code == 403
    assert client.api.post("/api/v1/apps", json=fields).status_code == 200
