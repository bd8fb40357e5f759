"""How long the list of accounts takes: `python -m tests.benchmarks.account_list`.

It prints a Markdown table: processor time, with more and more accounts, for starting until the list
is there, loading the file once, coming back to the window, and keys in the list and in its filter.
Runs alternate, so that a busy machine slows all alike.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from textual import events

from gts_wizard.credentials import Credentials
from gts_wizard.models import Server
from gts_wizard.services.container import open_services
from gts_wizard.storage.store import Store
from gts_wizard.tui.app import WizardApp
from tests.helpers.driver import WizardDriver
from tests.helpers.event_loop import new_event_loop
from tests.helpers.sample_accounts import make_account

ACCOUNT_COUNTS = (10, 1_000, 10_000)
RUNS = 5
LIST_KEYS = ("down", "down", "pagedown", "end", "up", "home")
FILTER_KEYS = ("s", "e", "r", "v", "e", "r", "9")


def main() -> None:
    """Print the table."""
    say("| Accounts | List (ms) | Load (ms) | Come back (ms) | List key (ms) | Filter key (ms) |")
    say("| -: | -: | -: | -: | -: | -: |")
    with tempfile.TemporaryDirectory() as folder:
        paths = {count: save_accounts(Path(folder), count) for count in ACCOUNT_COUNTS}
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            # The first run also imports what the others have.
            runner.run(measure(paths[ACCOUNT_COUNTS[0]]))
            rounds = [
                {count: runner.run(measure(path)) for count, path in paths.items()}
                for _ in range(RUNS)
            ]
    for count in ACCOUNT_COUNTS:
        columns = zip(*(times[count] for times in rounds), strict=True)
        cells = (f"{statistics.median(column) * 1_000:.0f}" for column in columns)
        say(f"| {count:,} | {' | '.join(cells)} |")


def save_accounts(folder: Path, count: int) -> Path:
    """Save a number of accounts, each on a server of its own, and return the file."""
    path = folder / f"{count}.toml"
    domains = [f"server{number:05}.example" for number in range(count)]
    accounts = tuple(
        make_account(server=Server(f"https://{domain}", domain, domain, "gotosocial", "0.20.0"))
        for domain in domains
    )
    Store(path).update(lambda _: Credentials(accounts, default=accounts[0].handle))
    return path


async def measure(path: Path) -> tuple[float, ...]:
    """Return the processor seconds for each column, those of a key as the median of several."""
    begun = time.process_time()
    app = WizardApp(open_services(path))
    async with app.run_test(size=(80, 24)) as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        start = time.process_time() - begun
        begun = time.process_time()
        Store(path).load()
        load = time.process_time() - begun
        app.post_message(events.AppBlur())
        await driver.wait_until_idle()
        begun = time.process_time()
        app.post_message(events.AppFocus())
        await driver.wait_until_idle()
        focus = time.process_time() - begun
        list_key = await seconds_per_key(driver, LIST_KEYS)
        await driver.press("slash")
        return start, load, focus, list_key, await seconds_per_key(driver, FILTER_KEYS)


async def seconds_per_key(driver: WizardDriver, keys: tuple[str, ...]) -> float:
    """Press keys one by one, and return the median of what each took."""
    times = []
    for key in keys:
        begun = time.process_time()
        await driver.press(key)
        times.append(time.process_time() - begun)
    return statistics.median(times)


def say(line: str) -> None:
    """Print a line at once, for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
