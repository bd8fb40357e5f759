"""At most 32 MiB more for any one request, whatever comes back; measured in real processes."""

from __future__ import annotations

import asyncio
import io
import json
import os
import struct
import zlib
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.helpers import odd_responses
from tests.helpers.hostile.cases import ALL_CASES
from tests.helpers.hostile.environments import PATIENT
from tests.helpers.hostile.memory import CHECK, LOOK_UP, NEWS, PICTURE, PROFILE, TOKENS
from tests.helpers.hostile.steps import PAGES
from tests.helpers.raw_responses import http_response, json_bytes, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import account_document
from tests.helpers.split_domain import HOST_META, WEBFINGER
from tests.helpers.subprocesses import run_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.hostile.case import Case
    from tests.helpers.raw_server import Responder

MOST_MEBIBYTES = 32
# What only a deadline ends takes no more in a longer time.
SHORT = 0.5
_XRD = b"<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0' "
_ASK = "from tests.helpers.hostile.memory import main; main()"

pytestmark = pytest.mark.skipif(
    not os.access("/proc/self/clear_refs", os.W_OK),
    reason="this system does not forget the most memory that a process held",
)


def _xml(unit: bytes, end: bytes) -> Responder:
    return respond_by_path(
        {HOST_META: http_response(200, odd_responses.fill_mebibyte(unit, _XRD + b">", end))}
    )


def _many_attributes() -> Responder:
    names = b" ".join(b'a%05x=""' % number for number in range(odd_responses.MEBIBYTE // 10))
    return respond_by_path({HOST_META: http_response(200, _XRD + names + b"/>")})


LOOK_UPS: dict[str, Responder] = {
    "host-meta with a mebibyte of open tags": _xml(b"<a>", b""),
    "host-meta with a mebibyte of links": _xml(b"<Link rel='lrdd'/>", b"</XRD>"),
    "host-meta with a hundred thousand attributes": _many_attributes(),
    **{name: respond(200, body) for name, body in odd_responses.largest_documents().items()},
    "WebFinger with as many links as there may be": respond_by_path(
        {WEBFINGER: http_response(200, b'{"links":[' + b'{"rel":"self"},' * 24_000 + b"0]}")}
    ),
}
_TEXTS = {
    "open tags": "<a " * 330_000,
    "references": "&amp;" * 200_000,
    "wide letters": "\N{GRINNING FACE}" * 80_000,
}
_FULL = odd_responses.largest_documents()["an object full of objects"]
CALLS: dict[str, tuple[str, Responder]] = {
    **{
        f"a bio of {name}": (PROFILE, respond(200, json_bytes(account_document(note=text))))
        for name, text in _TEXTS.items()
    },
    **{
        f"a post of {name}": (NEWS, respond(200, json_bytes([{"status": {"content": text}}])))
        for name, text in _TEXTS.items()
    },
    "as many accesses as there may be": (
        TOKENS,
        respond(200, json_bytes([{"a": "b" * 40}] * 19000)),
    ),
    "a profile packed with lists": (
        PROFILE,
        respond(200, odd_responses.expanding_documents()["lists in lists"]),
    ),
    "news packed with objects": (
        NEWS,
        respond(200, odd_responses.expanding_documents()["objects in objects"]),
    ),
    "a refusal packed with lists": (
        PROFILE,
        respond(400, odd_responses.expanding_documents()["lists in lists"]),
    ),
    "many full profiles of nobody": (CHECK, respond(200, _FULL)),
    "many full refusals": (CHECK, respond(418, _FULL)),
}


async def grown(asked: Mapping[str, tuple[str, Responder, float]]) -> dict[str, tuple[str, float]]:
    """Ask servers with scripts; return how each question ended, and what it took in MiB."""
    async with AsyncExitStack() as standing:
        good = await standing.enter_async_context(RawServer(respond_by_path(PAGES)))
        questions = {
            name: (step, (await standing.enter_async_context(RawServer(script))).host, seconds)
            for name, (step, script, seconds) in asked.items()
        }
        printed = await asyncio.to_thread(run_python, _ASK, good.host, json.dumps(questions))
    told = (line.replace("\t", " ").rsplit(" ", 2) for line in printed)
    return {name: (ending, float(growth)) for name, ending, growth in told}


def too_much(found: Mapping[str, tuple[str, float]]) -> dict[str, float]:
    """Return what took more than it may."""
    return {name: growth for name, (_, growth) in found.items() if growth > MOST_MEBIBYTES}


async def test_no_look_up_takes_more_than_32_mebibytes_whatever_the_server_does() -> None:
    modes: dict[str, Case] = {mode.name: mode for mode in ALL_CASES if mode.script is not None}
    found = await grown(
        {
            name: (LOOK_UP, mode.script, SHORT if mode.is_slow else PATIENT)
            for name, mode in modes.items()
            if mode.script is not None
        }
    )
    expected = {name: mode.error.__name__ if mode.error else "well" for name, mode in modes.items()}
    assert {name: ending for name, (ending, _) in found.items()} == expected
    assert too_much(found) == {}


async def test_no_other_request_takes_more_than_32_mebibytes_either() -> None:
    asked = {name: (LOOK_UP, script, PATIENT) for name, script in LOOK_UPS.items()}
    asked |= {name: (step, script, PATIENT) for name, (step, script) in CALLS.items()}
    found = await grown(asked)
    assert set(found) == set(asked)
    assert {found[name][0] for name in odd_responses.largest_documents()} == {
        "NotAnInstance",
        "Nonsense",
    }
    assert found["many full profiles of nobody"][0] == "Nonsense"
    assert too_much(found) == {}


def _file(kind: str, mode: str, **options: object) -> bytes:
    """Make a picture of as many pixels as there may be; but for those it is small."""
    file = io.BytesIO()
    Image.new(mode, (1048, 1048)).save(file, kind, **options)
    return file.getvalue()


def _full_of_texts() -> bytes:
    """Make a small PNG with 60 texts that unpack into a mebibyte each."""
    text = b"name\0\0" + zlib.compress(b"x" * odd_responses.MEBIBYTE)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + text))
    plain = _file("PNG", "1")
    end_of_header = 33
    return plain[:end_of_header] + chunk * 60 + plain[end_of_header:]


PICTURES = {
    "PNG": _file("PNG", "RGBA"),
    "PNG with texts": _full_of_texts(),
    "JPEG": _file("JPEG", "RGB", progressive=True, subsampling=0),
    "WebP": _file("WEBP", "RGBA"),
    "GIF": _file("GIF", "P"),
}


async def test_no_picture_takes_more_than_32_mebibytes_to_fetch_and_decode() -> None:
    found = await grown(
        {name: (PICTURE, respond(200, file), PATIENT) for name, file in PICTURES.items()}
    )
    endings = {name: "unreadable" if "texts" in name else "well" for name in PICTURES}
    assert {name: ending for name, (ending, _) in found.items()} == endings
    assert too_much(found) == {}


async def test_what_is_measured_is_what_a_request_takes() -> None:
    """A mebibyte that is read must be seen, or the tests above would prove nothing."""
    text = b'"' + b"x" * (odd_responses.MEBIBYTE - 2) + b'"'
    found = await grown(
        {
            "small": (LOOK_UP, respond_by_path(PAGES), PATIENT),
            "full": (LOOK_UP, respond(200, text), PATIENT),
        }
    )
    assert found["small"][1] < 1 < found["full"][1]
    assert found["full"][0] == "Nonsense"
