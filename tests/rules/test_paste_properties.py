"""Whatever is pasted: a code is found, a password is not told, and nothing takes long."""

from __future__ import annotations

import time
import unicodedata
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.errors import Declined, SignInError
from gts_wizard.rules.paste import Paste, read_paste
from gts_wizard.secret import Secret
from tests.helpers.sample_pastes import BASE64_CODE, CODE, DEAD, PAGE, SENTENCE

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn"}
ANY_TEXT = st.text(st.characters() | st.sampled_from(f"{CODE}:@?&=%\n\r \u202e\ud800\"'<>[]│"))
PIECES = st.lists(
    ANY_TEXT
    | st.sampled_from(
        [CODE, BASE64_CODE, PAGE, DEAD, "https://", "urn:", "?code=", "&error=%00", "#", "[", "%3D"]
    ),
    max_size=6,
).map("".join)
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


@st.composite
def decorated(draw: st.DrawFn, text: str, between: st.SearchStrategy[str], start: int = 0) -> str:
    """A text as people and programs mangle it: broken behind its start, quoted, in a sentence."""
    places = draw(st.sets(st.integers(start, len(text)), max_size=4))
    for at in sorted(places, reverse=True):
        text = text[:at] + draw(between) + text[at:]
    for around in draw(AROUND):
        text = around.replace("{}", text)
    return text


@given(decorated(CODE, BLANKS | INVISIBLE), st.booleans())
def test_the_code_of_gotosocial_is_found_in_any_decoration(
    pasted: str, is_gotosocial: bool
) -> None:
    assert read_paste(pasted, is_gotosocial=is_gotosocial) == Paste(Secret(CODE))


@given(decorated(BASE64_CODE, INVISIBLE))
def test_the_code_of_other_software_is_found_in_any_decoration(pasted: str) -> None:
    assert read_paste(pasted) == Paste(Secret(BASE64_CODE))


@given(
    decorated(PAGE, LINE_BREAKS | INVISIBLE, start=len("https://"))
    | decorated(PAGE.replace("&", "&amp;"), INVISIBLE)
    | decorated(quote(PAGE, safe=""), INVISIBLE),
    st.booleans(),
)
def test_the_page_is_understood_in_any_decoration(pasted: str, is_gotosocial: bool) -> None:
    paste = read_paste(pasted, is_gotosocial=is_gotosocial)
    assert paste.code == Secret(CODE)
    assert paste.state in {"the-state", ""}
    assert paste.origin in {"https://example.org", ""}


@given(PIECES, st.booleans())
def test_anything_pasted_is_read_or_refused_and_never_unsafe(
    pasted: str, is_gotosocial: bool
) -> None:
    try:
        paste = read_paste(pasted, is_gotosocial=is_gotosocial)
    except SignInError as refusal:
        assert not any(unicodedata.category(one) in UNSAFE for one in str(refusal))
        return
    code = paste.code.reveal()
    assert code.isascii()
    assert code.replace("-", "").replace("_", "").isalnum()
    shown = f"{paste.state}{paste.origin}"
    assert not any(unicodedata.category(one) in UNSAFE for one in shown)


@given(PIECES | PASSWORDS, st.booleans())
def test_a_refusal_repeats_nothing_but_the_servers_words(pasted: str, is_gotosocial: bool) -> None:
    try:
        read_paste(pasted, is_gotosocial=is_gotosocial)
    except Declined:
        return
    except SignInError as refusal:
        shown = f"{refusal} {refusal!r} {refusal.args} {refusal.__context__!r}"
        assert not any(pasted[at : at + 8] in shown for at in range(len(pasted) - 7))


@given(st.from_regex(r"[A-Z][a-z]{2,8}([-_ ]?[A-Za-z][a-z]{2,8}){0,8}[-_ ]?[0-9]*", fullmatch=True))
def test_a_passphrase_is_never_taken_for_a_code(passphrase: str) -> None:
    with pytest.raises(SignInError):
        read_paste(passphrase)


@pytest.mark.parametrize("is_gotosocial", [True, False])
@pytest.mark.parametrize(
    "piece",
    [
        "A", "a", "A ", "a\n", "A\n", "Aa1-", "a@", "@", "a.", "https://", "urn:", "?", "?code",
        "code=", "&code=A", "%3Fcode%3D", "&#38;", "&amp;", "/oauth/authorize?", "[", "\ud800",
        "\x00", " ", "\n", "│", "é", "abc", "https://a?code=A\n", "A" * 47 + " ", "a" * 16 + "\n",
        "https://[", "//",
    ],
)  # fmt: skip
def test_nothing_takes_long(piece: str, is_gotosocial: bool) -> None:
    for size in (50_000, 1_000_000):
        began = time.process_time()
        with suppress(SignInError):
            read_paste((piece * size)[:size], is_gotosocial=is_gotosocial)
        assert time.process_time() - began < 1
