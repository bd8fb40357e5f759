"""Other answers than the server's own: those of another software, or of what stands before it."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gts_wizard.practice import http

if TYPE_CHECKING:
    from collections.abc import Mapping

Override = Callable[[Callable[[], http.Response]], http.Response]
"""Takes a function that handles the request as usual, calls it or not, and returns the response."""


def respond(
    overrides: Mapping[str, Override], request: http.Request, handle: Callable[[], http.Response]
) -> http.Response:
    """Return the response of the first override that matches a request, or the usual one.

    Args:
        overrides: by a pattern of method and path, such as `GET /api/*`.
        request: the request.
        handle: handles the request as usual.
    """
    wanted = f"{request.method} {request.path}"
    for pattern, override in overrides.items():
        if fnmatchcase(wanted, pattern):
            return override(handle)
    return handle()
