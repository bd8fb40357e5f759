"""What people type for their instance, and how it is understood."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.errors import AddressError
from gts_wizard.rules.address import is_loopback, read_address

EXAMPLE = "https://example.org"


@pytest.mark.parametrize(
    ("typed", "origin", "username"),
    [
        ("example.org", EXAMPLE, ""),
        ("  Example.ORG  ", EXAMPLE, ""),
        ("example.org.", EXAMPLE, ""),
        ("example.org/", EXAMPLE, ""),
        ("https://example.org", EXAMPLE, ""),
        ("HTTPS://EXAMPLE.ORG/", EXAMPLE, ""),
        ("https://example.org:443/", EXAMPLE, ""),
        ("https://example.org./@alice", EXAMPLE, "alice"),
        ("https://example.org/about?x=1#top", EXAMPLE, ""),
        ("example.org:8443", "https://example.org:8443", ""),
        ("example.org:", EXAMPLE, ""),
        ("@alice@example.org", EXAMPLE, "alice"),
        ("alice@example.org", EXAMPLE, "alice"),
        ("acct:alice@example.org", EXAMPLE, "alice"),
        ("@Alice_1.b-c@Example.org:8443", "https://example.org:8443", "Alice_1.b-c"),
        ("https://example.org/@alice", EXAMPLE, "alice"),
        ("https://example.org/@alice.", EXAMPLE, "alice"),
        ("example.org/@alice/statuses/01ABC", EXAMPLE, "alice"),
        ("https://example.org/users/alice", EXAMPLE, "alice"),
        ("https://example.org/profile/alice", EXAMPLE, "alice"),
        ("https://example.org/@bob@elsewhere.example", EXAMPLE, ""),
        ("<https://example.org/@alice>,", EXAMPLE, "alice"),
        ("“example.org”!", EXAMPLE, ""),
        ("exam\u200bple.org\u202e", EXAMPLE, ""),
        ("bücher.example", "https://xn--bcher-kva.example", ""),
        ("BÜCHER.example", "https://xn--bcher-kva.example", ""),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example", ""),
        ("例え。テスト", "https://xn--r8jz45g.xn--zckzah", ""),
        ("straße.example", "https://xn--strae-oqa.example", ""),
        ("203.0.113.7", "https://203.0.113.7", ""),
        ("[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", ""),
        ("localhost", "http://localhost", ""),
        ("@alice@localhost:8080", "http://localhost:8080", "alice"),
        ("http://localhost:80", "http://localhost", ""),
        ("https://localhost:80", "https://localhost:80", ""),
        ("gts.localhost:8080", "http://gts.localhost:8080", ""),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", ""),
        ("[::1]:8080", "http://[::1]:8080", ""),
    ],
)
def test_what_is_typed_becomes_an_origin_and_perhaps_a_name(
    typed: str, origin: str, username: str
) -> None:
    address = read_address(typed)
    assert (address.origin, address.username) == (origin, username)
    assert address.origin.endswith(f"://{address.host}")


def test_an_international_name_is_shown_in_its_own_letters() -> None:
    address = read_address("xn--bcher-kva.example:8443")
    assert (address.host, address.readable) == ("xn--bcher-kva.example:8443", "bücher.example:8443")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "There is no address yet."),
        (" \u200b\n ", "There is no address yet."),
        ("example .org", "An address has no spaces in it."),
        ("my instance", "An address has no spaces in it."),
        ("@alice", "A handle needs its server too, like @alice@example.org."),
        ("@", "A handle needs its server too, like @you@example.org."),
        ("al/ice@example.org", "The address of a server has a dot in it, like example.org."),
        ("a!b@example.org", "“a!b” is not a user name."),
        ("alice@", "The name of the server is missing."),
        ("https://", "The name of the server is missing."),
        ("https:///@alice", "The name of the server is missing."),
        ("http://example.org", "This address begins with http://, where others on the way can"),
        ("http://203.0.113.7", "This address begins with http://, where others on the way can"),
        ("ftp://example.org", "An instance's address does not begin with ftp://."),
        ("javascript://example.org", "An instance's address does not begin with javascript://."),
        ("https://alice:pw@example.org", "There is a user name or a password inside this address."),
        ("example.org:port", "The end of this address is not a port number."),
        ("example.org:99999", "The end of this address is not a port number."),
        ("example.org:0", "A port is a number from 1 to 65535."),
        ("example", "The address of a server has a dot in it, like example.org."),
        ("exam_ple.org", "“exam_ple.org” can't be the name of a server."),
        ("-a.example", "“-a.example” can't be the name of a server."),
        ("a..example", "“a..example” can't be the name of a server."),
        (f"{'a' * 64}.example", f"“{'a' * 59}…” can't be the name of a server."),
        ("xn--zzzzzz-.example", "“xn--zzzzzz-.example” can't be the name of a server."),
        ("example.org\\@evil.example", "“example.org\\” is not a user name."),
        ("127.1", "“127.1” is neither a name nor an IP address."),
        ("1.2.3.4.5", "“1.2.3.4.5” is neither a name nor an IP address."),
        ("[fe80::1%eth0]", "An IP address with a network zone (%) can't be used here."),
        ("[::1", "This is not an address the wizard understands."),
        ("https://[example.org]", "This is not an address the wizard understands."),
        ("example℀.org", "This is not an address the wizard understands."),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_address(typed)
    assert refused.value.reason.startswith(reason)
    assert refused.value.what_happened == refused.value.reason


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("notlocalhost", False),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_this_computer_only(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


LIKE_AN_ADDRESS = st.text(
    st.sampled_from("aé例xn-.:/@[]%?#\\1230 \u202e\u200b\ud800\x00htps_") | st.characters(),
    max_size=30,
)
LIKELY = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "@", "a@", "http://", "https://", "acct:", "[", "https://["]),
    LIKE_AN_ADDRESS,
    st.sampled_from(["", ".example", ".localhost", "::1]", "example.org", ".xn--a"]),
    st.sampled_from(["", ":8080", ":", "/@a", "/", "."]),
)


@given(LIKE_AN_ADDRESS | LIKELY)
def test_anything_is_an_address_or_refused_in_safe_words(typed: str) -> None:
    try:
        address = read_address(typed)
    except AddressError as refusal:
        assert is_safe(refusal.reason)
        assert len(refusal.reason) < 160
        return
    assert address.origin.isascii()
    assert is_safe(address.origin + address.readable + address.username)
    again = read_address(address.origin)
    assert (again.origin, again.host, again.username) == (address.origin, address.host, "")
    assert read_address(address.readable).host == address.host


def is_safe(text: str) -> bool:
    return not any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Cn"} for one in text)
