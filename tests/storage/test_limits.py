"""Limits on what tomli is given: no text of up to 8 MiB takes more than 200 MiB to refuse.

The long form, with every file as large as it may be:
`GTS_WIZARD_LONG_TESTS=1 pytest tests/storage/test_limits.py`. Time is measured by
`python -m tests.benchmarks.credentials`, and never asserted.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.storage.files import MAX_FILE_BYTES
from gts_wizard.storage.limits import TooComplex, check_complexity
from tests.benchmarks.hostile import BEYOND_BOUNDS, WITHIN_BOUNDS
from tests.helpers.subprocesses import LONG_TESTS, start_python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHARE = 1 if LONG_TESTS else 4
# What takes the most of all is always tried whole.
_MOST_MEMORY = "headers within bounds"

# It forks for each path it is given, so that the memory of one file is not that of another.
_READ = """
import os, sys
from pathlib import Path
from gts_wizard.storage.store import Store
from gts_wizard.errors import InvalidFile
from tests.benchmarks.memory import most_memory
for line in sys.stdin:
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    try:
        Store(Path(line.rstrip())).load()
    except InvalidFile as failure:
        print(most_memory(), failure.reason, flush=True)
    else:
        print(most_memory(), "it was read", flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """A process that reads each file it is given in a fork of its own."""
    with start_python(_READ) as process:
        yield process
        process.communicate()


def read(reader: subprocess.Popen[str], path: Path) -> tuple[float, str]:
    """Read a file, and return the most memory that took, in MiB, and why it was refused."""
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{path}\n")
    reader.stdin.flush()
    memory, _, reason = reader.stdout.readline().rstrip().partition(" ")
    return float(memory), reason


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    assert path.stat().st_size <= MAX_FILE_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("name", BEYOND_BOUNDS)
def test_hostile_file_is_refused_unparsed_in_little_memory(
    reader: subprocess.Popen[str], path: Path, name: str
) -> None:
    write(path, BEYOND_BOUNDS[name](_SHARE))
    memory, reason = read(reader, path)
    assert memory < 200 / _SHARE
    assert reason.startswith(("it has far more", "it has a key", "it has zeros"))


@pytest.mark.slow
@pytest.mark.parametrize("name", WITHIN_BOUNDS)
def test_largest_file_is_parsed_in_little_memory(
    reader: subprocess.Popen[str], path: Path, name: str
) -> None:
    share = 1 if name == _MOST_MEMORY else _SHARE
    write(path, WITHIN_BOUNDS[name](share))
    memory, reason = read(reader, path)
    assert memory < 200 / share
    assert "“schema_version” is missing" in reason


def test_file_over_8_mebibytes_is_refused_unread(reader: subprocess.Popen[str], path: Path) -> None:
    assert MAX_FILE_BYTES == 8 * 1024 * 1024
    with path.open("wb") as file:
        file.truncate(100 * 1024**3)  # sparse: it takes no room
    path.chmod(0o600)
    memory, reason = read(reader, path)
    assert memory < 50
    assert reason == "it is far too large"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = '" + "x." * 100_000 + "'", id="dots in a literal string"),
        pytest.param('a = "' + "[{" * 100_000 + '"', id="brackets in a string"),
        pytest.param('a = """' + 'x."" "\\" ' * 10_000 + '"""""', id="quotes in a long string"),
        pytest.param("a = '''" + "x.'' ' \n" * 10_000 + "'''''", id="quotes in a long literal"),
        pytest.param("# " + "a." * 100_000, id="dots in a comment"),
        pytest.param("a = [" + "1.5, " * 50_000 + "]", id="many numbers"),
        pytest.param("a = " + "[" * 16 + "]" * 16, id="16 levels"),
        pytest.param("a.b.c.d.e.f.g.h = 1", id="8 parts"),
        pytest.param("\n" * 500_000, id="many lines"),
        pytest.param("", id="nothing"),
    ],
)
def test_harmless_text_is_within_bounds(text: str) -> None:
    check_complexity(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = " + "[" * 5000, "nested too deeply"),
        ("x = " + "[" * 17 + "]" * 17, "nested too deeply"),
        ("x = " + "{a=" * 17 + "1" + "}" * 17, "nested too deeply"),
        (".".join("a" * 100_000) + " = 1", "a key with far too many parts"),
        ("[" + ' . "b"' * 100_000 + "]", "a key with far too many parts"),
        ("a.b.c.d.e.f.g.h.i = 1", "a key with far too many parts"),
        ("k" * 100_000 + " = 1", "a key or a number that is far too long"),
        ("x = " + "9" * 5000, "a key or a number that is far too long"),
    ],
    ids=["open", "arrays", "tables", "dotted key", "header", "9 parts", "long key", "long number"],
)
def test_text_beyond_a_bound_is_refused(text: str, reason: str) -> None:
    with pytest.raises(TooComplex, match=reason):
        check_complexity(f"a = 1\n{text}\nb = 1\n")


@pytest.mark.parametrize(
    "hidden",
    [
        "a = '''\n\"''', {} = 1 # \"",
        'a = """\n\'""", {} = 1 # \'',
        "a = '\"', {} = 1 # '\"'",
        'a = "\\"", {} = 1 # "',
        "a = \"\"\"x\"\"\"\"\", {} = 1 # \"\"\"",
    ],
    ids=["long literal", "long string", "literal", "escaped quote", "five quotes"],
)  # fmt: skip
def test_quotes_do_not_hide_a_key_of_many_parts(hidden: str) -> None:
    with pytest.raises(TooComplex, match="many parts"):
        check_complexity(hidden.format(".".join("a" * 100)))
