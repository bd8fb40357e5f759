"""The link out, and what people paste when they come back."""

from __future__ import annotations

import unicodedata
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.errors import Declined, NotACode, NothingPasted, SignInError
from gts_wizard.rules.oob import authorize_link, new_state, read_paste

CODE = "ZJMWMJM1MZQTOGI4ZC0ZYMFILTG4MJYTZDY0MJZHMTLKNGM2"
BASE64_CODE = "Qm9_nIyvX-0aTq4HkT0qsVf3b2Gq1uZ8gq7mEoZ3xYc"
PAGE = f"https://example.org/oauth/oob?code={CODE}&state=the-state"
DEAD = (
    "urn:ietf:wg:oauth:2.0:oob?error=invalid_scope"
    "&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed.&state=x"
)
SENTENCE = 'Hi alice! Here\'s your out-of-band token with scope "{}", use it wisely:'


@pytest.mark.parametrize(
    "pasted",
    [
        CODE,
        f"  {CODE}\n",
        f"“{CODE}”",
        f"`{CODE}`",
        f"'{CODE}',",
        f"{CODE}.",
        f"\ufeff{CODE[:20]}\u200b{CODE[20:]}",
        f"{CODE[:12]} {CODE[12:30]} {CODE[30:]}",
        f"{CODE[:20]}\n{CODE[20:]}",
        f"{CODE[:20]}\r\n  {CODE[20:]}  \r\n",
        f"{SENTENCE.format('read')} {CODE}",
        f"{SENTENCE.format('read write:statuses write:media')}\n\n{CODE}\n",
        f"{SENTENCE.format('read')}\n{CODE[:20]}\n{CODE[20:]}",
        f"example.org\n{SENTENCE.format('read')}\n{CODE}\n\nContact: somebody\nSource code",
        f"Code: {CODE}",
        f"{CODE} {CODE}",
    ],
)
def test_the_code_of_gotosocial_is_found(pasted: str) -> None:
    paste = read_paste(pasted)
    assert (paste.code.reveal(), paste.state) == (CODE, "")


@pytest.mark.parametrize(
    "pasted",
    [
        BASE64_CODE,
        f'"{BASE64_CODE}"',
        f"{BASE64_CODE[:30]}\n{BASE64_CODE[30:]}",
        f"Your code is {BASE64_CODE}, copy it.",
        f"In return: {BASE64_CODE}",
    ],
)
def test_the_code_of_other_software_is_found(pasted: str) -> None:
    assert read_paste(pasted).code.reveal() == BASE64_CODE


@pytest.mark.parametrize(
    "pasted",
    [
        PAGE,
        PAGE.upper().replace(CODE, CODE).replace("OAUTH/OOB?CODE", "oauth/oob?code")
        .replace("STATE=THE-STATE", "state=the-state"),
        f"<{PAGE}>",
        f'"{PAGE}"',
        f"The page was {PAGE}",
        f"{PAGE[:40]}\n{PAGE[40:80]}\n  {PAGE[80:]}",
        f"{PAGE}#top",
        PAGE.removeprefix("https://"),
        f"http://localhost:8080/oauth/oob?state=the-state&code={CODE}",
        f"localhost:8080/oauth/oob?state=the-state&code={CODE}",
        f"urn:ietf:wg:oauth:2.0:oob?code={CODE}&state=the-state",
    ],
)  # fmt: skip
def test_the_address_of_the_page_gives_code_and_state(pasted: str) -> None:
    paste = read_paste(pasted)
    assert (paste.code.reveal(), paste.state) == (CODE, "the-state")


@pytest.mark.parametrize(
    "pasted", [DEAD, f" {DEAD}\n", f"{DEAD[:30]}\n{DEAD[30:]}", DEAD.replace("urn", "URN", 1)]
)
def test_the_dead_address_is_explained_in_the_servers_words(pasted: str) -> None:
    with pytest.raises(Declined) as declined:
        read_paste(pasted)
    reason = "The requested scope is invalid, unknown, or malformed"
    assert declined.value.what_happened == f"The server did not give a code: {reason}."


def test_a_dead_address_without_a_description_still_names_the_error() -> None:
    with pytest.raises(Declined) as declined:
        read_paste("urn:ietf:wg:oauth:2.0:oob?error=access_denied%E2%80%AE%1B[31m")
    assert declined.value.reason == "access_denied[31m"


@pytest.mark.parametrize("pasted", ["", "   ", "\n\t", "\u200b\u202e", "\x00"])
def test_nothing_is_told(pasted: str) -> None:
    with pytest.raises(NothingPasted):
        read_paste(pasted)


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("alice@example.org", "That looks like an e-mail address or a handle."),
        ("@alice@example.org", "That looks like an e-mail address or a handle."),
        ("hunter2", "That is too short for a code."),
        (CODE[:23], "That is too short for a code."),
        ("correct horse battery staple", "There is no code in this."),
        ("Tr0ub4dor&3-and-some-more!characters", "There is no code in this."),
        (f"{CODE[:40]}é", "There is no code in this."),
        ("A" * 513, "There is no code in this."),
        (f"{CODE} {BASE64_CODE}", "There is more than one code in this."),
        ("https://example.org/auth/sign_in", "That is the address of a page without a code."),
        (
            "https://example.org/oauth/authorize?client_id=01ABC&scope=read&state=x",
            "That is the address of a page without a code.",
        ),
        ("https://example.org/oauth/oob?code=", "That is the address of a page without a code."),
        ("https://example.org/oauth/oob?code=ABC", "The code in that address is incomplete."),
        ("/oauth/oob?code=ABC%0ADEF", "The code in that address is incomplete."),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(pasted: str, reason: str) -> None:
    with pytest.raises(NotACode) as refused:
        read_paste(pasted)
    assert refused.value.reason == reason


ANY_TEXT = st.text(st.characters() | st.sampled_from(f"{CODE}:@?&=%\n \u202e\ud800\"'"))
PIECES = st.lists(
    ANY_TEXT | st.sampled_from([CODE, BASE64_CODE, PAGE, DEAD, "urn:", "?code=", "&error=%00"]),
    max_size=5,
).map("".join)


@given(PIECES)
def test_anything_pasted_is_read_or_refused_and_never_unsafe(pasted: str) -> None:
    try:
        paste = read_paste(pasted)
    except SignInError as refusal:
        shown = str(refusal)
        assert not any(unicodedata.category(one) in {"Cc", "Cf", "Cs"} for one in shown)
        return
    code = paste.code.reveal()
    assert code.isascii()
    assert code.replace("-", "").replace("_", "").isalnum() or set(code) <= set("-_")
    assert not any(unicodedata.category(one) in {"Cc", "Cf", "Cs"} for one in paste.state)


def test_a_refusal_never_repeats_what_may_be_a_password() -> None:
    for password in ("hunter2", "correct horse battery staple", "pässwörd!" * 5):
        with pytest.raises(NotACode) as refused:
            read_paste(password)
        assert password not in f"{refused.value} {refused.value!r}"


def test_the_link_asks_for_everything_the_server_needs() -> None:
    link = authorize_link("https://example.org", "01 ABC&", ("read", "write:statuses"), "s+=&")
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


def test_a_state_is_never_the_same_and_survives_an_address() -> None:
    states = {new_state() for _ in range(100)}
    assert len(states) == 100
    assert all(len(one) >= 22 and one.replace("-", "").replace("_", "").isalnum() for one in states)
