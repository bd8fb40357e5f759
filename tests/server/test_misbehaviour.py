"""A server that is silent, endless, broken or none: every way ends in its own leaf, in time."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    ConnectionLost,
    Nonsense,
    TooMuchData,
    TooSlow,
    WireError,
)
from tests.helpers.raw_responses import (
    close_at_once,
    drip_body,
    drip_head,
    endless_103,
    endless_body,
    endless_chunks,
    endless_headers,
    http_response,
    never_respond,
    reset_after,
    respond,
    respond_raw,
)
from tests.helpers.raw_server import RawServer, Responder

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

MEBIBYTE = 1024 * 1024
# What the kernel takes in advance on both sides comes on top of what was read.
MOST_ON_THE_WAY = 24 * MEBIBYTE


async def failure(transport: Transport, server: RawServer) -> WireError:
    """Ask, and return how it failed, after a look at its sentences."""
    with pytest.raises(WireError) as caught:
        # Only for the day the transport's own deadline is lost: then this fails, and does not hang.
        async with asyncio.timeout(10):
            (await transport.get(server.url)).document()
    told = caught.value
    assert server.host in told.what_happened
    assert "{" not in str(told)
    assert told.__cause__ is None
    assert told.__context__ is None
    return told


@pytest.mark.parametrize("script", [never_respond, drip_body, drip_head, endless_103])
async def test_an_answer_that_is_not_whole_in_time_is_too_slow(
    hasty: Transport, script: Responder
) -> None:
    async with RawServer(script) as server:
        assert type(await failure(hasty, server)) is TooSlow


@pytest.mark.parametrize(
    "script",
    [
        endless_body(http_response(200, Content_Length=str(200 * MEBIBYTE))),
        endless_body(b"HTTP/1.1 200 OK\r\n\r\n"),
        endless_body(b"HTTP/1.0 500 Sorry\r\n\r\n"),
        endless_chunks,
        endless_headers,
    ],
    ids=["a length", "no length", "an error", "chunks", "headers"],
)
async def test_reading_stops_soon_after_the_cap(transport: Transport, script: Responder) -> None:
    async with RawServer(script) as server:
        assert type(await failure(transport, server)) is TooMuchData
        assert server.sent < MOST_ON_THE_WAY


async def test_a_mebibyte_is_still_read(transport: Transport) -> None:
    async with RawServer(respond(200, b'"' + b"x" * (MEBIBYTE - 2) + b'"')) as server:
        assert len((await transport.get(server.url)).body) == MEBIBYTE


async def test_one_byte_more_is_not(transport: Transport) -> None:
    async with RawServer(respond(200, b"x" * (MEBIBYTE + 1))) as server:
        assert type(await failure(transport, server)) is TooMuchData


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
async def test_what_is_compressed_unasked_is_not_unpacked(
    transport: Transport, encoding: str
) -> None:
    bomb = gzip.compress(b" " * 20 * MEBIBYTE)
    async with RawServer(respond(200, bomb, Content_Encoding=encoding)) as server:
        told = await failure(transport, server)
        assert type(told) is Nonsense
        assert "compressed" in told.details


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
async def test_what_is_not_compressed_may_say_so(transport: Transport, encoding: str) -> None:
    async with RawServer(respond(200, b'{"a": 1}', Content_Encoding=encoding)) as server:
        assert (await transport.get(server.url)).document() == {"a": 1}


@pytest.mark.parametrize(
    "script",
    [
        close_at_once,
        reset_after(b""),
        reset_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
        reset_after(http_response(200, b"{", Content_Length="99")),
        respond_raw(b"HTTP/1.1 200 OK\r\nContent-Le", hang_up=True),
        respond_raw(http_response(200, b"{", Content_Length="99"), hang_up=True),
        respond_raw(http_response(200, b"5\r\n{", Transfer_Encoding="chunked"), hang_up=True),
    ],
    ids=["closed", "reset", "reset head", "reset body", "half a head", "half a body", "a chunk"],
)
async def test_an_answer_that_ends_early_is_a_lost_connection(
    transport: Transport, script: Responder
) -> None:
    async with RawServer(script) as server:
        assert type(await failure(transport, server)) is ConnectionLost


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x00\xff\x00\xff" * 16 + b"\r\n\r\n",
        b"220 mail.example.org ESMTP\r\n\r\n",
        b"HTTP/2.0 what\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: magic\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{}",
    ],
)
async def test_what_is_no_http_makes_no_sense(transport: Transport, answer: bytes) -> None:
    async with RawServer(respond_raw(answer, hang_up=True)) as server:
        assert type(await failure(transport, server)) is Nonsense
