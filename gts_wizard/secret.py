"""Secrets: a wrapper that hides the text, and where a secret is stored. No I/O."""

from enum import StrEnum
from typing import NamedTuple, NoReturn

MASK = "••••••••"
"""Shown in place of a secret, whatever its length."""


class Secret:
    """A text that must not be shown: an authorization code, a client secret, an access token.

    `str`, `repr` and `format` give a mask, and pickling raises TypeError, so that the text can't
    get into a log, an error, a crash report or another process. Only `reveal` returns it.

    Args:
        text: the secret text.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret text; call it only where the text is used."""
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Comparing is rare, and the import would slow down every command.
        import hmac  # noqa: PLC0415

        ours, theirs = (
            secret.reveal().encode("utf-8", "surrogatepass") for secret in (self, other)
        )
        return hmac.compare_digest(ours, theirs)

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied out of the process")


class SecretStorage(StrEnum):
    """Where a secret is stored: in the credentials file or in the system's keyring."""

    FILE = "file"
    KEYRING = "keyring"


class KeyringRef(NamedTuple):
    """A reference to a secret in the system's keyring; it does not hold the secret itself.

    Attributes:
        name: the username of the keyring's entry.
    """

    name: str
