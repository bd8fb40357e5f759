"""No text takes reading far: each hostile one is read or refused within little memory.

Time is measured by `python -m tests.benchmarks.credentials`, and never asserted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.bounds import TooMuch, check_bounds
from tests.benchmarks.hostile import HOSTILE
from tests.helpers.subprocesses import run_python

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 8 * 1024 * 1024

READ = """
import sys
from pathlib import Path
from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileNotUnderstood
from tests.benchmarks.memory import most_memory
try:
    Store(Path(sys.argv[1])).load()
except FileNotUnderstood as failure:
    print(failure.reason)
print(most_memory())
"""


def read(path: Path) -> str:
    """Read a file in a process of its own, check its memory, and return why it is refused."""
    *reason, peak = run_python(READ, path)
    assert float(peak) < 200
    return "".join(reason)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_within_200_mebibytes(path: Path, name: str) -> None:
    body = HOSTILE[name]().encode()
    assert len(body) <= LARGEST
    path.write_bytes(body)
    path.chmod(0o600)
    assert read(path) != ""
    assert path.read_bytes() == body


def test_over_8_mebibytes_is_refused_unread(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 * 1024**3)  # sparse: it takes no room
    path.chmod(0o600)
    assert read(path) == "it is far too large"


@pytest.mark.parametrize(
    "text",
    [
        "a = '" + "x." * 100_000 + "'",
        'a = "' + "[{" * 100_000 + '"',
        'a = """' + 'x."" "\\" ' * 10_000 + '"""""',
        "a = '''" + "x.'' ' \n" * 10_000 + "'''''",
        "# " + "a." * 100_000,
        "a = [" + "1.5, " * 50_000 + "]",
        "a = " + "[" * 16 + "]" * 16,
        "a.b.c.d.e.f.g.h = 1",
        "\n" * 500_000,
        "",
    ],
)
def test_what_only_looks_hostile_passes(text: str) -> None:
    check_bounds(text)


@pytest.mark.parametrize(
    "hidden",
    [
        "a = '''\n\"''', {} = 1 # \"",
        'a = """\n\'""", {} = 1 # \'',
        "a = '\"', {} = 1 # '\"'",
        'a = "\\"", {} = 1 # "',
        "a = \"\"\"x\"\"\"\"\", {} = 1 # \"\"\"",
    ],
)  # fmt: skip
def test_quotes_do_not_hide_a_key_of_many_parts(hidden: str) -> None:
    with pytest.raises(TooMuch, match="many parts"):
        check_bounds(hidden.format(".".join("a" * 100)))
