"""Documents that the recordings could not show: notifications, and forms of registering."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import PracticeClient


@pytest.mark.parametrize("username", ["alice", "bob", "carol"])
def test_notifications_are_of_the_others_and_newest_first(
    client: PracticeClient, username: str
) -> None:
    token = client.get_token(username=username)
    given = client.get("/api/v1/notifications", token).json()
    assert [one["type"] for one in given] == ["mention", "favourite", "reblog", "follow"]
    assert username not in {one["account"]["username"] for one in given}
    assert [one["created_at"] for one in given] == sorted(
        (one["created_at"] for one in given), reverse=True
    )
    assert len({one["id"] for one in given}) == 4
    assert [set(one) - {"id", "type", "created_at", "account"} for one in given] == [
        {"status"},
        {"status"},
        {"status"},
        set(),
    ]
    assert given[0]["status"]["mentions"][0]["username"] == username
    assert given[1]["status"]["account"]["username"] == username


def test_notifications_can_be_fewer(client: PracticeClient) -> None:
    token = client.get_token()
    every = client.get("/api/v1/notifications", token).json()
    assert client.get("/api/v1/notifications?limit=2", token).json() == every[:2]
    assert client.get("/api/v1/notifications?limit=all", token).json() == every


def test_an_account_has_a_face_a_bio_and_fields(
    practice: PracticeInstance, client: PracticeClient
) -> None:
    account = client.get("/api/v1/accounts/verify_credentials", client.get_token()).json()
    assert account["display_name"] == "Alice"
    assert account["note"].startswith("<p>")
    assert account["url"] == f"{practice.origin}/@alice"
    assert {field["name"] for field in account["fields"]} == {"Pronouns", "Garden"}
    assert account["followers_count"] > 0


def test_registering_by_form_is_like_registering_by_json(client: PracticeClient) -> None:
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


def test_a_name_may_have_1024_characters(client: PracticeClient) -> None:
    assert client.register(name="é" * 1024)["name"] == "é" * 1024


@pytest.mark.parametrize("acct", ["nobody@{address}", "alice@example.org", "alice"])
def test_webfinger_knows_its_own_people_only(
    practice: PracticeInstance, client: PracticeClient, acct: str
) -> None:
    resource = f"acct:{acct.format(address=practice.address)}"
    answer = client.api.get("/.well-known/webfinger", params={"resource": resource})
    assert answer.status_code == 404


def test_nodeinfo_2_1_came_with_0_19(
    client: PracticeClient, older_client: PracticeClient
) -> None:
    assert client.api.get("/nodeinfo/2.1").json()["version"] == "2.1"
    assert older_client.api.get("/nodeinfo/2.1").status_code == 404
