"""Hypothesis strategies that spoil what was good: bytes, texts and documents, in every way.

And how often a property is tried.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import tomli_w
from hypothesis import settings
from hypothesis import strategies as st

from tests.helpers.subprocesses import LONG_TESTS

TRICKS = (
    *("\0", "\x07", "\x1b[31m", "\x85", "\xad", "\u200b", "\u200d", "\u2028", "\u202e", "\u2066"),
    *("\ud800", "\udfff", "\ue000", "\ufeff", "\ufffe", "\U000e0001", "\u0301" * 50, "İ" * 50),
    *("[@click=app.quit]", "{host}", "%s", "<script>", "<a ", "&#27;", "&#x202e;", "&#99999999;"),
    *("x" * 5000, "https://[", "//", "@", "\n", "\r\n", "\r\n\r\n", " ", "\t"),
)
"""Characters and words that fool a reader, a terminal, or a program."""

_PIECES = (
    *(one.encode("utf-8", "surrogatepass") for one in TRICKS),
    *(b"\\ud800", b"\\u0000", b"\\", b'"', b"[" * 3000, b'{"a":' * 3000, b"9" * 5000, b"1e999"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\x80", b"\x80", b"NaN", b"-", b"null", b",", b"}", b"]"),
    *(b"HTTP/1.1 200 OK\r\n", b"Content-Length: 5\r\n", b"Location: urn:x\r\n", b"0\r\n\r\n"),
)

_DEEPEST_SLOT = 8

Slot = tuple[Any, Any]


def tries(examples: int) -> settings:
    """Return the settings of a property that is tried with some examples; many in the long form."""
    return settings(max_examples=25 * examples if LONG_TESTS else examples, deadline=None)


@cache
def odd_texts() -> st.SearchStrategy[str]:
    """Return texts of any kind, those that fool more often than by chance."""
    pieces = st.sampled_from(TRICKS) | st.text(max_size=8)
    return st.lists(pieces, min_size=1, max_size=4).map("".join)


@cache
def odd_values() -> st.SearchStrategy[Any]:
    """Return values of any type that JSON has, or that Python's reader takes for JSON."""
    plain = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from([10**15, -(10**15), 10**400, 253_402_300_799, 1e300, "1" * 5000])
        | odd_texts()
    )
    deep = st.integers(1, 300).map(_nested)
    return st.recursive(
        plain | deep,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts(), inner, max_size=3),
        max_leaves=5,
    )


def as_toml(document: Any) -> str:
    """Return a document as TOML; empty where TOML has no way to say it."""
    try:
        return tomli_w.dumps(document)
    except (TypeError, AttributeError, RecursionError):
        return ""


@st.composite
def mutated_document(draw: st.DrawFn, document: Any) -> Any:
    """A document with some values of another type, missing, doubled, or in each other's place."""
    whole = [deepcopy(document)]
    for _ in range(draw(st.integers(1, 5))):
        slots = _slots(whole)
        table, key = draw(st.sampled_from(slots))
        match draw(
            st.sampled_from(["text", "text", "text", "other", "gone", "swapped", "wrapped"])
        ):
            case "gone" if table is not whole:
                del table[key]
            case "swapped":
                from_table, from_key = draw(st.sampled_from(slots))
                table[key] = deepcopy(from_table[from_key])
            case "wrapped":
                table[key] = [table[key], table[key]]
            case "other":
                table[key] = draw(odd_values())
            case _:
                table[key] = draw(odd_texts())
    return whole[0]


@st.composite
def mutated_bytes(draw: st.DrawFn, body: bytes) -> bytes:
    """Bytes with some bits turned, and parts cut out, put in, doubled, or overwritten."""
    for _ in range(draw(st.integers(1, 3))):
        at, end = draw(_spans(len(body)))
        match draw(st.sampled_from(["bit", "bit", "insert", "insert", "cut", "end", "double"])):
            case "bit" if at < len(body):
                turned = bytes([body[at] ^ 1 << draw(st.integers(0, 7))])
                body = body[:at] + turned + body[at + 1 :]
            case "insert":
                piece = draw(st.sampled_from(_PIECES) | st.binary(max_size=8))
                body = body[:at] + piece + body[draw(st.sampled_from([at, end])) :]
            case "cut":
                body = body[:at] + body[end:]
            case "end":
                body = body[:at]
            case _:
                body = body[:end] + body[at:]
    return body


@st.composite
def mutated_text(draw: st.DrawFn, text: str) -> str:
    """A text with parts cut out, put in, or doubled."""
    for _ in range(draw(st.integers(1, 3))):
        at, end = draw(_spans(len(text)))
        piece = draw(st.sampled_from(["", text[at:end]]) | odd_texts())
        text = text[:at] + piece + text[draw(st.sampled_from([at, end])) :]
    return text


@cache
def _spans(length: int) -> st.SearchStrategy[tuple[int, int]]:
    at = st.integers(0, length)
    return st.tuples(at, at).map(lambda span: (min(span), max(span)))


def _nested(depth: int) -> Any:
    value: Any = 0
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def _slots(whole: list[Any]) -> list[Slot]:
    """Return the places in a document, each as its table and its key."""
    slots: list[Slot] = []
    pending: list[tuple[Any, int]] = [(whole, 0)]
    while pending:
        table, level = pending.pop()
        slots += [(table, key) for key in (table if isinstance(table, dict) else range(len(table)))]
        inner = table.values() if isinstance(table, dict) else table
        # What is nested deeply is one value, lest it be nested in itself until nobody can write it.
        if level < _DEEPEST_SLOT:
            pending += [(one, level + 1) for one in inner if isinstance(one, dict | list)]
    return slots
