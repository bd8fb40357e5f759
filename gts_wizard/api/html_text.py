"""Turns the HTML of a server, such as a bio, into plain text that is safe to show."""

import re
from html import unescape

from gts_wizard.sanitize import sanitize_text

_BREAKING_TAGS = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3"}
)
# Every alternative consumes all that it scans, so that the time is linear in the length.
# `html.parser` is quadratic on `<a <a <a`, and raises AssertionError on `<![x`.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style)\b.*?(?:</\1\b[^>]*>?|\Z)"
    r"|</?([a-z][a-z0-9]*)[^>]*>?"
    r"|<[!?/][^>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_HUGE_REFERENCE = re.compile(r"&#[0-9]{9,};?")


def html_to_text(markup: object, limit: int = 2000) -> str:
    """Return the readable text of a server's HTML, such as a bio, safe to show.

    Args:
        markup: untrusted HTML; a value that is not a string becomes empty.
        limit: the maximum number of characters of the result.
    """
    if not isinstance(markup, str):
        return ""
    # Parsing a mebibyte for two thousand characters of text would take time for nothing.
    text = _MARKUP.sub(_replace_markup, markup[: limit * 20])
    # `unescape` raises ValueError on a reference with thousands of digits (int's limit).
    return sanitize_text(unescape(_HUGE_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", text)), limit)


def _replace_markup(markup: re.Match[str]) -> str:
    return "\n" if (markup[2] or "").lower() in _BREAKING_TAGS else ""
