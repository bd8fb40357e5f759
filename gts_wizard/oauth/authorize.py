"""The authorization URL (RFC 6749 section 4.1.1) with its `state`, and PKCE (RFC 7636)."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import urlencode

from gts_wizard.models import PendingSignIn
from gts_wizard.secret import Secret

OOB_REDIRECT_URI = "urn:ietf:wg:oauth:2.0:oob"


def new_state() -> str:
    """Return a fresh, unguessable `state` of 128 bits (RFC 6749 section 10.10)."""
    return secrets.token_urlsafe(16)


def authorization_url(attempt: PendingSignIn) -> str:
    """Return the address a person opens to allow the access (RFC 6749 section 4.1.1)."""
    query = {
        "client_id": attempt.client_id,
        "redirect_uri": OOB_REDIRECT_URI,
        "response_type": "code",
        "scope": " ".join(attempt.scopes),
        "state": attempt.state,
    }
    if attempt.code_challenge:
        query |= {"code_challenge": attempt.code_challenge, "code_challenge_method": "S256"}
    page = attempt.server.origin + attempt.server.metadata.authorization_endpoint
    # A shorter link makes a smaller QR code, and a query may hold colons (RFC 3986, 3.4).
    return f"{page}?{urlencode(query, safe=':')}"


def code_verifier(client_secret: Secret, state: str) -> Secret:
    """Return the code verifier of a link (section 4.1): 43 characters of base64url.

    Args:
        client_secret: the secret of the registration that the link names.
        state: the link's `state`.
    """
    key, message = client_secret.reveal().encode(), f"code verifier of {state}".encode()
    return Secret(_base64url(hmac.digest(key, message, "sha256")))


def code_challenge(verifier: Secret) -> str:
    """Return the challenge that a link carries, by the method S256 (section 4.2)."""
    return _base64url(hashlib.sha256(verifier.reveal().encode("ascii")).digest())


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
