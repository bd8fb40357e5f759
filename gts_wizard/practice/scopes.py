"""Which scope permits what.

A scope permits everything under its own prefix: `read` permits `read:accounts`, never the other way
(measured on GoToSocial 0.19.2). Imports nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def permits(held: Iterable[str], wanted: str) -> bool:
    """Tell whether one of the held scopes covers the wanted one.

    Args:
        held: The scopes somebody has, such as `read` and `write:statuses`.
        wanted: One scope, such as `read:accounts`.
    """
    return any(wanted == scope or wanted.startswith(f"{scope}:") for scope in held)
