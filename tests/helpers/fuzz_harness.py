"""Servers and the wizard's calls to them, in one event loop for all examples of a property."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Self

from gts_wizard.api.http import HttpClient
from gts_wizard.errors import WizardError
from tests.helpers.fake_network import FakeNetwork
from tests.helpers.raw_responses import respond_raw
from tests.helpers.raw_server import RawServer, Responder

if TYPE_CHECKING:
    import pytest

Call = Callable[[HttpClient, str], Coroutine[Any, Any, object]]
"""Asks the server at an origin."""


class FuzzHarness:
    """A server on this computer whose answers are set, and an HTTP client to reach it.

    Nothing else can be connected to, whatever an answer leads to.

    Attributes:
        server: the server.
        troubles: what went wrong in the loop without anybody being told.
    """

    def __init__(self) -> None:
        self.server = RawServer(respond_raw(b"", hang_up=True), name="localhost")
        self.troubles: list[dict[str, Any]] = []
        self._loop = _FencedLoop()
        self._runner = asyncio.Runner(loop_factory=lambda: self._loop)
        self._http = HttpClient(deadline=30)

    def __enter__(self) -> Self:
        self._runner.run(self.server.__aenter__())
        self._loop.set_exception_handler(lambda _, trouble: self.troubles.append(trouble))
        self._loop.port = self.server.port
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._http.aclose())
        self._runner.run(self.server.__aexit__())
        self._runner.close()

    def outcome(self, script: Responder, call: Call) -> object:
        """Return what a call makes of what the server does, which may be a `WizardError`."""
        self.server.script = script
        try:
            return self._runner.run(call(self._http, self.server.origin))
        except WizardError as failure:
            return failure


class FakeFuzzHarness:
    """A network without sockets, and an HTTP client to reach it.

    Args:
        patch: undoes the change to the HTTP client at the end.

    Attributes:
        network: the network.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.network = FakeNetwork(patch)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.close()

    def outcome(self, call: Callable[[HttpClient], Coroutine[Any, Any, object]]) -> object:
        """Return what a call makes of the servers' answers, which may be a `WizardError`."""
        try:
            return self._runner.run(call(self.network.http))
        except WizardError as failure:
            return failure


class _FencedLoop(asyncio.SelectorEventLoop):
    """An event loop that connects to one port of this computer."""

    port = 0

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        if address[:2] not in {("127.0.0.1", self.port), ("::1", self.port)}:
            raise ConnectionRefusedError
        await super().sock_connect(sock, address)
