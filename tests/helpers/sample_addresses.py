"""What people type as the address of their server, and what becomes of it."""

# ruff: noqa: RUF001, S104 - letters that look like others, and addresses that nobody binds to

from __future__ import annotations

from gts_wizard.errors import AddressError

ORIGIN = "https://example.org"

SERVER_ADDRESSES = [
    "example.org", "  Example.ORG  ", "example.org.", "example.org...", "example.org,",
    "example.org;", "example.org!", "example.org?", "example.org/", "example.org:",
    "example.org:443", "example.org:0443", "example.org/about", "example.org?x=a@b",
    "example.org#@alice", "https://example.org", "HTTPS://EXAMPLE.ORG/", "https:example.org",
    "https:/example.org", "https//example.org", "//example.org", "https://example.org:443/",
    "https://example.org./", "https://example.org/about?x=1#top", "https://example.org/alice",
    "https://example.org/settings/user/profile", "https://example.org/@bob@elsewhere.example",
    "https://example.org/%40bob%40elsewhere.example", "https://example.org/?next=http://a.example",
    "https://example.org/web/accounts/12", "https://example.org/@", f"{ORIGIN}/@{'a' * 65}",
    "web+ap://example.org", "“example.org”!", "«example.org»", "(example.org)", "[example.org]",
    "`example.org`", "**example.org**", "<https://example.org>", "https://example.org</p></div>",
    "https://example.org&nbsp;", "&lt;https://example.org&gt;", "[text](https://example.org)",
    "[example.org](https://example.org/)", '<a href="https://example.org">here</a>',
    "exam\u200bple.org\u202e", "\ufeffexample.org", "ex\u00adample.org", "\n\nexample.org\r\n",
    "ｅｘａｍｐｌｅ．ｏｒｇ", "https：／／example．org", "example。org", "example｡org",
    "\u3000example.org", "Join us at https://example.org/about", "We are at example.org!",
    "alice @ example.org", "https://example.org, that is example.org", "hello friend (example.org)",
    "e.g. example.org", "my server is example.org", "Server: example.org", "@example.org",
    "https:// example.org", "example.org :443",
    "Version 1.2.3 runs on example.org", "See https://example.org\nand then https://example.org/x",
    "Server:\nexample.org", "https://example.org\nThanks", "https://example.org\n-Alice",
    "https://exam\nple.org", "https://\nexample.org", "https://example\n.org", "example\n.org",
    "> https://exam\n> ple.org", "│ https://exam │\n│ ple.org      │",
]  # fmt: skip
"""All mean the server `ORIGIN`, and no account."""

ALICE_ADDRESSES = [
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
"""All mean the account alice, capitals apart, of the server `ORIGIN`."""

REFUSED_ADDRESSES = {
    "There's no address yet.": ["", " \u200b\n ", "<>", "...", "“”"],
    "None of these words is an address.": [
        "my own instance", "I am @alice", "I'm @alice", "version 1.2.3", "javascript:alert(1)",
        "Hello @ friend!", "Hello, friend", "I do not know. Help me",
    ],
    "There is more than one address here.": [
        "https://example.org or https://example.com", "example.org and example.com",
        "@alice@example.org @bob@example.org", "https://example.org\nexample.com",
        "@alice@example.org, https://example.com", "[@a@example.org](https://b.example/@a)",
        "https://social.exam\nple.org/@alice", "example.org example.org:8443",
    ],
    "This is too long for an address.": ["a" * 4001, "example.org " * 400],
    "Some of these characters can't be shown.": [
        "exam\x00ple.org", "exam\x1b[31mple.org", "example.org\x7f/", "exam\ud800ple.org",
        "exam\ue000ple.org", "https://exam\x9bple.org", "exam\ufffdple.org",
    ],
    "A handle needs its server too, like @alice@example.org.": ["@alice", "/@alice", "＠alice"],
    "A handle needs its server too, like @you@example.org.": ["@", "@!", f"@{'a' * 65}"],
    "The part before the last @ isn't a username.": [
        "älice@example.org", "a@b@example.org", "@@alice@example.org", f"{'a' * 65}@example.org",
    ],
    "There is a space in this address.": [
        "alice@exam ple.org", "@alice@exam ple.org", "@al ice@example.org", "@alice @example.org",
        "@alice@example org", "example .org", "example. org", "example org", "https://exam ple.org",
        "exam ple.org", "@alice example.org", "@alice@ example.org",
        "Server\nexample.org", "example.org friend", "alice alice@example.org",
        "localhost 8080", "example.org :8443", "https://example.org 8443", "example.org /@alice",
    ],
    "There is a comma (,) in this address.": [
        "@alice,example.org", "alice@example,org", "example,org", "@alice，example.org",
        "https://example,org/@alice", "alice,bob@example.org",
        "https://example.org,https://example.com",
    ],
    "There is a semicolon (;) in this address.": [
        "example;org", "@alice;example.org", "https;//example.org",
    ],
    "There is a colon (:) in this address.": ["@alice:example.org"],
    "There is an exclamation mark (!) in this address.": ["a!b@example.org"],
    "There is an apostrophe (') in this address.": ["exam'ple.org"],
    "There is an apostrophe (’) in this address.": ["exam’ple.org"],
    "There is a backslash (\\) in this address.": [
        "a\\b.example", "example.org\\@evil.example", "http:\\\\example.org",
    ],
    "There is a percent sign (%) in this address.": ["exam%70le.org"],
    "There is a long dash (–) in this address.": ["exam–ple.org"],
    "There is a long dash (—) in this address.": ["exam—ple.org"],
    "There is a “$” in this address.": ["a$b.example"],
    "There is a “+” in this address.": ["alice+news@example.org"],
    "There is a “♥” in this address.": ["♥.example", "♥"],
    "There is a “℀” in this address.": ["example℀.org"],
    "There is a “<” in this address.": ["http://localhost<x>.evil.example"],
    "There is a “&” in this address.": ["http://localhost&sol;.evil.example"],
    "The server's name is missing.": [
        "alice@", "@alice@", "https://", "https:///@alice", ":8080", "@alice@:80", "acct:", "/",
    ],
    "A server's address has a dot in it, like example.org.": [
        "example", "https://exam", "@alice@exam", "al/ice@example.org", "2130706433", "0x7f000001",
        "bücher", "acct:alice@localhos",
    ],
    "This address starts with http://, so others on the network could read what you send.": [
        "http://example.org", "HTTP://example.org/@alice", "http:example.org", "http://203.0.113.7",
        "http://localhost.example", "Join http://example.org today", "http://[2001:db8::1]",
    ],
    "An address starts with https:// or with the server's name.": [
        "ftp://example.org", "javascript://example.org", "gemini://example.org/@alice",
        "file:///etc/passwd", "htps://example.org", "://example.org", "@alice@https://example.org",
    ],
    "There is a username or a password in this address.": [
        "https://alice:pw@example.org", "https://alice@example.org", "https://@example.org",
        "alice:pw@example.org", "https://example.org:443@evil.example", "mailto:a:b@example.org",
        "https://example.org\\@evil.example", 'https://example.org"@evil.example',
        "https://user:a;b@example.org", "Here: https://alice:pw@example.org !",
    ],
    "The part after the colon isn't a port number.": [
        "example.org:port", "example.org:80a", "example.org:-1", "example.org:८०",
        "xmpp:example.org", "https://user:pass/word@example.org",
    ],
    "A port is a number from 1 to 65535.": [
        "example.org:0", "example.org:65536", "example.org:99999", f"localhost:{'9' * 3900}",
    ],
    "A server's name can't have an underscore (_) in it.": ["exam_ple.org", "@a@_b.example"],
    "Part of the server's name is missing before a dot.": [
        ".example.org", "a..example", "https://example..org/@alice", ".example.org.",
    ],
    "No part of a server's name starts or ends with a hyphen.": [
        "-a.example", "a-.example", "xn--zzzzzz-.example", "a.-b.example", "a.example-",
    ],
    "No part of a server's name has more than 63 characters.": [
        f"{'a' * 64}.example", f"{'ü' * 64}.example",
    ],
    "A server's name has at most 253 characters.": ["a" * 300, "a." * 126 + "example"],
    "This can't be a server's name.": ["xn--a.example", "١٢٧.0.0.1", f"{'ü' * 60}.example"],
    "This is neither a name nor a complete IP address.": [
        "127.1", "1.2.3.4.5", "0x7f.1", "127.0.0.0x1", "0177.0.0.1", "256.1.1.1", "①②⑦.⓪.⓪.①",
        "127.0.0.1.example.0x", "1:2:3", "[1:2:3]", "https://[example.org]", "https://[v1.a]",
        "https://[127.0.0.1]", "2001:db8::g", "::ffff:127.1",
    ],
    "An IPv6 address with a port needs brackets, like [2001:db8::1]:8080.": [
        "2001:db8::1:8080", "::1:8080",
    ],
    "An IP address with a network zone (%) can't be used here.": [
        "[fe80::1%eth0]", "fe80::1%eth0", "https://[fe80::1%25eth0]/",
    ],
    "No server can have this IP address: it doesn't stand for one computer.": [
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "[::]:80", "ff02::1",
        "::ffff:0.0.0.0", "http://0.0.0.0:8080",
    ],
    AddressError.reason: [
        "https://[::1", "https://example.org[::1]", "https://[::1]example.org", "https://]",
    ],
}  # fmt: skip
"""What is not an address, by the reason of the refusal."""
