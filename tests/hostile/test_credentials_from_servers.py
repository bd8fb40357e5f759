"""What a server hands out is looked at before it is kept, or put in a header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.errors import Nonsense
from tests.helpers.hostile.case import Stage
from tests.helpers.hostile.steps import PAGES, BreakableServer, StepRunner
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import TOKEN, UNUSABLE_VALUES

if TYPE_CHECKING:
    from pathlib import Path

# In full, so that a slip of the check would send each of them.
ODD = [
    *UNUSABLE_VALUES,
    f"{TOKEN}\r\nX-Evil: 1",
    f"{TOKEN}\n",
    f"{TOKEN}\x00",
    f"{TOKEN}\x7f",
    f"{TOKEN}\x9b",
    f"{TOKEN}\xa0",
    f"{TOKEN}\u2028",
    f"{TOKEN}\u202e",
    f"{TOKEN}\ud800",
    f"{TOKEN}é",
    TOKEN + "x" * 5000,
    [TOKEN],
    {"value": TOKEN},
    5,
    1.5,
    False,
]
IN = pytest.mark.parametrize(
    ("stage", "key"),
    [
        (Stage.REGISTER, "client_id"),
        (Stage.REGISTER, "client_secret"),
        (Stage.EXCHANGE, "access_token"),
    ],
)


@IN
async def test_what_can_not_go_into_a_header_is_nonsense_and_not_kept(
    stage: Stage, key: str, credentials_path: Path
) -> None:
    page = PAGES[stage.value]
    assert isinstance(page, dict)
    instance = BreakableServer()
    async with RawServer(instance) as server, StepRunner(credentials_path, server.host) as journey:
        await journey.run_to(stage)
        before = credentials_path.read_bytes()
        for odd in [*ODD, "missing"]:
            document = {name: value for name, value in page.items() if name != key}
            if odd != "missing":
                document[key] = odd
            instance.break_at(stage, respond(200, json_bytes(document)))
            with pytest.raises(Nonsense) as caught:
                await journey.take(stage)
            assert caught.value.details == f"no usable {key}"
            assert credentials_path.read_bytes() == before, odd
        assert not journey.services.sign_in.has_unsaved
        instance.repair()
        await journey.take(stage)
    assert b"X-Evil" not in server.received


@pytest.mark.parametrize("kind", ["MAC", "DPoP", "", None, 5])
async def test_a_token_of_another_type_is_nonsense(kind: object, credentials_path: Path) -> None:
    instance = BreakableServer()
    async with RawServer(instance) as server, StepRunner(credentials_path, server.host) as journey:
        await journey.run_to(Stage.EXCHANGE)
        instance.break_at(
            Stage.EXCHANGE, respond(200, json_bytes({"access_token": TOKEN, "token_type": kind}))
        )
        with pytest.raises(Nonsense, match="makes no sense"):
            await journey.take(Stage.EXCHANGE)
        said = {"access_token": TOKEN, "token_type": "bEARER"}
        instance.break_at(Stage.EXCHANGE, respond(200, json_bytes(said)))
        await journey.take(Stage.EXCHANGE)


@pytest.mark.parametrize("token", ["x", "x" * 4096, "~!#$%&'()*+,-./:;<=>?@[]^_`{|}\"\\"])
async def test_what_can_go_into_a_header_is_kept_and_sent_as_it_is(
    token: str, credentials_path: Path
) -> None:
    instance = BreakableServer()
    async with RawServer(instance) as server, StepRunner(credentials_path, server.host) as journey:
        await journey.run_to(Stage.EXCHANGE)
        instance.break_at(Stage.EXCHANGE, respond(200, json_bytes({"access_token": token})))
        await journey.take(Stage.EXCHANGE)
        await journey.take(Stage.VERIFY)
        (kept,) = Store(credentials_path).load().accounts
        assert journey.services.accounts.token(kept).reveal() == token
        assert f"Bearer {token}\r\n".encode() in server.received
