"""Which requests go through the proxies of the environment: NO_PROXY in every spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.api.http import HttpClient
from gts_wizard.api.proxies import read_proxy_settings
from gts_wizard.errors import ProxyError
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def only_our_proxies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No proxy but the test's own."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)
    yield


def proxy_for(url: str) -> str:
    return read_proxy_settings().proxy_for(httpx.URL(url))


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("*", "https://example.org"),
        ("other.example, *", "https://example.org"),
        ("example.org", "https://example.org/api"),
        ("EXAMPLE.org", "https://social.example.org"),
        (".example.org", "https://example.org"),
        ("*.example.org", "https://social.example.org"),
        ("a.example b.example", "https://b.example"),
        ("https://example.org", "https://example.org"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("example.org:8443", "https://example.org:8443"),
        ("example.org:443", "https://example.org"),
        ("192.0.2.1", "https://192.0.2.1"),
        ("192.0.2.0/24", "https://192.0.2.77"),
        ("192.0.2.9/24", "https://192.0.2.77"),
        ("192.0.2.*", "https://192.0.2.77"),
        ("2001:db8::1", "https://[2001:db8::1]"),
        ("[2001:db8::1]", "https://[2001:db8::1]:8443"),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("2001:db8::/32", "https://[2001:db8::1]"),
        ("[2001:db8::]/32", "https://[2001:db8::1]"),
        ("[2001:db8::/32]", "https://[2001:db8::1]"),
        ("[::1, nonsense:nonsense, example.org", "https://example.org"),
    ],
)
def test_no_proxy_is_honoured(monkeypatch: pytest.MonkeyPatch, no_proxy: str, url: str) -> None:
    monkeypatch.setenv("ALL_PROXY", PROXY)
    assert proxy_for(url) == PROXY
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy_for(url) == ""


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("::1/128,[::1],127.0.0.0/8,localhost", "https://example.org"),
        ("example.org", "https://notexample.org"),
        ("*.example.org", "https://example.com"),
        ("example.org:8443", "https://example.org"),
        ("192.0.2.0/24", "https://192.0.3.1"),
        ("192.0.2.0/24", "https://[2001:db8::1]"),
        ("192.0.2.0/24", "https://example.org"),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]"),
        (" , ,", "https://example.org"),
    ],
)
def test_all_others_use_the_proxy(monkeypatch: pytest.MonkeyPatch, no_proxy: str, url: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy_for(url) == PROXY


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8080", "http://social.localhost", "http://127.0.0.9", "http://[::1]:8080"],
)
def test_loopback_needs_no_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("ALL_PROXY", PROXY)
    assert proxy_for(url) == ""
    assert proxy_for("http://example.org") == PROXY


@pytest.mark.parametrize(
    "entry",
    ["192.0.2.0/99", "2001:db8::/200", "nonsense:nonsense", "a/b", "<local>"],
)
async def test_what_no_proxy_has_unread_is_named(
    monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    async with RawServer(respond(502)) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", f"::1/128, {entry},alice:canary@{entry}/x")
        http = HttpClient(deadline=60)
        with pytest.raises(ProxyError) as caught:
            await http.get("https://social.example/api")
        await http.aclose()
        assert proxy.paths == ["social.example:443"]
    assert f"These entries in NO_PROXY make no sense: {entry}, {entry}/x." in caught.value.hint
    assert "canary" not in caught.value.hint


def test_readable_no_proxy_is_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "::1/128, [::1], 10.0.0.0/8, .local, *.internal, example.org:80")
    assert read_proxy_settings().unreadable == ()
    assert "can't be read" not in ProxyError(host="example.org").hint
