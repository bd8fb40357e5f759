"""Which handler answers which request.

`instance` comes in with every request, holding the state's lock. What a version does not have is a
404 here, as on the real server.
"""

from __future__ import annotations

from collections.abc import Callable

from gts_wizard.practice import api, browser, discovery, oauth
from gts_wizard.practice.answers import Answer, not_found
from gts_wizard.practice.requests import Request
from gts_wizard.practice.state import State

Handler = Callable[[State, Request], Answer]

_ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "/"): discovery.front_page,
    ("GET", "/.well-known/host-meta"): discovery.host_meta,
    ("GET", "/.well-known/nodeinfo"): discovery.nodeinfo_index,
    ("GET", "/.well-known/webfinger"): discovery.webfinger,
    ("GET", "/nodeinfo/2.0"): discovery.nodeinfo,
    ("GET", "/nodeinfo/2.1"): discovery.nodeinfo,
    ("GET", "/api/v1/instance"): discovery.instance_first,
    ("GET", "/api/v2/instance"): discovery.instance_second,
    ("POST", "/api/v1/apps"): api.register,
    ("GET", "/api/v1/accounts/verify_credentials"): api.verify_credentials,
    ("GET", "/api/v1/notifications"): api.list_notifications,
    ("GET", "/oauth/authorize"): browser.open_link,
    ("POST", "/oauth/authorize"): browser.allow,
    ("GET", "/auth/sign_in"): browser.show_sign_in,
    ("POST", "/auth/sign_in"): browser.sign_in,
    ("GET", "/oauth/oob"): browser.show_code,
    ("POST", "/oauth/token"): oauth.exchange,
}

_TOKEN_MANAGEMENT: dict[tuple[str, str], Handler] = {
    ("POST", "/oauth/revoke"): oauth.revoke,
    ("GET", "/api/v1/tokens"): api.list_tokens,
    ("GET", "/api/v1/apps/verify_credentials"): api.verify_application,
}


def answer(state: State, request: Request) -> Answer:
    """Give the answer to a request."""
    return _handler(state, request)(state, request)


def _handler(state: State, request: Request) -> Handler:
    if request.method == "GET" and request.path.startswith("/pictures/"):
        return discovery.show_picture
    asked = (request.method, request.path)
    if state.version.manages_tokens and asked in _TOKEN_MANAGEMENT:
        return _TOKEN_MANAGEMENT[asked]
    return _ROUTES.get(asked, _nothing_here)


def _nothing_here(_state: State, request: Request) -> Answer:
    return not_found(request)
