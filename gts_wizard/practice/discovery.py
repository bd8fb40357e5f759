"""How the pretend server is found: instance documents, NodeInfo, WebFinger, host-meta."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice.accounts import ACCOUNTS, picture
from gts_wizard.practice.documents import instance_v1, instance_v2
from gts_wizard.practice.http_server import (
    PUBLIC,
    Response,
    content,
    json_answer,
    moved,
    not_found,
    page,
    refusal,
)
from gts_wizard.practice.pages import home_page, website_page

if TYPE_CHECKING:
    from collections.abc import Collection

    from gts_wizard.practice.http_server import Request
    from gts_wizard.practice.state import ServerState


_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema"
_PICTURES = "/pictures/"
_NODEINFO = "/nodeinfo/"
WELL_KNOWN = ("webfinger", "host-meta", "nodeinfo")
"""The well-known documents by which an account domain can lead to its host."""


def front_page(state: ServerState, _request: Request) -> Response:
    """Answer `GET /` with a page that says what this is."""
    return page(home_page(state.origin, f"{state.version.product} {state.version.number}"))


def show_picture(_state: ServerState, request: Request) -> Response:
    """Answer `GET /pictures/…` with a PNG."""
    image = picture(request.path.removeprefix(_PICTURES))
    if image is None:
        return not_found(request)
    return content(image, "image/png", PUBLIC)


def instance_first(state: ServerState, request: Request) -> Response:
    """Answer `GET /api/v1/instance`, to people who are signed in only where the card is hidden."""
    return _refused_card(state, request) or json_answer(instance_v1(state))


def instance_second(state: ServerState, request: Request) -> Response:
    """Answer `GET /api/v2/instance`, as the first."""
    return _refused_card(state, request) or json_answer(instance_v2(state))


def nodeinfo_index(state: ServerState, _request: Request) -> Response:
    """Answer `GET /.well-known/nodeinfo` with the links to the schemas that are served."""
    links = [
        {"rel": f"{_SCHEMA}/{schema}", "href": f"{state.origin}{_NODEINFO}{schema}"}
        for schema in state.version.nodeinfo_schemas
    ]
    return json_answer({"links": links}, caching=PUBLIC)


def nodeinfo(state: ServerState, request: Request) -> Response:
    """Answer `GET /nodeinfo/2.0` and, where the version has it, `GET /nodeinfo/2.1`."""
    schema = request.path.removeprefix(_NODEINFO)
    version = state.version
    if schema not in version.nodeinfo_schemas:
        return not_found(request)
    usage: dict[str, object] = {"users": {"total": len(ACCOUNTS)}}
    if not version.tells_registration:
        usage["localPosts"] = 0
    document = {
        "version": schema,
        "software": {"name": version.software, "version": version.reported},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": usage,
        "metadata": {},
    }
    caching = f"public, max-age={version.nodeinfo_max_age}"
    content_type = f'application/json; profile="{_SCHEMA}/{schema}#"'
    return json_answer(document, caching=caching, content_type=content_type)


def host_meta(state: ServerState, _request: Request) -> Response:
    """Answer `GET /.well-known/host-meta` with where WebFinger is."""
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        '<Link rel="lrdd" type="application/xrd+xml" '
        f'template="{state.origin}/.well-known/webfinger?resource={{uri}}"></Link></XRD>'
    )
    return content(document.encode(), "application/xrd+xml", PUBLIC)


def webfinger(state: ServerState, request: Request) -> Response:
    """Answer `GET /.well-known/webfinger?resource=acct:…` for the accounts that live here.

    Of a split deployment they can be asked for by either name; the subject has the accounts' own.
    """
    resource = request.query.get("resource", "")
    if not resource:
        return refusal(400, "no 'resource' in request query", PUBLIC)
    name, _, domain = resource.removeprefix("acct:").removeprefix("@").partition("@")
    account = ACCOUNTS.get(name.lower())
    if account is None or domain.lower() not in {state.address, state.account_domain}:
        return json_answer({"error": "Not Found"}, 404, caching=PUBLIC)
    actor = f"{state.origin}/users/{account.username}"
    profile = f"{state.origin}/@{account.username}"
    document = {
        "subject": f"acct:{account.username}@{state.account_domain}",
        "aliases": [actor, profile],
        "links": [
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "text/html",
                "href": profile,
            },
            {"rel": "self", "type": "application/activity+json", "href": actor},
        ],
    }
    return json_answer(document, caching=PUBLIC, content_type="application/jrd+json")


def _refused_card(state: ServerState, request: Request) -> Response | None:
    if not state.restrict_instance or request.bearer_token() in state.tokens:
        return None
    return json_answer({"error": state.version.unauthorized}, 401)


def answer(host: str, documents: Collection[str], request: Request) -> Response:
    """Answer whatever the account domain is asked.

    Args:
        host: Where the server is, such as `http://localhost:8080`.
        documents: Those of `WELL_KNOWN` that are redirected there.
        request: The request; its query goes along.
    """
    if request.path not in {f"/.well-known/{name}" for name in documents}:
        return page(website_page(), 404)
    query = f"?{urlencode(request.query)}" if request.query else ""
    return moved(f"{host}{request.path}{query}")
