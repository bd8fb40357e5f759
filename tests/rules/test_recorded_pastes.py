"""What a real server's pages and addresses say, damaged on the way into the field."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gts_wizard.errors import Declined, SignInError, UnknownScope, WizardError
from gts_wizard.rules.address import read_address
from gts_wizard.rules.challenge import code_challenge, code_verifier
from gts_wizard.rules.paste import Paste, read_paste
from gts_wizard.rules.scopes import MEANINGS, read_scopes
from gts_wizard.secret import Secret
from tests.helpers.assertions import assert_safe_error, assert_well_formed, is_safe
from tests.helpers.fuzz import mutated_text, odd_texts
from tests.helpers.recordings import responses_named

ORIGIN = "https://example.org"
ALLOWED = [one for one in responses_named("authorize-allow") if one.location]
PAGES = [one.document["html_text_of_main"] for one in responses_named("oob-page", "authorize-page")]
LOCATIONS = [
    one.location if one.location.startswith("urn:") else ORIGIN + one.location for one in ALLOWED
]
CODES = re.findall("[A-Z0-9]{48}", "\n".join([*PAGES, *LOCATIONS]))
PASTES = st.sampled_from([*PAGES, *LOCATIONS]).flatmap(mutated_text)
TYPED = st.sampled_from([f"{ORIGIN}/@alice", "@alice@example.org", ORIGIN]).flatmap(mutated_text)
SCOPES = st.lists(st.sampled_from([*MEANINGS, ",", " "]) | odd_texts(), max_size=6).map("".join)
# RFC 7636 section 4.1; a challenge is made of the same characters.
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def pasted(text: str, *, is_gotosocial: bool = True) -> Paste | WizardError:
    """Return what is made of a paste."""
    try:
        return read_paste(text, is_gotosocial=is_gotosocial)
    except SignInError as refusal:
        return refusal


def test_the_pages_hold_codes_and_a_refusal() -> None:
    found = [pasted(text) for text in [*PAGES, *LOCATIONS]]
    assert {one.code.reveal() for one in found if isinstance(one, Paste)} == set(CODES)
    assert any(isinstance(one, Declined) for one in found)


@settings(deadline=None)
@given(text=PASTES, is_gotosocial=st.booleans())
def test_a_damaged_page_is_a_code_or_a_reason(text: str, *, is_gotosocial: bool) -> None:
    paste = pasted(text, is_gotosocial=is_gotosocial)
    if isinstance(paste, Paste):
        assert_well_formed(paste)
        assert re.fullmatch(r"[\w-]{24,2048}", paste.code.reveal(), re.ASCII)
        return
    # What declines repeats the server's own words out of the address.
    pieces = [] if isinstance(paste, Declined) else [code[:12] for code in CODES]
    assert_safe_error(paste, *pieces)


@settings(deadline=None)
@example(typed="example.org../")
@given(typed=TYPED)
def test_a_damaged_address_is_one_or_a_reason(typed: str) -> None:
    try:
        address = read_address(typed)
    except WizardError as refusal:
        assert_safe_error(refusal)
    else:
        assert_well_formed(address)
        assert is_safe(address.warning)
        assert read_address(address.origin).origin == address.origin


@settings(deadline=None)
@example(typed="\u200b", supported=())
@given(typed=SCOPES, supported=st.sampled_from([(), ("read", "admin:read")]))
def test_permissions_that_are_named_are_known_or_refused(
    typed: str, supported: tuple[str, ...]
) -> None:
    try:
        scopes = read_scopes(typed, supported)
    except WizardError as refusal:
        assert_safe_error(refusal)
        assert not isinstance(refusal, UnknownScope) or refusal.names
    else:
        assert set(scopes) <= set(supported or MEANINGS)


@settings(deadline=None)
@given(secret=st.text(st.characters(codec="ascii")), state=st.text(st.characters(codec="utf-8")))
def test_any_secret_and_state_make_a_verifier_and_its_challenge(secret: str, state: str) -> None:
    verifier = code_verifier(Secret(secret), state)
    assert UNRESERVED.fullmatch(verifier.reveal())
    assert UNRESERVED.fullmatch(code_challenge(verifier))
