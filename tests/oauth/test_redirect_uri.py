"""Loopback redirect URIs, and the port of one."""

from __future__ import annotations

import pytest

from gts_wizard.models import OOB_REDIRECT_URI
from gts_wizard.oauth.redirect_uri import loopback_port, loopback_redirect_uri


@pytest.mark.parametrize("port", [1, 80, 20_000, 65_535])
def test_port_is_found_in_the_redirect_uri_of_each(port: int) -> None:
    assert loopback_redirect_uri(port) == f"http://127.0.0.1:{port}/callback"
    assert loopback_port(loopback_redirect_uri(port)) == port


@pytest.mark.parametrize(
    "redirect_uri",
    [
        *("", OOB_REDIRECT_URI, "http://127.0.0.1/callback", "https://127.0.0.1:25000/callback"),
        *("http://127.0.0.1:0/callback", "http://127.0.0.1:025000/callback"),
        *("http://127.0.0.1:65536/callback", "http://127.0.0.1:99999/callback"),
        *("http://127.0.0.1:250000/callback", "http://127.0.0.1:٢٥٠٠٠/callback"),
        *("http://localhost:25000/callback", "http://[::1]:25000/callback"),
        *("http://127.0.0.2:25000/callback", "http://127x0x0x1:25000/callback"),
        *("http://evil.example/?http://127.0.0.1:25000/callback", "http://127.0.0.1:25000/"),
        *("http://127.0.0.1:25000/callback?a", "http://127.0.0.1:25000/callback\n"),
        "http://alice@127.0.0.1:25000/callback",
    ],
)
def test_any_other_redirect_uri_has_no_port_of_ours(redirect_uri: str) -> None:
    assert loopback_port(redirect_uri) is None
