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
from tests.server.hostile import Hostile, Script
from tests.server.scripts import (
    drips,
    drips_its_head,
    hangs_up,
    http,
    informs_for_ever,
    never_answers,
    raw,
    resets,
    says,
    sends_chunks_for_ever,
    sends_for_ever,
    sends_headers_for_ever,
)

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

MEBIBYTE = 1024 * 1024
# What the kernel takes in advance on both sides comes on top of what was read.
MOST_ON_THE_WAY = 24 * MEBIBYTE


async def failure(transport: Transport, server: Hostile) -> WireError:
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


@pytest.mark.parametrize("script", [never_answers, drips, drips_its_head, informs_for_ever])
async def test_an_answer_that_is_not_whole_in_time_is_too_slow(
    hasty: Transport, script: Script
) -> None:
    async with Hostile(script) as server:
        assert type(await failure(hasty, server)) is TooSlow


@pytest.mark.parametrize(
    "script",
    [
        sends_for_ever(http(200, Content_Length=str(200 * MEBIBYTE))),
        sends_for_ever(b"HTTP/1.1 200 OK\r\n\r\n"),
        sends_for_ever(b"HTTP/1.0 500 Sorry\r\n\r\n"),
        sends_chunks_for_ever,
        sends_headers_for_ever,
    ],
    ids=["a length", "no length", "an error", "chunks", "headers"],
)
async def test_reading_stops_soon_after_the_cap(transport: Transport, script: Script) -> None:
    async with Hostile(script) as server:
        assert type(await failure(transport, server)) is TooMuchData
        assert server.sent < MOST_ON_THE_WAY


async def test_a_mebibyte_is_still_read(transport: Transport) -> None:
    async with Hostile(says(200, b'"' + b"x" * (MEBIBYTE - 2) + b'"')) as server:
        assert len((await transport.get(server.url)).body) == MEBIBYTE


async def test_one_byte_more_is_not(transport: Transport) -> None:
    async with Hostile(says(200, b"x" * (MEBIBYTE + 1))) as server:
        assert type(await failure(transport, server)) is TooMuchData


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
async def test_what_is_compressed_unasked_is_not_unpacked(
    transport: Transport, encoding: str
) -> None:
    bomb = gzip.compress(b" " * 20 * MEBIBYTE)
    async with Hostile(says(200, bomb, Content_Encoding=encoding)) as server:
        told = await failure(transport, server)
        assert type(told) is Nonsense
        assert "compressed" in told.details


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
async def test_what_is_not_compressed_may_say_so(transport: Transport, encoding: str) -> None:
    async with Hostile(says(200, b'{"a": 1}', Content_Encoding=encoding)) as server:
        assert (await transport.get(server.url)).document() == {"a": 1}


@pytest.mark.parametrize(
    "script",
    [
        hangs_up,
        resets(b""),
        resets(b"HTTP/1.1 200 OK\r\nContent-Le"),
        resets(http(200, b"{", Content_Length="99")),
        raw(b"HTTP/1.1 200 OK\r\nContent-Le", hang_up=True),
        raw(http(200, b"{", Content_Length="99"), hang_up=True),
        raw(http(200, b"5\r\n{", Transfer_Encoding="chunked"), hang_up=True),
    ],
    ids=["closed", "reset", "reset head", "reset body", "half a head", "half a body", "a chunk"],
)
async def test_an_answer_that_ends_early_is_a_lost_connection(
    transport: Transport, script: Script
) -> None:
    async with Hostile(script) as server:
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
    async with Hostile(raw(answer, hang_up=True)) as server:
        assert type(await failure(transport, server)) is Nonsense
