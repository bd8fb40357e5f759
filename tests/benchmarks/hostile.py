"""Files of up to 8 MiB that were made to keep a TOML parser busy, or to fill the memory."""

from collections.abc import Callable
from functools import partial

_SIZE = 8 * 1024 * 1024 - 16


def _filled(unit: str, share: int = 1) -> str:
    return unit * (_SIZE // share // len(unit))


def _numbered(unit: str, number: int) -> str:
    return "".join(unit.replace("#", str(one)) for one in range(number))


def _parts(number: int) -> str:
    return ".".join(f"k{one}" for one in range(number))


BEYOND_BOUNDS: dict[str, Callable[[int], str]] = {
    "newlines": lambda share: _filled("\n", share),
    "comments": lambda share: _filled("#\n", share),
    "zeros": lambda share: _filled("\0", share),
    "short keys": lambda share: _numbered("k#=1\n", 820_000 // share),
    "tables": lambda share: _numbered("[t#]\n", 700_000 // share),
    "arrays of tables": lambda share: _filled("[[a]]\n[a.b]\n", share),
    "an array of numbers": lambda share: f"a=[{_filled('1,', share)}]",
    "an array of tables": lambda share: f"a=[{_filled('{},', share)}]",
    "an inline table": lambda share: f"a={{{_numbered('k#=1,', 700_000 // share)}z=1}}",
    "deep arrays": lambda share: "a=" + _filled("[", share),
    "deep tables": lambda share: "a=" + _filled("{a=", share),
    "a dotted key": lambda share: _filled("a.", share) + "a=1",
    "a dotted key with blanks": lambda share: _filled('"" . ', share) + "a=1",
    "a dotted header": lambda share: f"[{_filled('a.', share)}a]",
    "a hexadecimal number": lambda share: "a=0x" + _filled("f", share),
    "a long fraction": lambda share: "a=0." + _filled("1", share),
    "a long number": lambda share: "a=" + _filled("1", share),
    "a number with underscores": lambda share: "a=" + _filled("1_", share) + "1",
    "a long key": lambda share: _filled("a", share) + "=1",
    "a text never closed": lambda share: 'a="' + _filled('\\"', share),
    "many texts never closed": lambda share: _filled('"\n', share),
    "escapes": lambda share: f'a="{_filled(chr(92) + "n", share)}"',
}
"""What each is called, and what makes it, or a share of it; even a fourth is refused unparsed."""

WITHIN_BOUNDS: dict[str, Callable[[int], str]] = {
    "a long text": lambda share: f'a="{_filled("x", share)}"',
    "a long text of wide letters": lambda share: f'a="{_filled("x", share)[4:]}\U0001f600"',
    "blanks": lambda share: "a=" + _filled(" ", share) + "1",
    "keys within bounds": lambda share: (
        f"[{_parts(8)}]\n{_numbered('k#=1' + chr(10), 199_000 // share)}"
    ),
    "tables within bounds": lambda share: _numbered("[t#]\n", 99_000 // share),
    "headers within bounds": lambda share: _numbered(
        "[" + ".".join(f"k#{letter}" for letter in "abcdefgh") + "]\n", 12_000 // share
    ),
    "keys of many parts within bounds": lambda share: _numbered(
        ".".join(f"k#{letter}" for letter in "abcdefgh") + "=1\n", 14_000 // share
    ),
    "everything within bounds": lambda share: (
        _numbered("[t#]\na=1\nb='\U0001f600'\n", 49_000 // share)
        + _numbered("k#=1\n", 100_000 // share)
        + "#\n" * (300_000 // share)
    ),
}
"""The same for those that are parsed."""

HOSTILE: dict[str, Callable[[], str]] = {
    name: partial(make, 1) for name, make in {**BEYOND_BOUNDS, **WITHIN_BOUNDS}.items()
}
"""All of them. None is a credentials file, so each is refused."""
