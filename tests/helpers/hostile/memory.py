"""Measures by how much one request lets the memory of a process grow (Linux only).

Run as `python -c "from tests.helpers.hostile.memory import main; main()" HOST REQUESTS SHARING`.
`HOST` is the host of a working server; `REQUESTS` is a JSON object of names, each with a step, a
host and a deadline in seconds. `SHARING` of them are sent by one process, and what it has grown by
since the first began is at least what each took, which may be memory that another has freed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image

from gts_wizard.api import endpoints, session
from gts_wizard.api.http import HttpClient
from gts_wizard.errors import WizardError
from gts_wizard.models import Server
from gts_wizard.secret import Secret
from gts_wizard.services.container import open_services
from gts_wizard.storage.store import Store
from gts_wizard.tui.images import UnreadablePicture, png_of
from gts_wizard.tui.widgets.profile import Avatar
from tests.benchmarks.memory import most_memory
from tests.helpers.sample_accounts import make_account
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gts_wizard.services.container import Services

LOOK_UP, PROFILE, NOTIFICATIONS, TOKENS, CHECK, PICTURE = (
    *("look up", "profile", "notifications", "tokens", "check", "picture"),
)
"""The steps. A check is of many accounts, and keeps each failure until all are known."""
SUCCESS = "success"
UNREADABLE = "unreadable"
"""The outcomes besides the names of errors."""
_CHECKED_ACCOUNTS = 40
_CALLS = {
    PROFILE: endpoints.verify_credentials,
    NOTIFICATIONS: endpoints.fetch_notifications,
    TOKENS: endpoints.list_authorized_apps,
}


async def take_step(
    step: str, host: str, seconds: float, begin: Callable[[], None] = lambda: None
) -> str:
    """Take a step, with a call once all is ready for it, and return its outcome."""
    session._build = lambda log: HttpClient(seconds, log)
    with TemporaryDirectory() as folder:
        credentials_path = Path(folder) / "credentials.toml"
        if step == CHECK:
            _save_accounts(credentials_path, host)
        services = open_services(credentials_path)
        await services.http.get()
        begin()
        try:
            outcome = await _take(services, step, host)
        except WizardError as failure:
            outcome = type(failure).__name__
        await services.aclose()
    return outcome


async def _take(services: Services, step: str, host: str) -> str:
    if step == LOOK_UP:
        await services.sign_in.look_up(host)
    elif step == CHECK:
        accounts = (await services.accounts.load_credentials()).accounts
        async with aclosing(services.checker.check(accounts)) as checks:
            failures = [checked.error async for checked in checks]
        return ",".join(sorted({type(failure).__name__ for failure in failures}))
    elif step == PICTURE:
        http = await services.http.get()
        file = await endpoints.fetch_picture(http, f"http://{host}/me.png")
        try:
            png_of(file, *Avatar.IMAGE_PIXELS)
        except UnreadablePicture:
            return UNREADABLE
    else:
        http = await services.http.get()
        await _CALLS[step](http, f"http://{host}", Secret(TOKEN))
    return SUCCESS


def _save_accounts(credentials_path: Path, host: str) -> None:
    server = Server(f"http://{host}", host)
    names = (f"user{number}" for number in range(_CHECKED_ACCOUNTS))
    accounts = tuple(make_account(name, server=server) for name in names)
    Store(credentials_path).update(lambda empty: empty._replace(accounts=accounts))


def _reset_peak() -> float:
    """Make the present memory the peak (proc(5), `clear_refs`), and return it in MiB."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return most_memory()


def main() -> None:
    """Send all requests, and print a line for each: its name, its outcome, and the growth."""
    working, requests, sharing = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    # What is loaded for the first request, or the first file, belongs to no case.
    with TemporaryDirectory() as folder:
        _save_accounts(Path(folder) / "credentials.toml", working)
    asyncio.run(take_step(LOOK_UP, working, 15))
    Image.preinit()
    # The collector of a child would write to all that is loaded here, and so copy it.
    gc.collect()
    gc.freeze()
    names = list(requests)
    for start in range(0, len(names), sharing):
        sys.stdout.flush()
        child = os.fork()
        if not child:
            _measure({name: requests[name] for name in names[start : start + sharing]})
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(f"the process failed that began with {names[start]}")


def _measure(requests: Mapping[str, tuple[str, str, float]]) -> None:
    peaks: list[float] = []

    def begin() -> None:
        if not peaks:
            peaks.append(_reset_peak())

    for name, request in requests.items():
        outcome = asyncio.run(take_step(*request, begin))
        sys.stdout.write(f"{name}\t{outcome} {most_memory() - peaks[0]:.1f}\n")
        sys.stdout.flush()
