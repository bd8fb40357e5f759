"""Reads host-meta (RFC 6415): which server answers for the accounts of a domain.

The discovery comes in; pure functions. The document is XML from a stranger. Everything that makes
XML dangerous, entities that multiply and files that are fetched, must be declared in a DOCTYPE,
so expat stops there; without one its work grows with the document, which is capped here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

if TYPE_CHECKING:
    from gts_wizard.api.response import Response

HOST_META_PATH = "/.well-known/host-meta"
HOST_META_ACCEPT = "application/xrd+xml"
# An honest one has some hundred bytes; tags that are never closed unpack into forty times that.
_MAX_TEMPLATE_LENGTH = 64 * 1024
_XRD_LINK = "http://docs.oasis-open.org/ns/xri/xrd-1.0 Link"


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
