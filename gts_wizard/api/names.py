"""Looks names up where nobody has to wait for it.

The transport comes in; this module asks the system, which asks the name servers.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def use_daemon_dns() -> None:
    """Have the running event loop look names up in threads that may be left behind.

    Its own threads are few, and are waited for when it ends; a silent name server keeps one for up
    to a minute after the request was given up.
    """
    asyncio.get_running_loop().getaddrinfo = _getaddrinfo  # type: ignore[method-assign]


async def _getaddrinfo(*name: Any, **options: Any) -> Any:
    found: Future[object] = Future()
    question = partial(socket.getaddrinfo, *name, **options)
    threading.Thread(target=_resolve, args=(found, question), daemon=True).start()
    return await asyncio.wrap_future(found)


def _resolve(found: Future[object], question: Callable[[], object]) -> None:
    if not found.set_running_or_notify_cancel():
        return
    try:
        found.set_result(question())
    except Exception as failure:  # noqa: BLE001 - whoever waits shall judge it
        found.set_exception(failure)
