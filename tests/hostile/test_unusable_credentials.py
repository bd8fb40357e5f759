"""Secrets that a server issues are validated before they are saved, or put into a header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.parsing import parse_access_token, parse_token
from gts_wizard.errors import InvalidResponse, TokenMayExist
from gts_wizard.secret import Secret
from gts_wizard.storage.store import Store
from tests.helpers.hostile.case import Stage
from tests.helpers.hostile.steps import PAGES, BreakableServer, StepRunner
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import TOKEN, UNUSABLE_VALUES, make_response

if TYPE_CHECKING:
    from pathlib import Path

# Whole tokens, which would be sent if a check let them through.
UNUSABLE_TOKENS = [
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


def test_credential_unfit_for_header_is_nonsense() -> None:
    for value in UNUSABLE_TOKENS:
        with pytest.raises(InvalidResponse) as caught:
            parse_token({"client_id": value}, "client_id", "example.org")
        assert caught.value.details == "no usable client_id", value


@pytest.mark.parametrize(
    ("stage", "key"),
    [
        (Stage.REGISTER, "client_id"),
        (Stage.REGISTER, "client_secret"),
        (Stage.EXCHANGE, "access_token"),
    ],
)
async def test_unusable_credential_is_not_saved(
    stage: Stage, key: str, credentials_path: Path
) -> None:
    page = PAGES[stage.value]
    assert isinstance(page, dict)
    expected = TokenMayExist if stage is Stage.EXCHANGE else InvalidResponse
    without_key = {name: value for name, value in page.items() if name != key}
    breakable = BreakableServer()
    async with RawServer(breakable) as server, StepRunner(credentials_path, server.host) as steps:
        await steps.run_to(stage)
        before = credentials_path.read_bytes()
        for value in (f"{TOKEN}\r\nX-Evil: 1", f"{TOKEN}é", f"{TOKEN}\ud800", [TOKEN]):
            breakable.break_at(stage, respond(200, json_bytes({**without_key, key: value})))
            with pytest.raises(expected, match="makes no sense") as caught:
                await steps.take(stage)
            assert caught.value.details.endswith(f"no usable {key}")
            assert credentials_path.read_bytes() == before, value
        breakable.break_at(stage, respond(200, json_bytes(without_key)))
        with pytest.raises(expected):
            await steps.take(stage)
        assert credentials_path.read_bytes() == before
        assert not steps.services.sign_in.code_exchange.has_unsaved_tokens
        breakable.repair()
        await steps.take(stage)
    assert b"X-Evil" not in server.received


@pytest.mark.parametrize("token_type", ["MAC", "DPoP", "", None, 5])
def test_token_of_other_type_is_nonsense(token_type: object) -> None:
    with pytest.raises(InvalidResponse) as caught:
        parse_access_token(make_response({"access_token": TOKEN, "token_type": token_type}))
    assert caught.value.details == "no bearer token"


def test_token_type_may_have_any_case() -> None:
    token = parse_access_token(make_response({"access_token": TOKEN, "token_type": "bEARER"}))
    assert token.value == Secret(TOKEN)


@pytest.mark.parametrize("token", ["x", "x" * 4096, "~!#$%&'()*+,-./:;<=>?@[]^_`{|}\"\\"])
async def test_usable_token_is_saved_and_sent_unchanged(token: str, credentials_path: Path) -> None:
    breakable = BreakableServer()
    async with RawServer(breakable) as server, StepRunner(credentials_path, server.host) as steps:
        await steps.run_to(Stage.EXCHANGE)
        breakable.break_at(Stage.EXCHANGE, respond(200, json_bytes({"access_token": token})))
        await steps.take(Stage.EXCHANGE)
        await steps.take(Stage.VERIFY)
        (account,) = Store(credentials_path).load().accounts
        assert steps.services.accounts.token(account).reveal() == token
        assert f"Bearer {token}\r\n".encode() in server.received
