"""What a token of another program may do: never guessed, and kept where somebody says it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.endpoints import MAX_TOKENS
from gts_wizard.errors import UnknownScope
from tests.helpers.harness import VERIFY
from tests.helpers.other_programs import token_of_other_program
from tests.helpers.practice_overrides import canned

if TYPE_CHECKING:
    from gts_wizard.models import Scopes
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness

LIST_TOKENS = "GET /api/v1/tokens"


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        ([], ("read", "write")),
        (["write read", "read write"], ("read", "write")),
        (["write", "profile"], ("read", "write")),
        (["read"], ()),
        (["read:accounts write"], ()),
    ],
    ids=["alone", "all agree", "others can't list", "one differs", "one has less"],
)
@pytest.mark.parametrize("practice", ["0.19", "0.20"], indirect=True)
async def test_scopes_are_known_where_the_list_leaves_no_doubt(
    practice: PracticeServer, harness: ServicesHarness, listed: list[str], known: Scopes
) -> None:
    token_of_other_program(practice, "read:accounts", "bob")
    for scopes in listed:
        token_of_other_program(practice, scopes)
    result = await harness.signed_in_with(
        practice.address, token_of_other_program(practice, "read write")
    )
    assert result.account.token.scopes == known


@pytest.mark.parametrize(
    "entries",
    [
        [{"scope": "read"}] * MAX_TOKENS,
        [{"scope": "read"}, {"application": {"name": "\x1b[2J"}}],
        [{"scope": "read"}, {"scope": "\u202e\x00"}],
        [{"scope": ["read"]}],
        ["read"],
        {"scope": "read"},
        [],
    ],
    ids=["full page", "no scope", "no words", "list of words", "text", "no list", "empty"],
)
async def test_list_that_can_not_be_relied_on_tells_no_scopes(
    practice: PracticeServer, harness: ServicesHarness, entries: object
) -> None:
    practice.overrides = {LIST_TOKENS: canned(200, json.dumps(entries).encode())}
    token = token_of_other_program(practice)
    account = (await harness.signed_in_with(practice.address, token)).account
    assert account.token.scopes == ()
    assert harness.credentials.accounts == (account,)


@pytest.mark.parametrize(
    ("practice", "scopes"),
    [("0.17", "read"), ("mastodon", "read"), ("0.20", "profile"), ("0.19", "write profile")],
    indirect=["practice"],
)
async def test_scopes_are_not_known_without_the_list(
    practice: PracticeServer, harness: ServicesHarness, scopes: str
) -> None:
    token = token_of_other_program(practice, scopes)
    account = (await harness.signed_in_with(practice.address, token)).account
    assert account.token.scopes == ()
    assert LIST_TOKENS in practice.requests


async def test_scopes_that_were_given_are_kept(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    token = token_of_other_program(practice, "read write")
    for scopes in [("read",), ("read", "write:media")]:
        result = await harness.signed_in_with(practice.address, token, *scopes)
        assert result.account.token.scopes == scopes
    assert (await harness.signed_in_with(practice.address, token)).account.token.scopes == scopes
    assert LIST_TOKENS not in practice.requests


@pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)
async def test_word_that_is_no_scope_is_refused_with_no_token_sent(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    token = token_of_other_program(practice)
    with pytest.raises(UnknownScope, match="reed"):
        await harness.signed_in_with(practice.address, token, "reed", "write")
    assert VERIFY not in practice.requests
    assert not harness.credentials.accounts
