"""The HTML of servers, made plain text that is safe to show."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.api.html_text import html_to_text
from tests.helpers.fuzz import tries

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
@tries(40)
@given(MARKUP)
def test_text_of_any_markup_is_safe_and_short(markup: str) -> None:
    text = html_to_text(markup, 50)
    assert UNSAFE.isdisjoint(map(unicodedata.category, text.replace("\n", "")))
    assert "\n\n\n" not in text
    assert len(text) <= 50
