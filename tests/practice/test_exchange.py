"""Codes and tokens: how long they live, whose they are, and the answers that mislead."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.clocks import ManualClock
    from tests.helpers.browser_user import PracticeClient

NO_ROWS = "sql: no rows in result set"
VERIFY = "/api/v1/accounts/verify_credentials"


def test_a_code_is_48_capitals_and_digits_and_never_the_same(client: PracticeClient) -> None:
    application = client.register()
    codes = {client.get_code(application) for _ in range(3)}
    assert len(codes) == 3
    assert all(re.fullmatch(r"[A-Z0-9]{48}", code) for code in codes)


def test_a_code_lives_ten_minutes(client: PracticeClient, clock: ManualClock) -> None:
    application = client.register()
    first, second = client.get_code(application), client.get_code(application)
    clock.advance(timedelta(seconds=599))
    assert client.exchange(application, first).status_code == 200
    clock.advance(timedelta(seconds=1))
    refused = client.exchange(application, second)
    assert (refused.status_code, refused.json()["error"]) == (400, NO_ROWS)


def test_a_code_is_good_once(client: PracticeClient) -> None:
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
def test_a_failed_exchange_does_not_use_the_code_up(
    client: PracticeClient, changed: dict[str, str], error: str
) -> None:
    application = client.register()
    code = client.get_code(application)
    refused = client.exchange(application, code, **changed)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert client.exchange(application, code).status_code == 200


@pytest.mark.parametrize("spoil", [str.lower, lambda code: f" {code}", lambda code: code[:-1]])
def test_a_mistyped_code_is_unknown(client: PracticeClient, spoil: type[str]) -> None:
    application = client.register()
    code = client.get_code(application)
    assert client.exchange(application, spoil(code)).json()["error"] == NO_ROWS


def test_the_code_of_another_application_stays_good_for_its_own(client: PracticeClient) -> None:
    own, other = client.register(name="own"), client.register(name="other")
    code = client.get_code(own)
    crossed = client.exchange(other, code)
    assert (crossed.status_code, crossed.json()["error"]) == (400, "invalid_grant")
    assert client.exchange(own, code).status_code == 200


def test_a_token_document_has_no_end_and_no_refresh_token(
    client: PracticeClient, clock: ManualClock
) -> None:
    application = client.register()
    document = client.exchange(application, client.get_code(application)).json()
    assert set(document) == {"access_token", "created_at", "scope", "token_type"}
    assert document["created_at"] == int(clock.unix_time())


def test_a_forgotten_application_can_exchange_nothing(
    practice: PracticeInstance, client: PracticeClient
) -> None:
    application = client.register()
    code = client.get_code(application)
    practice.forget_application(application["client_id"])
    assert client.exchange(application, code).json()["error"] == NO_ROWS


def test_forgetting_an_application_ends_its_tokens_only(
    practice: PracticeInstance, client: PracticeClient
) -> None:
    application = client.register()
    kept, lost = client.get_token(), client.exchange(application, client.get_code(application)).json()
    practice.forget_application(application["client_id"])
    assert client.get(VERIFY, lost["access_token"]).status_code == 401
    assert client.get(VERIFY, kept).status_code == 200


def test_revoking_elsewhere_ends_one_persons_tokens(
    practice: PracticeInstance, client: PracticeClient
) -> None:
    alice, bob = client.get_token(username="alice"), client.get_token(username="bob")
    practice.revoke_tokens("alice")
    refused = client.get(VERIFY, alice)
    assert refused.status_code == 401
    assert refused.json() == {"error": "Unauthorized: token not supplied"}
    assert client.get(VERIFY, bob).status_code == 200


def test_revoking_reads_form_fields_only(client: PracticeClient) -> None:
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


def test_the_list_of_tokens_tells_each_one_but_no_secret(
    client: PracticeClient, clock: ManualClock
) -> None:
    earlier = client.get_token("read")
    clock.advance(timedelta(seconds=3600))
    token = client.get_token("read write")
    client.get_token(username="bob")
    answer = client.get("/api/v1/tokens", earlier)
    assert [one["scope"] for one in answer.json()] == ["read write", "read"]
    assert [one["last_used"] > one["created_at"] for one in answer.json()] == [False, True]
    assert token not in answer.text
    assert earlier not in answer.text
