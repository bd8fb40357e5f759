"""Whatever is typed: it is an address or refused, safely, quickly, and always alike."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gts_wizard.errors import AddressError
from gts_wizard.rules.address import Address, read_address, unbroken
from tests.rules.test_address import ALICE, SERVER
from tests.rules.test_address_refusals import REFUSED

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
PIECES = st.lists(st.sampled_from([*SERVER, *ALICE, " ", "\n", "@", "://"]), max_size=4).map(
    "".join
)
TYPED = LIKE_AN_ADDRESS | LIKELY | PIECES
USER_INFO = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
MEBIBYTE = 1024 * 1024


def outcome(typed: str) -> Address | str:
    try:
        return read_address(typed)
    except AddressError as refusal:
        return refusal.reason


def is_safe(text: str) -> bool:
    return not any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Cn"} for one in text)


@given(TYPED)
def test_anything_is_an_address_or_refused_in_safe_words(typed: str) -> None:
    address = outcome(typed)
    if isinstance(address, str):
        assert is_safe(address)
        assert len(address) < 160
        return
    assert address.origin.isascii()
    assert is_safe(address.origin + address.readable + address.username + address.warning)
    assert read_address(address.origin) == Address(address.origin, address.host, address.readable)
    assert read_address(address.readable).host == address.host


@given(TYPED)
def test_a_paste_means_the_same_in_the_field_and_before(typed: str) -> None:
    assert outcome(unbroken(typed)) == outcome(typed)
    assert unbroken(unbroken(typed)) == unbroken(typed)
    assert len(unbroken(typed).splitlines()) <= 1


@given(USER_INFO, st.sampled_from(["{}", "Log in: {} thanks", "<{}>", "\n{}"]))
def test_no_reason_repeats_a_password(user_info: str, around: str) -> None:
    reason = outcome(around.format(f"https://{user_info}@example.org"))
    assert isinstance(reason, Address) or reason in REFUSED


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_a_whole_url_means_the_host_that_other_programs_go_to(middle: str) -> None:
    # An IPv6 address without brackets is understood here, and by others refused.
    assume(middle.count(":") <= 1)
    url = f"https://a{middle}/end"
    address = outcome(url)
    if isinstance(address, Address):
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in {None, 443} else ""
        assert address.host == f"{(parts.hostname or '').removesuffix('.')}{port}"


@pytest.mark.parametrize("around", ["Look: {}, thanks!", "“{}”", "[x]({})", "({}).", "\n> {}\n"])
@pytest.mark.parametrize("typed", [f"https://{'a' * 9}.example/@alice", "@alice@aaaaaaaaa.example"])
def test_an_address_is_found_in_any_decoration(typed: str, around: str) -> None:
    assert read_address(around.format(typed)) == read_address(typed)


@pytest.mark.parametrize("at", range(8, 26))
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", " \n  ", "\n> "])
def test_a_broken_url_is_put_together_wherever_it_broke(at: int, line_break: str) -> None:
    url = "https://example.org/@alice"
    assert read_address(url[:at] + line_break + url[at:]) == read_address(url)


@pytest.mark.parametrize(
    "unit",
    [
        "a", "a.", "a@", "a:", "@", "[", "[:", "<a", "<a>", "&lt;", "&#", "(", "-", "_", "9", "ü",
        "ü.é ", "一\n", "♥.я ", "http", "https://", "https://a.b/", "@a@b.example ", "x.example ",
        "\u200b", "\x00", " ", "\n", ">", "%", "'", "://", "é\u0301", "www.", "\ud800",
    ],
)  # fmt: skip
@pytest.mark.parametrize("start", ["", "https://", "see @alice@example.org "])
def test_a_mebibyte_of_anything_is_no_trouble(start: str, unit: str) -> None:
    typed = start + unit * (MEBIBYTE // len(unit))
    address = outcome(typed)
    assert isinstance(address, Address) or address in REFUSED
    assert len(unbroken(typed)) <= 4001


def test_an_address_is_found_in_a_mebibyte_of_space() -> None:
    assert read_address(" " * MEBIBYTE + "@alice@example.org\n").username == "alice"
