"""Documents that the recordings do not cover: notifications, registrations, WebFinger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import PracticeClient


@pytest.mark.parametrize("username", ["alice", "bob", "carol"])
def test_notifications_come_from_others_newest_first(client: PracticeClient, username: str) -> None:
    token = client.get_token(username=username)
    notifications = client.get("/api/v1/notifications", token).json()
    assert [notification["type"] for notification in notifications] == [
        "mention",
        "favourite",
        "reblog",
        "follow",
    ]
    assert username not in {notification["account"]["username"] for notification in notifications}
    assert [notification["created_at"] for notification in notifications] == sorted(
        (notification["created_at"] for notification in notifications), reverse=True
    )
    assert len({notification["id"] for notification in notifications}) == 4
    assert [
        set(notification) - {"id", "type", "created_at", "account"}
        for notification in notifications
    ] == [
        {"status"},
        {"status"},
        {"status"},
        set(),
    ]
    assert notifications[0]["status"]["mentions"][0]["username"] == username
    assert notifications[1]["status"]["account"]["username"] == username


def test_account_document_describes_alice(practice: PracticeServer, client: PracticeClient) -> None:
    account = client.get("/api/v1/accounts/verify_credentials", client.get_token()).json()
    assert account["display_name"] == "Alice"
    assert account["note"].startswith("<p>")
    assert account["url"] == f"{practice.origin}/@alice"
    assert {field["name"] for field in account["fields"]} == {"Pronouns", "Garden"}
    assert account["followers_count"] > 0


def test_registration_by_form_equals_registration_by_json(client: PracticeClient) -> None:
    fields = {
        "client_name": "by form",
        "redirect_uris": "urn:ietf:wg:oauth:2.0:oob\nhttps://example.org/back",
        "scopes": "read write",
    }
    by_form = client.api.post("/api/v1/apps", data=fields).json()
    by_json = client.api.post("/api/v1/apps", json=fields).json()
    assert set(by_form) == set(by_json)
    assert by_form["scopes"] == by_json["scopes"] == ["read", "write"]
    assert by_form["redirect_uris"] == fields["redirect_uris"].split()
    assert by_form["client_id"] != by_json["client_id"]


def test_application_name_of_1024_characters_is_accepted(client: PracticeClient) -> None:
    assert client.register(name="é" * 1024)["name"] == "é" * 1024


@pytest.mark.parametrize("acct", ["nobody@{address}", "alice@example.org", "alice"])
def test_webfinger_finds_no_foreign_account(
    practice: PracticeServer, client: PracticeClient, acct: str
) -> None:
    resource = f"acct:{acct.format(address=practice.address)}"
    response = client.api.get("/.well-known/webfinger", params={"resource": resource})
    assert response.status_code == 404


def test_nodeinfo_2_1_exists_from_0_19_on(
    client: PracticeClient, older_client: PracticeClient
) -> None:
    assert client.api.get("/nodeinfo/2.1").json()["version"] == "2.1"
    assert older_client.api.get("/nodeinfo/2.1").status_code == 404
