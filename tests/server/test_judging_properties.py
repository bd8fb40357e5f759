"""Wherever a server leads: nowhere, or exactly to the host that was judged."""

from __future__ import annotations

import ipaddress

import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gts_wizard.fit import is_credential
from gts_wizard.server.answer import Answer
from gts_wizard.server.host_meta import template
from gts_wizard.server.judging import address_of, lead
from gts_wizard.server.node_info import document_link
from gts_wizard.server.web_finger import actor
from tests.helpers.assertions import is_safe
from tests.helpers.fuzz import mutated_bytes, mutated_document, mutated_text, odd_texts, odd_values
from tests.helpers.raw_responses import json_bytes
from tests.helpers.recordings import responses_named

SOURCES = st.sampled_from(
    ["https://example.org/.well-known/x?a=b", "http://localhost:8080/", "https://[2001:db8::1]/a"]
)
PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
PLACES = st.sampled_from(
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
    PLACES.flatmap(mutated_text)
    | st.builds("{}{}{}".format, PLACES, PRINTABLE, st.sampled_from(["", "/", "/end", "?a", "#"]))
    | st.builds("https://{}{}".format, PRINTABLE, st.sampled_from(["", "/", ".example/"]))
    | odd_texts()
)
LINKED = responses_named("webfinger", "nodeinfo-index")
JRDS = st.sampled_from(LINKED).flatmap(lambda one: mutated_document(one.document)).map(json_bytes)
XRDS = st.sampled_from([one.body for one in responses_named("host-meta")]).flatmap(mutated_bytes)


def assert_goes_where_it_was_judged_to(url: str) -> None:
    """Assert that an address that may be asked is on the host that the HTTP client goes to."""
    address = address_of(url)
    assert address is not None
    goes_to = httpx.URL(url)
    judged = httpx.URL(address.origin)
    assert (goes_to.scheme, goes_to.port) == (judged.scheme, judged.port)
    assert _computer(goes_to.host) == _computer(judged.host)
    assert not goes_to.userinfo


def _computer(host: str) -> str:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host.removesuffix(".")
    return str(getattr(ip, "ipv4_mapped", None) or ip)


@settings(deadline=None)
@given(source=SOURCES, target=TARGETS)
def test_a_lead_goes_nowhere_or_where_it_was_judged_to(source: str, target: str) -> None:
    url = lead(source, target)
    if not url:
        return
    assert url.isascii()
    assert is_safe(url)
    assert_goes_where_it_was_judged_to(url)
    assert url.lower().startswith("https://") or source.startswith("http://")


@settings(deadline=None)
@example(url="http://localhost;")
@example(url="https://example.org..")
@example(url="https://example.org&amp;")
@given(url=TARGETS)
def test_an_address_that_may_be_asked_is_the_one_that_is_asked(url: str) -> None:
    if address_of(url) is not None:
        assert_goes_where_it_was_judged_to(url)


@settings(deadline=None)
@given(body=JRDS | XRDS | st.binary(), source=SOURCES)
def test_links_in_any_document_lead_nowhere_or_to_an_address(body: bytes, source: str) -> None:
    answer = Answer(url=source, host="example.org", status=200, headers={}, body=body)
    for stated in (actor, document_link, template):
        link = stated(answer)
        assert isinstance(link, str)
        if lead(source, link):
            assert_goes_where_it_was_judged_to(lead(source, link))


@settings(deadline=None)
@given(value=odd_values() | PRINTABLE)
def test_what_is_sent_back_is_plain(value: object) -> None:
    if is_credential(value):
        assert value.isascii()
        assert is_safe(value)
        assert value.split() == [value]
