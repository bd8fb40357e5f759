"""What people type as the address of their server, and how it is understood or refused."""

# ruff: noqa: RUF001 - letters that look like others are the point here

from __future__ import annotations

import pytest

from gts_wizard.address import PERMANENT_ERRORS, join_wrapped, read_address
from gts_wizard.errors import AddressError
from gts_wizard.validation import is_loopback
from tests.helpers.sample_addresses import (
    ALICE_ADDRESSES,
    ORIGIN,
    REFUSED_ADDRESSES,
    SERVER_ADDRESSES,
)

_OTHER_ADDRESSES = [
    ("@Alice_1.b-c@Example.org:8443", "https://example.org:8443", "Alice_1.b-c"),
    ("example.org:8443", "https://example.org:8443", ""),
    ("https://example.org:08443/@alice", "https://example.org:8443", "alice"),
    ("example.org\n:8443", "https://example.org:8443", ""),
    ("aa--bb.example", "https://aa--bb.example", ""),
    ("bücher.example", "https://xn--bcher-kva.example", ""),
    ("bu\u0308cher.example", "https://xn--bcher-kva.example", ""),
    ("BÜCHER.example", "https://xn--bcher-kva.example", ""),
    ("XN--bcher-kva.example", "https://xn--bcher-kva.example", ""),
    ("@alice@bücher.example", "https://xn--bcher-kva.example", "alice"),
    ("例え。テスト", "https://xn--r8jz45g.xn--zckzah", ""),
    ("straße.example", "https://xn--strae-oqa.example", ""),
    ("203.0.113.7", "https://203.0.113.7", ""),
    ("192.168.1.5:8443", "https://192.168.1.5:8443", ""),
    ("It is at 192.168.1.5.", "https://192.168.1.5", ""),
    ("２０３．０．１１３．７", "https://203.0.113.7", ""),
    ("[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", ""),
    ("https://[2001:db8::1]:443/@alice", "https://[2001:db8::1]", "alice"),
    ("2001:db8::1", "https://[2001:db8::1]", ""),
    ("2001:db8:0:0:0:0:0:80", "https://[2001:db8::80]", ""),
    ("2001:db8::", "https://[2001:db8::]", ""),
    ("@alice@2001:db8::1", "https://[2001:db8::1]", "alice"),
    ("::ffff:203.0.113.7", "https://203.0.113.7", ""),
    ("localhost", "http://localhost", ""),
    ("LocalHost:8080.", "http://localhost:8080", ""),
    ("@alice@localhost:8080", "http://localhost:8080", "alice"),
    ("@localhost", "http://localhost", ""),
    ("@localhost:8080", "http://localhost:8080", ""),
    ("@127.0.0.1:8080", "http://127.0.0.1:8080", ""),
    ("http://localhost:80", "http://localhost", ""),
    ("https://localhost:80", "https://localhost:80", ""),
    ("gts.localhost:8080", "http://gts.localhost:8080", ""),
    ("127.0.0.1:8080", "http://127.0.0.1:8080", ""),
    ("http://127.8.9.1", "http://127.8.9.1", ""),
    ("::1", "http://[::1]", ""),
    ("[::1]:8080", "http://[::1]:8080", ""),
]


def origin_and_username(typed: str) -> tuple[str, str]:
    """Return what an address means, or the reason why it is refused."""
    try:
        address = read_address(typed)
    except AddressError as refusal:
        return refusal.reason, "refused"
    assert address.origin.endswith(f"://{address.host}")
    return address.origin, address.username


def reason_of(typed: str) -> str:
    """Return why an address is refused."""
    with pytest.raises(AddressError) as refused:
        read_address(typed)
    assert refused.value.reason == refused.value.message
    return refused.value.reason


def test_server_addresses_become_the_origin() -> None:
    found = {typed: origin_and_username(typed) for typed in SERVER_ADDRESSES}
    assert found == dict.fromkeys(SERVER_ADDRESSES, (ORIGIN, ""))


def test_account_addresses_become_origin_and_username() -> None:
    found = {typed: origin_and_username(typed) for typed in ALICE_ADDRESSES}
    lowered = {typed: (origin, name.lower()) for typed, (origin, name) in found.items()}
    assert lowered == dict.fromkeys(ALICE_ADDRESSES, (ORIGIN, "alice"))


def test_ports_foreign_letters_and_ip_addresses_are_understood() -> None:
    found = {typed: origin_and_username(typed) for typed, _, _ in _OTHER_ADDRESSES}
    assert found == {typed: (origin, name) for typed, origin, name in _OTHER_ADDRESSES}


@pytest.mark.parametrize(
    ("reason", "inputs"), REFUSED_ADDRESSES.items(), ids=range(len(REFUSED_ADDRESSES))
)
def test_wrong_address_is_refused_with_its_reason(reason: str, inputs: list[str]) -> None:
    assert {typed: reason_of(typed) for typed in inputs} == dict.fromkeys(inputs, reason)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("exam ple.org", "example.org, exam.ple.org, ple.org"),
        ("example org", "example.org"),
        ("example. org", "example.org"),
        ("localhost 8080", "localhost:8080, localhost"),
        ("https://example.org 8443", "example.org:8443, example.org"),
        ("@alice example.org", "@alice@example.org, example.org"),
        ("@al ice@example.org", "@alice@example.org, @ice@example.org"),
        ("bücher example", "bücher.example"),
    ],
)
def test_address_with_a_space_is_offered_as_it_may_be_meant(typed: str, meant: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_address(typed)
    many = f"Did you mean one of these: {meant}?"
    assert refused.value.hint == (many if "," in meant else f"Did you mean {meant}?")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("localhost, 34243", "localhost:34243"),
        ("localhost,34243", "localhost:34243"),
        ("example.org , 8080.", "example.org:8080"),
        ("My server is example.org, 8080", "example.org:8080"),
        ("@alice@example.org, 8080", "@alice@example.org:8080"),
        ("[2001:db8::1], 8080", "[2001:db8::1]:8080"),
        ("@alice, example.org", "@alice@example.org"),
        ("alice@example,org", "@alice@example.org"),
        ("example,org", "example.org"),
    ],
)
def test_address_with_a_comma_is_offered_as_it_is_meant(typed: str, meant: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_address(typed)
    assert "comma" in refused.value.message
    assert refused.value.hint == f"Did you mean {meant}?"


@pytest.mark.parametrize(
    "typed",
    [
        "My server is example.org, thanks",
        "example.org, please",
        "Hello, example.org",
        "example.org, 443",
        "https://example.org/about,5",
        "https://example.org/@2,000",
    ],
)
def test_comma_beside_an_address_is_ignored(typed: str) -> None:
    assert origin_and_username(typed)[0] == ORIGIN


def test_capitals_of_a_username_are_kept() -> None:
    assert read_address("HTTPS://EXAMPLE.ORG/@Alice").username == "Alice"


@pytest.mark.parametrize(
    ("typed", "host", "readable"),
    [
        ("xn--bcher-kva.example:8443", "xn--bcher-kva.example:8443", "bücher.example:8443"),
        ("@alice@BÜCHER.example", "xn--bcher-kva.example", "bücher.example"),
        ("ΟΔΟΣ.example", "xn--pxavbq.example", "οδοσ.example"),
        ("почта.рф", "xn--80a1acny.xn--p1ai", "почта.рф"),
        # This Persian word contains a zero-width joiner.
        ("xn--mgba3gch31f060k.ir", "xn--mgba3gch31f060k.ir", "xn--mgba3gch31f060k.ir"),
    ],
)  # fmt: skip
def test_international_domain_is_shown_in_its_own_letters(
    typed: str, host: str, readable: str
) -> None:
    address = read_address(typed)
    assert (address.host, address.unicode_host) == (host, readable)


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("\n\n https://exam\n ple.org/@alice \n", "https://example.org/@alice"),
        ("my\tname is\r\n\r\n  @alice@example.org", "my name is @alice@example.org"),
        ("> https://example.org/@al\n> ice", "https://example.org/@alice"),
        ("exam\u200bple．org", "example.org"),
        ("\x1b[2Jexample.org", "�[2Jexample.org"),
        (" \n ", ""),
    ],
)
def test_pasted_address_becomes_one_line(pasted: str, expected: str) -> None:
    assert join_wrapped(pasted) == expected


def test_only_this_computer_is_loopback() -> None:
    for host in ("localhost", "a.localhost", "127.8.9.1", "::1"):
        assert is_loopback(host), host
    for host in ("notlocalhost", "localhost.example", "10.0.0.1", ""):
        assert not is_loopback(host), host


@pytest.mark.parametrize(
    "whole",
    [
        "https://example.org:8443/@alice",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "acct:@alice@example.org",
        "mailto:alice@bücher.example",
        "web+ap://example.org/users/alice",
        "[2001:db8::1]:8080",
        "2001:db8:0:1::1",
    ],
)
def test_unfinished_address_is_no_lasting_mistake(whole: str) -> None:
    for end in range(len(whole)):
        try:
            read_address(whole[:end])
        except AddressError as refusal:
            assert refusal.reason not in PERMANENT_ERRORS


@pytest.mark.parametrize(
    "wrong",
    [
        "http://example.org",
        "ftp://example.org",
        "https://alice:pw@example.org",
        "a!b@example.org",
        "@alice,example.org",
        "example;org",
        "exam\x00ple.org",
        "example.org or example.com",
        "a" * 5000,
    ],
)
def test_mistake_that_more_typing_cannot_mend_is_lasting(wrong: str) -> None:
    assert reason_of(wrong) in PERMANENT_ERRORS
