"""The routing table; a path that a version does not have is a 404, as on the real server."""

from __future__ import annotations

from collections.abc import Callable

from gts_wizard.practice import api, discovery, http, mastodon, oauth
from gts_wizard.practice.state import ServerState

_Handler = Callable[[ServerState, http.Request], http.Response]
_Routes = dict[tuple[str, str], _Handler]

_COMMON: _Routes = {
    ("GET", "/"): discovery.show_front_page,
    ("GET", "/.well-known/host-meta"): discovery.show_host_meta,
    ("GET", "/.well-known/nodeinfo"): discovery.show_nodeinfo_index,
    ("GET", "/.well-known/webfinger"): discovery.show_webfinger,
    ("GET", "/nodeinfo/2.0"): discovery.show_nodeinfo,
    ("GET", "/nodeinfo/2.1"): discovery.show_nodeinfo,
    ("GET", "/api/v1/instance"): discovery.show_instance_v1,
    ("GET", "/api/v2/instance"): discovery.show_instance_v2,
    ("GET", "/api/v1/accounts/verify_credentials"): api.verify_credentials,
    ("GET", "/api/v1/notifications"): api.list_notifications,
    ("POST", "/api/v1/statuses"): api.create_status,
    ("GET", "/auth/sign_in"): oauth.show_sign_in,
    ("POST", "/auth/sign_in"): oauth.sign_in,
}

_GOTOSOCIAL_0_17: _Routes = _COMMON | {
    ("POST", "/api/v1/apps"): api.register,
    ("GET", "/oauth/authorize"): oauth.show_authorize_page,
    ("GET", "/oauth/authorize/"): oauth.drop_slash,
    ("POST", "/oauth/authorize"): oauth.allow,
    ("GET", "/oauth/oob"): oauth.show_code,
    ("POST", "/oauth/token"): oauth.exchange,
}

_GOTOSOCIAL: _Routes = _GOTOSOCIAL_0_17 | {
    ("POST", "/oauth/revoke"): oauth.revoke,
    ("GET", "/api/v1/tokens"): api.list_tokens,
    ("GET", "/api/v1/apps/verify_credentials"): api.verify_application,
}

_MASTODON: _Routes = _COMMON | {
    ("GET", "/.well-known/oauth-authorization-server"): mastodon.show_metadata,
    ("POST", "/api/v1/apps"): mastodon.register,
    ("GET", "/api/v1/apps/verify_credentials"): mastodon.verify_application,
    ("GET", "/oauth/authorize"): mastodon.show_authorize_page,
    ("GET", "/oauth/authorize/"): mastodon.show_authorize_page,
    ("POST", "/oauth/authorize"): mastodon.authorize,
    ("GET", "/oauth/authorize/native"): mastodon.show_code,
    ("POST", "/oauth/token"): mastodon.exchange,
    ("POST", "/oauth/revoke"): mastodon.revoke,
}


def respond(state: ServerState, request: http.Request) -> http.Response:
    """Return the response to a request; the caller holds the state's lock."""
    if request.method == "GET" and request.path.startswith("/pictures/"):
        return discovery.show_picture(state, request)
    handler = _routes(state).get((request.method, request.path), _respond_not_found)
    return handler(state, request)


def _routes(state: ServerState) -> _Routes:
    if state.behavior.is_mastodon:
        return _MASTODON
    return _GOTOSOCIAL if state.behavior.has_token_management else _GOTOSOCIAL_0_17


def _respond_not_found(_state: ServerState, request: http.Request) -> http.Response:
    return http.not_found_response(request)
