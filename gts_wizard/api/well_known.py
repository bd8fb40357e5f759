"""WebFinger, host-meta and NodeInfo: their URLs, and what is read from their documents.

WebFinger is RFC 7033 (its links are JRD, section 4.4), host-meta RFC 6415, NodeInfo protocol 2.1
(https://nodeinfo.diaspora.software/protocol.html). host-meta is XML from a stranger: everything
that makes XML dangerous, entities that multiply and files that are fetched, must be declared in a
DOCTYPE, so expat stops there; without one its work grows with the document, which is capped here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote
from xml.parsers.expat import ExpatError, ParserCreate

from gts_wizard.api.urls import parse_safe_url, resolve_redirect
from gts_wizard.errors import ServerError
from gts_wizard.sanitize import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.address import Address
    from gts_wizard.api.response import Document, Response
    from gts_wizard.api.session import DeadlineClient


WEBFINGER_ACCEPT = "application/jrd+json, application/json"
_ACTIVITY_JSON = "application/activity+json"
# ActivityPub section 3.2: the other media type of the same documents.
_ACTIVITY_JSON_LD = 'application/ld+json;profile="https://www.w3.org/ns/activitystreams"'
HOST_META_PATH = "/.well-known/host-meta"
HOST_META_ACCEPT = "application/xrd+xml"
# A usual host-meta has some hundred bytes; the parser takes forty times the size of unclosed tags.
_MAX_HOST_META_BYTES = 64 * 1024
_XRD_LINK = "http://docs.oasis-open.org/ns/xri/xrd-1.0 Link"
NODEINFO_PATH = "/.well-known/nodeinfo"
_NODEINFO_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


def find_link(response: Response, is_wanted: Callable[[Document], bool]) -> str:
    """Return the `href` of the first link that `is_wanted` accepts; empty if there is none.

    Args:
        response: a response with a JRD (RFC 7033 section 4.4).
        is_wanted: returns whether a link object is the one wanted.
    """
    hrefs = [link.get("href") for link in _links(response) if is_wanted(link)]
    return next((href for href in hrefs if isinstance(href, str)), "")


def _links(response: Response) -> list[Document]:
    try:
        links = response.json_object().get("links")
    except ServerError:
        return []
    return [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []


def webfinger_url(host: Address, address: Address) -> str:
    """Return the WebFinger URL at `host` for the account that `address` means.

    Without a username it is the URL of the server's own actor, whose username is the server's host
    on GoToSocial.

    Args:
        host: the server to query.
        address: the account's domain, and its username if that is known.
    """
    resource = quote(_resource(host, address), safe="")
    return f"{host.origin}/.well-known/webfinger?resource={resource}"


def actor_url(response: Response) -> str:
    """Return the URL of the account's actor, which is on its server; empty if there is none."""
    return find_link(response, _is_actor)


async def owns_account(http: DeadlineClient, host: Address, address: Address) -> bool:
    """Return whether a server's own WebFinger confirms the account that `address` means.

    Args:
        http: sends the request.
        host: the server to query.
        address: the account's domain, and its username if that is known.
    """
    try:
        response = await http.get(webfinger_url(host, address), WEBFINGER_ACCEPT)
        subject = str(response.json_object().get("subject"))
    except ServerError:
        return False
    responder = parse_safe_url(response.url)
    # After a redirect the response is another server's, perhaps that of the domain in question.
    is_from_host = responder is not None and responder.origin == host.origin
    return is_from_host and subject.lower() == _resource(host, address).lower()


def _resource(host: Address, address: Address) -> str:
    return f"acct:{address.username or host.host}@{address.host}"


def _is_actor(link: Document) -> bool:
    media_type = sanitize_line(link.get("type")).replace(" ", "")
    return link.get("rel") == "self" and media_type in {_ACTIVITY_JSON, _ACTIVITY_JSON_LD}


def webfinger_template(response: Response) -> str:
    """Return the first `lrdd` template, whose host is the server; empty if there is none."""
    if len(response.body) > _MAX_HOST_META_BYTES:
        return ""
    templates: list[str] = []

    def add_template(element: str, attributes: dict[str, str]) -> None:
        if element == _XRD_LINK and attributes.get("rel") == "lrdd":
            templates.append(attributes.get("template", ""))

    # With the encoding given here, expat ignores the one that the document names.
    parser = ParserCreate("utf-8", " ")
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = add_template
    try:
        parser.Parse(response.body if response.ok else b"", True)
    except ExpatError:
        return ""
    return templates[0] if templates else ""


def _refuse_entities(*_declaration: object) -> NoReturn:
    raise ExpatError("a document type")


def nodeinfo_url(index: Response) -> str:
    """Return the URL of the NodeInfo document that the index links to; empty if there is none."""
    return find_link(index, _is_nodeinfo_link)


async def fetch_software(http: DeadlineClient, origin: str) -> tuple[str, str]:
    """Return the lower-case name and the version of a server's software, empty where unknown.

    Args:
        http: sends the requests.
        origin: the server's origin.
    """
    try:
        index = await http.get(origin + NODEINFO_PATH)
        link = resolve_redirect(index.url, nodeinfo_url(index))
        document = (await http.get(link)).json_object() if link else {}
    except ServerError:
        # Knowing the software is useful, but nothing depends on it.
        return "", ""
    software = document.get("software")
    if not isinstance(software, dict):
        return "", ""
    return sanitize_line(software.get("name"), 40).lower(), sanitize_line(
        software.get("version"), 60
    )


def _is_nodeinfo_link(link: Document) -> bool:
    return sanitize_line(link.get("rel")).startswith(_NODEINFO_SCHEMA)
