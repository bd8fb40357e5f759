"""The request log: a line for each request, with nothing secret in it."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api import endpoints
from gts_wizard.api.http import HttpClient
from gts_wizard.errors import CodeRefused, ConnectionRefused, ServerError, Timeout
from gts_wizard.secret import MASK, Secret
from tests.helpers.raw_responses import (
    http_response,
    json_bytes,
    never_respond,
    respond,
    respond_by_path,
)
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.helpers.raw_server import RawRequest

_MILLISECONDS = re.compile(r" \d+ ms\b")


class _Lines(list[str]):
    """The lines, with what differs from run to run left out."""

    def append(self, line: str) -> None:
        """Add a line, without its milliseconds."""
        assert _MILLISECONDS.search(line)
        super().append(_MILLISECONDS.sub("", line))


@pytest.fixture
def lines() -> _Lines:
    """The lines of the log."""
    return _Lines()


@pytest.fixture
async def http(lines: _Lines) -> AsyncIterator[HttpClient]:
    """A client that logs its requests."""
    async with aclosing(HttpClient(60, lines.append)) as client:
        yield client


async def test_each_request_is_a_line_without_its_query(http: HttpClient, lines: _Lines) -> None:
    moved = http_response(302, Location="/b?d=e#f")
    async with RawServer(respond_by_path({"/a": moved}, respond(200))) as server:
        await http.get(f"{server.origin}/a?b=c", redirects=3)
        await http.post(f"{server.origin}/c", {"d": Secret("e")})
    assert lines == [
        f"GET {server.origin}/a 302",
        f"GET {server.origin}/b 200",
        f"POST {server.origin}/c 200",
    ]


async def test_error_word_of_the_server_is_quoted(http: HttpClient, lines: _Lines) -> None:
    refusal = json_bytes({"error": "invalid\x1b[2J_grant\u202e", "error_description": "No."})
    async with RawServer(respond(400, refusal)) as server:
        await http.get(server.url)
    assert lines == [f"GET {server.url} 400 “invalid[2J_grant”"]


async def test_failed_request_shows_the_name_of_its_error(lines: _Lines) -> None:
    async with (
        RawServer(never_respond) as server,
        aclosing(HttpClient(0.1, lines.append)) as impatient,
    ):
        with pytest.raises(Timeout):
            await impatient.get(server.url)
    async with aclosing(HttpClient(60, lines.append)) as http:
        with pytest.raises(ConnectionRefused):
            await http.get(server.url)
    assert lines == [f"GET {server.url} Timeout", f"GET {server.url} ConnectionRefused"]


async def test_cancelled_request_is_a_line_too(http: HttpClient, lines: _Lines) -> None:
    async with RawServer(never_respond) as server:
        request = asyncio.create_task(http.get(server.url))
        await server.asked.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    assert lines == [f"GET {server.url} CancelledError"]


async def test_no_secret_that_was_sent_is_ever_in_a_line(http: HttpClient, lines: _Lines) -> None:
    async def repeat(request: RawRequest) -> None:
        secrets = f"{CODE} {CLIENT_SECRET} {TOKEN} a+b%2F"
        await request.send(http_response(400, json_bytes({"error": secrets})))

    async with RawServer(repeat) as server:
        client, everything = make_client(server.origin), f"/{CODE}/{CLIENT_SECRET}/{TOKEN}.png"
        with pytest.raises(CodeRefused):
            await endpoints.exchange_code(http, client, Secret(CODE), Secret("a b/"))
        with pytest.raises(ServerError):
            await endpoints.verify_credentials(http, server.origin, Secret(TOKEN))
        with pytest.raises(ServerError):
            await endpoints.fetch_picture(http, server.origin + everything)
    masked = f"“{MASK} {MASK} {MASK} {MASK}”"
    assert lines == [
        # The token is not known yet: the server has invented it.
        f"POST {server.origin}/oauth/token 400 “{MASK} {MASK} {TOKEN} {MASK}”",
        f"GET {server.origin}/api/v1/accounts/verify_credentials 400 {masked}",
        f"GET {server.origin}/{MASK}/{MASK}/{MASK}.png 400 {masked}",
    ]
