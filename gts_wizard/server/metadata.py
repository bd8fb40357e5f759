"""A server's own word on where it answers OAuth: authorization server metadata (RFC 8414).

The discovery comes in; the transport does the asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gts_wizard.errors import WireError
from gts_wizard.fit import is_credential
from gts_wizard.models import Metadata
from gts_wizard.server.judging import address_of

if TYPE_CHECKING:
    from gts_wizard.server.answer import Document
    from gts_wizard.server.look_up import LookUp

_PATH = "/.well-known/oauth-authorization-server"
_USUAL = Metadata()
_MOST_WORDS = 200
_LONGEST_WORD = 100


async def metadata_of(look_up: LookUp, origin: str) -> Metadata:
    """Return where a server answers OAuth: as it says itself, or else where everybody does.

    A document that speaks for another server (RFC 8414 section 3.3), or that leads to one, is
    not believed in anything.

    Args:
        look_up: asks the question.
        origin: the server's origin.
    """
    try:
        document = (await look_up.get(origin + _PATH)).document()
    except WireError:
        return _USUAL
    # Mastodon's issuer ends with a slash.
    issuer = document.get("issuer")
    if not is_credential(issuer) or issuer.removesuffix("/") != origin:
        return _USUAL
    authorization, token, revocation = (
        _path(document, name, origin, usual)
        for name, usual in (
            ("authorization_endpoint", _USUAL.authorization_endpoint),
            ("token_endpoint", _USUAL.token_endpoint),
            ("revocation_endpoint", _USUAL.revocation_endpoint),
        )
    )
    if not (authorization and token and revocation):
        return _USUAL
    return Metadata(
        authorization_endpoint=authorization,
        token_endpoint=token,
        revocation_endpoint=revocation,
        takes_challenge="S256" in _words(document, "code_challenge_methods_supported"),
        scopes_supported=_words(document, "scopes_supported"),
    )


def _path(document: Document, name: str, origin: str, usual: str) -> str:
    """Return the path of an endpoint; empty where it is no address on `origin`."""
    url = document.get(name, origin + usual)
    found = address_of(url) if is_credential(url) else None
    if found is None or found.origin != origin:
        return ""
    parts = urlsplit(url)
    # A link adds its own query, and a fragment is not sent (RFC 6749 section 3.1).
    return "" if parts.query or parts.fragment else parts.path


def _words(document: Document, name: str) -> tuple[str, ...]:
    """Return a list of plain words; empty where it is anything else."""
    words = document.get(name)
    if not isinstance(words, list) or len(words) > _MOST_WORDS:
        return ()
    return tuple(word for word in words if is_credential(word) and len(word) <= _LONGEST_WORD)
