"""Limits on TOML that keep tomli from using minutes or gigabytes. Pure functions.

tomli is fast on what the wizard writes, but quadratic in the parts of a dotted key, and it takes
a stack frame per level, a kilobyte per table and a gigabyte for a number of eight million digits.
Each limit is far above what ten thousand accounts need. A file of the maximum size within all of
them is parsed in about two seconds and 200 MiB (measured by `test_limits.py`).
"""

import re
from itertools import accumulate

_MAX_SKIPPED_CHARACTERS = 1_000_000
_MAX_ENTRIES = 200_000
_MAX_TABLES = 100_000
_MAX_KEY_PARTS = 8
_MAX_DEPTH = 16
_MAX_WORD_LENGTH = 1_000

# Strings, comments and blanks have no structure. The quantifiers are possessive and the closing
# quotes optional, so that nothing is scanned twice. tomli, too, stops at an unclosed string.
_STRINGS_AND_COMMENTS = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+"
    r"|[ \t\r]++",
    re.DOTALL,
)
_DELIMITERS = re.compile(r"[.=,\[\]{}\n]+")
_LONG_KEY = re.compile(rf"(?:\.[^.=,\[\]{{}}\n]*+){{{_MAX_KEY_PARTS}}}")
_BRACKET = re.compile(r"[\[\]{}]")


class TooComplex(Exception):
    """The text exceeds a limit; the message is a clause that says which."""


def check_complexity(text: str) -> None:
    """Check that tomli can parse a text within reasonable time and memory, in linear time.

    Args:
        text: the text to be parsed; it need not be valid TOML.

    Raises:
        TooComplex: it exceeds a limit.
    """
    if _count(text, "\n\"'\\") > _MAX_SKIPPED_CHARACTERS:
        raise TooComplex("it has far more lines than the wizard writes")
    structure = _STRINGS_AND_COMMENTS.sub("", text)
    if _LONG_KEY.search(structure):
        raise TooComplex("it has a key with far too many parts")
    if _count(structure, "=,") > _MAX_ENTRIES or _count(structure, ".[{") > _MAX_TABLES:
        raise TooComplex("it has far more entries than the wizard writes")
    if max(map(len, _DELIMITERS.split(structure))) > _MAX_WORD_LENGTH:
        raise TooComplex("it has a key or a number that is far too long")
    if _depth(structure) > _MAX_DEPTH:
        raise TooComplex("it is nested too deeply")


def _count(text: str, characters: str) -> int:
    return sum(map(text.count, characters))


def _depth(structure: str) -> int:
    steps = ((bracket in "[{") - (bracket in "]}") for bracket in _BRACKET.findall(structure))
    return max(accumulate(steps), default=0)
