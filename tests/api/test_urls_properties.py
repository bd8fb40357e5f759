"""Wherever a redirect or link leads: nowhere, or exactly to the host that was judged."""

from __future__ import annotations

import ipaddress

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gts_wizard.api.urls import parse_safe_url, resolve_redirect
from gts_wizard.api.well_known import actor_url, nodeinfo_url, webfinger_template
from gts_wizard.validation import is_token_syntax
from tests.helpers.assertions import is_safe
from tests.helpers.fuzz import (
    mutated_bytes,
    mutated_document,
    mutated_text,
    odd_texts,
    odd_values,
    tries,
)
from tests.helpers.raw_responses import json_bytes
from tests.helpers.recordings import responses_named
from tests.helpers.samples import make_response

pytestmark = pytest.mark.fuzz

SOURCES = st.sampled_from(
    ["https://example.org/.well-known/x?a=b", "http://localhost:8080/", "https://[2001:db8::1]/a"]
)
PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
ADDRESSES = st.sampled_from(
    [
        *("https://example.org/@alice", "https://social.example.org:8443/a;b", "http://127.0.0.1/"),
        *(
            "//example.org/",
            "../c",
            "/users/alice",
            "?a",
            "https://[::1]:8080/",
            "http://localhost",
        ),
        *(
            "https://xn--bcher-kva.example/",
            "urn:ietf:wg:oauth:2.0:oob",
            "https://u:p@example.org/",
        ),
    ]
)
TARGETS = (
    ADDRESSES.flatmap(mutated_text)
    | st.builds(
        "{}{}{}".format, ADDRESSES, PRINTABLE, st.sampled_from(["", "/", "/end", "?a", "#"])
    )
    | st.builds("https://{}{}".format, PRINTABLE, st.sampled_from(["", "/", ".example/"]))
    | odd_texts()
)
LINKED = responses_named("webfinger", "nodeinfo-index")
JRDS = (
    st.sampled_from(LINKED)
    .flatmap(lambda response: mutated_document(response.document))
    .map(json_bytes)
)
XRDS = st.sampled_from([response.body for response in responses_named("host-meta")]).flatmap(
    mutated_bytes
)


def assert_goes_to_the_judged_host(url: str) -> None:
    """Assert that an address that may be asked is on the host that the HTTP client goes to."""
    address = parse_safe_url(url)
    assert address is not None
    goes_to = httpx.URL(url)
    judged = httpx.URL(address.origin)
    assert (goes_to.scheme, goes_to.port) == (judged.scheme, judged.port)
    assert _host_name(goes_to.host) == _host_name(judged.host)
    assert not goes_to.userinfo


def _host_name(host: str) -> str:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host.removesuffix(".")
    return str(getattr(ip, "ipv4_mapped", None) or ip)


@tries(40)
@example(source="https://example.org/", target="http://localhost;")
@example(source="https://example.org/", target="https://example.org..")
@example(source="https://example.org/", target="https://example.org&amp;")
@given(source=SOURCES, target=TARGETS)
def test_lead_goes_nowhere_or_to_the_judged_host(source: str, target: str) -> None:
    if parse_safe_url(target) is not None:
        assert_goes_to_the_judged_host(target)
    url = resolve_redirect(source, target)
    if not url:
        return
    assert url.isascii()
    assert is_safe(url)
    assert_goes_to_the_judged_host(url)
    assert url.lower().startswith("https://") or source.startswith("http://")


@tries(40)
@given(body=JRDS | XRDS | st.binary(), source=SOURCES)
def test_links_in_any_document_lead_nowhere_or_to_a_host(body: bytes, source: str) -> None:
    answer = make_response(body, url=source)
    for read_link in (actor_url, nodeinfo_url, webfinger_template):
        link = read_link(answer)
        assert isinstance(link, str)
        if resolve_redirect(source, link):
            assert_goes_to_the_judged_host(resolve_redirect(source, link))


@tries(40)
@given(value=odd_values() | PRINTABLE)
def test_credential_is_plain_ascii(value: object) -> None:
    if is_token_syntax(value):
        assert value.isascii()
        assert is_safe(value)
        assert value.split() == [value]
