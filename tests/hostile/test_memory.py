"""At most 32 MiB more for any one request, whatever the response; measured in real processes."""

from __future__ import annotations

import asyncio
import io
import json
import os
import struct
import zlib
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, NamedTuple

import pytest
from PIL import Image

from tests.helpers import odd_responses
from tests.helpers.hostile.cases import CASES_BY_KIND, NASTIEST_BY_KIND
from tests.helpers.hostile.environments import PATIENT
from tests.helpers.hostile.memory import (
    CHECK,
    LOOK_UP,
    NOTIFICATIONS,
    PICTURE,
    PROFILE,
    SUCCESS,
    TOKENS,
    UNREADABLE,
)
from tests.helpers.hostile.steps import PAGES
from tests.helpers.raw_responses import http_response, json_bytes, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import account_document
from tests.helpers.split_domain import HOST_META, WEBFINGER
from tests.helpers.subprocesses import run_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.raw_server import Responder

MAX_MEBIBYTES = 32
# A response without end takes as much in a short time as in a long one.
SHORT = 0.2
_XRD = b"<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0' "
_MEASURE = "from tests.helpers.hostile.memory import main; main()"
# These responses are small, and differ by a number or a date only.
_SMALL = {"statuses", "rate limits"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.access("/proc/self/clear_refs", os.W_OK),
        reason="this system does not reset the peak of a process's memory",
    ),
]


class Measured(NamedTuple):
    """The outcome of a request, and by how many MiB its process grew."""

    outcome: str
    mebibytes: float


def _host_meta(unit: bytes, end: bytes) -> Responder:
    body = odd_responses.fill_mebibyte(unit, _XRD + b">", end)
    return respond_by_path({HOST_META: http_response(200, body)})


def _many_attributes() -> Responder:
    names = b" ".join(b'a%05x=""' % number for number in range(odd_responses.MEBIBYTE // 10))
    return respond_by_path({HOST_META: http_response(200, _XRD + names + b"/>")})


LOOK_UPS: dict[str, Responder] = {
    "host-meta with a mebibyte of open tags": _host_meta(b"<a>", b""),
    "host-meta with a mebibyte of links": _host_meta(b"<Link rel='lrdd'/>", b"</XRD>"),
    "host-meta with a hundred thousand attributes": _many_attributes(),
    **{name: respond(200, body) for name, body in odd_responses.largest_documents().items()},
    "WebFinger with as many links as are accepted": respond_by_path(
        {WEBFINGER: http_response(200, b'{"links":[' + b'{"rel":"self"},' * 24_000 + b"0]}")}
    ),
}
_TEXTS = {
    "open tags": "<a " * 330_000,
    "references": "&amp;" * 200_000,
    "wide letters": "\N{GRINNING FACE}" * 80_000,
}
_EXPANDING = odd_responses.expanding_documents()
_LARGEST = odd_responses.largest_documents()["an object full of objects"]
CALLS: dict[str, tuple[str, Responder]] = {
    **{
        f"bio of {name}": (PROFILE, respond(200, json_bytes(account_document(note=text))))
        for name, text in _TEXTS.items()
    },
    **{
        f"post of {name}": (
            NOTIFICATIONS,
            respond(200, json_bytes([{"status": {"content": text}}])),
        )
        for name, text in _TEXTS.items()
    },
    "as many tokens as are accepted": (TOKENS, respond(200, json_bytes([{"a": "b" * 40}] * 19000))),
    "profile of lists in lists": (PROFILE, respond(200, _EXPANDING["lists in lists"])),
    "notifications of objects": (NOTIFICATIONS, respond(200, _EXPANDING["objects in objects"])),
    "error of lists in lists": (PROFILE, respond(400, _EXPANDING["lists in lists"])),
    "40 large profiles": (CHECK, respond(200, _LARGEST)),
    "40 large errors": (CHECK, respond(418, _LARGEST)),
}


def _picture(kind: str, mode: str, **options: object) -> bytes:
    """Make a picture with as many pixels as are accepted, in a small file."""
    file = io.BytesIO()
    Image.new(mode, (1048, 1048)).save(file, kind, **options)
    return file.getvalue()


def _picture_full_of_texts() -> bytes:
    """Make a small PNG with 60 texts that unpack into a mebibyte each."""
    text = b"name\0\0" + zlib.compress(b"x" * odd_responses.MEBIBYTE)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + text))
    plain = _picture("PNG", "1")
    end_of_header = 33
    return plain[:end_of_header] + chunk * 60 + plain[end_of_header:]


def _pictures() -> dict[str, bytes]:
    return {
        "PNG": _picture("PNG", "RGBA"),
        "PNG with texts": _picture_full_of_texts(),
        "JPEG": _picture("JPEG", "RGB", progressive=True, subsampling=0),
        "WebP": _picture("WEBP", "RGBA"),
        "GIF": _picture("GIF", "P"),
    }


async def measure(
    requests: Mapping[str, tuple[str, Responder, float]], sharing: int
) -> dict[str, Measured]:
    """Start a server for each request, send so many by one process, return what was measured."""
    async with AsyncExitStack() as servers:
        working = await servers.enter_async_context(RawServer(respond_by_path(PAGES)))
        arguments = {
            name: (step, (await servers.enter_async_context(RawServer(script))).host, seconds)
            for name, (step, script, seconds) in requests.items()
        }
        lines = await asyncio.to_thread(
            run_python, _MEASURE, working.host, json.dumps(arguments), sharing
        )
    measured: dict[str, Measured] = {}
    for line in lines:
        name, _, values = line.partition("\t")
        outcome, mebibytes = values.split()
        measured[name] = Measured(outcome, float(mebibytes))
    return measured


def outcomes_of(measured: Mapping[str, Measured]) -> dict[str, str]:
    """Return the outcome of each request."""
    return {name: of_request.outcome for name, of_request in measured.items()}


def too_large(measured: Mapping[str, Measured]) -> dict[str, float]:
    """Return the requests that took more memory than they may."""
    growths = {name: of_request.mebibytes for name, of_request in measured.items()}
    return {name: growth for name, growth in growths.items() if growth > MAX_MEBIBYTES}


async def test_no_look_up_takes_more_than_32_mebibytes() -> None:
    requests: dict[str, tuple[str, Responder, float]] = {}
    expected: dict[str, str] = {}
    for kind, all_cases in CASES_BY_KIND.items():
        for case in NASTIEST_BY_KIND[kind] if kind in _SMALL else all_cases:
            if case.script is not None:
                requests[case.name] = (LOOK_UP, case.script, SHORT if case.is_slow else PATIENT)
                expected[case.name] = case.error.__name__ if case.error else SUCCESS
    measured = await measure(requests, sharing=6)
    assert outcomes_of(measured) == expected
    assert too_large(measured) == {}


async def test_no_other_request_takes_more_than_32_mebibytes() -> None:
    large_text = b'"' + b"x" * (odd_responses.MEBIBYTE - 2) + b'"'
    requests: dict[str, tuple[str, Responder, float]] = {
        "small": (LOOK_UP, respond_by_path(PAGES), PATIENT),
        "one mebibyte": (LOOK_UP, respond(200, large_text), PATIENT),
    }
    requests |= {name: (LOOK_UP, script, PATIENT) for name, script in LOOK_UPS.items()}
    requests |= {name: (step, script, PATIENT) for name, (step, script) in CALLS.items()}
    requests |= {name: (PICTURE, respond(200, file), PATIENT) for name, file in _pictures().items()}
    measured = await measure(requests, sharing=1)
    assert measured.keys() == requests.keys()
    assert measured["small"].mebibytes < 1 < measured["one mebibyte"].mebibytes, "it is seen"
    outcomes = outcomes_of(measured)
    assert outcomes["one mebibyte"] == "InvalidResponse"
    assert {outcomes[name] for name in odd_responses.largest_documents()} == {
        "NotAnInstance",
        "InvalidResponse",
    }
    assert outcomes["40 large profiles"] == "InvalidResponse"
    assert {name: outcomes[name] for name in _pictures()} == {
        name: UNREADABLE if "texts" in name else SUCCESS for name in _pictures()
    }
    assert too_large(measured) == {}
