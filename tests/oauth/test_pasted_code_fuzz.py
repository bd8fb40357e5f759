"""Whatever is pasted: codes are found, secrets are not repeated, and nothing takes long."""

from __future__ import annotations

import re
import string
import time
import unicodedata
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gts_wizard.errors import AuthorizationDenied, SignInError
from gts_wizard.oauth.pasted_code import AuthorizationCode, parse_paste
from gts_wizard.secret import Secret
from tests.helpers.assertions import assert_safe_error, assert_well_formed
from tests.helpers.fuzz import mutated_text, tries
from tests.helpers.recordings import responses_named
from tests.helpers.sample_pastes import BASE64_CODE, CODE, DEAD, PAGE, SENTENCE

pytestmark = pytest.mark.fuzz

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn"}
ANY_TEXT = st.text(st.characters() | st.sampled_from(f"{CODE}:@?&=%\n\r \u202e\ud800\"'<>[]│"))
PIECES = st.lists(
    ANY_TEXT
    | st.sampled_from(
        [CODE, BASE64_CODE, PAGE, DEAD, "https://", "urn:", "?code=", "&error=%00", "#", "[", "%3D"]
    ),
    max_size=6,
).map("".join)
WORDS = st.builds(
    "{}{}".format,
    st.sampled_from(string.ascii_letters),
    st.text(string.ascii_lowercase, min_size=2, max_size=8),
)
SEPARATORS = st.sampled_from(["", "-", "_", " "])
PASSPHRASES = st.builds(
    "{}{}{}{}".format,
    WORDS.map(str.title),
    st.lists(st.builds("{}{}".format, SEPARATORS, WORDS), max_size=8).map("".join),
    SEPARATORS,
    st.text(string.digits, max_size=20),
)
PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=80)

INVISIBLE = st.text(st.sampled_from("\u200b\u200d\u2060\ufeff\u00ad\u202e\x00"), max_size=2)
BLANKS = st.sampled_from(["", "", " ", "\u00a0", "\n", "\r\n  ", "\r", "\n│ ", " │\n│ ", "\n> "])
LINE_BREAKS = st.sampled_from(["", "", "", "\n", "\r\n  ", "\r", "\n│ ", "   │\n│   ", "\n> > "])
AROUND = st.lists(
    st.sampled_from(
        [
            "{}", "  {}\n", '"{}"', "'{}'", "“{}”", "«\u00a0{}\u00a0»", "`{}`", "**{}**", "<{}>",
            "({})", "[{}]", "{}.", "{}...", "│ {} │", "> {}", f"{SENTENCE} {{}}",
            f"{SENTENCE}\n\n{{}}", "Code:\n{}", "{}\n\nThat is it.",
        ]
    ),
    max_size=3,
)  # fmt: skip


PAGES = [
    response.document["html_text_of_main"]
    for response in responses_named("oob-page", "authorize-page")
]
LOCATIONS = [
    response.location
    if response.location.startswith("urn:")
    else f"https://example.org{response.location}"
    for response in responses_named("authorize-allow")
    if response.location
]
DAMAGED = st.sampled_from([*PAGES, *LOCATIONS]).flatmap(mutated_text)
RECORDED_CODES = re.findall("[A-Z0-9]{48}", "\n".join([*PAGES, *LOCATIONS]))


def code_or_refusal(text: str, *, is_gotosocial: bool) -> AuthorizationCode | SignInError:
    """Return what is made of a paste."""
    try:
        return parse_paste(text, is_gotosocial=is_gotosocial)
    except SignInError as refusal:
        return refusal


@st.composite
def decorated(draw: st.DrawFn, text: str, between: st.SearchStrategy[str], start: int = 0) -> str:
    """A text broken by line breaks or spaces after its start, in quotes or in a sentence."""
    places = draw(st.sets(st.integers(start, len(text)), max_size=4))
    for at in sorted(places, reverse=True):
        text = text[:at] + draw(between) + text[at:]
    for around in draw(AROUND):
        text = around.replace("{}", text)
    return text


@tries(40)
@given(decorated(CODE, BLANKS | INVISIBLE), st.booleans())
def test_code_of_gotosocial_is_found_in_any_decoration(pasted: str, is_gotosocial: bool) -> None:
    assert parse_paste(pasted, is_gotosocial=is_gotosocial) == AuthorizationCode(Secret(CODE))


@tries(40)
@given(decorated(BASE64_CODE, INVISIBLE))
def test_code_of_other_software_is_found_in_any_decoration(pasted: str) -> None:
    assert parse_paste(pasted) == AuthorizationCode(Secret(BASE64_CODE))


@tries(40)
@given(
    decorated(PAGE, LINE_BREAKS | INVISIBLE, start=len("https://"))
    | decorated(PAGE.replace("&", "&amp;"), INVISIBLE)
    | decorated(quote(PAGE, safe=""), INVISIBLE),
    st.booleans(),
)
def test_page_address_is_understood_in_any_decoration(pasted: str, is_gotosocial: bool) -> None:
    paste = parse_paste(pasted, is_gotosocial=is_gotosocial)
    assert paste.code == Secret(CODE)
    assert paste.state in {"the-state", ""}
    assert paste.origin in {"https://example.org", ""}


@tries(40)
@given(PIECES | PASSWORDS, st.booleans())
def test_any_paste_is_read_or_refused_without_repeating_it(
    pasted: str, is_gotosocial: bool
) -> None:
    paste = code_or_refusal(pasted, is_gotosocial=is_gotosocial)
    if isinstance(paste, AuthorizationCode):
        assert re.fullmatch(r"[A-Za-z0-9_-]+", paste.code.reveal())
        assert UNSAFE.isdisjoint(map(unicodedata.category, paste.state + paste.origin))
        return
    assert UNSAFE.isdisjoint(map(unicodedata.category, str(paste)))
    # What declines repeats the server's own words.
    if not isinstance(paste, AuthorizationDenied):
        shown = f"{paste} {paste!r} {paste.args} {paste.__context__!r}"
        assert not any(pasted[at : at + 8] in shown for at in range(len(pasted) - 7))


@tries(40)
@given(PASSPHRASES)
def test_passphrase_is_never_taken_for_a_code(passphrase: str) -> None:
    with pytest.raises(SignInError):
        parse_paste(passphrase)


@tries(40)
@example(text=f"https://{'x' * 9000}/oauth/oob?code={CODE}", is_gotosocial=True)
@given(
    text=st.sampled_from([*PAGES, *LOCATIONS]).flatmap(mutated_text), is_gotosocial=st.booleans()
)
def test_damaged_page_is_a_code_or_a_reason(text: str, *, is_gotosocial: bool) -> None:
    paste = code_or_refusal(text, is_gotosocial=is_gotosocial)
    if isinstance(paste, AuthorizationCode):
        assert_well_formed(paste)
        assert re.fullmatch(r"[\w-]{24,2048}", paste.code.reveal(), re.ASCII)
        return
    # What declines repeats the server's own words out of the address.
    pieces = (
        [] if isinstance(paste, AuthorizationDenied) else [code[:12] for code in RECORDED_CODES]
    )
    assert_safe_error(paste, *pieces)


def test_recorded_pages_hold_codes_and_a_refusal() -> None:
    found = [code_or_refusal(text, is_gotosocial=True) for text in [*PAGES, *LOCATIONS]]
    codes = {paste.code.reveal() for paste in found if isinstance(paste, AuthorizationCode)}
    assert codes == set(RECORDED_CODES)
    assert any(isinstance(refusal, AuthorizationDenied) for refusal in found)


@pytest.mark.parametrize(
    "piece",
    [
        "@", "a@", "a.", "https://", "urn:", "?", "?code", "%3Fcode%3D", "&#38;", "&amp;",
        "/oauth/authorize?", "[", "\ud800", "\x00", " ", "\n", "│", "é", "https://[", "//",
    ],
)  # fmt: skip
def test_huge_paste_without_code_takes_little_time(piece: str) -> None:
    assert_reading_takes_little_time(piece, is_gotosocial=False)


@pytest.mark.parametrize("is_gotosocial", [True, False])
@pytest.mark.parametrize(
    "piece",
    [
        "A", "a", "A ", "a\n", "A\n", "Aa1-", "abc", "code=", "&code=A", "https://a?code=A\n",
        "A" * 47 + " ", "a" * 16 + "\n",
    ],
)  # fmt: skip
def test_huge_paste_with_codes_takes_little_time(piece: str, is_gotosocial: bool) -> None:
    assert_reading_takes_little_time(piece, is_gotosocial=is_gotosocial)


def assert_reading_takes_little_time(piece: str, *, is_gotosocial: bool) -> None:
    """Assert that the longest text that is read at all, or refused, takes little CPU time.

    A linear reader needs a tenth of a second at most; a reader that backtracks needs minutes.
    """
    for size in (50_000, 1_000_000):
        began = time.process_time()
        with suppress(SignInError):
            parse_paste((piece * size)[:size], is_gotosocial=is_gotosocial)
        assert time.process_time() - began < 2
