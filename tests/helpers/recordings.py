"""What real servers answered, as bytes again: `tests/recordings` holds one file a version."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.helpers.raw_responses import http_response, json_bytes

_RECORDINGS = Path(__file__).parent.parent / "recordings"
_ADDRESS = re.compile(r"localhost:808\d")

PORT = 48080
"""What the recordings' servers are said to listen on: as long a number as a free port is."""


@dataclass(frozen=True)
class RecordedResponse:
    """One answer of a real server.

    Attributes:
        name: what the recording calls the exchange.
        status: the HTTP status.
        kind: the media type.
        document: what it said, read from JSON; a text where it was no JSON.
        location: where it sent a browser; empty where it did not.
    """

    name: str
    status: int
    kind: str
    document: Any
    location: str = ""

    @property
    def body(self) -> bytes:
        """The body; a server's own address in it is `localhost` and `PORT`."""
        document = self.document
        return (
            document.encode("utf-8", "surrogatepass")
            if isinstance(document, str)
            else json_bytes(document)
        )

    def with_body(self, body: bytes) -> bytes:
        """Return the whole answer with another body, behind which the connection ends."""
        return http_response(self.status, body, Content_Type=self.kind, Connection="close")


@cache
def recorded_responses() -> tuple[RecordedResponse, ...]:
    """Return all answers of all versions, each once."""
    answers = []
    for file in sorted(_RECORDINGS.glob("*.json")):
        text = _ADDRESS.sub(f"localhost:{PORT}", file.read_text("utf-8"))
        for exchange in json.loads(text)["exchanges"]:
            headers = exchange["headers"]
            kind = headers.get("content-type") or "application/octet-stream"
            body, location = exchange["body"], headers.get("location") or ""
            answers.append(
                RecordedResponse(exchange["name"], exchange["status"], kind, body, location)
            )
    return tuple(one for at, one in enumerate(answers) if one not in answers[:at])


def responses_named(*names: str) -> list[RecordedResponse]:
    """Return the answers that the recordings call by one of these names."""
    found = [one for one in recorded_responses() if one.name in names]
    assert {one.name for one in found} == set(names)
    return found
