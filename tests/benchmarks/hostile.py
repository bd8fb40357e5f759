"""Files of up to 8 MiB that were made to keep a TOML parser busy, or to fill the memory."""

from collections.abc import Callable

_SIZE = 8 * 1024 * 1024 - 16


def _filled(unit: str, size: int = _SIZE) -> str:
    return unit * (size // len(unit))


def _numbered(unit: str, number: int) -> str:
    return "".join(unit.replace("#", str(one)) for one in range(number))


def _parts(number: int) -> str:
    return ".".join(f"k{one}" for one in range(number))


HOSTILE: dict[str, Callable[[], str]] = {
    "newlines": lambda: _filled("\n"),
    "comments": lambda: _filled("#\n"),
    "zeros": lambda: _filled("\0"),
    "short keys": lambda: _numbered("k#=1\n", 800_000),
    "tables": lambda: _numbered("[t#]\n", 700_000),
    "arrays of tables": lambda: _filled("[[a]]\n[a.b]\n"),
    "an array of numbers": lambda: f"a=[{_filled('1,')}]",
    "an array of tables": lambda: f"a=[{_filled('{},')}]",
    "an inline table": lambda: f"a={{{_numbered('k#=1,', 700_000)}z=1}}",
    "deep arrays": lambda: "a=" + _filled("["),
    "deep tables": lambda: "a=" + _filled("{a="),
    "a dotted key": lambda: _filled("a.") + "a=1",
    "a dotted key with blanks": lambda: _filled('"" . ') + "a=1",
    "a dotted header": lambda: f"[{_filled('a.')}a]",
    "a hexadecimal number": lambda: "a=0x" + _filled("f"),
    "a long fraction": lambda: "a=0." + _filled("1"),
    "a long number": lambda: "a=" + _filled("1"),
    "a number with underscores": lambda: "a=" + _filled("1_") + "1",
    "a long key": lambda: _filled("a") + "=1",
    "a long text": lambda: f'a="{_filled("x")}"',
    "a long text of wide letters": lambda: f'a="{_filled("x")[4:]}\U0001f600"',
    "a text never closed": lambda: 'a="' + _filled('\\"'),
    "many texts never closed": lambda: _filled('"\n'),
    "escapes": lambda: f'a="{_filled(chr(92) + "n")}"',
    "blanks": lambda: "a=" + _filled(" ") + "1",
    "keys within bounds": lambda: f"[{_parts(8)}]\n{_numbered('k#=1' + chr(10), 199_000)}",
    "tables within bounds": lambda: _numbered("[t#]\n", 99_000),
    "headers within bounds": lambda: _numbered(
        "[" + ".".join(f"k#{letter}" for letter in "abcdefgh") + "]\n", 12_000
    ),
    "keys of many parts within bounds": lambda: _numbered(
        ".".join(f"k#{letter}" for letter in "abcdefgh") + "=1\n", 14_000
    ),
    "everything within bounds": lambda: (
        _numbered("[t#]\na=1\nb='\U0001f600'\n", 49_000)
        + _numbered("k#=1\n", 100_000)
        + "#\n" * 300_000
    ),
}
"""What each is called, and what makes it. None is a credentials file, so each is refused."""
