"""Where a redirect or a link may lead."""

from __future__ import annotations

import pytest

from gts_wizard.api.urls import resolve_redirect


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
        ("http://localhost/x", "//a.example/x", ""),
        ("http://localhost/x", "http://a.example/x", ""),
        ("http://localhost/x", "http://alice:secret@127.0.0.1/", ""),
        ("http://localhost/x", "http://127.0.0.1:99999/", ""),
        ("http://localhost/x", "http://127.0.0.1:0/", ""),
        ("http://localhost/x", "http://[::1", ""),
        ("http://localhost/x", "ftp://127.0.0.1/", ""),
        ("http://localhost/x", "https://", ""),
        ("http://localhost/x", "https:///path", ""),
        ("https://a.example/x", "", ""),
    ],
)
def test_lead(source: str, target: str, reached: str) -> None:
    assert resolve_redirect(source, target) == reached
