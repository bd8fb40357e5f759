"""What is no address, and the reason people are told."""

# ruff: noqa: RUF001, S104 - letters that look like others, and addresses that nobody binds to

from __future__ import annotations

import pytest

from gts_wizard.errors import AddressError
from gts_wizard.rules.address import LASTING_REASONS, read_address

REFUSED = {
    "There is no address yet.": ["", " \u200b\n ", "<>", "...", "“”"],
    "None of these words is an address.": [
        "my instance", "example .org", "e.g. this", "I am @alice", "version 1.2.3",
        "javascript:alert(1)", "Hello @ friend!",
    ],
    "There is more than one address in this.": [
        "https://example.org or https://example.com", "example.org and example.com",
        "@alice@example.org @bob@example.org", "https://example.org\nexample.com",
        "@alice@example.org, https://example.com", "[@a@example.org](https://b.example/@a)",
        "https://social.exam\nple.org/@alice", "example.org example.org:8443",
    ],
    "This is too long for an address.": ["a" * 4001, "example.org " * 400],
    "There are characters in this that can't be shown.": [
        "exam\x00ple.org", "exam\x1b[31mple.org", "example.org\x7f/", "exam\ud800ple.org",
        "exam\ue000ple.org", "https://exam\x9bple.org", "exam\ufffdple.org",
    ],
    "A handle needs its server too, like @alice@example.org.": ["@alice", "/@alice", "＠alice"],
    "A handle needs its server too, like @you@example.org.": ["@", "@!", f"@{'a' * 65}"],
    "What stands in front of the last @ is not a user name.": [
        "a!b@example.org", "älice@example.org", "example.org\\@evil.example", "a@b@example.org",
        "@@alice@example.org", f"{'a' * 65}@example.org",
    ],
    "The name of the server is missing.": [
        "alice@", "@alice@", "https://", "https:///@alice", ":8080", "@alice@:80", "acct:", "/",
    ],
    "The address of a server has a dot in it, like example.org.": [
        "example", "https://exam", "@alice@exam", "al/ice@example.org", "2130706433", "0x7f000001",
        "https://exam ple.org", "bücher", "acct:alice@localhos",
    ],
    "This address begins with http://, where others on the way can read along.": [
        "http://example.org", "HTTP://example.org/@alice", "http:example.org", "http://203.0.113.7",
        "http://localhost.example", "Join http://example.org today", "http://[2001:db8::1]",
    ],
    "The address of an instance begins with https://, or right with its name.": [
        "ftp://example.org", "javascript://example.org", "gemini://example.org/@alice",
        "file:///etc/passwd", "htps://example.org", "://example.org", "@alice@https://example.org",
    ],
    "There is a user name or a password inside this address.": [
        "https://alice:pw@example.org", "https://alice@example.org", "https://@example.org",
        "alice:pw@example.org", "https://example.org:443@evil.example", "mailto:a:b@example.org",
        "https://example.org\\@evil.example", 'https://example.org"@evil.example',
        "https://user:a;b@example.org", "Here: https://alice:pw@example.org !",
    ],
    "What follows the colon is not a port number.": [
        "example.org:port", "example.org:80a", "example.org:-1", "example.org:८०",
        "xmpp:example.org", "https://user:pass/word@example.org",
    ],
    "A port is a number from 1 to 65535.": [
        "example.org:0", "example.org:65536", "example.org:99999", f"localhost:{'9' * 3900}",
    ],
    "There can be no underscore (_) in the name of a server.": ["exam_ple.org", "@a@_b.example"],
    "A part of the server's name is missing in front of a dot.": [
        ".example.org", "a..example", "https://example..org/@alice", ".example.org.",
    ],
    "No part of a server's name begins or ends with a hyphen.": [
        "-a.example", "a-.example", "xn--zzzzzz-.example", "a.-b.example", "a.example-",
    ],
    "No part of a server's name has more than 63 characters.": [
        f"{'a' * 64}.example", f"{'ü' * 64}.example",
    ],
    "The name of a server has at most 253 characters.": ["a" * 300, "a." * 126 + "example"],
    "This can't be the name of a server.": [
        "xn--a.example", "١٢٧.0.0.1", "♥.example", "a$b.example", "example℀.org",
        f"{'ü' * 60}.example", "https://example.org,https://example.com", "exam%70le.org",
        "http://localhost<x>.evil.example", "http://localhost&sol;.evil.example", "a\\b.example",
    ],
    "This is neither a name nor a whole IP address.": [
        "127.1", "1.2.3.4.5", "0x7f.1", "127.0.0.0x1", "0177.0.0.1", "256.1.1.1", "①②⑦.⓪.⓪.①",
        "127.0.0.1.example.0x", "1:2:3", "[1:2:3]", "https://[example.org]", "https://[v1.a]",
        "https://[127.0.0.1]", "2001:db8::g", "::ffff:127.1",
    ],
    "An IP address with a colon and a port needs brackets, like [2001:db8::1]:8080.": [
        "2001:db8::1:8080", "::1:8080",
    ],
    "An IP address with a network zone (%) can't be used here.": [
        "[fe80::1%eth0]", "fe80::1%eth0", "https://[fe80::1%25eth0]/",
    ],
    "No server can have this IP address: it does not mean one single computer.": [
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "[::]:80", "ff02::1",
        "::ffff:0.0.0.0", "http://0.0.0.0:8080",
    ],
    "This is not an address the wizard understands.": [
        "https://[::1", "https://example.org[::1]", "https://[::1]example.org", "https://]",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "reason"), [(typed, reason) for reason, inputs in REFUSED.items() for typed in inputs]
)
def test_what_is_no_address_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_address(typed)
    assert refused.value.reason == refused.value.what_happened == reason


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
def test_half_an_address_is_never_a_mistake_that_lasts(whole: str) -> None:
    for end in range(len(whole)):
        try:
            read_address(whole[:end])
        except AddressError as refusal:
            assert refusal.reason not in LASTING_REASONS


@pytest.mark.parametrize(
    "wrong",
    [
        "http://example.org",
        "ftp://example.org",
        "https://alice:pw@example.org",
        "a!b@example.org",
        "exam\x00ple.org",
        "example.org or example.com",
        "a" * 5000,
    ],
)
def test_what_no_more_typing_can_mend_is_known(wrong: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_address(wrong)
    assert refused.value.reason in LASTING_REASONS
