"""host-meta (RFC 6415): untrusted XML, of which one attribute is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.api.well_known import webfinger_template
from tests.helpers.samples import make_response

TEMPLATE = "https://social.example.org/.well-known/webfinger?resource={uri}"
NAMESPACE = 'xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"'
LINK = f'<Link rel="lrdd" template="{TEMPLATE}"/>'
OTHER = '<Link rel="author" template="https://elsewhere.example/"/>'
MEBIBYTE = 1024 * 1024


def read(document: str | bytes, status: int = 200) -> str:
    """Return the template of a document."""
    body = document if isinstance(document, bytes) else document.encode()
    return webfinger_template(make_response(body, status))


def xrd(inside: str, namespace: str = NAMESPACE) -> str:
    """Return a document with something inside."""
    return f'<?xml version="1.0" encoding="UTF-8"?><XRD {namespace}>{inside}</XRD>'


@pytest.mark.parametrize(
    "document",
    [
        xrd(LINK),
        xrd(OTHER + LINK),
        xrd(LINK + LINK.replace("social", "other")),
        xrd(f"<Subject>example.org</Subject><!-- {OTHER} -->{LINK}<![CDATA[{OTHER}]]>"),
        xrd(LINK.replace('"', "'").replace(" ", "\n ")),
        xrd(LINK).replace("https:", "&#104;ttps:"),
        xrd(LINK.replace("Link", "h:Link"), NAMESPACE.replace("xmlns", "xmlns:h")),
        xrd(LINK).replace("UTF-8", "ISO-8859-1"),
        "\ufeff" + xrd(LINK),
        xrd(LINK).partition("?>")[2],
    ],
)
def test_the_first_lrdd_template_is_read(document: str) -> None:
    assert read(document) == TEMPLATE


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{}",
        "nonsense",
        xrd(""),
        xrd(OTHER),
        xrd('<Link rel="lrdd"/>'),
        xrd(f"<!-- {LINK} -->"),
        xrd(f"<![CDATA[{LINK}]]>"),
        xrd(LINK, namespace=""),
        xrd(LINK, namespace='xmlns="http://www.w3.org/1999/xhtml"'),
        xrd(LINK)[:-1],
        xrd(LINK + "&undeclared;"),
        xrd(LINK) + "<again/>",
        xrd(LINK).replace('"lrdd"', '"lrdd" rel="lrdd"'),
        b"\xff\xfe\x00" + xrd(LINK).encode(),
        f"<!doctype html><html><head>{LINK}",
    ],
)
def test_other_documents_have_no_template(document: str | bytes) -> None:
    assert read(document) == ""


@pytest.mark.parametrize("status", [301, 401, 404, 500])
def test_document_with_an_error_status_is_not_read(status: int) -> None:
    assert read(xrd(LINK), status) == ""


@pytest.mark.parametrize(
    "declaration",
    [
        "",
        '[<!ENTITY a "https://evil.example/">]',
        '[<!ENTITY a SYSTEM "file:///etc/passwd">]',
        'SYSTEM "http://127.0.0.1:1/evil.dtd"',
        '[<!ENTITY % a SYSTEM "http://127.0.0.1:1/evil.dtd"> %a;]',
        '[<!ATTLIST Link template CDATA "https://evil.example/">]',
    ],
)
def test_document_type_is_refused(declaration: str) -> None:
    head, _, rest = xrd(LINK).partition("?>")
    assert read(f"{head}?><!DOCTYPE XRD {declaration}>{rest}") == ""


def test_entities_are_not_expanded() -> None:
    entities = [f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(30)]
    bomb = f'<!DOCTYPE XRD [<!ENTITY a0 "lol">{"".join(entities)}]>'
    head, _, rest = xrd(LINK.replace("{uri}", "&a30;")).partition("?>")
    assert read(f"{head}?>{bomb}{rest}") == ""


@pytest.mark.parametrize("piece", ["<a>", "<a", "<!--", "<![CDATA[", "<Link a='", "&#49;", "<?"])
def test_document_of_a_mebibyte_is_not_read(piece: str) -> None:
    many = piece * (MEBIBYTE // len(piece))
    assert read(f"<XRD {NAMESPACE}>{LINK}{many}") == ""


@pytest.mark.fuzz
@given(st.binary() | st.text().map(lambda text: xrd(LINK + text).encode("utf-8", "replace")))
def test_any_document_has_the_template_or_none(document: bytes) -> None:
    assert read(document) in {"", TEMPLATE}
