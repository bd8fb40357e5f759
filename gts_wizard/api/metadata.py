"""A server's own word on where it answers OAuth: authorization server metadata (RFC 8414).

The discovery comes in; the transport does the asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import ServerError
from gts_wizard.models import ServerMetadata
from gts_wizard.validation import is_token_syntax

if TYPE_CHECKING:
    from gts_wizard.api.look_up import DeadlineClient
    from gts_wizard.api.response import Document

_PATH = "/.well-known/oauth-authorization-server"
_DEFAULT_METADATA = ServerMetadata()
_MAX_SCOPES = 200
_MAX_SCOPE_LENGTH = 100


async def fetch_metadata(look_up: DeadlineClient, origin: str) -> ServerMetadata:
    """Return where a server answers OAuth: as it says itself, or else where everybody does.

    A document that speaks for another server (RFC 8414 section 3.3), or that leads to one, is
    not believed in anything.

    Args:
        look_up: asks the question.
        origin: the server's origin.
    """
    try:
        document = (await look_up.get(origin + _PATH)).json_object()
    except ServerError:
        return _DEFAULT_METADATA
    # Mastodon's issuer ends with a slash.
    issuer = document.get("issuer")
    if not is_token_syntax(issuer) or issuer.removesuffix("/") != origin:
        return _DEFAULT_METADATA
    authorization, token, revocation = (
        _path(document, name, origin, usual)
        for name, usual in (
            ("authorization_endpoint", _DEFAULT_METADATA.authorization_endpoint),
            ("token_endpoint", _DEFAULT_METADATA.token_endpoint),
            ("revocation_endpoint", _DEFAULT_METADATA.revocation_endpoint),
        )
    )
    if not (authorization and token and revocation):
        return _DEFAULT_METADATA
    return ServerMetadata(
        authorization_endpoint=authorization,
        token_endpoint=token,
        revocation_endpoint=revocation,
        supports_pkce="S256" in _words(document, "code_challenge_methods_supported"),
        scopes_supported=_words(document, "scopes_supported"),
    )


def _path(document: Document, name: str, origin: str, usual: str) -> str:
    """Return the path of an endpoint; empty where it is no address on `origin`."""
    url = document.get(name, origin + usual)
    found = parse_safe_url(url) if is_token_syntax(url) else None
    if found is None or found.origin != origin:
        return ""
    parts = urlsplit(url)
    # A link adds its own query, and a fragment is not sent (RFC 6749 section 3.1).
    return "" if parts.query or parts.fragment else parts.path


def _words(document: Document, name: str) -> tuple[str, ...]:
    """Return a list of plain words; empty where it is anything else."""
    words = document.get(name)
    if not isinstance(words, list) or len(words) > _MAX_SCOPES:
        return ()
    return tuple(word for word in words if is_token_syntax(word) and len(word) <= _MAX_SCOPE_LENGTH)
