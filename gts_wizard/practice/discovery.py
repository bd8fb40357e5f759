"""How the practice server is found: instance documents, NodeInfo, WebFinger, host-meta.

WebFinger is RFC 7033, host-meta is RFC 6415, NodeInfo is nodeinfo.diaspora.software. Of a split
domain three documents are redirected for good, and nothing of the API is
(docs.gotosocial.org/en/latest/advanced/host-account-domain).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice import http
from gts_wizard.practice.accounts import ACCOUNTS, read_picture
from gts_wizard.practice.documents import instance_v1, instance_v2
from gts_wizard.practice.pages import account_domain_page, home_page

if TYPE_CHECKING:
    from collections.abc import Collection

    from gts_wizard.practice.state import ServerState


_SCHEMA_URL = "http://nodeinfo.diaspora.software/ns/schema"
_PICTURES_PATH = "/pictures/"
_NODEINFO_PATH = "/nodeinfo/"
WELL_KNOWN = ("webfinger", "host-meta", "nodeinfo")
"""The well-known documents that an account domain can redirect to the server."""


def show_front_page(state: ServerState, _request: http.Request) -> http.Response:
    """Answer `GET /` with a page that explains this server."""
    return http.html_response(
        home_page(state.origin, f"{state.behavior.product} {state.behavior.version}")
    )


def show_picture(_state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /pictures/…` with a PNG."""
    image = read_picture(request.path.removeprefix(_PICTURES_PATH))
    if image is None:
        return http.not_found_response(request)
    return http.raw_response(image, "image/png", http.PUBLIC)


def show_instance_v1(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /api/v1/instance`; a restricted one needs a token."""
    return _instance_error(state, request) or http.json_response(instance_v1(state))


def show_instance_v2(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /api/v2/instance`; a restricted one needs a token."""
    return _instance_error(state, request) or http.json_response(instance_v2(state))


def show_nodeinfo_index(state: ServerState, _request: http.Request) -> http.Response:
    """Answer `GET /.well-known/nodeinfo` with the links to the schemas that are served."""
    links = [
        {"rel": f"{_SCHEMA_URL}/{schema}", "href": f"{state.origin}{_NODEINFO_PATH}{schema}"}
        for schema in state.behavior.nodeinfo_schemas
    ]
    return http.json_response({"links": links}, cache_control=http.PUBLIC)


def show_nodeinfo(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /nodeinfo/2.0` and, where the version has it, `GET /nodeinfo/2.1`."""
    schema = request.path.removeprefix(_NODEINFO_PATH)
    behavior = state.behavior
    if schema not in behavior.nodeinfo_schemas:
        return http.not_found_response(request)
    usage: dict[str, object] = {"users": {"total": len(ACCOUNTS)}}
    if not behavior.has_registration_details:
        usage["localPosts"] = 0
    document = {
        "version": schema,
        "software": {"name": behavior.software, "version": behavior.reported_version},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": usage,
        "metadata": {},
    }
    cache_control = f"public, max-age={behavior.nodeinfo_max_age}"
    content_type = f'application/json; profile="{_SCHEMA_URL}/{schema}#"'
    return http.json_response(document, cache_control=cache_control, content_type=content_type)


def show_host_meta(state: ServerState, _request: http.Request) -> http.Response:
    """Answer `GET /.well-known/host-meta` with the URL template of WebFinger."""
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        '<Link rel="lrdd" type="application/xrd+xml" '
        f'template="{state.origin}/.well-known/webfinger?resource={{uri}}"></Link></XRD>'
    )
    return http.raw_response(document.encode(), "application/xrd+xml", http.PUBLIC)


def show_webfinger(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /.well-known/webfinger?resource=acct:…` for the accounts of this server.

    With an account domain both domains are understood; the subject has the account domain.
    """
    resource = request.query.get("resource", "")
    if not resource:
        return http.error_response(400, "no 'resource' in request query", http.PUBLIC)
    username, _, domain = resource.removeprefix("acct:").removeprefix("@").partition("@")
    account = ACCOUNTS.get(username.lower())
    if account is None or domain.lower() not in {state.address, state.account_domain}:
        return http.json_response({"error": "Not Found"}, 404, cache_control=http.PUBLIC)
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
    return http.json_response(
        document, cache_control=http.PUBLIC, content_type="application/jrd+json"
    )


def _instance_error(state: ServerState, request: http.Request) -> http.Response | None:
    if not state.restrict_instance or request.bearer_token() in state.tokens:
        return None
    return http.json_response({"error": state.behavior.unauthorized}, 401)


def respond_as_account_domain(
    origin: str, documents: Collection[str], request: http.Request
) -> http.Response:
    """Return the account domain's response to any request.

    Args:
        origin: the server's origin, such as `http://localhost:8080`.
        documents: those of `WELL_KNOWN` that are redirected to the server.
        request: the request; its query is kept in the redirect.
    """
    if request.path not in {f"/.well-known/{name}" for name in documents}:
        return http.html_response(account_domain_page(), 404)
    return http.redirect_permanently(f"{origin}{request.path}", request)
