"""How much memory one request takes from this process, whatever is answered; Linux tells.

Run as `python -c "from tests.helpers.hostile.memory import main; main()" GOOD QUESTIONS`:
`GOOD` is the
host of a server in good order, and `QUESTIONS` a JSON object of names, each with a step, a host
and a deadline in seconds. Each is asked in a process of its own, so that none finds room that
another has left.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image

from gts_wizard.credentials.store import Store
from gts_wizard.errors import WizardError
from gts_wizard.models import Server
from gts_wizard.secret import Secret
from gts_wizard.server import api, connection
from gts_wizard.server.transport import Transport
from gts_wizard.services.wiring import open_services
from gts_wizard.tui.picture import UnreadablePicture, png_of
from gts_wizard.tui.widgets.portrait import Portrait
from tests.benchmarks.memory import most_memory
from tests.helpers.sample_accounts import make_account
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from gts_wizard.services.wiring import Services

LOOK_UP, PROFILE, NEWS, TOKENS, CHECK = "look up", "profile", "news", "tokens", "check"
PICTURE = "picture"
"""The steps. Checking is for many accounts, of which each failure is kept until all are known."""
ACCOUNTS = 40
_CALLS = {PROFILE: api.verify, NEWS: api.notifications, TOKENS: api.tokens}


async def measure_step(step: str, host: str, seconds: float, *, measured: bool = True) -> str:
    """Ask a server, and return how that ended and by how many MiB this process grew."""
    connection._build = lambda: Transport(deadline=seconds)
    with TemporaryDirectory() as folder:
        shelf = Path(folder) / "credentials.toml"
        _fill(shelf, host)
        services = open_services(shelf)
        await services.connection.transport()
        before = _forget_the_most() if measured else 0
        try:
            ending = await _take(services, step, host)
        except WizardError as failure:
            ending = type(failure).__name__
        growth = most_memory() - before
        await services.aclose()
    return f"{ending} {growth:.1f}"


async def _take(services: Services, step: str, host: str) -> str:
    if step == LOOK_UP:
        await services.sign_in.look_up(host)
    elif step == CHECK:
        accounts = (await services.accounts.shelf()).accounts
        async with aclosing(services.checking.check(accounts)) as coming:
            failures = [one.failure async for one in coming]
        return ",".join(sorted({type(one).__name__ for one in failures}))
    elif step == PICTURE:
        transport = await services.connection.transport()
        file = await api.picture(transport, f"http://{host}/me.png")
        try:
            png_of(file, *Portrait.SHARP_PIXELS)
        except UnreadablePicture:
            return "unreadable"
    else:
        transport = await services.connection.transport()
        await _CALLS[step](transport, f"http://{host}", Secret(TOKEN))
    return "well"


def _fill(credentials_path: Path, host: str) -> None:
    server = Server(f"http://{host}", host)
    accounts = tuple(make_account(f"user{number}", server=server) for number in range(ACCOUNTS))
    Store(credentials_path).change(lambda empty: replace(empty, accounts=accounts))


def _forget_the_most() -> float:
    """Begin to measure here; return what is held now, in MiB (proc(5), `clear_refs`)."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return most_memory()


def main() -> None:
    """Ask all the questions, and print a line for each."""
    good, questions = sys.argv[1], json.loads(sys.argv[2])
    # What is loaded for the first request is not due to the server.
    asyncio.run(measure_step(LOOK_UP, good, 15, measured=False))
    Image.preinit()
    for name, question in questions.items():
        sys.stdout.flush()
        child = os.fork()
        if not child:
            sys.stdout.write(f"{name}\t{asyncio.run(measure_step(*question))}\n")
            sys.stdout.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(f"{name}: it fell down")
