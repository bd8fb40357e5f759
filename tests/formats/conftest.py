"""A local server that records Authorization headers, for the tools that read our files."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROFILE = {"id": "1", "username": "alice", "acct": "alice", "display_name": "Alice", "note": ""}


class AuthorizationRecorder:
    """A server that records the Authorization header of each request, and responds with alice.

    Attributes:
        origin: where it listens.
        headers: the Authorization headers it received.
    """

    def __init__(self) -> None:
        self.headers: list[str | None] = []
        recorded = self.headers

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                recorded.append(self.headers["Authorization"])
                body = json.dumps(PROFILE).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[AuthorizationRecorder]:
    monkeypatch.setenv("NO_PROXY", "*")
    recorder = AuthorizationRecorder()
    thread = threading.Thread(target=recorder.server.serve_forever, args=(0.01,))
    thread.start()
    yield recorder
    recorder.server.shutdown()
    thread.join()
    recorder.server.server_close()
