"""Proof Key for Code Exchange (RFC 7636): a code is of no use to whoever only saw the link.

Services come in; pure functions. The verifier is made of what the registration keeps secret
already and of the link's `state`, so that there is one secret less to keep: HMAC-SHA256 makes it as
hard to guess as the client secret, and another one for each link.
"""

import base64
import hashlib
import hmac

from gts_wizard.secret import Secret


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
