"""Requests that are not the browser's: each gets a small page, and changes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gts_wizard.loopback.listener import LoopbackListener, Outcome
from tests.loopback.raw_browser import received

if TYPE_CHECKING:
    from tests.loopback.raw_browser import RawBrowser, Reply

_CALLBACK = "/callback?code=SECRET-CODE&state=first-state"


async def _assert_ignored(listener: LoopbackListener, browser: RawBrowser, reply: Reply) -> None:
    """Check that a request was no response, and that one can still come."""
    assert "SECRET-CODE" not in f"{reply}"
    assert (await browser.open("/done")).status == 404
    await browser.open("/callback?code=GOOD&state=second-state")
    assert (await received(listener)).state == "second-state"


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "PUT", "TRACE", "get"])
async def test_only_get_is_allowed(
    method: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    reply = await browser.open(_CALLBACK, method=method)

    assert (reply.status, reply.headers["allow"]) == (405, "GET")
    await _assert_ignored(listener, browser, reply)


async def test_a_form_is_refused_whatever_it_holds(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    form = b"code=SECRET-CODE&state=first-state"
    head = (
        f"POST /callback HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    )

    reply = await browser.send(head.encode() + form)

    assert reply.status == 405
    await _assert_ignored(listener, browser, reply)


@pytest.mark.parametrize(
    "host",
    [
        "localhost:{port}",
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1:0{port}",
        "127.1:{port}",
        "[::1]:{port}",
        "",
    ],
)
async def test_another_host_is_refused(
    host: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    reply = await browser.open(_CALLBACK, host=host.format(port=browser.port))

    assert reply.status == 421
    await _assert_ignored(listener, browser, reply)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_a_request_without_a_host_is_refused(
    version: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    reply = await browser.send(f"GET {_CALLBACK} HTTP/{version}\r\n\r\n".encode())

    assert reply.status in {400, 421}
    await _assert_ignored(listener, browser, reply)


async def test_two_hosts_are_refused(listener: LoopbackListener, browser: RawBrowser) -> None:
    host = f"Host: 127.0.0.1:{browser.port}\r\n"

    reply = await browser.send(f"GET {_CALLBACK} HTTP/1.1\r\n{host}{host}\r\n".encode())

    assert reply.status == 400
    await _assert_ignored(listener, browser, reply)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}{callback}",
        "/",
        "/favicon.ico",
        "/callback/?code=SECRET-CODE&state=first-state",
        "//callback?code=SECRET-CODE&state=first-state",
        "/CALLBACK?code=SECRET-CODE&state=first-state",
        "/%63allback?code=SECRET-CODE&state=first-state",
        "/x/..{callback}",
        "/done?code=SECRET-CODE&state=first-state",
        "/?code=SECRET-CODE&state=first-state",
        "*",
    ],
)
async def test_other_addresses_are_not_found(
    target: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    reply = await browser.open(target.format(port=browser.port, callback=_CALLBACK))

    assert reply.status == 404
    await _assert_ignored(listener, browser, reply)


@pytest.mark.parametrize(
    "query",
    [
        "code=SECRET-CODE",
        "code=SECRET-CODE&state=guessed",
        "code=SECRET-CODE&state=first-state&state=first-state",
        "code=SECRET-CODE&error=access_denied&state=first-state",
        "error=access_denied&state=guessed",
    ],
)
async def test_what_no_link_led_to_is_refused(
    query: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    reply = await browser.open(f"/callback?{query}")

    assert reply.status == 400
    await _assert_ignored(listener, browser, reply)


@pytest.mark.parametrize(
    "data",
    [
        b"GET " + _CALLBACK.encode() + b"&x=" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: SECRET-CODE\r\n" * 20_000,
        b"x" * 200_000,
    ],
    ids=["line", "headers", "noise"],
)
async def test_a_huge_request_is_refused(
    data: bytes, listener: LoopbackListener, browser: RawBrowser
) -> None:
    reply = await browser.send(data)

    assert reply.status in {400, 431}
    await _assert_ignored(listener, browser, reply)


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET " + _CALLBACK.encode() + b"\r\n\r\n",
        b"GET /callback?code=\xff&state=first-state HTTP/1.1\r\n\r\n",
        b"SECRET-CODE\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_refused(
    data: bytes, listener: LoopbackListener, browser: RawBrowser
) -> None:
    reply = await browser.send(data)

    assert reply.status in {400, 405}
    await _assert_ignored(listener, browser, reply)


@pytest.mark.parametrize("target", ["/", "/callback", _CALLBACK, "/done"])
async def test_every_response_is_locked_down(
    target: str, listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open("/callback?code=GOOD&state=second-state")
    listener.show(Outcome.CONNECTED)

    headers = (await browser.open(target)).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["connection"] == "close"
    policy = headers["content-security-policy"].split("; ")
    assert policy[:2] == ["default-src 'none'", "style-src 'unsafe-inline'"]
    assert "server" not in headers


async def test_a_page_loads_nothing_but_its_own_style(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open(_CALLBACK)
    listener.show(Outcome.CONNECTED)

    page = await browser.open("/done")

    assert "<style>" in page.body
    assert re.search(r"<script|<link|<img|src=|href=|url\(|@import|style=", page.body) is None
