"""What the journeys along every way in share: a paste handed in as the code step does it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gts_wizard.rules.paste import read_paste
from tests.helpers.clocks import ManualClock
from tests.helpers.harness import ServicesHarness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gts_wizard.models import Attempt


async def redeem_paste(harness: ServicesHarness, attempt: Attempt, pasted: str) -> Attempt:
    """Read a paste for an attempt's server, and redeem the code in it.

    Raises:
        SignInError: it holds no code, or not one that the server takes.
    """
    paste = read_paste(pasted, is_gotosocial=attempt.server.software == "gotosocial")
    return await harness.sign_in.redeem(attempt, paste)


@asynccontextmanager
async def open_harness(path: Path) -> AsyncIterator[ServicesHarness]:
    """Run a wizard over a file, beside others."""
    wizard = ServicesHarness(path, ManualClock())
    try:
        yield wizard
    finally:
        await wizard.sign_in.aclose()
        await wizard.connection.aclose()
