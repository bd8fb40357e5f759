"""What a server says of itself: instance documents, and OAuth metadata (RFC 8414).

What an instance document says of its account domain is a claim; proving it is not done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gts_wizard.api.urls import parse_safe_url
from gts_wizard.api.well_known import fetch_software
from gts_wizard.errors import NotAnInstance, ServerError, UnexpectedHtml
from gts_wizard.models import Server, ServerMetadata
from gts_wizard.sanitize import sanitize_line
from gts_wizard.validation import is_token_syntax

if TYPE_CHECKING:
    from gts_wizard.address import Address
    from gts_wizard.api.response import Document, Response
    from gts_wizard.api.session import DeadlineClient


_PATHS = ("/api/v2/instance", "/api/v1/instance")
# GoToSocial can restrict the instance document to people who are signed in.
_SIGN_IN_REQUIRED = frozenset({401, 403})
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
# A fork names its own repository, which identifies no software; NodeInfo then does.
_KNOWN_SOURCES = frozenset({"gotosocial", "mastodon"})
_METADATA_PATH = "/.well-known/oauth-authorization-server"
_DEFAULT_METADATA = ServerMetadata()
_MAX_VALUES = 200
_MAX_VALUE_LENGTH = 100


@dataclass(frozen=True)
class InstanceInfo:
    """A server as its instance document describes it.

    Attributes:
        server: the server; its account domain is the one it claims, or else its host.
        is_public: whether the document can be read without signing in.
    """

    server: Server
    is_public: bool = True


async def fetch_instance(http: DeadlineClient, address: Address) -> InstanceInfo:
    """Return the instance document of the server at `address`.

    `/api/v2/instance` is tried first, then `/api/v1/instance`.

    Raises:
        NotAnInstance: there is no API.
        UnexpectedHtml: both paths return web pages.
        ServerError: no response came, or one that does not tell whether there is an API.
    """
    web_pages = 0
    for path in _PATHS:
        response = await http.get(address.origin + path)
        if response.status in _SIGN_IN_REQUIRED:
            return await _restricted_instance(http, response)
        if response.status == _TOO_MANY_REQUESTS or response.status >= _SERVER_ERROR:
            raise response.to_error()
        server = _parse_server(response)
        if server is not None:
            return InstanceInfo(server if server.software else await _add_software(http, server))
        web_pages += response.ok and response.is_web_page()
    if web_pages == len(_PATHS):
        # Every URL returns a page: the log-in page of a café's Wi-Fi does so, and some websites.
        raise UnexpectedHtml(host=address.unicode_host)
    raise NotAnInstance(host=address.unicode_host)


def _parse_server(response: Response) -> Server | None:
    """Return the server that an instance document describes; None if this is no such document."""
    address = parse_safe_url(response.url)
    if not response.ok or response.is_web_page() or address is None:
        return None
    document = response.json_object()
    if not isinstance(document.get("version"), str) or not isinstance(document.get("title"), str):
        return None
    domain = _parse_domain(
        document.get("account_domain") or document.get("domain") or document.get("uri")
    )
    title = sanitize_line(document["title"], 80) or address.unicode_host
    return Server(address.origin, domain or address.host, title, *_parse_software(document))


def _parse_software(document: Document) -> tuple[str, str]:
    """Return the software's lower-case name, empty if unknown, and its version.

    GoToSocial and Mastodon give the URL of their source; Akkoma, Pleroma and others give a version
    such as `2.7.2 (compatible; Akkoma 3.10.4)`.
    """
    version = sanitize_line(document.get("version"), 60)
    _, compatible, rest = version.partition("(compatible; ")
    if compatible:
        name, _, version = rest.rstrip(")").partition(" ")
        return name.lower(), version
    source = sanitize_line(document.get("source_url"), 200).rstrip("/").rpartition("/")[2].lower()
    return source if source in _KNOWN_SOURCES else "", version


async def _add_software(http: DeadlineClient, server: Server) -> Server:
    software, version = await fetch_software(http, server.origin)
    return server._replace(software=software, version=version or server.version)


async def _restricted_instance(http: DeadlineClient, response: Response) -> InstanceInfo:
    """Describe a server that restricts its instance document, with the software from NodeInfo."""
    address = parse_safe_url(response.url)
    software, version = await fetch_software(http, address.origin) if address else ("", "")
    if address is None or (not response.is_from_api() and not software):
        raise response.to_error()
    return InstanceInfo(
        Server(address.origin, address.host, address.unicode_host, software, version),
        is_public=False,
    )


def _parse_domain(claimed: object) -> str:
    """Return the domain that a server claims, as a name or a URL; empty if it is not valid."""
    text = sanitize_line(claimed)
    address = parse_safe_url(text if "://" in text else f"https://{text}")
    return address.host if address is not None else ""


async def fetch_metadata(http: DeadlineClient, origin: str) -> ServerMetadata:
    """Return a server's OAuth metadata, or the usual endpoints where it publishes none.

    A document whose issuer (RFC 8414 section 3.3) or endpoints are on another origin is ignored as
    a whole.

    Args:
        http: sends the request.
        origin: the server's origin.
    """
    try:
        document = (await http.get(origin + _METADATA_PATH)).json_object()
    except ServerError:
        return _DEFAULT_METADATA
    # Mastodon's issuer ends with a slash.
    issuer = document.get("issuer")
    if not is_token_syntax(issuer) or issuer.removesuffix("/") != origin:
        return _DEFAULT_METADATA
    authorization, token, revocation = (
        _endpoint_path(document, name, origin, default)
        for name, default in (
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
        supports_pkce="S256" in _string_list(document, "code_challenge_methods_supported"),
        scopes_supported=_string_list(document, "scopes_supported"),
    )


def _endpoint_path(document: Document, name: str, origin: str, default: str) -> str:
    """Return the path of an endpoint; empty where its URL is not on `origin`."""
    url = document.get(name, origin + default)
    address = parse_safe_url(url) if is_token_syntax(url) else None
    if address is None or address.origin != origin:
        return ""
    parts = urlsplit(url)
    # The authorization URL adds its own query; a fragment is forbidden (RFC 6749 section 3.1).
    return "" if parts.query or parts.fragment else parts.path


def _string_list(document: Document, name: str) -> tuple[str, ...]:
    """Return a list of strings without spaces; empty where the value is anything else."""
    values = document.get(name)
    if not isinstance(values, list) or len(values) > _MAX_VALUES:
        return ()
    return tuple(
        value for value in values if is_token_syntax(value) and len(value) <= _MAX_VALUE_LENGTH
    )
