"""Text from servers, made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.sanitize import sanitize_line, sanitize_text
from tests.helpers.fuzz import tries

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn"}
ANY_TEXT = st.text(st.characters() | st.sampled_from("\u202e\u200b\ud800\x1b\n\t <>&;#!/abp"))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("plain", "plain"),
        ("  two \t spaces\n and a line ", "two spaces and a line"),
        ("a\u2028b\u2029c", "a b c"),
        ("\x1b[31mred\x07\x9b", "[31mred"),
        ("evil\u202egnp.exe\u2066", "evilgnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("private\ue000", "private"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("Zoë 🦥 例え", "Zoë 🦥 例え"),
        ("\u3164\u115f\u1160\uffa0\u2800", ""),
        ("e\u0301 \u05e9\u05b8\u05c1\u05bc", "e\u0301 \u05e9\u05b8\u05c1\u05bc"),
        ("Z" + "\u0335" * 99 + "a", "Z" + "\u0335" * 4 + "a"),
        ("\u034f\u0300 a \u0300", "a"),
        (None, ""),
        (42, ""),
        (["text"], ""),
    ],
)
def test_line_keeps_letters_and_loses_control_characters(given_text: object, expected: str) -> None:
    assert sanitize_line(given_text) == expected


@pytest.mark.parametrize(
    ("length", "expected"), [(10, "x" * 10), (11, "x" * 9 + "…"), (5000, "x" * 9 + "…")]
)
def test_shortened_text_ends_with_an_ellipsis(length: int, expected: str) -> None:
    assert sanitize_line("x" * length, limit=10) == expected
    assert sanitize_text("x" * length, limit=10) == expected


def test_ellipsis_follows_without_a_space() -> None:
    assert sanitize_line("one two three", limit=5) == "one…"


def test_paragraphs_have_at_most_one_empty_line_between() -> None:
    assert sanitize_text("\n\n a  b \r\n\n\n\nc\rd\n") == "a b\n\nc d"


@pytest.mark.fuzz
@tries(40)
@given(ANY_TEXT)
def test_any_line_is_safe_short_and_idempotent(text: str) -> None:
    line = sanitize_line(text, 20)
    assert not any(unicodedata.category(character) in UNSAFE for character in line)
    assert len(line) <= 20
    assert sanitize_line(line, 20) == line
