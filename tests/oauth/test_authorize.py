"""The authorize link, its state, and its code challenge (RFC 7636)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.models import PendingSignIn, Server, ServerMetadata, WizardStep
from gts_wizard.oauth.authorize import authorization_url, code_challenge, code_verifier, new_state
from gts_wizard.secret import Secret
from tests.helpers.fuzz import tries

# RFC 7636 section 4.1; a challenge is made of the same characters.
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def make_pending(challenge: str = "", metadata: ServerMetadata | None = None) -> PendingSignIn:
    server = Server("https://example.org", "example.org", metadata=metadata or ServerMetadata())
    return PendingSignIn(
        state="s+=&",
        server=server,
        step=WizardStep.AUTHORIZE,
        started_at=datetime(2026, 5, 1, tzinfo=UTC),
        scopes=("read", "write:statuses"),
        client_id="01 ABC&",
        code_challenge=challenge,
    )


def test_link_has_every_parameter_the_server_needs() -> None:
    link = authorization_url(make_pending())
    parts = urlsplit(link)
    assert link.startswith("https://example.org/oauth/authorize?")
    assert "scope=read+write:statuses" in link
    assert parse_qs(parts.query) == {
        "client_id": ["01 ABC&"],
        "redirect_uri": ["urn:ietf:wg:oauth:2.0:oob"],
        "response_type": ["code"],
        "scope": ["read write:statuses"],
        "state": ["s+=&"],
    }


def test_link_carries_challenge_to_the_servers_endpoint() -> None:
    link = authorization_url(
        make_pending("CHALLENGE", ServerMetadata(authorization_endpoint="/go"))
    )
    parts = urlsplit(link)
    assert parts.path == "/go"
    asked = parse_qs(parts.query)
    assert asked["code_challenge"] == ["CHALLENGE"]
    assert asked["code_challenge_method"] == ["S256"]


def test_challenge_is_that_of_rfc_7636() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifier_depends_on_secret_and_state_only() -> None:
    secret = Secret("client-secret")
    made = {
        code_verifier(client_secret, state).reveal()
        for client_secret in (secret, Secret("other"))
        for state in ("state-1", "state-2")
    }
    assert len(made) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier) for verifier in made)
    assert code_verifier(Secret("client-secret"), "state-1") == code_verifier(secret, "state-1")


def test_state_is_unique_and_safe_in_a_url() -> None:
    states = {new_state() for _ in range(100)}
    assert len(states) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", state) for state in states)


@pytest.mark.fuzz
@tries(40)
@given(secret=st.text(st.characters(codec="ascii")), state=st.text(st.characters(codec="utf-8")))
def test_any_secret_and_state_make_verifier_and_challenge(secret: str, state: str) -> None:
    verifier = code_verifier(Secret(secret), state)
    assert _UNRESERVED.fullmatch(verifier.reveal())
    assert _UNRESERVED.fullmatch(code_challenge(verifier))
