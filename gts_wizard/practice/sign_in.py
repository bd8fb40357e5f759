"""Where every browser passes: the cookie of its session, and the page that asks who it is.

`/auth/sign_in` leads here. What a session is for differs: see `browser` and `mastodon.browser`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice.accounts import account_signing_in
from gts_wizard.practice.answers import ADVICE, Response, browser_refusal, found, page, see_other
from gts_wizard.practice.pages import sign_in_page
from gts_wizard.practice.requests import Request, UnreadableBodyError

if TYPE_CHECKING:
    from gts_wizard.practice.records import AuthorizationRequest, BrowserSession
    from gts_wizard.practice.state import ServerState

_COOKIE = "gotosocial-localhost"
_WRONG_PASSWORD = "That e-mail address and password do not go together. Please try again."  # noqa: S105


def show_sign_in(_state: ServerState, _request: Request) -> Response:
    """Answer `GET /auth/sign_in`."""
    return page(sign_in_page())


def sign_in(state: ServerState, request: Request) -> Response:
    """Answer `POST /auth/sign_in`; a wrong password leaves the attempt as it is."""
    try:
        fields = request.form_fields()
    except UnreadableBodyError as error:
        return browser_refusal(request, 400, f"{error}: {ADVICE}")
    email = fields.get("username", "")
    account = account_signing_in(email, fields.get("password", ""))
    if account is None:
        return page(sign_in_page(email, _WRONG_PASSWORD), 401)
    session = session_of(state, request)
    if session is not None:
        session.username = account.username
        return found("/oauth/authorize")
    session = state.open_session(attempt=None)
    session.username = account.username
    return found("/oauth/authorize").with_headers(_cookie(state, session))


def send_to_sign_in(state: ServerState, attempt: AuthorizationRequest) -> Response:
    """Begin a session for an attempt, and ask who is there."""
    return see_other("/auth/sign_in").with_headers(_cookie(state, state.open_session(attempt)))


def session_of(state: ServerState, request: Request) -> BrowserSession | None:
    """Give the living session of the browser that asks, if it has one."""
    return state.find_session(request.cookie(_COOKIE))


def _cookie(state: ServerState, session: BrowserSession) -> tuple[str, str]:
    lasting = f"Path=/; Max-Age={state.version.session_lifetime}; HttpOnly; SameSite=Lax"
    return ("Set-Cookie", f"{_COOKIE}={session.key}; {lasting}")
