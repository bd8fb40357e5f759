"""Which handler answers which request.

`instance` comes in with every request, holding the state's lock. What a version does not have is a
404 here, as on the real server.
"""

from __future__ import annotations

from collections.abc import Callable

from gts_wizard.practice import api, discovery, mastodon, oauth
from gts_wizard.practice import mastodon as mastodon_browser
from gts_wizard.practice import mastodon as mastodon_oauth
from gts_wizard.practice.http_server import Request, Response, not_found
from gts_wizard.practice.state import ServerState

Handler = Callable[[ServerState, Request], Response]
Routes = dict[tuple[str, str], Handler]

_EVERYWHERE: Routes = {
    ("GET", "/"): discovery.front_page,
    ("GET", "/.well-known/host-meta"): discovery.host_meta,
    ("GET", "/.well-known/nodeinfo"): discovery.nodeinfo_index,
    ("GET", "/.well-known/webfinger"): discovery.webfinger,
    ("GET", "/nodeinfo/2.0"): discovery.nodeinfo,
    ("GET", "/nodeinfo/2.1"): discovery.nodeinfo,
    ("GET", "/api/v1/instance"): discovery.instance_first,
    ("GET", "/api/v2/instance"): discovery.instance_second,
    ("GET", "/api/v1/accounts/verify_credentials"): api.verify_credentials,
    ("GET", "/api/v1/notifications"): api.list_notifications,
    ("GET", "/auth/sign_in"): oauth.show_sign_in,
    ("POST", "/auth/sign_in"): oauth.sign_in,
}

_GOTOSOCIAL: Routes = _EVERYWHERE | {
    ("POST", "/api/v1/apps"): api.register,
    ("GET", "/oauth/authorize"): oauth.open_link,
    ("POST", "/oauth/authorize"): oauth.allow,
    ("GET", "/oauth/oob"): oauth.show_code,
    ("POST", "/oauth/token"): oauth.exchange,
}

_MANAGING_TOKENS: Routes = _GOTOSOCIAL | {
    ("POST", "/oauth/revoke"): oauth.revoke,
    ("GET", "/api/v1/tokens"): api.list_tokens,
    ("GET", "/api/v1/apps/verify_credentials"): api.verify_application,
}

_MASTODON: Routes = _EVERYWHERE | {
    ("GET", "/.well-known/oauth-authorization-server"): mastodon.metadata,
    ("POST", "/api/v1/apps"): mastodon.register,
    ("GET", "/oauth/authorize"): mastodon_browser.open_link,
    ("POST", "/oauth/authorize"): mastodon_browser.authorize,
    ("GET", "/oauth/authorize/native"): mastodon_browser.show_code,
    ("POST", "/oauth/token"): mastodon_oauth.exchange,
    ("POST", "/oauth/revoke"): mastodon_oauth.revoke,
}


def answer(state: ServerState, request: Request) -> Response:
    """Give the answer to a request."""
    if request.method == "GET" and request.path.startswith("/pictures/"):
        return discovery.show_picture(state, request)
    handler = _routes(state).get((request.method, request.path), _nothing_here)
    return handler(state, request)


def _routes(state: ServerState) -> Routes:
    if state.version.is_mastodon:
        return _MASTODON
    return _MANAGING_TOKENS if state.version.manages_tokens else _GOTOSOCIAL


def _nothing_here(_state: ServerState, request: Request) -> Response:
    return not_found(request)
