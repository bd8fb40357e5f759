"""How long the credentials file takes: `python -m tests.benchmarks.credentials`.

It prints two Markdown tables: loading, looking up and saving at growing numbers of accounts, the
last beside a bare write, fsync and replace of the same bytes; and reading hostile files.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileNotUnderstood
from gts_wizard.models import Account
from gts_wizard.shelf import Shelf
from tests.benchmarks.hostile import HOSTILE
from tests.benchmarks.memory import most_memory
from tests.helpers.sample_accounts import make_account

NUMBERS = (1, 10, 100, 1_000, 10_000)


def main() -> None:
    """Print both tables; with the name of a hostile file and its path, measure that alone."""
    if len(sys.argv) > 1:
        measure_hostile(sys.argv[1], Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        say("| Accounts | KiB | Load (ms) | Look up (ms) | Save (ms) | Bare write (ms) |")
        say("|-:|-:|-:|-:|-:|-:|")
        for number in NUMBERS:
            say(row(Path(folder, f"{number}.toml"), number))
        say("\n| Hostile file | KiB | Read or refused (s) | Memory at most (MiB) | Outcome |")
        say("|-|-:|-:|-:|-|")
        for name in HOSTILE:
            command = [sys.executable, "-m", "tests.benchmarks.credentials", name, folder]
            subprocess.run(command, check=True)


def row(path: Path, number: int) -> str:
    """Return the line of one number of accounts."""
    store = Store(path)
    store.change(lambda _: Shelf(tuple(make_account(f"user{one}") for one in range(number))))
    accounts = iter([make_account("user0", token=f"token-{one}") for one in range(1_000)])
    shelf, body = store.load(), path.read_bytes()
    last = shelf.accounts[-1].handle
    times = (
        milliseconds(store.load),
        milliseconds(lambda: shelf.account(last)),
        milliseconds(lambda: save(store, next(accounts))),
        milliseconds(lambda: bare(path.with_suffix(".bare"), body)),
    )
    cells = " | ".join(f"{one:.3f}" if one < 1 else f"{one:.1f}" for one in times)
    return f"| {number:,} | {len(body) / 1024:.1f} | {cells} |"


def save(store: Store, account: Account) -> None:
    """Change one account of the file."""
    store.change(lambda shelf: shelf.with_account(account))


def bare(path: Path, body: bytes) -> None:
    """Write, fsync and replace, without any care."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def milliseconds(action: Callable[[], object]) -> float:
    """Return the median time an action takes: of 5 times, or of as many as fit in a second."""
    times: list[float] = []
    while len(times) < 5 or (sum(times) < 1 and len(times) < 100):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1_000


def measure_hostile(name: str, folder: Path) -> None:
    """Print the line of one hostile file, read in this process."""
    path = folder / "hostile.toml"
    child = os.fork()  # making it must not count as memory of reading it
    if not child:
        path.write_text(HOSTILE[name](), "utf-8")
        os._exit(0)
    os.waitpid(child, 0)
    outcome, begun = "read", time.perf_counter()
    try:
        Store(path).load()
    except FileNotUnderstood as failure:
        outcome = failure.reason
    seconds = time.perf_counter() - begun
    size = path.stat().st_size / 1024
    say(f"| {name} | {size:.0f} | {seconds:.2f} | {most_memory():.0f} | {outcome} |")


def say(line: str) -> None:
    """Print a line at once: processes take turns here."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
