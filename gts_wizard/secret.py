"""What must not be seen, and where it is kept: the lowest stone of the ground floor.

Every room may come here; this module imports none of them and touches nothing.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

MASK = "••••••••"
"""What is shown of a secret, whatever its length."""


class Secret:
    """A text that must not be seen: an authorization code, a client secret, an access token.

    `str`, `repr` and format show a mask, and pickling is refused, so that it can't slip into a
    log, an error, a crash report or another process. Only `reveal` gives the text.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, for the one place that needs it."""
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        ours, theirs = (one._text.encode("utf-8", "surrogatepass") for one in (self, other))
        return hmac.compare_digest(ours, theirs)

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied out of the process")


class SecretStorage(StrEnum):
    """Where secrets are kept."""

    FILE = "file"
    KEYRING = "keyring"


@dataclass(frozen=True)
class KeyringRef:
    """A secret that the system's keyring keeps; nothing of it is here.

    Attributes:
        name: what the keyring's entry goes by.
    """

    name: str
