"""WebFinger (RFC 7033), host-meta (RFC 6415) and NodeInfo: their URLs and documents."""

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
_ACTIVITY = "application/activity+json"
# ActivityPub section 3.2: the other name of the same type.
_LINKED_DATA = 'application/ld+json;profile="https://www.w3.org/ns/activitystreams"'
HOST_META_PATH = "/.well-known/host-meta"
HOST_META_ACCEPT = "application/xrd+xml"
# An honest one has some hundred bytes; tags that are never closed unpack into forty times that.
_MAX_TEMPLATE_LENGTH = 64 * 1024
_XRD_LINK = "http://docs.oasis-open.org/ns/xri/xrd-1.0 Link"
NODEINFO_PATH = "/.well-known/nodeinfo"
_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


def first_link(answer: Response, is_wanted: Callable[[Document], bool]) -> str:
    """Return where the first link of the wanted kind leads; empty if the answer has none."""
    hrefs = [link.get("href") for link in _links(answer) if is_wanted(link)]
    return next((href for href in hrefs if isinstance(href, str)), "")


def _links(answer: Response) -> list[Document]:
    try:
        links = answer.json_object().get("links")
    except ServerError:
        return []
    return [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []


def webfinger_url(asked: Address, address: Address) -> str:
    """Return the URL that asks one server for the account an address means.

    Where only a domain was typed it asks for the actor of the server itself, which GoToSocial
    calls by the name of its host.

    Args:
        asked: the server that shall answer.
        address: the account's domain, and its user name if that is known.
    """
    resource = quote(_resource(asked, address), safe="")
    return f"{asked.origin}/.well-known/webfinger?resource={resource}"


def actor_url(answer: Response) -> str:
    """Return the address of the account's actor, which is at its server; empty if not told."""
    return first_link(answer, _is_actor)


async def owns_account(look_up: DeadlineClient, host: Address, address: Address) -> bool:
    """Tell whether a server says itself that the account an address means is one of its own."""
    try:
        answer = await look_up.get(webfinger_url(host, address), WEBFINGER_ACCEPT)
        subject = str(answer.json_object().get("subject"))
    except ServerError:
        return False
    answered = parse_safe_url(answer.url)
    # After a redirect it is somebody else who says so, perhaps the domain in question.
    is_its_own_word = answered is not None and answered.origin == host.origin
    return is_its_own_word and subject.lower() == _resource(host, address).lower()


def _resource(asked: Address, address: Address) -> str:
    return f"acct:{address.username or asked.host}@{address.host}"


def _is_actor(link: Document) -> bool:
    kind = sanitize_line(link.get("type")).replace(" ", "")
    return link.get("rel") == "self" and kind in {_ACTIVITY, _LINKED_DATA}


def webfinger_template(answer: Response) -> str:
    """Return the first `lrdd` template, whose host is the server's; empty if there is none."""
    if len(answer.body) > _MAX_TEMPLATE_LENGTH:
        return ""
    found: list[str] = []

    def read(element: str, attributes: dict[str, str]) -> None:
        if element == _XRD_LINK and attributes.get("rel") == "lrdd":
            found.append(attributes.get("template", ""))

    # With the encoding settled here, none that the document names is looked up.
    parser = ParserCreate("utf-8", " ")
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = read
    try:
        parser.Parse(answer.body if answer.ok else b"", True)
    except ExpatError:
        return ""
    return found[0] if found else ""


def _refuse_entities(*_declaration: object) -> NoReturn:
    raise ExpatError("a document type")


def nodeinfo_url(index: Response) -> str:
    """Return where the index says that the document is; empty if it does not say."""
    return first_link(index, _is_nodeinfo_link)


async def software_in(look_up: DeadlineClient, origin: str) -> tuple[str, str]:
    """Return the lower-case name and the version of a server's software; empty if not told."""
    try:
        index = await look_up.get(origin + NODEINFO_PATH)
        link = resolve_redirect(index.url, nodeinfo_url(index))
        document = (await look_up.get(link)).json_object() if link else {}
    except ServerError:
        # It is good to know, and nothing depends on it.
        return "", ""
    software = document.get("software")
    if not isinstance(software, dict):
        return "", ""
    return sanitize_line(software.get("name"), 40).lower(), sanitize_line(
        software.get("version"), 60
    )


def _is_nodeinfo_link(link: Document) -> bool:
    return sanitize_line(link.get("rel")).startswith(_SCHEMA)
