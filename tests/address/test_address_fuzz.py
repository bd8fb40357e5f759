"""Whatever is typed becomes an address or is refused, safely and without delay."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gts_wizard.address import Address, join_wrapped, read_address
from gts_wizard.errors import AddressError, WizardError
from tests.helpers.assertions import assert_safe_error, assert_well_formed, is_safe
from tests.helpers.fuzz import mutated_text, tries
from tests.helpers.sample_addresses import (
    ALICE_ADDRESSES,
    ORIGIN,
    REFUSED_ADDRESSES,
    SERVER_ADDRESSES,
)

pytestmark = pytest.mark.fuzz

LIKE_AN_ADDRESS = st.text(
    st.sampled_from("aé例xn-.:/@[]%?#\\1230 \u202e\u200b\ud800\x00\n\uff20\uff0ehtps_")
    | st.characters(),
    max_size=30,
)
LIKELY = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "@", "a@", "http://", "https://", "acct:", "[", "https://[", "see "]),
    LIKE_AN_ADDRESS,
    st.sampled_from(["", ".example", ".localhost", "::1]", "example.org", ".xn--a", "\nple.org"]),
    st.sampled_from(["", ":8080", ":", "/@a", "/", ".", " b.example", "</a>"]),
)
PIECES = st.lists(
    st.sampled_from([*SERVER_ADDRESSES, *ALICE_ADDRESSES, " ", "\n", "@", "://"]), max_size=4
).map("".join)
DAMAGED = st.sampled_from([f"{ORIGIN}/@alice", "@alice@example.org", ORIGIN]).flatmap(mutated_text)
TYPED = LIKE_AN_ADDRESS | LIKELY | PIECES
USER_INFO = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
MEBIBYTE = 1024 * 1024


def outcome(typed: str) -> Address | str:
    """Return the address, or the reason why it is refused."""
    try:
        return read_address(typed)
    except AddressError as refusal:
        return refusal.reason


def is_known(reason: str) -> bool:
    """Return whether a reason quotes nothing of what was typed but a single character."""
    quoting = re.fullmatch(r"There is a “.” in this address\.", reason)
    return reason in REFUSED_ADDRESSES or quoting is not None


@tries(40)
@given(TYPED)
def test_any_text_is_an_address_or_safely_refused(typed: str) -> None:
    address = outcome(typed)
    line = join_wrapped(typed)
    assert outcome(line) == address
    assert join_wrapped(line) == line
    assert len(line.splitlines()) <= 1
    if isinstance(address, str):
        assert is_safe(address)
        assert len(address) < 160
        return
    assert address.origin.isascii()
    assert is_safe(address.origin + address.unicode_host + address.username + address.warning)
    assert read_address(address.origin) == Address(
        address.origin, address.host, address.unicode_host
    )
    assert read_address(address.unicode_host).host == address.host


@tries(40)
@given(USER_INFO, st.sampled_from(["{}", "Log in: {} thanks", "<{}>", "\n{}"]))
def test_reason_repeats_no_password(user_info: str, around: str) -> None:
    reason = outcome(around.format(f"https://{user_info}@example.org"))
    assert isinstance(reason, Address) or is_known(reason)


@tries(40)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_url_means_the_host_that_urlsplit_finds(middle: str) -> None:
    # An IPv6 address without brackets is understood here, and by others refused.
    assume(middle.count(":") <= 1)
    url = f"https://a{middle}/end"
    address = outcome(url)
    if isinstance(address, Address):
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in {None, 443} else ""
        assert address.host == f"{(parts.hostname or '').removesuffix('.')}{port}"


@pytest.mark.parametrize("around", ["Look: {}, thanks!", "“{}”", "[x]({})", "({}).", "\n> {}\n"])
def test_address_in_a_sentence_is_found(around: str) -> None:
    for typed in (f"https://{'a' * 9}.example/@alice", "@alice@aaaaaaaaa.example"):
        assert read_address(around.format(typed)) == read_address(typed)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", " \n  ", "\n> "])
def test_broken_url_is_joined_wherever_it_broke(line_break: str) -> None:
    url = "https://example.org/@alice"
    for at in range(8, 26):
        assert read_address(url[:at] + line_break + url[at:]) == read_address(url), at


@pytest.mark.parametrize(
    "unit",
    [
        "a", "a.", "a@", "a:", "@", "[", "[:", "<a", "<a>", "&lt;", "&#", "(", "-", "_", "9", "ü",
        "ü.é ", "一\n", "♥.я ", "http", "https://", "https://a.b/", "@a@b.example ", "x.example ",
        "\u200b", "\x00", " ", "\n", ">", "%", "'", "://", "é\u0301", "www.", "\ud800",
    ],
)  # fmt: skip
def test_huge_input_is_read_or_refused(unit: str) -> None:
    for start in ("", "https://", "see @alice@example.org "):
        typed = start + unit * (MEBIBYTE // len(unit))
        address = outcome(typed)
        assert isinstance(address, Address) or is_known(address)
        assert len(join_wrapped(typed)) <= 4001


def test_address_is_found_in_huge_space() -> None:
    assert read_address(" " * MEBIBYTE + "@alice@example.org\n").username == "alice"


@tries(40)
@example(typed="example.org../")
@given(
    typed=st.sampled_from([f"{ORIGIN}/@alice", "@alice@example.org", ORIGIN]).flatmap(mutated_text)
)
def test_damaged_address_is_read_or_refused(typed: str) -> None:
    try:
        address = read_address(typed)
    except WizardError as refusal:
        assert_safe_error(refusal)
    else:
        assert_well_formed(address)
        assert is_safe(address.warning)
        assert read_address(address.origin).origin == address.origin
