"""What each server sends in each situation, what is said then, and how the account stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from gts_wizard import messages
from gts_wizard.api import endpoints
from gts_wizard.errors import WizardError
from gts_wizard.models import AccountStatus
from gts_wizard.secret import Secret
from gts_wizard.services.account_query import CheckOutcome
from tests.helpers.fake_network import FakeNetwork
from tests.helpers.raw_responses import http_response, json_bytes, respond_by_path, respond_raw
from tests.helpers.sample_accounts import NOW, make_account
from tests.helpers.samples import CODE, TOKEN, account_document, make_client

if TYPE_CHECKING:
    from gts_wizard.models import Scopes
    from tests.helpers.harness import ServicesHarness

_READ = ("read",)
_REVOKE, _VERIFY = "/oauth/revoke", "/api/v1/accounts/verify_credentials"
_FINE, _ENDED = AccountStatus.FINE, AccountStatus.REVOKED
_REFUSED, _TOO_SMALL = AccountStatus.REFUSED, AccountStatus.INSUFFICIENT_SCOPE
_BLOCKED, _CHANGED = AccountStatus.BLOCKED, AccountStatus.CHANGED
_NO_LONGER_ACCEPTED = "example.org no longer accepts this access."
_SPEAK_TO_THEM = "Signing in again won't help. Ask whoever runs the server."
_KEEPS_OUT = "Something in front of example.org blocks programs"
_NOT_REVOKED = "example.org no longer knows the wizard, so it won't revoke this access."
_WHERE_TO_END = "open your account's settings there in a browser"


def _page(status: int, **headers: str) -> bytes:
    return http_response(status, b"<!doctype html><h1>No", Content_Type="text/html", **headers)


def _empty_page(status: int) -> bytes:
    return http_response(status, Content_Type="text/html; charset=utf-8")


def _error(status: int, error: str, **headers: str) -> bytes:
    return http_response(status, json_bytes({"error": error}), **headers)


_ALIVE = http_response(200, json_bytes(account_document()))
_REGISTERED = json_bytes({"client_id": "C", "client_secret": "S"})
_INVALID_BEARER = http_response(400, b"Invalid Bearer token", Content_Type="text/plain")
_UNKNOWN_TOKEN = _error(401, "Unauthorized: token not supplied")


@dataclass(frozen=True)
class Check:
    """A token is checked, which has these scopes."""

    server: str
    response: bytes
    said: str
    status: AccountStatus
    scopes: Scopes = _READ


@dataclass(frozen=True)
class Revocation:
    """A token is revoked; `said` is empty where it has ended."""

    server: str
    response: bytes
    said: str
    verify: bytes = _ALIVE


CHECKS = [
    Check("Takahe", _ALIVE, "", _FINE),
    Check("Takahe", _INVALID_BEARER, _NO_LONGER_ACCEPTED, _ENDED),
    Check("Takahe", _INVALID_BEARER.replace(b"plain", b"html"), _NO_LONGER_ACCEPTED, _ENDED),
    Check(
        "Takahe",
        _error(403, "out_of_scope_for_token"),
        "choose more permissions",
        _TOO_SMALL,
        ("read:accounts",),
    ),
    Check("Hollo", _error(401, "invalid_token"), _NO_LONGER_ACCEPTED, _ENDED),
    Check("Hollo", _error(403, "insufficient_scope"), "more permissions", _TOO_SMALL, ("write",)),
    *(
        Check(f"GoToSocial {version}", response, said, status, scopes)
        for version in ("0.17", "0.19", "0.20")
        for response, said, status, scopes in [
            (_UNKNOWN_TOKEN, _NO_LONGER_ACCEPTED, _ENDED, _READ),
            (
                _error(401, "Unauthorized: application not supplied"),
                f"“Unauthorized: application not supplied”. {_SPEAK_TO_THEM}",
                _REFUSED,
                _READ,
            ),
            (http_response(503, b"{}", Retry_After="30"), "", AccountStatus.RATE_LIMITED, _READ),
        ]
    ),
    *(
        Check(
            f"GoToSocial {version}",
            _error(403, "Forbidden: token has insufficient scope permission"),
            "choose more permissions",
            _TOO_SMALL,
            scopes,
        )
        for version in ("0.19", "0.20")
        for scopes in [("write",), ()]
    ),
    Check("Mastodon", _error(401, "The access token is invalid"), _NO_LONGER_ACCEPTED, _ENDED),
    Check(
        "Mastodon",
        http_response(401, WWW_Authenticate='Bearer realm="Doorkeeper"'),
        _NO_LONGER_ACCEPTED,
        _ENDED,
    ),
    *(
        Check(
            "Mastodon", _error(403, words), f"“{words}”. {_SPEAK_TO_THEM}", _REFUSED, ("profile",)
        )
        for words in [
            "Your login is currently disabled",
            "Your login is missing a confirmed e-mail address",
            "Your login is currently pending approval",
        ]
    ),
    Check(
        "Mastodon",
        _error(403, "This action is outside the authorized scopes"),
        "choose more permissions",
        _TOO_SMALL,
        ("write",),
    ),
    # The scopes cover the call whatever the server says, so choosing more can't help.
    Check("Mastodon", _error(403, "Outside the scopes."), "“Outside the scopes”.", _REFUSED),
    Check("a server of few words", http_response(403, b"{}"), "doesn't say why", _REFUSED),
    Check("a server of few words", http_response(403, b"{}"), "more", _TOO_SMALL, ("write",)),
    Check("a server with 201", http_response(201, json_bytes(account_document())), "", _FINE),
    *(
        Check("a gateway", response, _KEEPS_OUT, _BLOCKED)
        for response in [
            _page(403),
            _page(401),
            _page(401, WWW_Authenticate='Basic realm="staff"'),
            http_response(403, b"error code: 1020", Content_Type="text/plain"),
            http_response(403),
            http_response(401),
        ]
    ),
    Check("a gateway", _page(502), "is having problems (HTTP 502)", AccountStatus.UNCLEAR),
    Check("a gateway", _page(400), "refused the request", AccountStatus.UNCLEAR),
    Check("a hotel", _page(511), "Open a browser and log in there", AccountStatus.UNREACHABLE),
    Check("a website", _page(200), "sent a web page", _CHANGED),
    Check("a website", _page(404), "it isn't a GoToSocial", _CHANGED),
]

REVOCATIONS = [
    Revocation("Takahe", _empty_page(200), ""),
    Revocation("Takahe", _empty_page(403), "", _INVALID_BEARER),
    Revocation("Takahe", _empty_page(403), _NOT_REVOKED),
    Revocation("Hollo", http_response(200, b"{}"), ""),
    Revocation("Hollo", _error(401, "invalid_client"), _NOT_REVOKED),
    Revocation("GoToSocial 0.17", _error(404, "Not Found"), "is too old to revoke access."),
    *(
        Revocation(f"GoToSocial {version}", response, said, verify)
        for version in ("0.19", "0.20")
        for response, said, verify in [
            (http_response(200, b"{}"), "", _ALIVE),
            (_error(403, "unauthorized_client"), _NOT_REVOKED, _ALIVE),
            (_error(403, "unauthorized_client"), _WHERE_TO_END, _ALIVE),
            (_error(403, "unauthorized_client"), "", _UNKNOWN_TOKEN),
        ]
    ),
    Revocation("Mastodon", http_response(200, b"{}"), ""),
    Revocation("Mastodon", _error(403, "unauthorized_client"), _NOT_REVOKED),
    Revocation("a server with 204", http_response(204), ""),
    Revocation("a server with 202", http_response(202, b"OK", Content_Type="text/plain"), ""),
    Revocation("a gateway", _page(403), f"{_KEEPS_OUT} (HTTP 403).", _page(403)),
    Revocation("a gateway", _page(401), f"{_KEEPS_OUT} (HTTP 401).", _page(401)),
    Revocation("a gateway", _page(403), _KEEPS_OUT),
    Revocation("a gateway", _page(403), "", _UNKNOWN_TOKEN),
    Revocation("a website", _page(200), "sent a web page", _page(200)),
]


def _serve(network: FakeNetwork, pages: dict[str, object]) -> str:
    return network.serve("example.org", respond_by_path(pages)).origin


def _ids(rows: list[Check] | list[Revocation]) -> list[str]:
    return [f"{row.server}: {row.response.split(b' ')[1].decode()}" for row in rows]


@pytest.mark.parametrize("row", CHECKS, ids=_ids(CHECKS))
async def test_check_by_server(row: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    network = FakeNetwork(monkeypatch)
    origin = _serve(network, {_VERIFY: row.response})
    error: WizardError | None = None
    try:
        await endpoints.verify_credentials(network.http, origin, Secret(TOKEN), row.scopes)
    except WizardError as failure:
        error = failure
    assert CheckOutcome(make_account(), NOW, error).status is row.status
    assert row.said in str(error or "")


@pytest.mark.parametrize("row", REVOCATIONS, ids=_ids(REVOCATIONS))
async def test_revocation_by_server(row: Revocation, monkeypatch: pytest.MonkeyPatch) -> None:
    network = FakeNetwork(monkeypatch)
    origin = _serve(network, {_REVOKE: row.response, _VERIFY: row.verify})
    said = ""
    try:
        await endpoints.revoke_token(network.http, make_client(origin), Secret(TOKEN))
    except WizardError as error:
        said = messages.token_not_revoked(error)
    assert row.said in said
    assert bool(row.said) is bool(said)


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (http_response(200, _REGISTERED), ""),
        (http_response(201, _REGISTERED), ""),
        (_page(403), _KEEPS_OUT),
        (_page(200), "sent a web page"),
        (_error(422, "No such scope"), "refused the request (HTTP 422)"),
    ],
    ids=["GoToSocial", "a server with 201", "a gateway", "a website", "Hollo"],
)
async def test_registration_by_server(
    response: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = FakeNetwork(monkeypatch)
    origin, failed = _serve(network, {"/api/v1/apps": response}), ""
    try:
        await endpoints.register_client(network.http, origin, _READ)
    except WizardError as error:
        failed = str(error)
    assert said in failed
    assert bool(said) is bool(failed)


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (_error(400, "sql: no rows in result set"), "doesn't accept this code"),
        (_error(401, "invalid_client"), "no longer knows the wizard"),
        (_page(401), _KEEPS_OUT),
        (_page(400), "refused the request"),
    ],
    ids=["GoToSocial", "Mastodon", "a gateway: 401", "a gateway: 400"],
)
async def test_refused_exchange_by_server(
    response: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = FakeNetwork(monkeypatch)
    origin = _serve(network, {"/oauth/token": response})
    with pytest.raises(WizardError, match=said):
        await endpoints.exchange_code(network.http, make_client(origin), Secret(CODE))


@pytest.mark.parametrize(
    ("response", "said", "unsaid"),
    [
        (_page(200), "Check the address: your handle ends with the right one. On a hotel", ""),
        (_page(403), _KEEPS_OUT, "spelling"),
        (_page(401), _KEEPS_OUT, "spelling"),
        (_page(404), "Check the spelling.", "hotel"),
        (_page(511), "This network wants you to log in", "address"),
    ],
    ids=["a website: 200", "a gateway: 403", "a gateway: 401", "a website: 404", "a hotel: 511"],
)
async def test_look_up_where_no_server_answers(
    response: bytes,
    said: str,
    unsaid: str,
    harness: ServicesHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = FakeNetwork(monkeypatch)
    network.serve("example.org", respond_raw(response))
    with pytest.raises(WizardError) as caught:
        await harness.sign_in.look_up("example.org")
    assert said in str(caught.value)
    assert not unsaid or unsaid not in str(caught.value)


@pytest.mark.parametrize("status", [_BLOCKED, _REFUSED, AccountStatus.UNCLEAR])
def test_no_state_of_a_good_token_asks_for_a_renewal(status: AccountStatus) -> None:
    hint = messages.status_hint(make_account()._replace(status=status))
    assert "enew" not in hint
    assert "not reached" not in hint + messages.STATUS_LABELS[status]
