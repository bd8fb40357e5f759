"""What a server hands out is looked at before it is kept, or put in a header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.errors import Nonsense
from tests.hostile.journeys import PAGES, Instance, Journey
from tests.hostile.modes import Stage
from tests.server.hostile import Hostile
from tests.server.papers import TOKEN, UNUSABLE
from tests.server.scripts import json_bytes, says

if TYPE_CHECKING:
    from pathlib import Path

# In full, so that a slip of the check would send each of them.
ODD = [
    *UNUSABLE,
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
    stage: Stage, key: str, shelf: Path
) -> None:
    page = PAGES[stage.value]
    assert isinstance(page, dict)
    instance = Instance()
    async with Hostile(instance) as server, Journey(shelf, server.host) as journey:
        await journey.walk_to(stage)
        before = shelf.read_bytes()
        for odd in [*ODD, "missing"]:
            document = {name: value for name, value in page.items() if name != key}
            if odd != "missing":
                document[key] = odd
            instance.turn(stage, says(200, json_bytes(document)))
            with pytest.raises(Nonsense) as caught:
                await journey.take(stage)
            assert caught.value.details == f"no usable {key}"
            assert shelf.read_bytes() == before, odd
        assert not journey.services.sign_in.has_unsaved
        instance.relent()
        await journey.take(stage)
    assert b"X-Evil" not in server.received


@pytest.mark.parametrize("kind", ["MAC", "DPoP", "", None, 5])
async def test_a_token_of_another_type_is_nonsense(kind: object, shelf: Path) -> None:
    instance = Instance()
    async with Hostile(instance) as server, Journey(shelf, server.host) as journey:
        await journey.walk_to(Stage.EXCHANGE)
        instance.turn(
            Stage.EXCHANGE, says(200, json_bytes({"access_token": TOKEN, "token_type": kind}))
        )
        with pytest.raises(Nonsense, match="makes no sense"):
            await journey.take(Stage.EXCHANGE)
        said = {"access_token": TOKEN, "token_type": "bEARER"}
        instance.turn(Stage.EXCHANGE, says(200, json_bytes(said)))
        await journey.take(Stage.EXCHANGE)


@pytest.mark.parametrize("token", ["x", "x" * 4096, "~!#$%&'()*+,-./:;<=>?@[]^_`{|}\"\\"])
async def test_what_can_go_into_a_header_is_kept_and_sent_as_it_is(token: str, shelf: Path) -> None:
    instance = Instance()
    async with Hostile(instance) as server, Journey(shelf, server.host) as journey:
        await journey.walk_to(Stage.EXCHANGE)
        instance.turn(Stage.EXCHANGE, says(200, json_bytes({"access_token": token})))
        await journey.take(Stage.EXCHANGE)
        await journey.take(Stage.VERIFY)
        (kept,) = Store(shelf).load().accounts
        assert journey.services.accounts.token(kept).reveal() == token
        assert f"Bearer {token}\r\n".encode() in server.received
