"""A fake name server whose names lead to this computer only, for a test or a whole process.

With this folder on its `PYTHONPATH`, Python loads this module by its name when it starts, and the
names of the variable `HOSTILE_NAMES` are those that exist. Nothing of the project is imported.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

VARIABLE = "HOSTILE_NAMES"
OFFLINE = "offline"
"""The address of a name for which no name server can be asked."""
SILENT = "silent"
"""The address of a name for which the name server never responds."""
silence_over = threading.Event()
"""Set at the end of a test, so that threads which wait for a silent name server end."""

_SILENT_SECONDS = 600

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_REAL = socket.getaddrinfo


def resolver_for(names: Mapping[str, Sequence[str]]) -> Callable[..., object]:
    """Return a `socket.getaddrinfo` for these names, with their addresses in order."""

    def look_up(host: Any, port: Any, *rest: Any, **options: Any) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name in _LOOPBACK:
            return _REAL(host, port, *rest, **options)
        addresses = names.get(name, ())
        if SILENT in addresses:
            silence_over.wait(_SILENT_SECONDS)
        if {OFFLINE, SILENT}.intersection(addresses):
            raise socket.gaierror(socket.EAI_AGAIN, "no name server")
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [found for address in addresses for found in _REAL(address, port, *rest, **options)]

    return look_up


if VARIABLE in os.environ:
    socket.getaddrinfo = resolver_for(json.loads(os.environ[VARIABLE]))  # type: ignore[assignment]
