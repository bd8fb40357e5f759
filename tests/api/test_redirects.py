"""Redirects: followed only where that is asked for, only to https, and with nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import HostNotFound, NotAnInstance, ServerError
from gts_wizard.secret import Secret
from tests.helpers.raw_responses import http_response, never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer, tls_context

if TYPE_CHECKING:
    import trustme

    from gts_wizard.api.http import HttpClient
    from tests.helpers.fake_network import FakeNetwork

REDIRECT_STATUSES = (301, 302, 303, 307, 308)
UNUSABLE_LOCATIONS = [
    *("", "https://exa mple.org/", "https://ex\u200bample.org/"),
    *("urn:ietf:wg:oauth:2.0:oob?code=canary", "urn:ietf:wg:oauth:2.0:oob"),
    *("javascript:alert(1)", "data:text/html,hello", "file:///etc/passwd", "ftp://example.org/"),
    *("mailto:alice@example.org", "acct:alice@example.org", "http://[::1"),
    *("http://example.org/", "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "//127.0.0.1/"),
    "https://alice:secret@example.org/",
    pytest.param("https://" + "a" * 300 + ".example/", id="long"),
]


@pytest.mark.parametrize("location", UNUSABLE_LOCATIONS)
async def test_unusable_redirect_is_not_followed(network: FakeNetwork, location: str) -> None:
    server = network.serve("example.org", respond(302, Location=location))
    for redirects in (0, 3):
        with pytest.raises(NotAnInstance) as caught:
            (await network.http.get(server.origin, redirects=redirects)).json_object()
        assert type(caught.value) is NotAnInstance
        assert "canary" not in caught.value.details
    assert len(server.received_requests) == 2


@pytest.mark.parametrize("redirects", [0, 3])
async def test_urn_redirect_on_a_real_connection(http: HttpClient, redirects: int) -> None:
    async with RawServer(respond(302, Location="urn:ietf:wg:oauth:2.0:oob?code=canary")) as server:
        with pytest.raises(NotAnInstance) as caught:
            (await http.get(server.url, redirects=redirects)).json_object()
        assert len(server.received_requests) == 1
    assert "canary" not in caught.value.details


async def test_redirect_to_another_host_is_followed(http: HttpClient) -> None:
    async with RawServer(respond(200, b'{"found": 1}'), name="localhost") as end:
        for status in REDIRECT_STATUSES:
            async with RawServer(respond(status, Location=f"{end.origin}/end?a=b")) as start:
                answer = await http.get(start.url, redirects=1)
            assert answer.json_object() == {"found": 1}
            assert (answer.url, answer.host) == (f"{end.origin}/end?a=b", end.host)
        assert end.paths == ["/end?a=b"] * len(REDIRECT_STATUSES)


async def test_relative_redirect_stays_on_its_host(network: FakeNetwork) -> None:
    pages = {"/a/b": http_response(302, Location="../c"), "/c": {"found": 1}}
    server = network.serve("example.org", respond_by_path(pages))
    answer = await network.http.get(f"{server.origin}/a/b", redirects=1)
    assert answer.url == f"{server.origin}/c"


@pytest.mark.parametrize("redirects", [0, 1, 3])
async def test_redirect_loop_ends_after_the_allowed_number(
    network: FakeNetwork, redirects: int
) -> None:
    server = network.serve("example.org", respond(302, Location="/thing"))
    with pytest.raises(NotAnInstance):
        (await network.http.get(server.origin, redirects=redirects)).json_object()
    assert len(server.received_requests) == redirects + 1


async def test_redirect_from_https_to_http_is_refused(
    http: HttpClient, trusted: trustme.CA
) -> None:
    async with RawServer(respond(200, b"{}"), name="localhost") as plain:
        tls = tls_context(trusted.issue_cert("127.0.0.1"))
        async with RawServer(respond(302, Location=plain.url), tls=tls) as server:
            with pytest.raises(NotAnInstance, match=server.host):
                await http.get(server.url, redirects=3)
        assert plain.received_requests == []


async def test_form_and_token_are_not_sent_after_a_redirect(http: HttpClient) -> None:
    async with RawServer(respond(200, b"{}"), name="localhost") as thief:
        for status in REDIRECT_STATUSES:
            async with RawServer(respond(status, Location=thief.url)) as server:
                answer = await http.post(server.url, {"code": Secret("canary")})
                assert answer.status == status
                answer = await http.get(server.url, token=Secret("swan"))
                assert answer.status == status
                assert b"canary" in server.received
                assert b"Bearer swan" in server.received
        assert thief.received_requests == []


async def test_token_with_redirects_is_refused_before_sending(network: FakeNetwork) -> None:
    server = network.serve("example.org")
    with pytest.raises(ValueError, match="never sent after a redirect"):
        await network.http.get(server.origin, token=Secret("canary"), redirects=1)
    assert server.received_requests == []


async def test_error_after_a_redirect_names_the_second_host(http: HttpClient) -> None:
    async with RawServer(respond(302, Location="https://gone.example/")) as server:
        with pytest.raises(HostNotFound, match=r"called gone\.example"):
            await http.get(server.url, redirects=1)


@pytest.mark.slow
async def test_deadline_holds_for_all_redirects_together(impatient: HttpClient) -> None:
    pages = {"/thing": http_response(302, Location="/next"), "/next": never_respond}
    async with RawServer(respond_by_path(pages)) as server:
        with pytest.raises(ServerError, match="didn't answer in time"):
            await impatient.get(server.url, redirects=3)
        assert server.paths == ["/thing", "/next"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "http://169.254.169.254/latest", "ftp://localhost/"),
        *("localhost:80", "", "https://alice:canary@localhost/", "http://[::1"),
        *("https://bücher.example/", "https://example.org\\@localhost/"),
    ],
)
async def test_url_that_is_not_https_is_never_asked(network: FakeNetwork, url: str) -> None:
    with pytest.raises(NotAnInstance) as caught:
        await network.http.get(url)
    assert caught.value.details == "not an https address"
