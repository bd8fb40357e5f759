"""Makes untrusted text safe to show: strips control and bidirectional characters.

All text from a server is sanitized before it is put into a model, and so is pasted text before it
is shown. Pure functions.
"""

import re
import unicodedata
from collections.abc import Iterator

# Cf has the bidirectional overrides and zero-width characters, Cs the lone surrogates, Co and Cn
# characters that no font has. U+200C and U+200D are removed too: some emoji fall apart,
# but no name can differ from another by invisible characters alone.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Many accents on one letter overlap the lines around it; no language puts more than four on one.
_MARK_CATEGORIES = frozenset({"Mn", "Me"})
_MAX_MARKS = 4
# Line breaks, and characters that look blank: a name of nothing else counts as empty.
_BLANK = re.compile("[\t\r\v\f\u2028\u2029\u115f\u1160\u2800\u3164\uffa0]")


def sanitize_line(text: object, limit: int = 200) -> str:
    """Return `text` as one safe line.

    Args:
        text: an untrusted value; one that is not a string becomes an empty line.
        limit: the maximum number of characters; a longer text is cut, and ends with an ellipsis.
    """
    return _truncate(" ".join(_safe_characters(text).split()), limit)


def sanitize_text(text: object, limit: int = 2000) -> str:
    """Return `text` as safe lines, with at most one empty line in a row.

    Args:
        text: an untrusted value; one that is not a string becomes empty.
        limit: the maximum number of characters; a longer text is cut, and ends with an ellipsis.
    """
    lines = [" ".join(line.split()) for line in _safe_characters(text).split("\n")]
    return _truncate(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit)


def _safe_characters(text: object) -> str:
    if not isinstance(text, str):
        return ""
    spaced = _BLANK.sub(" ", text.replace("\r\n", "\n"))
    # Most texts are plain, and need not be read character by character.
    if spaced.isascii() and spaced.replace("\n", "").isprintable():
        return spaced
    return "".join(_filter_characters(spaced))


def _filter_characters(text: str) -> Iterator[str]:
    """Yield the characters that are safe to show, with at most `_MAX_MARKS` marks on each."""
    marks_left = 0
    for character in text:
        category = unicodedata.category(character)
        if category in _MARK_CATEGORIES:
            if marks_left > 0:
                marks_left -= 1
                yield character
        elif character == "\n" or category not in _UNSAFE_CATEGORIES:
            marks_left = 0 if character.isspace() else _MAX_MARKS
            yield character


def _truncate(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
