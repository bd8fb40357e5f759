"""The link out, and the proof that whoever brings the code made it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from gts_wizard.models import Attempt, Metadata, Server, Step
from gts_wizard.rules.challenge import code_challenge, code_verifier
from gts_wizard.rules.oob import authorize_link, new_state
from gts_wizard.secret import Secret


def attempt(challenge: str = "", metadata: Metadata | None = None) -> Attempt:
    server = Server("https://example.org", "example.org", metadata=metadata or Metadata())
    return Attempt(
        state="s+=&",
        server=server,
        step=Step.AUTHORIZE,
        started_at=datetime(2026, 5, 1, tzinfo=UTC),
        scopes=("read", "write:statuses"),
        client_id="01 ABC&",
        challenge=challenge,
    )


def test_the_link_asks_for_everything_the_server_needs() -> None:
    link = authorize_link(attempt())
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


def test_the_link_carries_a_challenge_to_where_the_server_says() -> None:
    link = authorize_link(attempt("CHALLENGE", Metadata(authorization_endpoint="/go")))
    parts = urlsplit(link)
    assert parts.path == "/go"
    asked = parse_qs(parts.query)
    assert asked["code_challenge"] == ["CHALLENGE"]
    assert asked["code_challenge_method"] == ["S256"]


def test_a_challenge_is_the_one_of_the_standard() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_each_link_has_a_verifier_of_its_own_which_the_secret_alone_gives_again() -> None:
    secret = Secret("client-secret")
    made = {
        code_verifier(one, state).reveal()
        for one in (secret, Secret("other"))
        for state in ("state-1", "state-2")
    }
    assert len(made) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", one) for one in made)
    assert code_verifier(Secret("client-secret"), "state-1") == code_verifier(secret, "state-1")


def test_a_state_is_never_the_same_and_survives_an_address() -> None:
    states = {new_state() for _ in range(100)}
    assert len(states) == 100
    assert all(len(one) >= 22 and one.replace("-", "").replace("_", "").isalnum() for one in states)
