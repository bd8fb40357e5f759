"""The authorization URL (RFC 6749 section 4.1.1) with its `state`, and PKCE (RFC 7636).

The code verifier is made of what the registration keeps secret already and of the link's `state`,
so that there is one secret less to keep: HMAC-SHA256 makes it as hard to guess as the client
secret, and another one for each link. Pure functions, apart from the randomness of a new `state`.
"""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import urlencode

from gts_wizard.models import PendingSignIn
from gts_wizard.secret import Secret


def new_state() -> str:
    """Return a fresh, unguessable `state` of 128 bits (RFC 6749 section 10.10)."""
    return secrets.token_urlsafe(16)


def authorization_url(pending: PendingSignIn) -> str:
    """Return the URL that the user opens to authorize the wizard (RFC 6749 section 4.1.1)."""
    query = {
        "client_id": pending.client_id,
        "redirect_uri": pending.redirect_uri,
        "response_type": "code",
        "scope": " ".join(pending.scopes),
        "state": pending.state,
    }
    if pending.code_challenge:
        query |= {"code_challenge": pending.code_challenge, "code_challenge_method": "S256"}
    page = pending.server.origin + pending.server.metadata.authorization_endpoint
    # A shorter URL makes a smaller QR code, and a query may contain colons (RFC 3986 section 3.4).
    return f"{page}?{urlencode(query, safe=':')}"


def code_verifier(client_secret: Secret, state: str) -> Secret:
    """Return the code verifier of a sign-in (RFC 7636 section 4.1): 43 characters of base64url.

    It is derived from the client secret and the state, so it need not be saved.

    Args:
        client_secret: the secret of the client in the authorization URL.
        state: the `state` in the authorization URL.
    """
    key, message = client_secret.reveal().encode(), f"code verifier of {state}".encode()
    return Secret(_base64url(hmac.digest(key, message, "sha256")))


def code_challenge(verifier: Secret) -> str:
    """Return the code challenge for a verifier, by the method S256 (RFC 7636 section 4.2)."""
    return _base64url(hashlib.sha256(verifier.reveal().encode("ascii")).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
