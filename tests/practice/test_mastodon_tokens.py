"""Like Mastodon: codes, their challenges (RFC 7636), and tokens."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.browser_user import Application, PracticeClient

if TYPE_CHECKING:
    import httpx

    from gts_wizard.practice import PracticeInstance
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


def challenged_code(client: PracticeClient, application: Application) -> str:
    """Give a code that was asked for with the challenge."""
    return client.get_code(application, code_challenge=CHALLENGE, code_challenge_method="S256")


def revoke(
    client: PracticeClient, application: Application, token: str, /, **changed: str
) -> Any:
    """Revoke a token, and give status and document."""
    fields = {
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "token": token,
    }
    answer = client.api.post("/oauth/revoke", data=fields | changed)
    return answer.status_code, answer.json()


def is_invalid_grant(answer: httpx.Response) -> bool:
    """Tell whether an exchange failed as most of them do."""
    return (answer.status_code, answer.json()) == (400, INVALID_GRANT)


def test_a_code_with_a_challenge_needs_its_verifier(mastodon_client: PracticeClient) -> None:
    application = mastodon_client.register()
    code = challenged_code(mastodon_client, application)
    assert is_invalid_grant(mastodon_client.exchange(application, code, code_verifier="x" * 43))
    without = mastodon_client.exchange(application, code)
    assert (without.status_code, without.json()["error"]) == (400, "invalid_request")
    assert "code_verifier" in without.json()["error_description"]
    document = mastodon_client.exchange(application, code, code_verifier=VERIFIER).json()
    assert mastodon_client.get(VERIFY, document["access_token"]).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(mastodon_client: PracticeClient) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    assert is_invalid_grant(mastodon_client.exchange(application, code, code_verifier=VERIFIER))
    assert mastodon_client.exchange(application, code).status_code == 200


def test_a_token_document_is_that_of_mastodon(
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


def test_a_used_code_is_an_invalid_grant(mastodon_client: PracticeClient) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    assert mastodon_client.exchange(application, code).status_code == 200
    assert is_invalid_grant(mastodon_client.exchange(application, code))


def test_a_code_is_an_invalid_grant_after_ten_minutes(
    mastodon_client: PracticeClient, clock: ManualClock
) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    clock.advance(timedelta(seconds=600))
    assert is_invalid_grant(mastodon_client.exchange(application, code))


def test_the_code_of_another_application_is_an_invalid_grant(
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
def test_a_failed_exchange_does_not_use_the_code_up(
    mastodon_client: PracticeClient, changed: dict[str, str], status: int, error: str
) -> None:
    application = mastodon_client.register()
    code = mastodon_client.get_code(application)
    fields = {"code": code} | changed
    refused = mastodon_client.exchange(application, fields.pop("code"), **fields)
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert mastodon_client.exchange(application, code).status_code == 200


def test_an_exchange_that_can_not_be_read_is_refused(mastodon_client: PracticeClient) -> None:
    headers = {"Content-Type": "application/json"}
    refused = mastodon_client.api.post("/oauth/token", content="{oops", headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("scope", "opened"),
    [
        ("read", {VERIFY, NOTIFICATIONS}),
        ("read:accounts", {VERIFY}),
        ("profile", {VERIFY}),
        ("read:notifications", {NOTIFICATIONS}),
        ("write follow push admin:read", set()),
    ],
)
def test_each_scope_opens_its_own_calls(
    mastodon_client: PracticeClient, scope: str, opened: set[str]
) -> None:
    token = mastodon_client.get_token(scope)
    for path in (VERIFY, NOTIFICATIONS):
        answer = mastodon_client.get(path, token)
        assert answer.status_code == (200 if path in opened else 403)
        if path not in opened:
            assert answer.json() == {"error": "This action is outside the authorized scopes"}


def test_a_wrong_token_is_told_in_the_words_of_mastodon(mastodon_client: PracticeClient) -> None:
    refused = mastodon_client.get(VERIFY, "WRONG")
    assert (refused.status_code, refused.json()) == (401, {"error": "The access token is invalid"})


def test_there_is_no_list_of_tokens(mastodon_client: PracticeClient) -> None:
    assert mastodon_client.get("/api/v1/tokens", mastodon_client.get_token()).status_code == 404


def test_allowing_the_same_again_gives_the_same_token_until_it_is_revoked(
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


def test_another_person_another_scope_and_another_application_have_tokens_of_their_own(
    mastodon: PracticeInstance, mastodon_client: PracticeClient
) -> None:
    application = mastodon_client.register("read write")
    tokens = [mastodon_client.get_token("read")]
    for scope, username in (("read", "alice"), ("read write", "alice"), ("read", "bob")):
        with PracticeClient(mastodon) as client:
            code = client.get_code(application, scope, username)
            tokens.append(client.exchange(application, code).json()["access_token"])
    assert len(set(tokens)) == 4


def test_revoking_is_for_the_application_alone_and_can_be_repeated(
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
