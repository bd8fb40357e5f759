"""How long the credentials file takes: `python -m tests.benchmarks.credentials`.

It prints two Markdown tables: loading, looking up and saving with more and more accounts, beside a
bare write, fsync and replace of the same bytes; and reading hostile files.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gts_wizard.credentials import Credentials
from gts_wizard.errors import InvalidFile
from gts_wizard.models import Account
from gts_wizard.storage.store import Store
from tests.benchmarks.hostile import HOSTILE
from tests.benchmarks.memory import most_memory
from tests.helpers.sample_accounts import make_account

ACCOUNT_COUNTS = (1, 10, 100, 1_000, 10_000)


def main() -> None:
    """Print both tables; with the name of a hostile file and a folder, measure that file alone."""
    if len(sys.argv) > 1:
        measure_hostile(sys.argv[1], Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        print_now("| Accounts | KiB | Load (ms) | Look up (ms) | Save (ms) | Bare write (ms) |")
        print_now("|-:|-:|-:|-:|-:|-:|")
        for count in ACCOUNT_COUNTS:
            print_now(measure(Path(folder, f"{count}.toml"), count))
        print_now("\n| Hostile file | KiB | Read or refused (s) | Memory at most (MiB) | Outcome |")
        print_now("|-|-:|-:|-:|-|")
        for name in HOSTILE:
            command = [sys.executable, "-m", "tests.benchmarks.credentials", name, folder]
            subprocess.run(command, check=True)


def measure(path: Path, count: int) -> str:
    """Return the table's line for a number of accounts."""
    store = Store(path)
    store.update(
        lambda _: Credentials(tuple(make_account(f"user{number}") for number in range(count)))
    )
    accounts = iter([make_account("user0", token=f"token-{number}") for number in range(1_000)])
    credentials, body = store.load(), path.read_bytes()
    last = credentials.accounts[-1].handle
    times = (
        milliseconds(store.load),
        milliseconds(lambda: credentials.account(last)),
        milliseconds(lambda: save(store, next(accounts))),
        milliseconds(lambda: write_bare(path.with_suffix(".bare"), body)),
    )
    cells = " | ".join(f"{taken:.3f}" if taken < 1 else f"{taken:.1f}" for taken in times)
    return f"| {count:,} | {len(body) / 1024:.1f} | {cells} |"


def save(store: Store, account: Account) -> None:
    """Change one account of the file."""
    store.update(lambda credentials: credentials.with_account(account))


def write_bare(path: Path, body: bytes) -> None:
    """Write, fsync and replace, with no checks."""
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def milliseconds(action: Callable[[], object]) -> float:
    """Return the median time of an action: of 5 runs, or of up to 100 within a second."""
    times: list[float] = []
    while len(times) < 5 or (sum(times) < 1 and len(times) < 100):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1_000


def measure_hostile(name: str, folder: Path) -> None:
    """Read one hostile file in this process, and print the table's line for it."""
    path = folder / "hostile.toml"
    child = os.fork()  # so that the memory for making the file is not measured
    if not child:
        path.write_text(HOSTILE[name](), "utf-8")
        os._exit(0)
    os.waitpid(child, 0)
    outcome, begun = "read", time.perf_counter()
    try:
        Store(path).load()
    except InvalidFile as failure:
        outcome = failure.reason
    seconds = time.perf_counter() - begun
    size = path.stat().st_size / 1024
    print_now(f"| {name} | {size:.0f} | {seconds:.2f} | {most_memory():.0f} | {outcome} |")


def print_now(line: str) -> None:
    """Print a line at once, before another process prints the next."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
