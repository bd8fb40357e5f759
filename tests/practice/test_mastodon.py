"""Like Mastodon: instance documents, metadata, registration, and the browser's pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.helpers.browser_user import OOB
from tests.helpers.recording_replay import visible_words

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import PracticeClient
    from tests.helpers.clocks import ManualClock

METADATA = "/.well-known/oauth-authorization-server"
AUTHORIZATION_REQUIRED = "Authorizationrequired"


def test_instance_documents_name_mastodon(mastodon_client: PracticeClient) -> None:
    instance_document = mastodon_client.api.get("/api/v2/instance").json()
    assert instance_document["version"] == "4.4.0"
    assert instance_document["source_url"] == "https://github.com/mastodon/mastodon"
    assert mastodon_client.api.get("/api/v1/instance").json()["version"] == "4.4.0"
    (link,) = mastodon_client.api.get("/.well-known/nodeinfo").json()["links"]
    software = mastodon_client.api.get(link["href"]).json()["software"]
    assert software == {"name": "mastodon", "version": "4.4.0"}
    assert "like Mastodon 4.4.0" in mastodon_client.browser.get("/").text


def test_metadata_names_every_endpoint(
    mastodon: PracticeServer, mastodon_client: PracticeClient
) -> None:
    response = mastodon_client.api.get(METADATA)
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert document["issuer"] == f"{mastodon.origin}/"
    assert {name: url for name, url in document.items() if name.endswith("_endpoint")} == {
        "authorization_endpoint": f"{mastodon.origin}/oauth/authorize",
        "token_endpoint": f"{mastodon.origin}/oauth/token",
        "revocation_endpoint": f"{mastodon.origin}/oauth/revoke",
        "app_registration_endpoint": f"{mastodon.origin}/api/v1/apps",
    }
    assert document["response_types_supported"] == ["code"]
    assert "authorization_code" in document["grant_types_supported"]
    assert "client_secret_post" in document["token_endpoint_auth_methods_supported"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["service_documentation"] == "https://docs.joinmastodon.org/"


def test_gotosocial_has_no_metadata(client: PracticeClient) -> None:
    assert client.api.get(METADATA).status_code == 404


def test_every_scope_of_the_metadata_can_be_registered(mastodon_client: PracticeClient) -> None:
    scopes = mastodon_client.api.get(METADATA).json()["scopes_supported"]
    assert len(set(scopes)) == len(scopes) > 40
    assert {"read", "write", "follow", "push", "profile", "admin:read", "admin:write"} < set(scopes)
    assert mastodon_client.register(" ".join(scopes))["scopes"] == scopes


@pytest.mark.parametrize("scopes", ["admin", "read bogus", "write:nothing", "read:admin"])
def test_unknown_scope_is_refused_at_registration(
    mastodon_client: PracticeClient, scopes: str
) -> None:
    fields = {"client_name": "demo app", "redirect_uris": OOB, "scopes": scopes}
    refused = mastodon_client.api.post("/api/v1/apps", json=fields)
    assert refused.status_code == 422
    assert refused.json() == {
        "error": "Validation failed: Scopes doesn't match configured on the server."
    }


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"client_name": ""}, "Application name can't be blank"),
        (
            {"client_name": "x" * 61},
            "Application name is too long (maximum is 60 characters)",
        ),
        ({"redirect_uris": ""}, "Redirect URI can't be blank"),
        (
            {"client_name": "", "redirect_uris": ""},
            "Application name can't be blank, Redirect URI can't be blank",
        ),
    ],
)
def test_incomplete_registration_lists_every_problem(
    mastodon_client: PracticeClient, changed: dict[str, str], problem: str
) -> None:
    fields = {"client_name": "demo app", "redirect_uris": OOB} | changed
    refused = mastodon_client.api.post("/api/v1/apps", data=fields)
    assert refused.status_code == 422
    assert refused.json() == {"error": f"Validation failed: {problem}"}


def test_registration_response_has_scopes_and_no_expiry(
    mastodon_client: PracticeClient,
) -> None:
    fields = {"client_name": "x" * 60, "redirect_uris": OOB}
    document = mastodon_client.api.post("/api/v1/apps", data=fields).json()
    assert document["scopes"] == ["read"]
    assert document["redirect_uris"] == [OOB]
    assert document["client_secret_expires_at"] == 0
    assert document["website"] is None
    for secret in (document["client_id"], document["client_secret"]):
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)


def test_registration_that_is_not_json_is_refused(mastodon_client: PracticeClient) -> None:
    headers = {"Content-Type": "application/json"}
    refused = mastodon_client.api.post("/api/v1/apps", content="{oops", headers=headers)
    assert refused.status_code == 400


def test_sign_in_leads_to_a_page_with_the_code(
    mastodon_client: PracticeClient,
) -> None:
    opened = mastodon_client.open_link(mastodon_client.register("read write"), "read write")
    assert (opened.status_code, opened.headers["location"]) == (303, "/auth/sign_in")
    assert mastodon_client.sign_in(password="wrong").status_code == 401
    assert mastodon_client.sign_in().headers["location"] == "/oauth/authorize"
    shown = visible_words(mastodon_client.authorize_page().text)
    assert AUTHORIZATION_REQUIRED in shown
    assert "demoappwouldlikepermissiontoaccessyouraccount" in shown
    where = httpx.URL(mastodon_client.authorize().headers["location"])
    assert where.path == "/oauth/authorize/native"
    assert list(where.params) == ["code"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", where.params["code"])
    words = visible_words(mastodon_client.browser.get(where).text)
    sentence = "Copythisauthorizationcodeandpasteittotheapplication."
    assert words == sentence + where.params["code"]


def test_hostile_name_and_code_are_escaped(
    mastodon_client: PracticeClient,
) -> None:
    hostile = "<script>alert(1)</script>"
    mastodon_client.open_link(mastodon_client.register(name=hostile))
    mastodon_client.sign_in()
    native = "/oauth/authorize/native"
    shown = mastodon_client.browser.get(native, params={"code": hostile})
    for page in (mastodon_client.authorize_page(), shown):
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text


def test_signed_in_browser_sees_the_application_of_each_link(
    mastodon_client: PracticeClient, clock: ManualClock
) -> None:
    first = mastodon_client.register(name="first app")
    second = mastodon_client.register("write", "second app")
    first_code = mastodon_client.get_code(first)
    clock.advance(timedelta(seconds=300))
    shown = visible_words(mastodon_client.open_link(second, "write").text)
    assert AUTHORIZATION_REQUIRED in shown
    assert "secondapp" in shown
    assert mastodon_client.exchange(second, mastodon_client.authorized_code()).status_code == 200
    assert mastodon_client.exchange(first, first_code).status_code == 200


def test_second_authorization_gives_a_code_at_once(
    mastodon_client: PracticeClient,
) -> None:
    application = mastodon_client.register("read write")
    code = mastodon_client.get_code(application, "read write")
    earlier = mastodon_client.exchange(application, code).json()["access_token"]
    assert AUTHORIZATION_REQUIRED in visible_words(mastodon_client.open_link(application).text)
    opened = mastodon_client.open_link(application, "write read")
    where = httpx.URL(opened.headers["location"])
    assert (opened.status_code, where.path) == (302, "/oauth/authorize/native")
    again = mastodon_client.exchange(application, where.params["code"])
    assert again.json()["access_token"] == earlier


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"client_id": "unknown"}, 401, "unknown client"),
        ({"redirect_uri": "https://example.org/"}, 400, "The redirect uri included is not valid."),
        ({"scope": "read write"}, 400, "The requested scope is invalid, unknown, or malformed."),
        ({"scope": "read:accounts"}, 400, "The requested scope is invalid"),
        ({"code_challenge": "x" * 43}, 400, "The code challenge method must be S256"),
        (
            {"code_challenge": "x" * 43, "code_challenge_method": "plain"},
            400,
            "plain is unsupported",
        ),
    ],
)
def test_wrong_link_gets_an_error_page(
    mastodon_client: PracticeClient, changed: dict[str, str], status: int, words: str
) -> None:
    application = mastodon_client.register("read")
    mastodon_client.open_link(application, **changed)
    mastodon_client.sign_in()
    for refused in (mastodon_client.authorize_page(), mastodon_client.authorize()):
        assert refused.status_code == status
        assert words in refused.text
        assert "location" not in refused.headers


def test_registered_redirect_gets_code_and_state(
    mastodon_client: PracticeClient,
) -> None:
    fields = {"client_name": "demo app", "redirect_uris": "https://example.org/back?a=b"}
    application = mastodon_client.api.post("/api/v1/apps", json=fields).json()
    mastodon_client.open_link(application, redirect_uri=fields["redirect_uris"])
    mastodon_client.sign_in()
    where = httpx.URL(mastodon_client.authorize().headers["location"])
    assert (where.host, where.path, list(where.params)) == (
        "example.org",
        "/back",
        ["a", "code", "state"],
    )
    assert where.params["state"] == "state of demo app"


def test_browser_without_session_is_sent_to_sign_in(mastodon_client: PracticeClient) -> None:
    assert mastodon_client.authorize().headers["location"] == "/auth/sign_in"
    shown = mastodon_client.browser.get("/oauth/authorize/native?code=any")
    assert shown.headers["location"] == "/auth/sign_in"
    mastodon_client.sign_in()
    assert mastodon_client.authorize_page().headers["location"] == "/"


def test_forgotten_application_is_an_unknown_client(
    mastodon: PracticeServer, mastodon_client: PracticeClient
) -> None:
    application = mastodon_client.register()
    mastodon_client.open_link(application)
    mastodon_client.sign_in()
    mastodon.forget_application(application["client_id"])
    assert "unknown client" in mastodon_client.authorize_page().text
