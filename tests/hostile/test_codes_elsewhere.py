"""A code that belongs to another server, or to another attempt, goes to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import CodeOfAnotherAttempt, CodeOfAnotherServer
from gts_wizard.rules.paste import Paste, read_paste
from gts_wizard.secret import Secret
from tests.helpers.hostile.case import Stage
from tests.helpers.hostile.steps import LONG_CODE, PAGES, StepRunner, secrets_in
from tests.helpers.raw_responses import respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import CLIENT_SECRET, CODE

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_code_from_anothers_page_is_given_to_neither(credentials_path: Path) -> None:
    async with (
        RawServer(respond_by_path(PAGES), name="localhost") as thief,
        RawServer(respond_by_path(PAGES)) as server,
        StepRunner(credentials_path, server.host) as journey,
    ):
        await journey.run_to(Stage.EXCHANGE)
        paste = read_paste(f"{thief.origin}/oauth/oob?code={LONG_CODE}", is_gotosocial=True)
        with pytest.raises(CodeOfAnotherServer):
            await journey.services.sign_in.redeem(journey.attempt, paste)
        assert thief.received_requests == []
        assert Stage.EXCHANGE.value not in server.paths


@pytest.mark.parametrize("is_named", [True, False])
async def test_a_code_goes_only_to_the_server_of_the_attempt_that_its_page_names(
    is_named: bool, credentials_path: Path
) -> None:
    async with (
        RawServer(respond_by_path(PAGES)) as server,
        RawServer(respond_by_path(PAGES), name="localhost") as other,
        StepRunner(credentials_path, server.host) as journey,
        StepRunner(credentials_path, other.host) as earlier,
    ):
        await earlier.run_to(Stage.EXCHANGE)
        await journey.run_to(Stage.EXCHANGE)
        state = earlier.attempt.state if is_named else "of-somebody-else"
        redeeming = journey.services.sign_in.redeem(
            journey.attempt, Paste(Secret(LONG_CODE), state)
        )
        if is_named:
            assert (await redeeming).server.origin == other.origin
        else:
            with pytest.raises(CodeOfAnotherAttempt):
                await redeeming
        assert secrets_in(other) == ({CODE, CLIENT_SECRET} if is_named else set())
        assert secrets_in(server) == set()
