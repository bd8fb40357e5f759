"""Registering an application as Mastodon does (docs.joinmastodon.org/methods/apps).

Whatever is wrong is a 422 that tells all of it at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice.answers import Response, json_answer
from gts_wizard.practice.mastodon.scopes import DEFAULT_SCOPE, SCOPES
from gts_wizard.practice.requests import Request, UnreadableBodyError

if TYPE_CHECKING:
    from gts_wizard.practice.records import Application
    from gts_wizard.practice.state import ServerState

_LONGEST_NAME = 60


def register(state: ServerState, request: Request) -> Response:
    """Answer `POST /api/v1/apps`, sent as JSON or as a form; unknown scopes are refused."""
    try:
        fields = request.fields()
    except UnreadableBodyError:
        return json_answer({"error": "Bad Request"}, 400)
    name = fields.get("client_name", "")
    redirect_uris = tuple(fields.get("redirect_uris", "").split())
    scopes = tuple(dict.fromkeys(fields.get("scopes", "").split())) or (DEFAULT_SCOPE,)
    problems = _problems(name, redirect_uris, scopes)
    if problems:
        return json_answer({"error": f"Validation failed: {', '.join(problems)}"}, 422)
    website = fields.get("website", "")
    return json_answer(_document(state, state.register(name, website, redirect_uris, scopes)))


def _problems(name: str, redirect_uris: tuple[str, ...], scopes: tuple[str, ...]) -> list[str]:
    told = []
    if not name.strip():
        told.append("Application name can't be blank")
    if len(name) > _LONGEST_NAME:
        told.append(f"Application name is too long (maximum is {_LONGEST_NAME} characters)")
    if not redirect_uris:
        told.append("Redirect URI can't be blank")
    if not set(scopes) <= set(SCOPES):
        told.append("Scopes doesn't match configured on the server.")
    return told


def _document(state: ServerState, application: Application) -> dict[str, object]:
    return {
        "id": application.id,
        "name": application.name,
        "website": application.website or None,
        "scopes": application.scopes,
        "redirect_uris": application.redirect_uris,
        "redirect_uri": "\n".join(application.redirect_uris),
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "client_secret_expires_at": 0,
        "vapid_key": state.vapid_key,
    }
