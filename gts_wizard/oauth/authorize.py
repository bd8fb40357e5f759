"""The link out of the out-of-band authorization code flow; `paste` reads what comes back.

Screens and services come in; pure functions, apart from the randomness of a new `state`. RFC 6749
section 4.1; the out-of-band redirect URI is GoToSocial's
(https://docs.gotosocial.org/en/latest/api/authentication/).
"""

import secrets
from urllib.parse import urlencode

from gts_wizard.models import PendingSignIn

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
