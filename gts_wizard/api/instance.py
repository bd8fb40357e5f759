"""What a server says of itself: instance documents, and OAuth metadata (RFC 8414)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gts_wizard.api.urls import parse_safe_url
from gts_wizard.api.well_known import software_in
from gts_wizard.errors import NotAnInstance, ServerError, UnexpectedHtml
from gts_wizard.models import Server, ServerMetadata
from gts_wizard.sanitize import sanitize_line
from gts_wizard.validation import is_token_syntax

if TYPE_CHECKING:
    from gts_wizard.address import Address
    from gts_wizard.api.response import Document, Response
    from gts_wizard.api.session import DeadlineClient


_PATHS = ("/api/v2/instance", "/api/v1/instance")
# An instance may show its card only to people who are signed in.
_HIDDEN = frozenset({401, 403})
_BUSY = 429
_TROUBLE = 500
# A fork names its own repository, which says nothing; NodeInfo then does.
_KNOWN_SOURCES = frozenset({"gotosocial", "mastodon"})
_METADATA_PATH = "/.well-known/oauth-authorization-server"
_DEFAULT_METADATA = ServerMetadata()
_MAX_SCOPES = 200
_MAX_SCOPE_LENGTH = 100


@dataclass(frozen=True)
class InstanceInfo:
    """What an instance shows of itself.

    Attributes:
        server: the instance; its account domain is what it claims, or else its host.
        shown: whether it let the card be read.
    """

    server: Server
    is_public: bool = True


async def fetch_instance(look_up: DeadlineClient, address: Address) -> InstanceInfo:
    """Return the card of the instance whose API answers at `address`.

    Raises:
        NotAnInstance: there is no API.
        UnexpectedHtml: there are only web pages.
        ServerError: there is no telling.
    """
    pages = 0
    for path in _PATHS:
        answer = await look_up.get(address.origin + path)
        if answer.status in _HIDDEN:
            return await _restricted(look_up, answer)
        if answer.status == _BUSY or answer.status >= _TROUBLE:
            raise answer.failure()
        server = _server(answer)
        if server is not None:
            return InstanceInfo(
                server if server.software else await _with_software(look_up, server)
            )
        pages += answer.ok and answer.is_web_page()
    if pages == len(_PATHS):
        # Every address gives a page: a café's log-in page does that, and so do some websites.
        raise UnexpectedHtml(host=address.unicode_host)
    raise NotAnInstance(host=address.unicode_host)


def _server(answer: Response) -> Server | None:
    found = parse_safe_url(answer.url)
    if not answer.ok or answer.is_web_page() or found is None:
        return None
    card = answer.json_object()
    if not isinstance(card.get("version"), str) or not isinstance(card.get("title"), str):
        return None
    domain = _domain(card.get("account_domain") or card.get("domain") or card.get("uri"))
    title = sanitize_line(card["title"], 80) or found.unicode_host
    return Server(found.origin, domain or found.host, title, *_software(card))


def _software(card: Document) -> tuple[str, str]:
    """Return name and version where the card tells them.

    GoToSocial and Mastodon give the address of their source; Akkoma, Pleroma and others say
    `2.7.2 (compatible; Akkoma 3.10.4)`.
    """
    version = sanitize_line(card.get("version"), 60)
    _, compatible, rest = version.partition("(compatible; ")
    if compatible:
        name, _, version = rest.rstrip(")").partition(" ")
        return name.lower(), version
    source = sanitize_line(card.get("source_url"), 200).rstrip("/").rpartition("/")[2].lower()
    return source if source in _KNOWN_SOURCES else "", version


async def _with_software(look_up: DeadlineClient, server: Server) -> Server:
    software, version = await software_in(look_up, server.origin)
    return replace(server, software=software, version=version or server.version)


async def _restricted(look_up: DeadlineClient, answer: Response) -> InstanceInfo:
    found = parse_safe_url(answer.url)
    software, version = await software_in(look_up, found.origin) if found else ("", "")
    if found is None or (answer.is_web_page() and not software):
        # Many a website forbids what it does not know, with a page that says so.
        raise NotAnInstance(host=answer.host, details=f"HTTP {answer.status}")
    return InstanceInfo(
        Server(found.origin, found.host, found.unicode_host, software, version), is_public=False
    )


def _domain(claimed: object) -> str:
    """Return the domain a server claims, by name or by address, if it is one at all."""
    text = sanitize_line(claimed)
    found = parse_safe_url(text if "://" in text else f"https://{text}")
    return found.host if found is not None else ""


async def fetch_metadata(look_up: DeadlineClient, origin: str) -> ServerMetadata:
    """Return where a server answers OAuth: as it says itself, or else where everybody does.

    A document that speaks for another server (RFC 8414 section 3.3), or that leads to one, is
    not believed in anything.

    Args:
        look_up: asks the question.
        origin: the server's origin.
    """
    try:
        document = (await look_up.get(origin + _METADATA_PATH)).json_object()
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
