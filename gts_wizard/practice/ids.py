"""Identifiers, codes and secrets in the shapes that each software gives them.

Anything that lets somebody in comes from `secrets`. Imports nothing of the other modules.
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
    """Make a ULID: 26 characters that sort by time.

    Args:
        now: The time, in Unix seconds.
    """
    return _crockford(int(now * 1000) << 80 | secrets.randbits(80))


def lasting_id(seed: str) -> str:
    """Give the same ULID-shaped identifier for the same seed, every time.

    Args:
        seed: What is to be identified, such as `account alice`.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    return "01" + _crockford(int.from_bytes(digest[:16]))[2:]


def new_code() -> str:
    """Make an out-of-band code or an access token: 48 capitals and digits (as measured)."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


def new_client_secret() -> str:
    """Make a client secret, a UUID of version 4 in its text form (as measured)."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def new_session_key() -> str:
    """Make the value of a browser's session cookie."""
    return secrets.token_urlsafe(32)


def new_request_id() -> str:
    """Make the identifier that an error page tells."""
    alphabet = _CROCKFORD.lower()
    return "".join(secrets.choice(alphabet) for _ in range(_REQUEST_ID_LENGTH))


def new_vapid_key() -> str:
    """Make a public VAPID key: an uncompressed P-256 point in base64url (RFC 8292, section 3.2)."""
    return base64.urlsafe_b64encode(b"\x04" + secrets.token_bytes(64)).rstrip(b"=").decode()


def new_urlsafe() -> str:
    """Make 32 random bytes in base64url: 43 characters, as all secrets of Mastodon are."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Shapes:
    """How a software makes what it hands to an application.

    Attributes:
        client_id: Makes a client ID at a time, in Unix seconds.
        client_secret: Makes a client secret.
        code: Makes an out-of-band code or an access token.
    """

    client_id: Callable[[float], str]
    client_secret: Callable[[], str]
    code: Callable[[], str]


GOTOSOCIAL_SHAPES = Shapes(new_id, new_client_secret, new_code)
"""A ULID, a UUID, and 48 capitals and digits."""

MASTODON_SHAPES = Shapes(lambda _now: new_urlsafe(), new_urlsafe, new_urlsafe)
"""43 characters of base64url for everything."""


def _crockford(number: int) -> str:
    return "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(_ULID_LENGTH)))
