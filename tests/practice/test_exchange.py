"""Exchanging codes, and the lifetime and revocation of tokens."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import PracticeClient
    from tests.helpers.clocks import ManualClock

NO_ROWS = "sql: no rows in result set"
VERIFY = "/api/v1/accounts/verify_credentials"


def test_codes_are_48_capitals_and_digits_and_unique(client: PracticeClient) -> None:
    application = client.register()
    codes = {client.get_code(application) for _ in range(3)}
    assert len(codes) == 3
    assert all(re.fullmatch(r"[A-Z0-9]{48}", code) for code in codes)


def test_code_expires_after_ten_minutes(client: PracticeClient, clock: ManualClock) -> None:
    application = client.register()
    first, second = client.get_code(application), client.get_code(application)
    clock.advance(timedelta(seconds=599))
    assert client.exchange(application, first).status_code == 200
    clock.advance(timedelta(seconds=1))
    refused = client.exchange(application, second)
    assert (refused.status_code, refused.json()["error"]) == (400, NO_ROWS)


def test_code_works_once(client: PracticeClient) -> None:
    application = client.register()
    code = client.get_code(application)
    assert client.exchange(application, code).status_code == 200
    assert client.exchange(application, code).json()["error"] == NO_ROWS


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "01" + "A" * 24}, NO_ROWS),
        ({"code": "X" * 48}, NO_ROWS),
        ({"redirect_uri": "https://example.org/"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_failed_exchange_keeps_the_code_valid(
    client: PracticeClient, changed: dict[str, str], error: str
) -> None:
    application = client.register()
    code = client.get_code(application)
    refused = client.exchange(application, code, **changed)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert client.exchange(application, code).status_code == 200


@pytest.mark.parametrize("mistype", [str.lower, lambda code: f" {code}", lambda code: code[:-1]])
def test_mistyped_code_is_unknown(client: PracticeClient, mistype: type[str]) -> None:
    application = client.register()
    code = client.get_code(application)
    assert client.exchange(application, mistype(code)).json()["error"] == NO_ROWS


def test_code_of_another_application_is_refused(client: PracticeClient) -> None:
    own, other = client.register(name="own"), client.register(name="other")
    code = client.get_code(own)
    crossed = client.exchange(other, code)
    assert (crossed.status_code, crossed.json()["error"]) == (400, "invalid_grant")
    assert client.exchange(own, code).status_code == 200


def test_token_response_has_no_expiry_and_no_refresh_token(
    client: PracticeClient, clock: ManualClock
) -> None:
    application = client.register()
    document = client.exchange(application, client.get_code(application)).json()
    assert set(document) == {"access_token", "created_at", "scope", "token_type"}
    assert document["created_at"] == int(clock.unix_time())


def test_forgotten_application_gets_no_token(
    practice: PracticeServer, client: PracticeClient
) -> None:
    application = client.register()
    code = client.get_code(application)
    practice.forget_application(application["client_id"])
    assert client.exchange(application, code).json()["error"] == NO_ROWS


def test_forgetting_an_application_ends_its_tokens_only(
    practice: PracticeServer, client: PracticeClient
) -> None:
    application = client.register()
    kept, lost = (
        client.get_token(),
        client.exchange(application, client.get_code(application)).json(),
    )
    practice.forget_application(application["client_id"])
    assert client.get(VERIFY, lost["access_token"]).status_code == 401
    assert client.get(VERIFY, kept).status_code == 200


def test_revoke_tokens_ends_the_tokens_of_one_account(
    practice: PracticeServer, client: PracticeClient
) -> None:
    alice, bob = client.get_token(username="alice"), client.get_token(username="bob")
    practice.revoke_tokens("alice")
    refused = client.get(VERIFY, alice)
    assert refused.status_code == 401
    assert refused.json() == {"error": "Unauthorized: token not supplied"}
    assert client.get(VERIFY, bob).status_code == 200


def test_revoking_takes_form_fields_only(client: PracticeClient) -> None:
    application = client.register()
    token = client.exchange(application, client.get_code(application)).json()["access_token"]
    fields = {
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "token": token,
    }
    assert client.api.post("/oauth/revoke", json=fields).status_code == 400
    assert client.get(VERIFY, token).status_code == 200
    assert client.api.post("/oauth/revoke", data=fields).json() == {}
    assert client.get(VERIFY, token).status_code == 401


def test_token_list_shows_each_token_without_its_secret(
    client: PracticeClient, clock: ManualClock
) -> None:
    earlier = client.get_token("read")
    clock.advance(timedelta(seconds=3600))
    token = client.get_token("read write")
    client.get_token(username="bob")
    response = client.get("/api/v1/tokens", earlier)
    assert [listed["scope"] for listed in response.json()] == ["read write", "read"]
    assert [listed["last_used"] > listed["created_at"] for listed in response.json()] == [
        False,
        True,
    ]
    assert token not in response.text
    assert earlier not in response.text
