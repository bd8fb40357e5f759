"""Makes strangers' text safe to show: what a server sent, or what somebody pasted.

Everything a server words goes through here before a model holds it. Pure functions; nothing is
imported from the house.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

# Cf holds the bidirectional overrides and zero-width characters, Cs lone surrogates, Co and Cn
# what no font can show. U+200C and U+200D stay out too: emoji fall apart, but nobody is fooled.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# A heap of accents reaches over the lines around it; no language puts more on one letter.
_MARKS, _MOST_MARKS = frozenset({"Mn", "Me"}), 4
# What breaks a line, and what takes room without anything to see: names of nothing else are empty.
_BLANK = re.compile("[\t\r\v\f\u2028\u2029\u115f\u1160\u2800\u3164\uffa0]")
_BREAKING_TAGS = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3"}
)
# Every alternative takes all it looks at, so that the time grows with the length and no faster.
# `html.parser` takes its square on `<a <a <a`, and raises AssertionError on `<![x`.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style)\b.*?(?:</\1\b[^>]*>?|\Z)"
    r"|</?([a-z][a-z0-9]*)[^>]*>?"
    r"|<[!?/][^>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_ABSURD_REFERENCE = re.compile(r"&#[0-9]{9,};?")


def sanitize_line(text: object, limit: int = 200) -> str:
    """Return `text` as one safe line.

    Args:
        text: a stranger's value; anything that is no string becomes an empty line.
        limit: the most characters kept; a cut is shown by an ellipsis.
    """
    return _truncate(" ".join(_safe_characters(text).split()), limit)


def sanitize_text(text: object, limit: int = 2000) -> str:
    """Return `text` as safe lines, with at most one empty line between two.

    Args:
        text: a stranger's value; anything that is no string becomes empty.
        limit: the most characters kept; a cut is shown by an ellipsis.
    """
    lines = [" ".join(line.split()) for line in _safe_characters(text).split("\n")]
    return _truncate(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit)


def html_to_text(markup: object, limit: int = 2000) -> str:
    """Return the readable text of a server's HTML, such as a bio, safe to show.

    Args:
        markup: a stranger's HTML; anything that is no string becomes empty.
        limit: the most characters kept.
    """
    if not isinstance(markup, str):
        return ""
    # A bio of a mebibyte is nobody's bio.
    text = _MARKUP.sub(_break_or_nothing, markup[: limit * 20])
    # `unescape` raises ValueError on a number of thousands of digits.
    return sanitize_text(unescape(_ABSURD_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", text)), limit)


def _break_or_nothing(markup: re.Match[str]) -> str:
    return "\n" if (markup[2] or "").lower() in _BREAKING_TAGS else ""


def _safe_characters(text: object) -> str:
    if not isinstance(text, str):
        return ""
    spaced = _BLANK.sub(" ", text.replace("\r\n", "\n"))
    return "".join(_sanitize(spaced))


def _sanitize(text: str) -> Iterator[str]:
    """Yield the characters that are safe to show, each with a few marks above and below it."""
    room = 0
    for character in text:
        category = unicodedata.category(character)
        if category in _MARKS:
            if room > 0:
                room -= 1
                yield character
        elif character == "\n" or category not in _UNSAFE_CATEGORIES:
            room = 0 if character.isspace() else _MOST_MARKS
            yield character


def _truncate(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
