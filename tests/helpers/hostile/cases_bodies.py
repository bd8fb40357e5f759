"""Cases of unusable bodies, headers and redirects."""

from __future__ import annotations

from collections.abc import Mapping

from gts_wizard.errors import (
    ConnectionLost,
    HostNotFound,
    InvalidResponse,
    NotAnInstance,
    ResponseTooLarge,
    UnexpectedHtml,
)
from tests.helpers import odd_responses, raw_responses
from tests.helpers.hostile.case import (
    ANY_BODY,
    LATER_STAGES,
    Case,
    ExpectedError,
    Stage,
    body_case,
    network_case,
    slow_case,
)
from tests.helpers.hostile.environments import with_certificate
from tests.helpers.raw_responses import http_response, respond, respond_raw
from tests.helpers.samples import INSTANCE_V2

_HUGE = str(200 * odd_responses.MEBIBYTE)
_HALF_CHUNK = http_response(200, b"5\r\n{", Transfer_Encoding="chunked")
_ODD_BYTES = b"HTTP/1.1 200 \xff\x1b[31m\r\nContent-Length: 2\r\nContent-Type: \xff\xfe\r\n\r\n{}"
_NONSENSE_LATER: Mapping[Stage, ExpectedError] = {
    **dict.fromkeys(LATER_STAGES, InvalidResponse),
    **ANY_BODY,
}

BODIES = (
    slow_case("body that drips", raw_responses.drip_body),
    slow_case("headers that drip", raw_responses.drip_head),
    *(
        Case(name, ResponseTooLarge, script)
        for name, script in [
            (
                "body of 200 MiB",
                raw_responses.endless_body(http_response(200, Content_Length=_HUGE)),
            ),
            ("body without end", raw_responses.endless_body(b"HTTP/1.1 200 OK\r\n\r\n")),
            ("chunks without end", raw_responses.endless_chunks),
            (
                "status 500 with a body without end",
                raw_responses.endless_body(b"HTTP/1.0 500 Sorry\r\n\r\n"),
            ),
        ]
    ),
    Case("gzip bomb", InvalidResponse, odd_responses.gzip_bomb),
    Case(
        "connection closed within the body",
        ConnectionLost,
        respond_raw(http_response(200, b"{", Content_Length="99"), hang_up=True),
    ),
    Case(
        "connection closed within a chunk", ConnectionLost, respond_raw(_HALF_CHUNK, hang_up=True)
    ),
    body_case("web page", b"<!doctype html><p>Welcome", UnexpectedHtml),
    body_case(
        "web page by its Content-Type only", b"Welcome", UnexpectedHtml, Content_Type="text/html"
    ),
    Case("body said to be compressed", InvalidResponse, respond(200, b"{}", Content_Encoding="br")),
    body_case(
        "cookie that expires in a year of 5,000 digits",
        b"[5]",
        Set_Cookie=odd_responses.OVERLONG_COOKIE,
    ),
    *(
        body_case(name, body)
        for name, body in [
            ("empty body", b""),
            ("body that is not UTF-8", b'{"title": "\xe9\xff"}'),
            ("binary body", b"\x00\xff\xfe\x80" * 99),
            ("half a document", b'{"title": "Some'),
            ("JSON null", b"null"),
            ("JSON number", b"5"),
            ("JSON text", b'"text"'),
            ("JSON list of numbers", b"[5]"),
            ("number of 5,000 digits", b"-" + b"9" * 5000),
            ("object with a number of 5,000 digits", b'{"version": ' + b"9" * 5000 + b"}"),
            ("deeply nested lists", b"[" * 500_000),
            ("deeply nested objects", b'{"a":' * 100_000),
        ]
    ),
    *(
        body_case(f"mebibyte of {name}", body)
        for name, body in odd_responses.expanding_documents().items()
    ),
    Case("empty object", NotAnInstance, respond(200, b"{}"), at=_NONSENSE_LATER),
    Case(
        "object of 40,000 keys",
        NotAnInstance,
        respond(200, odd_responses.object_with_keys(40_000)),
        at=_NONSENSE_LATER,
    ),
    body_case("object of 100,000 keys", odd_responses.object_with_keys(100_000)),
    Case(
        "two responses to each request",
        NotAnInstance,
        respond_raw(http_response(200, b"{}") * 2),
        at=_NONSENSE_LATER,
    ),
)

HEADERS = (
    *(
        Case(name, ResponseTooLarge, script)
        for name, script in [
            ("headers without end", raw_responses.endless_headers),
            ("header without end", odd_responses.endless_header),
            ("trailers without end", odd_responses.endless_trailers),
            ("chunk size without end", odd_responses.endless_chunk_size),
        ]
    ),
    slow_case("status 103 without end", raw_responses.endless_103),
    slow_case("status 100 without end", odd_responses.endless_100),
    *(
        Case(
            f"headers {head[:40]!r}",
            InvalidResponse,
            respond_raw(head + b"\r\n\r\n{}", hang_up=True),
        )
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
    Case("response in no encoding", NotAnInstance, respond_raw(_ODD_BYTES), at=_NONSENSE_LATER),
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


def _shown(location: str) -> str:
    return ascii(location[:40])[1:-1] or "an empty Location"


REDIRECTS = (
    Case("redirect to itself", NotAnInstance, respond(302, Location=INSTANCE_V2)),
    Case(
        "redirect with a body without end",
        ResponseTooLarge,
        raw_responses.endless_body(b"HTTP/1.1 302 Found\r\nLocation: /thing\r\n\r\n"),
    ),
    Case("redirect in no encoding", NotAnInstance, respond_raw(_ODD_REDIRECT)),
    Case(
        "redirects from name to name without end",
        NotAnInstance,
        odd_responses.redirect_to_other_name(307),
    ),
    Case(
        "redirect to a name that does not exist",
        HostNotFound,
        respond(301, Location="https://gone.example/"),
        at=dict.fromkeys(LATER_STAGES, NotAnInstance),
    ),
    network_case(
        "redirect from https to http",
        NotAnInstance,
        with_certificate(script=respond(302, Location="http://localhost:1/")),
    ),
    *(
        Case(f"redirect to {_shown(location)}", NotAnInstance, respond(302, Location=location))
        for location in _ODD_LOCATIONS
    ),
)
