"""Where the token goes: to the account's own origin, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gts_wizard import __version__
from tests.helpers.client_harness import (
    BEARER,
    Request,
    open_saved_account,
    request_async,
    request_sync,
)
from tests.helpers.raw_responses import http_response, respond, respond_by_path
from tests.helpers.raw_server import RawServer, tls_context

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import trustme

    from gts_wizard import OpenAccount

_REDIRECTS = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("url", ["/api/thing", "api/thing", "//elsewhere.example/../api/thing"])
async def test_a_relative_address_is_on_the_accounts_server(
    credentials_path: Path, ask: Request, url: str
) -> None:
    async with RawServer(respond(200, b"{}")) as home:
        answer = await ask(open_saved_account(credentials_path, home.origin), url)
        assert answer.status_code == 200
        assert BEARER in home.received
        assert f"User-Agent: gts-wizard/{__version__}".encode() in home.received
        assert home.paths[0].endswith("/api/thing")


@pytest.mark.parametrize("typed", ["{origin}", "HTTP://LOCALHOST:{port}", "http://bob:x@{host}"])
async def test_the_same_origin_gets_the_token_however_it_is_written(
    credentials_path: Path, ask: Request, typed: str
) -> None:
    async with RawServer(respond(200), name="localhost") as home:
        start = typed.format(origin=home.origin, port=home.port, host=home.host)
        await ask(open_saved_account(credentials_path, home.origin), f"{start}/thing")
        assert home.received.count(b"uthorization") == 1
        assert BEARER in home.received


async def test_another_host_or_port_gets_no_token(credentials_path: Path, ask: Request) -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(200)) as neighbour:
        account = open_saved_account(credentials_path, home.origin)
        await ask(account, neighbour.url)
        await ask(account, f"http://localhost:{home.port}/by-another-name")
        assert neighbour.paths == ["/thing"]
        assert home.paths == ["/by-another-name"]
        assert b"uthorization" not in neighbour.received + home.received


async def test_another_scheme_gets_no_token(
    credentials_path: Path, ask: Request, trusted: trustme.CA
) -> None:
    certificate = tls_context(trusted.issue_cert("127.0.0.1"))
    async with RawServer(respond(200), tls=certificate) as server:
        await ask(open_saved_account(credentials_path, f"http://{server.host}"), server.url)
        assert len(server.received_requests) == 1
        assert BEARER not in server.received
        await ask(open_saved_account(credentials_path, server.origin), "/thing")
        assert BEARER in server.received


@pytest.mark.parametrize("status", _REDIRECTS)
async def test_a_redirect_elsewhere_gets_no_token(
    credentials_path: Path, ask: Request, status: int
) -> None:
    async with RawServer(respond(200), name="localhost") as thief:
        async with RawServer(respond(status, Location=thief.url)) as home:
            account = open_saved_account(credentials_path, home.origin)
            assert (await ask(account, "/start")).status_code == status
            assert thief.received_requests == []
            answer = await ask(account, "/start", follow_redirects=True)
            assert answer.url == thief.url
            assert home.received.count(BEARER) == 2
        assert thief.paths == ["/thing"]
        assert b"uthorization" not in thief.received


async def test_a_redirect_that_comes_back_has_lost_the_token(
    credentials_path: Path, ask: Request
) -> None:
    async with RawServer(respond(200)) as thief, RawServer(respond(200)) as home:
        home.script = respond_by_path(
            {"/start": http_response(302, Location=thief.url)}, respond(200)
        )
        thief.script = respond(302, Location=f"{home.origin}/revoke?everything")
        await ask(
            open_saved_account(credentials_path, home.origin), "/start", follow_redirects=True
        )
        start, end = home.received_requests
        assert BEARER in start.head
        assert b"uthorization" not in thief.received + end.head


async def test_a_redirect_within_the_server_keeps_the_token(
    credentials_path: Path, ask: Request
) -> None:
    async with RawServer(
        respond_by_path({"/old": http_response(302, Location="/new")}, respond(200))
    ) as home:
        await ask(open_saved_account(credentials_path, home.origin), "/old", follow_redirects=True)
        assert home.paths == ["/old", "/new"]
        assert home.received.count(BEARER) == 2


class _Upgrading:
    """A server on ports 80 and 443 of this computer, as an application: http leads to https.

    Attributes:
        signed: for each request, its scheme and whether it carried anything to prove itself.
    """

    def __init__(self) -> None:
        self.signed: list[tuple[str, bool]] = []

    def wsgi(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer as PEP 3333 says."""
        status, headers = self._answer(environ["wsgi.url_scheme"], "HTTP_AUTHORIZATION" in environ)
        start(f"{status} Whatever", headers)
        return [b""]

    async def asgi(self, scope: Any, _receive: Any, send: Any) -> None:
        """Answer as https://asgi.readthedocs.io/en/latest/specs/www.html says."""
        status, headers = self._answer(scope["scheme"], b"authorization" in dict(scope["headers"]))
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body"})

    def _answer(self, scheme: str, signed: bool) -> tuple[int, list[tuple[str, str]]]:
        self.signed.append((scheme, signed))
        return (301, [("Location", "https://localhost/")]) if scheme == "http" else (200, [])


@pytest.mark.parametrize("follow", [True, False])
async def test_httpxs_own_exception_for_https_gets_no_token_either(
    credentials_path: Path, *, follow: bool
) -> None:
    account = open_saved_account(credentials_path, "http://localhost")
    server = _Upgrading()
    with account.client(transport=httpx.WSGITransport(server.wsgi)) as client:
        answer = client.get("/", follow_redirects=follow)
        if answer.next_request is not None:
            client.send(answer.next_request)
    async with account.async_client(transport=httpx.ASGITransport(server.asgi)) as other:
        answer = await other.get("/", follow_redirects=follow)
        if answer.next_request is not None:
            await other.send(answer.next_request)
    assert server.signed == [("http", True), ("https", False)] * 2


async def test_a_scripts_own_credentials_elsewhere_are_left_alone(
    credentials_path: Path, ask: Request
) -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(200)) as other:
        account = open_saved_account(credentials_path, home.origin)
        mine = {"Authorization": "Bearer of-another-service"}
        for url in (home.url, other.url):
            await ask(account, url, headers=mine)
        assert BEARER in home.received
        assert b"of-another-service" not in home.received
        assert b"Authorization: Bearer of-another-service" in other.received


async def test_a_hook_of_the_script_runs_and_can_not_lead_the_token_away(
    credentials_path: Path,
) -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(200)) as thief:
        account = open_saved_account(credentials_path, home.origin)

        def divert(request: httpx.Request) -> None:
            request.url = httpx.URL(thief.url)

        async def divert_later(request: httpx.Request) -> None:
            divert(request)

        await request_sync(account, "/thing", event_hooks={"request": [divert]})
        await request_async(account, "/thing", event_hooks={"request": [divert_later]})
        assert (len(thief.received_requests), home.received_requests) == (2, [])
        assert b"uthorization" not in thief.received


@pytest.mark.parametrize("option", ["base_url", "auth"])
def test_what_binds_a_client_can_not_be_replaced(credentials_path: Path, option: str) -> None:
    account = open_saved_account(credentials_path, "https://example.org")
    with pytest.raises(TypeError, match=option):
        account.client(**{option: "https://elsewhere.example"})
    with pytest.raises(TypeError, match=option):
        account.async_client(**{option: "https://elsewhere.example"})


def _timeouts(account: OpenAccount, **options: Any) -> httpx.Timeout:
    with account.client(**options) as client:
        return client.timeout


def test_what_is_usual_can_be_replaced(credentials_path: Path) -> None:
    account = open_saved_account(credentials_path, "https://example.org")
    assert _timeouts(account) == httpx.Timeout(15)
    assert _timeouts(account, timeout=3) == httpx.Timeout(3)
    with account.client(headers={"user-agent": "mine/1", "X-Mine": "yes"}) as client:
        assert client.headers["User-Agent"] == "mine/1"
        assert client.headers["X-Mine"] == "yes"
