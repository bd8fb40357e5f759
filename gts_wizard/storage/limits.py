"""Refuses texts that tomllib would spend minutes or gigabytes on. Pure functions.

tomllib is fast on what the wizard writes, but takes the square of a dotted key's parts, a stack
frame for every level, a kilobyte for every table and a gigabyte for a number of eight million
digits. Each bound below is far above what ten thousand accounts need, and so low that a file of
the largest size is read in about two seconds and 200 MiB: see `tests/credentials/test_limits.py`.
"""

import re
from itertools import accumulate

_MAX_SKIPPED_CHARACTERS = 1_000_000
_MAX_ENTRIES = 200_000
_MAX_TABLES = 100_000
_MAX_KEY_PARTS = 8
_MAX_DEPTH = 16
_MAX_WORD_LENGTH = 1_000

# What holds no structure: strings, comments and blanks. Possessive, and a missing end is allowed,
# so that nothing is looked at twice. Where a string is not closed, tomllib stops too.
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
    """The text is beyond a bound; the message says which."""


def check_complexity(text: str) -> None:
    """Check that tomllib can bear a text, in time that grows with its length and no faster.

    Args:
        text: what is to be parsed; it need not be TOML.

    Raises:
        TooComplex: it can't.
    """
    if _count(text, "\n\"'\\") > _MAX_SKIPPED_CHARACTERS:
        raise TooComplex("it has far more lines than the wizard writes")
    skeleton = _STRINGS_AND_COMMENTS.sub("", text)
    if _LONG_KEY.search(skeleton):
        raise TooComplex("it holds a key of far too many parts")
    if _count(skeleton, "=,") > _MAX_ENTRIES or _count(skeleton, ".[{") > _MAX_TABLES:
        raise TooComplex("it has far more entries than the wizard writes")
    if max(map(len, _DELIMITERS.split(skeleton))) > _MAX_WORD_LENGTH:
        raise TooComplex("it holds a key or a number that is far too long")
    if _depth(skeleton) > _MAX_DEPTH:
        raise TooComplex("it is nested too deeply")


def _count(text: str, characters: str) -> int:
    return sum(map(text.count, characters))


def _depth(skeleton: str) -> int:
    steps = ((bracket in "[{") - (bracket in "]}") for bracket in _BRACKET.findall(skeleton))
    return max(accumulate(steps), default=0)
