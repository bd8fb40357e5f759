"""Clients bound to an account: its token goes to the account's own origin, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gts_wizard import __version__
from gts_wizard.account_client import bind_account
from gts_wizard.errors import NotAnInstance, TokenRevoked
from gts_wizard.secret import Secret
from tests.helpers.client_harness import BEARER, SendGet, account_at, get_async, get_sync
from tests.helpers.raw_responses import http_response, respond, respond_by_path
from tests.helpers.raw_server import RawServer, tls_context
from tests.helpers.sample_accounts import make_account
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    import trustme

    from gts_wizard import OpenAccount


@pytest.mark.parametrize("origin", ["https://example", "https://-example.org", "https://[::]"])
def test_address_that_must_not_get_a_token_is_refused(origin: str) -> None:
    with pytest.raises(NotAnInstance) as failure:
        account_at(origin)
    assert failure.value.details == "no https address"


@pytest.mark.parametrize(
    "damage",
    ["\n", " ", "\r\nX-Evil: 1", "\x00", "é", "x" * 5000],
    ids=["line break", "space", "header", "nul", "not ASCII", "too long"],
)
def test_damaged_token_is_refused_before_it_is_sent(damage: str) -> None:
    with pytest.raises(TokenRevoked) as failure:
        bind_account(make_account(), Secret(TOKEN + damage))
    assert failure.value.details == "the saved access is damaged"
    assert TOKEN not in f"{failure.value!r}{failure.value}"


@pytest.mark.parametrize("url", ["/api/thing", "api/thing", "//elsewhere.example/../api/thing"])
async def test_relative_url_is_on_the_accounts_server(get: SendGet, url: str) -> None:
    async with RawServer(respond(200, b"{}")) as home:
        response = await get(account_at(home.origin), url)
        assert response.status_code == 200
        assert BEARER in home.received
        assert f"User-Agent: gts-wizard/{__version__}".encode() in home.received
        assert home.paths[0].endswith("/api/thing")


async def test_name_under_localhost_is_this_computer_itself(get: SendGet) -> None:
    async with RawServer(respond(200, b"{}"), name="anything.localhost") as home:
        response = await get(account_at(home.origin), "/api/thing")
        assert (response.status_code, str(response.url)) == (200, f"{home.origin}/api/thing")
        assert BEARER in home.received
        assert home.origin.removeprefix("http://").encode() in home.received


@pytest.mark.parametrize(
    "url",
    ["{origin}", "HTTP://LOCALHOST:{port}", "http://bob:x@{host}"],
    ids=["as saved", "capitals", "with a password"],
)
async def test_own_origin_gets_the_token_however_it_is_written(url: str) -> None:
    async with RawServer(respond(200), name="localhost") as home:
        start = url.format(origin=home.origin, port=home.port, host=home.host)
        await get_async(account_at(home.origin), f"{start}/thing")
        assert home.received.count(b"uthorization") == 1
        assert BEARER in home.received


async def test_another_host_or_port_gets_no_token(get: SendGet) -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(200)) as neighbour:
        account = account_at(home.origin)
        await get(account, neighbour.url)
        await get(account, f"http://localhost:{home.port}/by-another-name")
        assert neighbour.paths == ["/thing"]
        assert home.paths == ["/by-another-name"]
        assert b"uthorization" not in neighbour.received + home.received


async def test_another_scheme_gets_no_token(trusted: trustme.CA) -> None:
    certificate = tls_context(trusted.issue_cert("127.0.0.1"))
    async with RawServer(respond(200), tls=certificate) as server:
        await get_async(account_at(f"http://{server.host}"), server.url)
        assert len(server.received_requests) == 1
        assert BEARER not in server.received
        await get_async(account_at(server.origin), "/thing")
        assert BEARER in server.received


async def redirect_elsewhere(get: SendGet, status: int) -> None:
    """Follow a redirect to another host, and check that the token was not sent along."""
    async with RawServer(respond(200), name="localhost") as other:
        async with RawServer(respond(status, Location=other.url)) as home:
            account = account_at(home.origin)
            assert (await get(account, "/start")).status_code == status
            assert other.received_requests == []
            response = await get(account, "/start", follow_redirects=True)
            assert response.url == other.url
            assert home.received.count(BEARER) == 2
        assert other.paths == ["/thing"]
        assert b"uthorization" not in other.received


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_to_another_host_drops_the_token(status: int) -> None:
    await redirect_elsewhere(get_sync, status)


async def test_async_redirect_to_another_host_drops_the_token() -> None:
    await redirect_elsewhere(get_async, 307)


async def test_redirect_back_home_has_lost_the_token(get: SendGet) -> None:
    async with RawServer(respond(200)) as other, RawServer(respond(200)) as home:
        home.script = respond_by_path(
            {"/start": http_response(302, Location=other.url)}, respond(200)
        )
        other.script = respond(302, Location=f"{home.origin}/revoke?everything")
        await get(account_at(home.origin), "/start", follow_redirects=True)
        start, end = home.received_requests
        assert BEARER in start.head
        assert b"uthorization" not in other.received + end.head


async def test_redirect_within_the_server_keeps_the_token(get: SendGet) -> None:
    async with RawServer(
        respond_by_path({"/old": http_response(302, Location="/new")}, respond(200))
    ) as home:
        await get(account_at(home.origin), "/old", follow_redirects=True)
        assert home.paths == ["/old", "/new"]
        assert home.received.count(BEARER) == 2


class _UpgradingServer:
    """A server on ports 80 and 443 of this computer, as an application: http leads to https.

    Attributes:
        requests: for each request, its scheme and whether it carried an `Authorization` header.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, bool]] = []

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

    def _answer(self, scheme: str, authorized: bool) -> tuple[int, list[tuple[str, str]]]:
        self.requests.append((scheme, authorized))
        return (301, [("Location", "https://localhost/")]) if scheme == "http" else (200, [])


@pytest.mark.parametrize("follow", [True, False], ids=["followed", "sent on by hand"])
async def test_redirect_to_https_on_the_same_host_drops_the_token(*, follow: bool) -> None:
    account = account_at("http://localhost")
    server = _UpgradingServer()
    with account.client(transport=httpx.WSGITransport(server.wsgi)) as client:
        response = client.get("/", follow_redirects=follow)
        if response.next_request is not None:
            client.send(response.next_request)
    async with account.async_client(transport=httpx.ASGITransport(server.asgi)) as async_client:
        response = await async_client.get("/", follow_redirects=follow)
        if response.next_request is not None:
            await async_client.send(response.next_request)
    assert server.requests == [("http", True), ("https", False)] * 2


async def test_scripts_own_credentials_elsewhere_are_left_alone() -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(200)) as other:
        account = account_at(home.origin)
        own = {"Authorization": "Bearer of-another-service"}
        for url in (home.url, other.url):
            await get_async(account, url, headers=own)
        assert BEARER in home.received
        assert b"of-another-service" not in home.received
        assert b"Authorization: Bearer of-another-service" in other.received


async def test_hook_that_changes_the_url_gets_no_token_sent() -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(200)) as other:
        account = account_at(home.origin)

        def divert(request: httpx.Request) -> None:
            request.url = httpx.URL(other.url)

        async def divert_async(request: httpx.Request) -> None:
            divert(request)

        await get_sync(account, "/thing", event_hooks={"request": [divert]})
        await get_async(account, "/thing", event_hooks={"request": [divert_async]})
        assert (len(other.received_requests), home.received_requests) == (2, [])
        assert b"uthorization" not in other.received


@pytest.mark.parametrize("option", ["base_url", "auth"])
def test_base_url_and_auth_can_not_be_replaced(option: str) -> None:
    account = account_at("https://example.org")
    with pytest.raises(TypeError, match=option):
        account.client(**{option: "https://elsewhere.example"})
    with pytest.raises(TypeError, match=option):
        account.async_client(**{option: "https://elsewhere.example"})


def timeout_of(account: OpenAccount, **options: Any) -> httpx.Timeout:
    with account.client(**options) as client:
        return client.timeout


def test_timeout_and_headers_can_be_replaced() -> None:
    account = account_at("https://example.org")
    assert timeout_of(account) == httpx.Timeout(15)
    assert timeout_of(account, timeout=3) == httpx.Timeout(3)
    with account.client(headers={"user-agent": "mine/1", "X-Mine": "yes"}) as client:
        assert client.headers["User-Agent"] == "mine/1"
        assert client.headers["X-Mine"] == "yes"


async def test_proxy_is_used_for_other_computers_only(
    get: SendGet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(502)) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.origin)
        assert (await get(account_at(home.origin), "/thing")).status_code == 200
        assert proxy.received_requests == []
        with pytest.raises(httpx.ProxyError, match="502"):
            await get(account_at("https://example.org"), "/thing")
        assert b"CONNECT example.org:443" in proxy.received
        assert BEARER not in proxy.received


async def test_no_proxy_is_honoured_whatever_its_form(
    get: SendGet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(respond(502)) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.origin)
        monkeypatch.setenv("NO_PROXY", "::1/128, [::1], .social.invalid")
        with pytest.raises(httpx.ConnectError):
            await get(account_at("https://social.invalid"), "/thing")
        assert proxy.received_requests == []
        with pytest.raises(httpx.ProxyError, match="502"):
            await get(account_at("https://example.org"), "/thing")


async def test_certificate_is_checked_with_the_systems_authorities(
    get: SendGet, trusted: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tls_context(trusted.issue_cert("127.0.0.1"))
    async with RawServer(respond(200), tls=certificate) as home:
        account = account_at(home.origin)
        assert (await get(account, "/thing")).status_code == 200
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await get(account, "/thing")
        assert len(home.received_requests) == 1
