"""Answers that the practice server is told to give instead of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeServer
from tests.helpers import practice_overrides
from tests.helpers.browser_user import PracticeClient
from tests.helpers.harness import REGISTER, REVOKE, VERIFY
from tests.helpers.practice_overrides import (
    API,
    EVERYTHING,
    REVOCATION_REFUSALS,
    canned,
    canned_page,
)
from tests.helpers.raw_requests import send_bytes

if TYPE_CHECKING:
    import httpx

    from gts_wizard.practice import Override

VERIFY_PATH = "/api/v1/accounts/verify_credentials"


def revoke(client: PracticeClient) -> tuple[httpx.Response, str]:
    """Get a token and revoke it; return the response and the token."""
    application = client.register()
    token = client.get_token_for(application)
    fields = {name: application[name] for name in ("client_id", "client_secret")}
    return client.api.post("/oauth/revoke", data={**fields, "token": token}), token


@pytest.mark.parametrize(
    ("override", "status", "content_type"),
    [
        (practice_overrides.EMPTY_PAGE, 200, "text/html"),
        (practice_overrides.NO_CONTENT, 204, "application/json"),
    ],
)
def test_other_confirmation_ends_the_token(
    practice: PracticeServer,
    client: PracticeClient,
    override: Override,
    status: int,
    content_type: str,
) -> None:
    practice.overrides = {REVOKE: override}
    response, token = revoke(client)
    assert (response.status_code, response.content) == (status, b"")
    assert response.headers["content-type"] == content_type
    assert client.get(VERIFY_PATH, token).status_code == 401


def test_revocation_of_a_token_that_is_gone(
    practice: PracticeServer, client: PracticeClient
) -> None:
    practice.overrides = {REVOKE: practice_overrides.TOKEN_IS_GONE}
    assert revoke(client)[0].status_code == 403


@pytest.mark.parametrize("name", REVOCATION_REFUSALS)
def test_refused_revocation_leaves_the_token(
    practice: PracticeServer, client: PracticeClient, name: str
) -> None:
    practice.overrides = {REVOKE: REVOCATION_REFUSALS[name]}
    response, token = revoke(client)
    status, _, what = name.partition(" ")
    assert response.status_code == int(status)
    assert response.headers["content-type"].startswith("text/html") == (what == "page")
    assert client.get(VERIFY_PATH, token).status_code == 200


def test_changed_status_keeps_the_document(
    practice: PracticeServer, client: PracticeClient
) -> None:
    practice.overrides = {REGISTER: practice_overrides.CREATED}
    response = client.api.post("/api/v1/apps", json={"client_name": "demo app"})
    assert response.status_code == 201
    assert client.get(VERIFY_PATH, client.get_token_for(response.json())).status_code == 200


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("UNAUTHORIZED", 401, '{"error": "The access token is invalid"}'),
        ("UNAUTHORIZED_BEARER", 401, ""),
        ("UNAUTHORIZED_PAGE", 401, "<!doctype html>"),
        ("FORBIDDEN_PAGE", 403, "<!doctype html>"),
        ("ACCOUNT_DISABLED", 403, '{"error": "Your login is currently disabled"}'),
    ],
)
def test_api_is_refused_and_the_rest_is_not(
    practice: PracticeServer, client: PracticeClient, name: str, status: int, words: str
) -> None:
    token = client.get_token()
    practice.overrides = {API: getattr(practice_overrides, name)}
    for path in (VERIFY_PATH, "/api/v1/notifications", "/api/v2/instance"):
        refused = client.get(path, token)
        assert refused.status_code == status
        assert refused.text.startswith(words)
        assert refused.headers.get("www-authenticate") == (
            "Bearer" if name == "UNAUTHORIZED_BEARER" else None
        )
    assert client.api.get("/.well-known/nodeinfo").status_code == 200


def test_web_site_answers_every_path(client: PracticeClient, practice: PracticeServer) -> None:
    practice.overrides = {EVERYTHING: practice_overrides.WEB_SITE}
    for method in ("GET", "POST", "DELETE"):
        for path in ("/", "/api/v1/apps", "/.well-known/nodeinfo", "/any/where"):
            response = client.api.request(method, path)
            assert (response.status_code, response.text[:15]) == (200, "<!doctype html>")


def test_first_pattern_that_matches_counts(
    practice: PracticeServer, client: PracticeClient
) -> None:
    practice.overrides = {VERIFY: canned(402), API: canned(418)}
    assert client.api.get(VERIFY_PATH).status_code == 402
    assert client.api.get("/api/v1/notifications").status_code == 418
    practice.overrides = {}
    assert client.api.get(VERIFY_PATH).status_code == 401


def test_other_answer_to_a_revoked_token_only() -> None:
    overrides = {API: practice_overrides.INVALID_BEARER_TOKEN}
    with PracticeServer(overrides=overrides) as practice, PracticeClient(practice) as client:
        token = client.get_token()
        assert client.get(VERIFY_PATH, token).status_code == 200
        practice.revoke_tokens("alice")
        assert client.get(VERIFY_PATH, token).text == "Invalid Bearer token"


def test_overridden_requests_are_counted(client: PracticeClient, practice: PracticeServer) -> None:
    practice.rate_limit = 1
    practice.overrides = {EVERYTHING: canned_page(200, "A page")}
    assert client.api.get("/any").headers["x-ratelimit-remaining"] == "0"
    assert client.api.get("/any").status_code == 429
    assert practice.requests == ["GET /any", "GET /any"]


def test_no_content_has_no_length(practice: PracticeServer) -> None:
    practice.overrides = {EVERYTHING: canned(204)}
    request = b"GET / HTTP/1.1\r\n\r\n"
    responses = send_bytes(practice.port, request * 2)
    assert responses.count(b"HTTP/1.1 204 No Content") == 2
    assert b"content-length" not in responses.lower()
