"""Sentences are whole strings with named fields, so that they can be translated."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gts_wizard

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(gts_wizard.__file__).parent
# The practice server imitates the words and pages of other programs.
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if "practice" not in path.relative_to(PACKAGE).parts
)
_WORD = re.compile(r"[^\W\d_]{2}")
_ENDS_IN_A_LETTER = re.compile(r"[^\W\d_]\Z")
_BEGINS_WITH_A_LETTER = re.compile(r"[^\W\d_]")
_CONTINUES_A_SENTENCE = re.compile(r"\s*[,;]\s*\w| [a-z]")
_IS_CONTINUED = re.compile(r"\w, \Z| [a-z]+ \Z")


def _text(node: ast.AST) -> str:
    """Return the constant text of a string, its fields left out."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "\0".join(_text(part) for part in node.values)
    return ""


def _has_words(node: ast.AST) -> bool:
    return bool(_WORD.search(_text(node)))


def _is_piece(node: ast.AST) -> bool:
    return _has_words(node) and " " in _text(node)


def _field_words(field: ast.AST) -> Iterator[ast.AST]:
    """Yield the words that an expression puts into a sentence, not those it hands to functions."""
    if isinstance(field, (ast.Call, ast.Subscript)):
        return
    if _has_words(field):
        yield field
    for child in ast.iter_child_nodes(field):
        yield from _field_words(child)


def _faults_in_fields(sentence: ast.JoinedStr) -> Iterator[str]:
    for before, part, after in zip(
        [None, *sentence.values], sentence.values, [*sentence.values[1:], None], strict=False
    ):
        if not isinstance(part, ast.FormattedValue):
            continue
        if any(_field_words(part.value)):
            yield "words in a field"
        if before is not None and _ENDS_IN_A_LETTER.search(_text(before)):
            yield "a word continued by a field"
        if after is not None and _BEGINS_WITH_A_LETTER.match(_text(after)):
            yield "a field continued by letters"
        if isinstance(after, ast.FormattedValue):
            yield "a field right after another"


def _faults(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the kind of each sentence that is made of pieces."""
    in_sentences = {
        part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            if _is_piece(node.left) or _is_piece(node.right):
                yield node.lineno, "words put together with +"
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            if _is_piece(node.value):
                yield node.lineno, "words added with +="
        elif isinstance(node, ast.JoinedStr):
            if _is_piece(node):
                for fault in _faults_in_fields(node):
                    yield node.lineno, fault
            if _CONTINUES_A_SENTENCE.match(_text(node)):
                yield node.lineno, "a piece of a sentence"
        elif (
            isinstance(node, ast.Constant)
            and node not in in_sentences
            and (_CONTINUES_A_SENTENCE.match(_text(node)) or _IS_CONTINUED.search(_text(node)))
        ):
            yield node.lineno, "a piece of a sentence"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_sentence_is_glued_from_pieces(path: Path) -> None:
    """Each module of the program has whole sentences."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(_faults(tree)) == []


@pytest.mark.parametrize(
    "source",
    [
        "message = 'Signed out of ' + handle",
        "message += ' It may be down.'",
        "f'{count} {noun}s found.'",
        "f'un{word} at {host}.'",
        'f\'The {"old" if old else "new"} link of {host}.\'',
        "f'{owner or \"The server\"} refused it.'",
        "f'Found {title}{address}.'",
        "part = ', where you are known'",
        "f', where you are {name}'",
        "lead = 'It works for another '",
    ],
)
def test_a_sentence_from_pieces_is_found(source: str) -> None:
    """Each way of gluing is told."""
    assert list(_faults(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "f'{message} {hint}'",
        "f'{handle} is signed in at {host}.'",
        "f'Run: gts-wizard renew {shlex.quote(handle)}'",
        "f'Allowed: {describe(scopes, \"read\")}.'",
        "', '.join(names)",
    ],
)
def test_whole_sentences_are_let_through(source: str) -> None:
    """Fields, and whole sentences side by side, are no fault."""
    assert not list(_faults(ast.parse(source)))
