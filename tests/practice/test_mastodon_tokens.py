"""Like Mastodon: codes, their challenges (RFC 7636), and tokens."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.browser_user import Application, PracticeClient

if TYPE_CHECKING:
    import httpx

    from gts_wizard.practice import PracticeServer
    from tests.helpers.clocks import ManualClock

VERIFY = "/api/v1/accounts/verify_credentials"
NOTIFICATIONS = "/api/v1/notifications"
INVALID_GRANT = {
    "error": "invalid_grant",
    "error_description": (
        "The provided authorization grant is invalid, expired, revoked, does not match the "
        "redirection URI used in the authorization request, or was issued to another client."
    ),
}
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def code_with_challenge(client: PracticeClient, application: Application) -> str:
    """Return a code whose link carried the challenge."""
    return client.get_code(application, code_challenge=CHALLENGE, code_challenge_method="S256")


def revoke(client: PracticeClient, application: Application, token: str, /, **changed: str) -> Any:
    """Revoke a token; return status and document."""
    fields = {
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "token": token,
    }
    response = client.api.post("/oauth/revoke", data=fields | changed)
    return response.status_code, response.json()


def is_invalid_grant(response: httpx.Response) -> bool:
    """Tell whether an exchange failed with `invalid_grant`."""
    return (response.status_code, response.json()) == (400, INVALID_GRANT)


def test_code_with_challenge_needs_its_verifier(mastodon_client: PracticeClient) -> None:
    application = mastodon_client.register()
    code = code_with_challenge(mastodon_client, application)
    assert is_invalid_grant(mastodon_client.exchange(application, code, code_verifier="x" * 43))
    without = mastodon_client.exchange(application, code)
    assert (without.status_code, without.json()["error"]) == (400, "invalid_request")
    assert "code_verifier" in without.json()["error_description"]
    document = mastodon_client.exchange(application, code, code_verifier=VERIFIER).json()
    assert mastodon_client.get(VERIFY, document["access_token"]).status_code == 200


def test_verifier_without_challenge_is_refused(mastodon_client: PracticeClient) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    assert is_invalid_grant(mastodon_client.exchange(application, code, code_verifier=VERIFIER))
    assert mastodon_client.exchange(application, code).status_code == 200


def test_token_response_is_that_of_mastodon(
    mastodon_client: PracticeClient, clock: ManualClock
) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    document = mastodon_client.exchange(application, code).json()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", document.pop("access_token"))
    assert document == {
        "token_type": "Bearer",
        "scope": "read",
        "created_at": int(clock.unix_time()),
    }


def test_used_code_is_an_invalid_grant(mastodon_client: PracticeClient) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    assert mastodon_client.exchange(application, code).status_code == 200
    assert is_invalid_grant(mastodon_client.exchange(application, code))


def test_code_is_an_invalid_grant_after_ten_minutes(
    mastodon_client: PracticeClient, clock: ManualClock
) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    clock.advance(timedelta(seconds=600))
    assert is_invalid_grant(mastodon_client.exchange(application, code))


def test_code_of_another_application_is_an_invalid_grant(
    mastodon_client: PracticeClient,
) -> None:
    own, other = mastodon_client.register(name="own"), mastodon_client.register(name="other")
    code = mastodon_client.get_code(own)
    assert is_invalid_grant(mastodon_client.exchange(other, code))
    assert mastodon_client.exchange(own, code).status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code": "wrong"}, 400, "invalid_grant"),
        ({"redirect_uri": "https://example.org/"}, 400, "invalid_grant"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"code": ""}, 400, "invalid_request"),
        ({"redirect_uri": ""}, 400, "invalid_request"),
    ],
)
def test_failed_exchange_keeps_the_code_valid(
    mastodon_client: PracticeClient, changed: dict[str, str], status: int, error: str
) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    fields = {"code": code} | changed
    refused = mastodon_client.exchange(application, fields.pop("code"), **fields)
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert mastodon_client.exchange(application, code).status_code == 200


def test_exchange_that_is_not_json_is_refused(mastodon_client: PracticeClient) -> None:
    headers = {"Content-Type": "application/json"}
    refused = mastodon_client.api.post("/oauth/token", content="{oops", headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("scope", "permitted"),
    [
        ("read", {VERIFY, NOTIFICATIONS}),
        ("read:accounts", {VERIFY}),
        ("profile", {VERIFY}),
        ("read:notifications", {NOTIFICATIONS}),
        ("write follow push admin:read", set()),
    ],
)
def test_scope_permits_its_own_calls_only(
    mastodon_client: PracticeClient, scope: str, permitted: set[str]
) -> None:
    token = mastodon_client.get_token(scope)
    for path in (VERIFY, NOTIFICATIONS):
        response = mastodon_client.get(path, token)
        assert response.status_code == (200 if path in permitted else 403)
        if path not in permitted:
            assert response.json() == {"error": "This action is outside the authorized scopes"}


def test_wrong_token_gets_the_error_of_mastodon(mastodon_client: PracticeClient) -> None:
    refused = mastodon_client.get(VERIFY, "WRONG")
    assert (refused.status_code, refused.json()) == (401, {"error": "The access token is invalid"})


def test_token_list_does_not_exist(mastodon_client: PracticeClient) -> None:
    assert mastodon_client.get("/api/v1/tokens", mastodon_client.get_token()).status_code == 404


def test_same_authorization_gives_the_same_token_until_revoked(
    mastodon_client: PracticeClient,
) -> None:
    application = mastodon_client.register()
    tokens = []
    for _ in range(2):
        code = mastodon_client.get_code(application)
        tokens.append(mastodon_client.exchange(application, code).json()["access_token"])
    assert tokens[0] == tokens[1]
    assert revoke(mastodon_client, application, tokens[0]) == (200, {})
    fresh = mastodon_client.exchange(application, mastodon_client.get_code(application)).json()
    assert fresh["access_token"] != tokens[0]


def test_token_differs_by_account_scope_and_application(
    mastodon: PracticeServer, mastodon_client: PracticeClient
) -> None:
    application = mastodon_client.register("read write")
    tokens = [mastodon_client.get_token("read")]
    for scope, username in (("read", "alice"), ("read write", "alice"), ("read", "bob")):
        with PracticeClient(mastodon) as client:
            code = client.get_code(application, scope, username)
            tokens.append(client.exchange(application, code).json()["access_token"])
    assert len(set(tokens)) == 4


def test_only_its_own_application_can_revoke_a_token(
    mastodon_client: PracticeClient,
) -> None:
    own, other = mastodon_client.register(name="own"), mastodon_client.register(name="other")
    token = mastodon_client.exchange(own, mastodon_client.get_code(own)).json()["access_token"]
    for application, changed in ((other, {}), (own, {"client_secret": "wrong"})):
        status, document = revoke(mastodon_client, application, token, **changed)
        assert (status, document["error"]) == (403, "unauthorized_client")
    assert mastodon_client.get(VERIFY, token).status_code == 200
    assert revoke(mastodon_client, own, token) == (200, {})
    assert revoke(mastodon_client, own, token) == (200, {})
    assert mastodon_client.get(VERIFY, token).status_code == 401
