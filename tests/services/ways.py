"""What the journeys along every way in share: a paste handed in as the code step does it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gts_wizard.rules.paste import read_paste
from tests.services.wizard import Clock, Wizard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gts_wizard.models import Attempt


async def hand_in(wizard: Wizard, attempt: Attempt, pasted: str) -> Attempt:
    """Read a paste for an attempt's server, and redeem the code in it.

    Raises:
        SignInError: it holds no code, or not one that the server takes.
    """
    paste = read_paste(pasted, is_gotosocial=attempt.server.software == "gotosocial")
    return await wizard.sign_in.redeem(attempt, paste)


@asynccontextmanager
async def wizard_over(path: Path) -> AsyncIterator[Wizard]:
    """Run a wizard over a file, beside others."""
    wizard = Wizard(path, Clock())
    try:
        yield wizard
    finally:
        await wizard.sign_in.aclose()
        await wizard.connection.aclose()
