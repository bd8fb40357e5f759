"""Text from servers, made safe to show."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.sanitize import html_to_text, sanitize_line, sanitize_text

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn"}
ANY_TEXT = st.text(st.characters() | st.sampled_from("\u202e\u200b\ud800\x1b\n\t <>&;#!/abp"))
MARKUP = st.lists(
    ANY_TEXT
    | st.sampled_from(
        [
            "<p>",
            "</p>",
            "<![x",
            "<!--",
            "-->",
            "<script>",
            "</script",
            "<style",
            "&#",
            "&lt;",
            "<a ",
        ]
    ),
    max_size=12,
).map("".join)


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


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<P CLASS='x'>One</P><BR/>Two", "One\n\nTwo"),
        ("Fish &amp; chips &lt;3 &#8364;&#x20AC;&nbsp;!", "Fish & chips <3 €€ !"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("&#27;[31m&#x202e;x", "[31mx"),
        ("a<script>alert('<p>x</p>')</script>b", "ab"),
        ("a<SCRIPT src=x>alert(1)</Script >b", "ab"),
        ("a<style>p { color: red }</style>b", "ab"),
        ("a<script>never closed", "a"),
        ("a<!-- hidden <p> -->b<!-- never closed", "ab"),
        ("a<b>bold</b><i>unclosed", "aboldunclosed"),
        ("cut in a tag <a href='https://exam", "cut in a tag"),
        ("1 < 2 and I <3 you", "1 < 2 and I <3 you"),
        ("a<![CDATA[b]]>c<!DOCTYPE html>d<?php e ?>f", "acdf"),
        ("<![x", ""),
        ("&#" + "9" * 5000 + ";x", "\N{REPLACEMENT CHARACTER}x"),
        ("&unknown; &", "&unknown; &"),
        ('<a href="https://example.org">link</a>', "link"),
        (None, ""),
        ({"a": 1}, ""),
    ],
)
def test_markup_becomes_its_text(markup: object, expected: str) -> None:
    assert html_to_text(markup) == expected


@pytest.mark.parametrize("piece", ["<a ", "<a x='", "<!--", "<![x", "</", "<?", "&#", "<script"])
def test_hostile_markup_takes_little_time(piece: str) -> None:
    # This takes milliseconds of CPU time, and minutes where markup is read again and again.
    began = time.process_time()
    html_to_text(piece * 300_000)
    assert time.process_time() - began < 2


@pytest.mark.fuzz
@settings(deadline=None)
@given(ANY_TEXT)
def test_any_line_is_safe_short_and_idempotent(text: str) -> None:
    line = sanitize_line(text, 20)
    assert not any(unicodedata.category(character) in UNSAFE for character in line)
    assert len(line) <= 20
    assert sanitize_line(line, 20) == line


@pytest.mark.fuzz
@settings(deadline=None)
@given(MARKUP)
def test_text_of_any_markup_is_safe_and_short(markup: str) -> None:
    text = html_to_text(markup, 50)
    assert UNSAFE.isdisjoint(map(unicodedata.category, text.replace("\n", "")))
    assert "\n\n\n" not in text
    assert len(text) <= 50
