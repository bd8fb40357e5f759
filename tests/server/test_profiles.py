"""Accounts a server may describe: what is odd is made safe, what has no name is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import Nonsense
from gts_wizard.models import Profile
from gts_wizard.secret import Secret
from gts_wizard.server import api
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import TOKEN, UNUSABLE_VALUES, account_document

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport


async def profile(transport: Transport, **changes: object) -> Profile:
    """Verify where an account with these fields is answered."""
    async with RawServer(respond(200, json_bytes(account_document(**changes)))) as server:
        return await api.verify(transport, server.origin, Secret(TOKEN))


_UNNAMEABLE = ["alice@elsewhere.example", "a/b", "x;touch${IFS}PWNED", "$(id)", "`id`", "a'b", "~"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, value) for key in ("id", "username") for value in (*UNUSABLE_VALUES, "x" * 101)),
        *(("username", value) for value in _UNNAMEABLE),
    ],
)
async def test_an_account_that_can_not_be_named_is_refused(
    transport: Transport, key: str, value: object
) -> None:
    with pytest.raises(Nonsense) as caught:
        await profile(transport, **{key: value})
    assert key in caught.value.details


@pytest.mark.parametrize("name", ["alice", "Alice_2", "a.b-c", "0"])
async def test_a_user_name_as_servers_give_them_is_kept(transport: Transport, name: str) -> None:
    assert (await profile(transport, username=name)).username == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alice", "Alice"),
        ("", "alice"),
        ("\u200b\u202e \n", "alice"),
        (None, "alice"),
        (5, "alice"),
        ("[bold]A[/] [@click=app.quit]x", "[bold]A[/] [@click=app.quit]x"),
        ("a\nb\x1b[2J\x07c\ud800", "a b[2Jc"),
        ("x" * 1000, "x" * 99 + "…"),
    ],
)
async def test_a_display_name_is_made_safe(transport: Transport, name: object, shown: str) -> None:
    assert (await profile(transport, display_name=name)).display_name == shown


@pytest.mark.parametrize(
    ("note", "bio"),
    [
        ("<p>One</p><p>Two &amp; <b>three</b></p>", "One\n\nTwo & three"),
        ("<script>evil()</script>fine", "fine"),
        ("<p>\u202ea\x1b[31m&#27;[0m</p>", "a[31m[0m"),
        (None, ""),
        (["<p>"], ""),
        ("<a " * 100_000, ""),
    ],
)
async def test_a_bio_is_text(transport: Transport, note: object, bio: str) -> None:
    assert (await profile(transport, note=note)).bio == bio


async def test_a_long_bio_is_cut(transport: Transport) -> None:
    assert len((await profile(transport, note="word " * 100_000)).bio) <= 1000


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 0),
        (12, 12),
        (-1, 0),
        (10**12, 0),
        (1.5, 0),
        (float("inf"), 0),
        ("12", 0),
        (True, 0),
        (None, 0),
        ([], 0),
    ],
)
async def test_a_count_is_a_count(transport: Transport, value: object, count: int) -> None:
    told = await profile(
        transport, statuses_count=value, following_count=value, followers_count=value
    )
    counts = (told.posts, told.following, told.followers)
    assert counts == (count,) * 3
    assert {type(one) for one in counts} == {int}


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ({"name": "admin"}, "admin"),
        ({"name": "ad\u202emin\n"}, "admin"),
        ({"name": 5}, ""),
        ({}, ""),
        (None, ""),
        ("admin", ""),
        ({"name": "x" * 100}, "x" * 39 + "…"),
    ],
)
async def test_a_role_is_made_safe(transport: Transport, role: object, shown: str) -> None:
    assert (await profile(transport, role=role)).role == shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/@alice", "https://example.org/@alice"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://example.org/@alice", ""),
        ("https://example.org@evil.example/", ""),
        ("https://example.org/\u202e", ""),
        ("https://example.org/a b", ""),
        ("example.org/@alice", ""),
        ("", ""),
        (None, ""),
        (["https://example.org"], ""),
    ],
)
async def test_a_profiles_address_is_one_that_can_be_opened(
    transport: Transport, url: object, kept: str
) -> None:
    assert (await profile(transport, url=url)).url == kept
