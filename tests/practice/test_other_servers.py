"""Told to, the practice server answers as was measured of other servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gts_wizard.practice import PracticeServer
from tests.helpers.browser_user import OOB, PracticeClient
from tests.helpers.practice_overrides import measured, measured_answers

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

VERIFY_PATH = "/api/v1/accounts/verify_credentials"


def revoke_again(client: PracticeClient, times: int = 2) -> httpx.Response:
    application = client.register()
    fields = {name: application[name] for name in ("client_id", "client_secret")}
    fields["token"] = client.get_token_for(application)
    return [client.api.post("/oauth/revoke", data=fields) for _ in range(times)][-1]


def use_revoked_token(client: PracticeClient) -> httpx.Response:
    return client.get(VERIFY_PATH, "revoked")


def use_narrow_token(client: PracticeClient) -> httpx.Response:
    return client.get(VERIFY_PATH, client.get_token("read:accounts"))


def exchange_wrong_code(client: PracticeClient) -> httpx.Response:
    return client.exchange(client.register(), "WRONG")


def register_unknown_scope(client: PracticeClient) -> httpx.Response:
    fields = {"client_name": "demo app", "redirect_uris": OOB, "scopes": "bogus"}
    return client.api.post("/api/v1/apps", json=fields)


SITUATIONS: dict[str, Callable[[PracticeClient], httpx.Response]] = {
    "a token that was revoked": use_revoked_token,
    "read:accounts alone": use_narrow_token,
    "revoking": lambda client: revoke_again(client, times=1),
    "revoking once the token is gone": revoke_again,
    "a wrong code": exchange_wrong_code,
    "a scope it does not know": register_unknown_scope,
}


@pytest.mark.parametrize("row", measured_answers(), ids=lambda row: f"{row['server']} {row['to']}")
def test_answer_is_as_measured(row: dict[str, Any]) -> None:
    overrides = {row["request"]: measured(row["server"], row["to"])}
    with PracticeServer(overrides=overrides) as practice, PracticeClient(practice) as client:
        response = SITUATIONS[row["to"]](client)
    assert response.status_code == row["status"]
    assert response.text == row.get("body", "{}")
    if "content_type" in row:
        assert response.headers["content-type"] == row["content_type"]
