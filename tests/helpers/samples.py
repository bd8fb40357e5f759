"""Documents and secrets that the tests of the calls share."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gts_wizard.api.response import Response
from gts_wizard.models import ClientCredentials, PendingSignIn, Scopes, Server, Token, WizardStep
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = "CANARYCODE0123456789"
CLIENT_SECRET = "canary-client-secret"
TOKEN = "CANARYTOKEN0123456789"
INSTANCE_V1 = "/api/v1/instance"
METADATA = "/.well-known/oauth-authorization-server"
INSTANCE_V2 = "/api/v2/instance"
UNUSABLE_VALUES: list[object] = [
    None,
    "",
    " ",
    5,
    True,
    ["a"],
    {"a": "b"},
    "two words",
    "line\nbreak",
    "line\r\nX-Evil: 1",
    "nul\x00",
    "escape\x1b[31m",
    "\u202eoverride",
    "zero\u200bwidth",
    "n\u00e4h",
    "x" * 10_000,
]


def make_client(origin: str) -> ClientCredentials:
    """Return what the wizard proves itself with to a server."""
    return ClientCredentials(origin=origin, client_id="CLIENT", client_secret=Secret(CLIENT_SECRET))


def pending_for(known: ClientCredentials, scopes: Scopes) -> PendingSignIn:
    """Return a pending sign-in whose link names a client."""
    server = Server(known.origin, "example.org", metadata=known.metadata)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return PendingSignIn(
        "s", server, WizardStep.AUTHORIZE, now, scopes=scopes, client_id=known.client_id
    )


def secret_of(token: Token) -> Secret:
    """Return a token's value, as a server has just issued it."""
    assert isinstance(token.value, Secret)
    return token.value


def make_response(  # noqa: PLR0913 - the parts of a response
    body: object = b"",
    status: int = 200,
    *,
    url: str = "https://example.org/api",
    headers: Mapping[str, str] | None = None,
    has_token: bool = False,
    secrets: tuple[str, ...] = (),
) -> Response:
    """Return a response of `example.org`.

    Args:
        body: the body's bytes, or a document that becomes JSON.
        status: the HTTP status.
        url: where it came from.
        headers: the headers, names in lower case.
        has_token: whether a token was sent with the request.
        secrets: the secrets in the request.
    """
    return Response(
        url=url,
        host="example.org",
        status=status,
        headers=headers or {},
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        authenticated=has_token,
        redact=tuple(map(Secret, secrets)),
    )


def account_document(**changes: object) -> dict[str, object]:
    """Return an account as `verify_credentials` describes it, with some fields changed."""
    document: dict[str, object] = {
        "id": "01ALICE",
        "username": "alice",
        "acct": "alice",
        "display_name": "Alice",
        "note": "<p>Hello</p>",
        "url": "https://example.org/@alice",
        "statuses_count": 3,
        "following_count": 2,
        "followers_count": 1,
        "role": {"name": "user"},
    }
    return document | changes


def instance_document(**changes: object) -> dict[str, object]:
    """Return an instance document that names neither domain nor software, with more fields."""
    return {"title": "Somewhere", "version": "1.2.3", **changes}


def nodeinfo_documents(origin: str, name: str = "gotosocial") -> dict[str, object]:
    """Return the pages that tell the software; of several links the one that matters is last."""
    schema = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    links = [
        {"rel": "https://www.w3.org/ns/activitystreams#Application", "href": f"{origin}/actor"},
        {"rel": schema, "href": f"{origin}/nodeinfo/2.0"},
    ]
    software = {"name": name, "version": "0.19.2"}
    return {"/.well-known/nodeinfo": {"links": links}, "/nodeinfo/2.0": {"software": software}}


def is_recent(moment: datetime) -> bool:
    """Tell whether a moment is the present one."""
    return abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
