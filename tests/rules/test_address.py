"""What people type for their instance, and how it is understood."""

# ruff: noqa: RUF001 - letters that look like others are the point here

from __future__ import annotations

import pytest

from gts_wizard.rules.address import is_loopback, read_address, unbroken

EXAMPLE = "https://example.org"
SERVER = [
    "example.org", "  Example.ORG  ", "example.org.", "example.org...", "example.org,",
    "example.org;", "example.org!", "example.org?", "example.org/", "example.org:",
    "example.org:443", "example.org:0443", "example.org/about", "example.org?x=a@b",
    "example.org#@alice", "https://example.org", "HTTPS://EXAMPLE.ORG/", "https:example.org",
    "https:/example.org", "https//example.org", "//example.org", "https://example.org:443/",
    "https://example.org./", "https://example.org/about?x=1#top", "https://example.org/alice",
    "https://example.org/settings/user/profile", "https://example.org/@bob@elsewhere.example",
    "https://example.org/%40bob%40elsewhere.example", "https://example.org/?next=http://a.example",
    "https://example.org/web/accounts/12", "https://example.org/@", f"{EXAMPLE}/@{'a' * 65}",
    "web+ap://example.org", "“example.org”!", "«example.org»", "(example.org)", "[example.org]",
    "`example.org`", "**example.org**", "<https://example.org>", "https://example.org</p></div>",
    "https://example.org&nbsp;", "&lt;https://example.org&gt;", "[text](https://example.org)",
    "[example.org](https://example.org/)", '<a href="https://example.org">here</a>',
    "exam\u200bple.org\u202e", "\ufeffexample.org", "ex\u00adample.org", "\n\nexample.org\r\n",
    "ｅｘａｍｐｌｅ．ｏｒｇ", "https：／／example．org", "example。org", "example｡org",
    "\u3000example.org", "Join us at https://example.org/about", "We are at example.org!",
    "alice @ example.org", "https://example.org, that is example.org", "hello friend (example.org)",
    "e.g. example.org",
    "Version 1.2.3 runs on example.org", "See https://example.org\nand then https://example.org/x",
    "Server\nexample.org", "https://example.org\nThanks", "https://example.org\n-Alice",
    "https://exam\nple.org", "https://\nexample.org", "https://example\n.org", "example\n.org",
    "> https://exam\n> ple.org", "│ https://exam │\n│ ple.org      │",
]  # fmt: skip
ALICE = [
    "@alice@example.org", "alice@example.org", " @alice@Example.org. ", "alice@example.org:443",
    "acct:alice@example.org", "acct:@alice@example.org", "ACCT:alice@example.org",
    "mailto:alice@example.org", "mailto:alice@example.org?subject=Hi", "alice@example.org/",
    "web+ap://@alice@example.org", "web+ap://example.org/users/alice",
    "web+activitypub://example.org/@alice", "＠alice＠example．org", "@alice\u2060@example.org",
    "example.org/@alice", "https://example.org/@alice", "https://example.org./@alice",
    "https://example.org/@alice/", "https://example.org/@alice.", "https://example.org/@alice?x#y",
    "https://example.org/@alice:", "https://example.org/%40alice", "https://example.org/users/alice",
    "https://example.org/users/alice/statuses/01ABC", "https://example.org/@alice/statuses/01ABC",
    "https://example.org/@alice/1234", "https://example.org/web/@alice",
    "https://example.org/deck/@alice", "https://example.org/profile/alice", "//example.org/@alice",
    "<https://example.org/@alice>,", "https://example.org/@alice</a>", "Alice <alice@example.org>",
    "My account is @alice@example.org, come by!", "I'm alice@example.org.", "(@alice@example.org)",
    "[@alice](https://example.org/@alice)", "[@alice@example.org](https://example.org/@alice)",
    '<a href="https://example.org/@alice" class="u-url mention">@<span>alice</span></a>',
    "hello.there I am @alice@example.org", "@alice@example.org or https://example.org/@Alice?",
    "@alice@example.org @ALICE@EXAMPLE.ORG", "example.org: @alice@example.org",
    "@alice@\nexample.org", "@alice\n@example.org", "@al\nice@exam\nple.org",
    "Alice\n@alice@example.org",
    "https://exam\nple.org/@alice", "https://example.o\nrg/@alice", "https://example.org\n/@alice",
    "https://example.org/@al\r\nice", "<https://exam\nple.org/@alice>",
    "https:\n//example.org/@alice",
]  # fmt: skip
OTHERS = [
    ("@Alice_1.b-c@Example.org:8443", "https://example.org:8443", "Alice_1.b-c"),
    ("example.org:8443", "https://example.org:8443", ""),
    ("https://example.org:08443/@alice", "https://example.org:8443", "alice"),
    ("example.org\n:8443", "https://example.org:8443", ""),
    ("hello.there friend", "https://hello.there", ""),
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
    ("http://localhost:80", "http://localhost", ""),
    ("https://localhost:80", "https://localhost:80", ""),
    ("gts.localhost:8080", "http://gts.localhost:8080", ""),
    ("127.0.0.1:8080", "http://127.0.0.1:8080", ""),
    ("http://127.8.9.1", "http://127.8.9.1", ""),
    ("::1", "http://[::1]", ""),
    ("[::1]:8080", "http://[::1]:8080", ""),
]


@pytest.mark.parametrize(
    ("typed", "origin", "username"),
    [
        *((typed, EXAMPLE, "") for typed in SERVER),
        *((typed, EXAMPLE, "alice") for typed in ALICE),
        *OTHERS,
    ],
)
def test_what_is_typed_becomes_an_origin_and_perhaps_a_name(
    typed: str, origin: str, username: str
) -> None:
    address = read_address(typed)
    assert (address.origin, address.username.lower()) == (origin, username.lower())
    assert address.origin.endswith(f"://{address.host}")


def test_the_capitals_of_a_name_are_kept() -> None:
    assert read_address("HTTPS://EXAMPLE.ORG/@Alice").username == "Alice"


@pytest.mark.parametrize(
    ("typed", "host", "readable"),
    [
        ("xn--bcher-kva.example:8443", "xn--bcher-kva.example:8443", "bücher.example:8443"),
        ("@alice@BÜCHER.example", "xn--bcher-kva.example", "bücher.example"),
        ("ΟΔΟΣ.example", "xn--pxavbq.example", "οδοσ.example"),
        ("почта.рф", "xn--80a1acny.xn--p1ai", "почта.рф"),
        # A joiner, here of a Persian word, can't be seen.
        ("xn--mgba3gch31f060k.ir", "xn--mgba3gch31f060k.ir", "xn--mgba3gch31f060k.ir"),
    ],
)  # fmt: skip
def test_an_international_name_is_shown_in_its_own_letters(
    typed: str, host: str, readable: str
) -> None:
    address = read_address(typed)
    assert (address.host, address.readable) == (host, readable)


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
def test_a_paste_becomes_one_line(pasted: str, expected: str) -> None:
    assert unbroken(pasted) == expected


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
