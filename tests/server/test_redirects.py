"""Redirects: followed only where that is asked for, only to https, and with nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NoSuchName, NotAnInstance, WireError
from gts_wizard.secret import Secret
from gts_wizard.server.judging import lead
from tests.helpers.raw_responses import http_response, never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer, tls_context

if TYPE_CHECKING:
    import trustme

    from gts_wizard.server.transport import Transport

ODD = [
    "",
    "urn:ietf:wg:oauth:2.0:oob?code=canary",
    "urn:ietf:wg:oauth:2.0:oob",
    "javascript:alert(1)",
    "data:text/html,hello",
    "mailto:alice@example.org",
    "acct:alice@example.org",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "http://example.org/",
    "//example.org/",
    "http://[::1",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://alice:secret@127.0.0.1/",
    "https://",
    "https:///path",
    "https://exa mple.org/",
    "https://ex\u200bample.org/",
    "https://" + "a" * 300 + ".example/",
    "\x00",
]


@pytest.mark.parametrize("location", ODD)
@pytest.mark.parametrize("redirects", [0, 3])
async def test_a_redirect_to_nowhere_is_a_leaf_and_goes_nowhere(
    transport: Transport, location: str, redirects: int
) -> None:
    async with RawServer(respond(302, Location=location)) as server:
        with pytest.raises(WireError) as caught:
            (await transport.get(server.url, redirects=redirects)).document()
        assert len(server.received_requests) == 1
    assert "canary" not in caught.value.details
    if location != "\x00":  # no header at all, so no HTTP
        assert type(caught.value) is NotAnInstance


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_to_another_host(transport: Transport, status: int) -> None:
    async with RawServer(respond(200, b'{"found": 1}'), name="localhost") as end:
        start = RawServer(respond(status, Location=f"{end.origin}/end?a=b"))
        async with start:
            answer = await transport.get(start.url, redirects=1)
        assert answer.document() == {"found": 1}
        assert (answer.url, answer.host) == (f"{end.origin}/end?a=b", end.host)
        assert end.paths == ["/end?a=b"]


async def test_a_relative_redirect_stays_on_its_host(transport: Transport) -> None:
    pages = {"/a/b": http_response(302, Location="../c"), "/c": {"found": 1}}
    async with RawServer(respond_by_path(pages)) as server:
        answer = await transport.get(f"{server.origin}/a/b", redirects=1)
        assert answer.url == f"{server.origin}/c"


@pytest.mark.parametrize("allowed", [0, 1, 3])
async def test_a_loop_ends_after_the_redirects_that_are_allowed(
    transport: Transport, allowed: int
) -> None:
    async with RawServer(respond(302, Location="/thing")) as server:
        with pytest.raises(NotAnInstance):
            (await transport.get(server.url, redirects=allowed)).document()
        assert len(server.received_requests) == allowed + 1


async def test_https_is_never_left_for_http(transport: Transport, trusted: trustme.CA) -> None:
    async with RawServer(respond(200, b"{}"), name="localhost") as plain:
        tls = tls_context(trusted.issue_cert("127.0.0.1"))
        async with RawServer(respond(302, Location=plain.url), tls=tls) as server:
            with pytest.raises(NotAnInstance, match=server.host):
                await transport.get(server.url, redirects=3)
        assert plain.received_requests == []


async def test_a_form_is_sent_to_its_address_alone(transport: Transport) -> None:
    async with RawServer(respond(200, b"{}"), name="localhost") as thief:
        for status in (301, 302, 303, 307, 308):
            async with RawServer(respond(status, Location=thief.url)) as server:
                answer = await transport.post(server.url, {"code": Secret("canary")})
                assert answer.status == status
                assert b"canary" in server.received
        assert thief.received_requests == []


async def test_a_token_is_sent_to_its_address_alone(transport: Transport) -> None:
    async with RawServer(respond(200, b"{}"), name="localhost") as thief:
        async with RawServer(respond(302, Location=thief.url)) as server:
            answer = await transport.get(server.url, token=Secret("canary"))
            assert answer.status == 302
            assert b"Bearer canary" in server.received
        assert thief.received_requests == []


async def test_a_token_and_redirects_are_refused_before_anything_is_sent(
    transport: Transport,
) -> None:
    async with RawServer(respond(200, b"{}")) as server:
        with pytest.raises(ValueError, match="never sent after a redirect"):
            await transport.get(server.url, token=Secret("canary"), redirects=1)
        assert server.received_requests == []


async def test_a_failure_after_a_redirect_names_the_host_that_failed(transport: Transport) -> None:
    async with RawServer(respond(302, Location="https://gone.example/")) as server:
        with pytest.raises(NoSuchName, match=r"called gone\.example"):
            await transport.get(server.url, redirects=1)


async def test_the_deadline_holds_for_all_redirects_together(hasty: Transport) -> None:
    pages = {"/thing": http_response(302, Location="/next"), "/next": never_respond}
    async with RawServer(respond_by_path(pages)) as server:
        with pytest.raises(WireError, match="did not answer in time"):
            await hasty.get(server.url, redirects=3)
        assert server.paths == ["/thing", "/next"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "http://169.254.169.254/latest",
        "ftp://localhost/",
        "localhost:80",
        "",
        "https://alice:canary@localhost/",
        "http://[::1",
        "https://bücher.example/",
        "https://example.org\\@localhost/",
    ],
)
async def test_what_is_no_https_address_is_never_asked(transport: Transport, url: str) -> None:
    with pytest.raises(NotAnInstance) as caught:
        await transport.get(url)
    assert caught.value.details == "not an https address"


@pytest.mark.parametrize(
    ("source", "target", "reached"),
    [
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x", "//b.example/z", "https://b.example/z"),
        ("https://a.example/x", "HTTPS://B.example:443/z", "https://B.example:443/z"),
        ("https://a.example/x", "http://a.example/x", ""),
        ("https://a.example/x", "http://localhost/x", ""),
        ("https://a.example/x", "https://localhost/x", ""),
        ("https://a.example/x", "https://127.0.0.1:8443/x", ""),
        ("https://a.example/x", "https://[::1]/x", ""),
        ("https://localhost/x", "http://localhost/x", ""),
        ("http://localhost/x", "http://127.0.0.1/x", "http://127.0.0.1/x"),
        ("http://localhost/x", "https://a.example/x", "https://a.example/x"),
        ("https://a.example/x", "", ""),
    ],
)
def test_where_a_lead_leads(source: str, target: str, reached: str) -> None:
    assert lead(source, target) == reached
