"""What whoever answers can send: bodies, heads, redirects."""

from __future__ import annotations

from collections.abc import Mapping

from gts_wizard.errors import (
    ConnectionLost,
    Nonsense,
    NoSuchName,
    NotAnInstance,
    TooMuchData,
    WebPage,
)
from tests.hostile import manners
from tests.hostile.modes import (
    ANY_BODY,
    LATER,
    Leaf,
    Mode,
    Stage,
    slow,
    way,
    with_body,
)
from tests.hostile.standing import with_certificate
from tests.server import scripts
from tests.server.papers import V2
from tests.server.scripts import http, raw, says

_HUGE = str(200 * manners.MEBIBYTE)
_CHUNK = http(200, b"5\r\n{", Transfer_Encoding="chunked")
_ODD_BYTES = b"HTTP/1.1 200 \xff\x1b[31m\r\nContent-Length: 2\r\nContent-Type: \xff\xfe\r\n\r\n{}"
_READABLE: Mapping[Stage, Leaf] = {**dict.fromkeys(LATER, Nonsense), **ANY_BODY}

BODIES = (
    slow("a body that drips", scripts.drips),
    slow("a head that drips", scripts.drips_its_head),
    *(
        Mode(name, TooMuchData, script)
        for name, script in [
            ("a body of 200 MiB", scripts.sends_for_ever(http(200, Content_Length=_HUGE))),
            ("a body without end", scripts.sends_for_ever(b"HTTP/1.1 200 OK\r\n\r\n")),
            ("chunks without end", scripts.sends_chunks_for_ever),
            ("a failure without end", scripts.sends_for_ever(b"HTTP/1.0 500 Sorry\r\n\r\n")),
        ]
    ),
    Mode("a body compressed like a bomb", Nonsense, manners.sends_a_bomb),
    Mode("half a body", ConnectionLost, raw(http(200, b"{", Content_Length="99"), hang_up=True)),
    Mode("half a chunk", ConnectionLost, raw(_CHUNK, hang_up=True)),
    with_body("HTML", b"<!doctype html><p>Welcome", WebPage),
    with_body("HTML by its header", b"Welcome", WebPage, Content_Type="text/html"),
    Mode("a body said to be compressed", Nonsense, says(200, b"{}", Content_Encoding="br")),
    with_body("behind a cookie of 5,000 digits", b"[5]", Set_Cookie=manners.COOKIE),
    *(
        with_body(name, body)
        for name, body in [
            ("empty", b""),
            ("not UTF-8", b'{"title": "\xe9\xff"}'),
            ("binary", b"\x00\xff\xfe\x80" * 99),
            ("half a document", b'{"title": "Some'),
            ("null", b"null"),
            ("a number", b"5"),
            ("a text", b'"text"'),
            ("a list of numbers", b"[5]"),
            ("a number of 5,000 digits", b"-" + b"9" * 5000),
            ("an object with a number of 5,000 digits", b'{"version": ' + b"9" * 5000 + b"}"),
            ("deeply nested lists", b"[" * 500_000),
            ("deeply nested objects", b'{"a":' * 100_000),
        ]
    ),
    *(with_body(f"packed with {name}", body) for name, body in manners.packed().items()),
    Mode("an empty object", NotAnInstance, says(200, b"{}"), at=_READABLE),
    Mode("an object of 40,000 keys", NotAnInstance, says(200, manners.keys(40_000)), at=_READABLE),
    with_body("an object of 100,000 keys", manners.keys(100_000)),
    Mode("two answers to each question", NotAnInstance, raw(http(200, b"{}") * 2), at=_READABLE),
)

HEADS = (
    *(
        Mode(name, TooMuchData, script)
        for name, script in [
            ("headers without end", scripts.sends_headers_for_ever),
            ("a header without end", manners.sends_one_header_for_ever),
            ("trailers without end", manners.sends_trailers_for_ever),
            ("a chunk's size without end", manners.sends_a_size_for_ever),
        ]
    ),
    slow("103 without end", scripts.informs_for_ever),
    slow("100 without end", manners.continues_for_ever),
    *(
        Mode(f"the head {head[:40]!r}", Nonsense, raw(head + b"\r\n\r\n{}", hang_up=True))
        for head in [
            b"SSH-2.0-OpenSSH_9.6",
            b"\x00\xff\x00\xff",
            b"HTTP/2.0 what",
            b"HTTP/1.1 000 Nothing",
            b"HTTP/1.1 1000 Too much",
            b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade",
            b"HTTP/1.1 200 OK\r\nContent-Length: -2",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: magic",
            b"HTTP/1.1 200 OK\r\nno colon",
            b"HTTP/1.1 200 OK\r\nX-Nul: \x00",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: \xff\xfe",
            b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30,
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2",
        ]
    ),
    Mode("a head in no encoding", NotAnInstance, raw(_ODD_BYTES), at=_READABLE),
)

_ODD_LOCATIONS = [
    "urn:ietf:wg:oauth:2.0:oob?code=canary",
    "javascript:alert(1)",
    "data:text/html,hello",
    "file:///etc/passwd",
    "http://example.org/",
    "http://[::1",
    "http://127.0.0.1:99999/",
    "https://alice:secret@127.0.0.1/",
    "https://ex\u200bample.org/",
    "https://" + "a" * 9000,
    "",
]

_ODD_REDIRECT = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://\xff\xfe/\r\n\r\n"

REDIRECTS = (
    Mode("a redirect to itself", NotAnInstance, says(302, Location=V2)),
    Mode(
        "a redirect without end",
        TooMuchData,
        scripts.sends_for_ever(b"HTTP/1.1 302 Found\r\nLocation: /thing\r\n\r\n"),
    ),
    Mode("a redirect in no encoding", NotAnInstance, raw(_ODD_REDIRECT)),
    Mode("redirects from name to name", NotAnInstance, manners.to_another(307)),
    Mode(
        "a redirect to a name that does not exist",
        NoSuchName,
        says(301, Location="https://gone.example/"),
        at=dict.fromkeys(LATER, NotAnInstance),
    ),
    way(
        "a redirect down to http",
        NotAnInstance,
        with_certificate(script=says(302, Location="http://localhost:1/")),
    ),
    *(
        Mode(f"a redirect to “{where[:40]}”", NotAnInstance, says(302, Location=where))
        for where in _ODD_LOCATIONS
    ),
)
