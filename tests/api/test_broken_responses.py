"""Responses that are late, endless, cut off or no HTTP: each ends in its own error, in time."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from gts_wizard.api.http import HttpClient
from gts_wizard.errors import (
    ConnectionLost,
    InvalidResponse,
    ResponseTooLarge,
    ServerError,
    Timeout,
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

MEBIBYTE = 1024 * 1024
# Of a body of 200 MiB: what the kernel buffers on both sides comes on top of what was read.
MAX_SENT = 24 * MEBIBYTE


async def error_of(http: HttpClient, server: RawServer) -> ServerError:
    """Send a request, and return its error, after a look at its sentences."""
    with pytest.raises(ServerError) as caught:
        # Should the client's own deadline be broken, this fails instead of hanging.
        async with asyncio.timeout(60):
            (await http.get(server.url)).json_object()
    error = caught.value
    assert server.host in error.message
    assert "{" not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


@pytest.mark.parametrize("script", [never_respond, drip_body, drip_head, endless_103])
async def test_unfinished_response_is_too_slow(script: Responder) -> None:
    http = HttpClient(deadline=0.1)
    async with RawServer(script) as server:
        assert type(await error_of(http, server)) is Timeout
    await http.aclose()


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
async def test_reading_stops_soon_after_a_mebibyte(http: HttpClient, script: Responder) -> None:
    async with RawServer(script) as server:
        assert type(await error_of(http, server)) is ResponseTooLarge
        assert server.sent < MAX_SENT


async def test_body_of_a_mebibyte_is_read(http: HttpClient) -> None:
    async with RawServer(respond(200, b'"' + b"x" * (MEBIBYTE - 2) + b'"')) as server:
        assert len((await http.get(server.url)).body) == MEBIBYTE


async def test_body_of_one_byte_more_is_too_much(http: HttpClient) -> None:
    async with RawServer(respond(200, b"x" * (MEBIBYTE + 1))) as server:
        assert type(await error_of(http, server)) is ResponseTooLarge


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
async def test_compressed_response_is_not_unpacked(http: HttpClient, encoding: str) -> None:
    body = gzip.compress(b" " * MEBIBYTE)
    async with RawServer(respond(200, body, Content_Encoding=encoding)) as server:
        error = await error_of(http, server)
        assert type(error) is InvalidResponse
        assert "compressed" in error.details


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
async def test_identity_encoding_is_accepted(http: HttpClient, encoding: str) -> None:
    async with RawServer(respond(200, b'{"a": 1}', Content_Encoding=encoding)) as server:
        assert (await http.get(server.url)).json_object() == {"a": 1}


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
async def test_response_that_ends_early_is_a_lost_connection(
    http: HttpClient, script: Responder
) -> None:
    async with RawServer(script) as server:
        assert type(await error_of(http, server)) is ConnectionLost


@pytest.mark.parametrize(
    "response",
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
        b"HTTP/1.1 302 Found\r\nLocation: \x00\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{}",
    ],
    ids=[
        *("ssh", "bytes", "smtp", "HTTP/2", "negative length", "two lengths", "no colon"),
        *("unknown encoding", "no chunk size", "NUL in a header", "upgrade"),
    ],
)
async def test_response_that_is_no_http_is_nonsense(http: HttpClient, response: bytes) -> None:
    async with RawServer(respond_raw(response, hang_up=True)) as server:
        assert type(await error_of(http, server)) is InvalidResponse
