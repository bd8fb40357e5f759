"""What programs written against the practice server need: posting, and naming their application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import EMULATED_SERVERS, PracticeServer
from tests.helpers.browser_user import OOB, PracticeClient

if TYPE_CHECKING:
    import httpx

    from tests.helpers.clocks import ManualClock

STATUSES = "/api/v1/statuses"
APPLICATION = "/api/v1/apps/verify_credentials"


def post(client: PracticeClient, token: str, fields: dict[str, object]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return client.api.post(STATUSES, json=fields, headers=headers)


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
def test_posted_status_comes_back(emulates: str, clock: ManualClock) -> None:
    with (
        PracticeServer(emulates=emulates, clock=clock.unix_time) as practice,
        PracticeClient(practice) as client,
    ):
        token = client.get_token("write:statuses", "bob")
        fields = {"status": "<Tea> & \N{TEACUP WITHOUT HANDLE}", "visibility": "public"}
        document = post(client, token, {**fields, "media_ids": [], "sensitive": False}).json()
        headers = {"Authorization": f"Bearer {token}"}
        by_form = client.api.post(STATUSES, data={"status": "Bread"}, headers=headers).json()
    assert document["content"] == "<p>&lt;Tea&gt; &amp; \N{TEACUP WITHOUT HANDLE}</p>"
    assert document["text"] == fields["status"]
    assert document["visibility"] == "public"
    assert document["account"]["username"] == "bob"
    assert document["url"].startswith(f"{practice.origin}/@bob/statuses/{document['id']}")
    assert document["created_at"].startswith(f"{clock.now:%Y-%m-%dT%H:%M:%S}")
    assert by_form["content"] == "<p>Bread</p>"
    assert by_form["visibility"] == "unlisted"
    assert by_form["id"] != document["id"]


@pytest.mark.parametrize(("emulates", "status"), [("0.20", 403), ("mastodon", 403), ("0.17", 200)])
def test_posting_needs_its_scope_where_scopes_count(emulates: str, status: int) -> None:
    with PracticeServer(emulates=emulates) as practice, PracticeClient(practice) as client:
        assert post(client, client.get_token("read"), {"status": "Tea"}).status_code == status
        assert post(client, "WRONG", {"status": "Tea"}).status_code == 401


@pytest.mark.parametrize(
    ("emulates", "status", "error"),
    [
        (
            "0.17",
            400,
            "Bad Request: no status content, content warning, media, or poll provided",
        ),
        ("0.19", 400, "Bad Request: status contains no text, media or poll"),
        ("mastodon", 422, "Validation failed: Text can't be blank"),
    ],
)
def test_status_without_text_is_refused(emulates: str, status: int, error: str) -> None:
    with PracticeServer(emulates=emulates) as practice, PracticeClient(practice) as client:
        refused = post(client, client.get_token("write"), {"status": ""})
        assert (refused.status_code, refused.json()) == (status, {"error": error})


def test_status_that_is_not_json_is_refused(client: PracticeClient) -> None:
    headers = {
        "Authorization": f"Bearer {client.get_token('write')}",
        "Content-Type": "application/json",
    }
    for body in ("{oops", "[]", '{"status": 5}'):
        assert client.api.post(STATUSES, content=body, headers=headers).status_code == 400


def test_mastodon_names_the_application_of_any_token(mastodon_client: PracticeClient) -> None:
    registered = mastodon_client.register("write:statuses")
    token = mastodon_client.get_token_for(registered, "write:statuses")
    response = mastodon_client.get(APPLICATION, token)
    document = response.json()
    assert (document["name"], document["redirect_uris"]) == ("demo app", [OOB])
    assert set(registered) - set(document) == {
        "client_id",
        "client_secret",
        "client_secret_expires_at",
    }
    assert mastodon_client.get(APPLICATION, "WRONG").status_code == 401
