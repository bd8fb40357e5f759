"""A computer whose names lead nowhere but to itself, for a test or for a whole process.

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
"""The address of a name that no name server could be asked for."""
SILENT = "silent"
"""The address of a name about which the name server says nothing."""
enough = threading.Event()
"""Set once nobody needs a silent name server any more."""

_SILENT_SECONDS = 600

_ITSELF = frozenset({"localhost", "127.0.0.1", "::1"})
_REAL = socket.getaddrinfo


def look_up_among(names: Mapping[str, Sequence[str]]) -> Callable[..., object]:
    """Return a `socket.getaddrinfo` that knows these names, with their addresses in order."""

    def look_up(host: Any, port: Any, *rest: Any, **options: Any) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name in _ITSELF:
            return _REAL(host, port, *rest, **options)
        addresses = names.get(name, ())
        if SILENT in addresses:
            enough.wait(_SILENT_SECONDS)
        if {OFFLINE, SILENT}.intersection(addresses):
            raise socket.gaierror(socket.EAI_AGAIN, "nobody to ask")
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [one for address in addresses for one in _REAL(address, port, *rest, **options)]

    return look_up


if VARIABLE in os.environ:
    socket.getaddrinfo = look_up_among(json.loads(os.environ[VARIABLE]))  # type: ignore[assignment]
