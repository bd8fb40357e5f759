"""Generates identifiers, codes, tokens and secrets in the formats that each software has.

Everything secret comes from the module `secrets`.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import string
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_ALPHABET = string.ascii_uppercase + string.digits
_CODE_LENGTH = 48
_REQUEST_ID_LENGTH = 20
_ULID_LENGTH = 26


def new_id(now: float) -> str:
    """Generate a ULID: 26 characters that sort by time.

    Args:
        now: the time, in Unix seconds.
    """
    return _crockford(int(now * 1000) << 80 | secrets.randbits(80))


def stable_id(seed: str) -> str:
    """Return a ULID-like identifier that is always the same for the same seed.

    Args:
        seed: names what is identified, such as `account alice`.
    """
    return "01" + _crockford(int.from_bytes(_digest(seed)[:16]))[2:]


def dated_id(at: float, seed: str) -> str:
    """Return a ULID that is always the same for the same time and seed, and sorts by time.

    Args:
        at: the time, in Unix seconds.
        seed: names what is identified, such as `notification follow alice`.
    """
    return _crockford(int(at * 1000) << 80 | int.from_bytes(_digest(seed)[:10]))


def new_code() -> str:
    """Generate an out-of-band code or an access token: 48 capitals and digits (measured)."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


def new_client_secret() -> str:
    """Generate a client secret, a UUID of version 4 as text (measured)."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def new_session_key() -> str:
    """Generate the value of a browser's session cookie."""
    return secrets.token_urlsafe(32)


def new_request_id() -> str:
    """Generate the request ID that an error page shows."""
    alphabet = _CROCKFORD.lower()
    return "".join(secrets.choice(alphabet) for _ in range(_REQUEST_ID_LENGTH))


def new_vapid_key() -> str:
    """Generate a VAPID key: an uncompressed P-256 point in base64url (RFC 8292 section 3.2)."""
    return base64.urlsafe_b64encode(b"\x04" + secrets.token_bytes(64)).rstrip(b"=").decode()


def new_base64url_id() -> str:
    """Generate 32 random bytes in base64url: 43 characters, as Mastodon does for everything."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class IdGenerators:
    """Generates what a server software gives an application.

    Attributes:
        client_id: generates a client ID; takes the time, in Unix seconds.
        client_secret: generates a client secret.
        code: generates an authorization code or an access token.
    """

    client_id: Callable[[float], str]
    client_secret: Callable[[], str]
    code: Callable[[], str]


GOTOSOCIAL_IDS = IdGenerators(new_id, new_client_secret, new_code)
"""A ULID, a UUID, and 48 capitals and digits."""

MASTODON_IDS = IdGenerators(lambda _now: new_base64url_id(), new_base64url_id, new_base64url_id)
"""43 characters of base64url for everything."""


def _digest(seed: str) -> bytes:
    return hashlib.sha256(seed.encode()).digest()


def _crockford(number: int) -> str:
    return "".join(_CROCKFORD[number >> 5 * index & 31] for index in reversed(range(_ULID_LENGTH)))
