"""What an OAuth server tells about itself (RFC 8414, section 2), in the shape of Mastodon 4.4.

Mastodon's issuer ends with a slash, and its way of registering, which is not that of RFC 7591, has
a name of its own (docs.joinmastodon.org/methods/oauth). Its `userinfo_endpoint` is left out: there
is none to practise with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice.answers import Response, json_answer
from gts_wizard.practice.mastodon.scopes import SCOPES

if TYPE_CHECKING:
    from gts_wizard.practice.requests import Request
    from gts_wizard.practice.state import ServerState

_CACHING = "max-age=900, public"


def metadata(state: ServerState, _request: Request) -> Response:
    """Answer `GET /.well-known/oauth-authorization-server`."""
    document = {
        "issuer": f"{state.origin}/",
        "authorization_endpoint": f"{state.origin}/oauth/authorize",
        "token_endpoint": f"{state.origin}/oauth/token",
        "revocation_endpoint": f"{state.origin}/oauth/revoke",
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "service_documentation": "https://docs.joinmastodon.org/",
        "app_registration_endpoint": f"{state.origin}/api/v1/apps",
    }
    return json_answer(document, caching=_CACHING)
