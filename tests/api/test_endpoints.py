"""The API calls of a sign-in: what they send, and what GoToSocial's answers mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    AccountRefused,
    CodeForOtherSignIn,
    CodeRefused,
    InsufficientScope,
    InvalidResponse,
    NotAnInstance,
    ProgramsBlocked,
    RateLimited,
    RegistrationUnknown,
    RequestRejected,
    RevocationRefused,
    RevocationUnsupported,
    ServerError,
    ServerFailure,
    TokenRevoked,
    UnexpectedHtml,
)
from gts_wizard.models import OOB_REDIRECT_URI
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.redirect_uri import loopback_redirect_uri
from gts_wizard.oauth.scopes import MEANINGS
from gts_wizard.practice import GOTOSOCIAL_VERSIONS, PracticeServer
from gts_wizard.secret import Secret
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.samples import TOKEN, make_client, pending_for, secret_of

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient
    from gts_wizard.models import ClientCredentials, Scopes, Token
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.fake_network import FakeNetwork
    from tests.helpers.raw_server import Responder

READ = ("read",)
CODE = Secret("A" * 48)
every_version = pytest.mark.parametrize("practice", GOTOSOCIAL_VERSIONS, indirect=True)
since_0_19 = pytest.mark.parametrize("practice", ["0.19", "0.20"], indirect=True)
before_0_19 = pytest.mark.parametrize("practice", ["0.17"], indirect=True)


def code_for(alice: BrowserUser, client: ClientCredentials, scopes: Scopes = READ) -> Secret:
    """Return the code that Alice gets for a registration."""
    return Secret(alice.get_code(authorization_url(pending_for(client, scopes))))


async def signed_in(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser, scopes: Scopes = READ
) -> tuple[ClientCredentials, Token]:
    """Register and sign in."""
    client = await endpoints.register_client(http, practice.origin, scopes)
    return client, await endpoints.exchange_code(http, client, code_for(alice, client, scopes))


@every_version
async def test_sign_in_and_look_around(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    client, token = await signed_in(http, practice, alice)
    assert client.origin == practice.origin
    assert token.scopes == READ
    assert abs(datetime.now(UTC) - token.created_at) < timedelta(minutes=1)
    profile = await endpoints.verify_credentials(http, practice.origin, secret_of(token))
    assert (profile.username, profile.role) == ("alice", "admin")
    assert profile.url.startswith(f"{practice.origin}/@alice")
    notifications = await endpoints.fetch_notifications(http, practice.origin, secret_of(token))
    assert notifications
    for notification in notifications:
        assert notification.kind
        assert notification.who
        assert notification.at
        assert notification.at.tzinfo


async def test_token_tells_every_granted_scope(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    scopes = tuple(scope for scope in MEANINGS if scope.startswith(("read:", "write:")))
    assert len(" ".join(scopes)) > 200
    _, token = await signed_in(http, practice, alice, scopes)
    assert set(token.scopes) == set(scopes)


@every_version
async def test_wrong_and_used_codes_are_refused(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    client = await endpoints.register_client(http, practice.origin, READ)
    code = code_for(alice, client)
    for wrong in ("A" * 48, "a b", "", "x\ny"):
        with pytest.raises(CodeRefused):
            await endpoints.exchange_code(http, client, Secret(wrong))
    assert (await endpoints.exchange_code(http, client, code)).scopes == READ
    with pytest.raises(CodeRefused):
        await endpoints.exchange_code(http, client, code)


@every_version
async def test_code_of_another_registration_stays_good_for_it(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    earlier = await endpoints.register_client(http, practice.origin, READ)
    later = await endpoints.register_client(http, practice.origin, READ)
    code = code_for(alice, earlier)
    with pytest.raises(CodeForOtherSignIn):
        await endpoints.exchange_code(http, later, code)
    assert (await endpoints.exchange_code(http, earlier, code)).scopes == READ


@every_version
async def test_wrong_client_secret_and_forgotten_registration(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    client = await endpoints.register_client(http, practice.origin, READ)
    code = code_for(alice, client)
    with pytest.raises(RegistrationUnknown):
        await endpoints.exchange_code(http, client._replace(client_secret=Secret("wrong")), code)
    code = code_for(alice, client)
    practice.forget_application(client.client_id)
    # GoToSocial does not say that it no longer knows the client.
    with pytest.raises(CodeRefused):
        await endpoints.exchange_code(http, client, code)


@every_version
async def test_verify_with_a_token_that_the_server_revoked(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    _, token = await signed_in(http, practice, alice)
    practice.revoke_tokens("alice")
    with pytest.raises(TokenRevoked) as caught:
        await endpoints.verify_credentials(http, practice.origin, secret_of(token))
    assert caught.value.exit_code == 4
    assert practice.address in caught.value.message


@since_0_19
async def test_token_without_read_scope_is_not_permitted(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    _, token = await signed_in(http, practice, alice, ("write",))
    for call in (endpoints.verify_credentials, endpoints.fetch_notifications):
        with pytest.raises(InsufficientScope):
            await call(http, practice.origin, secret_of(token))


@since_0_19
async def test_revoke_ends_the_token_and_may_be_repeated(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    client, token = await signed_in(http, practice, alice)
    for _ in range(2):
        await endpoints.revoke_token(http, client, secret_of(token))
    with pytest.raises(TokenRevoked):
        await endpoints.verify_credentials(http, practice.origin, secret_of(token))


@before_0_19
async def test_before_0_19_scopes_are_ignored_and_revoke_is_missing(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    client, token = await signed_in(http, practice, alice, ("write",))
    assert (
        await endpoints.verify_credentials(http, practice.origin, secret_of(token))
    ).username == "alice"
    with pytest.raises(RevocationUnsupported):
        await endpoints.revoke_token(http, client, secret_of(token))
    assert (
        await endpoints.verify_credentials(http, practice.origin, secret_of(token))
    ).username == "alice"


async def test_token_of_another_registration_is_not_revoked(
    http: HttpClient, practice: PracticeServer, alice: BrowserUser
) -> None:
    _, token = await signed_in(http, practice, alice)
    other = await endpoints.register_client(http, practice.origin, READ)
    with pytest.raises(RevocationRefused):
        await endpoints.revoke_token(http, other, secret_of(token))
    assert (
        await endpoints.verify_credentials(http, practice.origin, secret_of(token))
    ).username == "alice"


async def test_every_call_passes_on_that_the_server_is_busy(
    http: HttpClient, practice: PracticeServer
) -> None:
    client = await endpoints.register_client(http, practice.origin, READ)
    practice.overloaded = True
    for call in (
        endpoints.register_client(http, practice.origin, READ),
        endpoints.exchange_code(http, client, CODE),
        endpoints.verify_credentials(http, practice.origin, Secret(TOKEN)),
        endpoints.fetch_notifications(http, practice.origin, Secret(TOKEN)),
        endpoints.list_authorized_apps(http, practice.origin, Secret(TOKEN)),
        endpoints.revoke_token(http, client, Secret(TOKEN)),
    ):
        with pytest.raises(RateLimited) as caught:
            await call
        assert caught.value.seconds == 30


@pytest.mark.parametrize(
    "script",
    [respond(500), respond(429), respond(200, b"{"), respond(302, Location="/thing")],
    ids=["500", "429", "no JSON", "redirect"],
)
async def test_exchange_is_never_repeated(network: FakeNetwork, script: Responder) -> None:
    server = network.serve("example.org", script)
    with pytest.raises(ServerError, match=server.host):
        await endpoints.exchange_code(network.http, make_client(server.origin), CODE)
    assert server.paths == ["/oauth/token"]


async def test_exchange_sends_the_verifier_if_there_is_one(network: FakeNetwork) -> None:
    server = network.serve("example.org", respond(200, json_bytes({"access_token": TOKEN})))
    for verifier in (None, Secret("verifier")):
        token = await endpoints.exchange_code(
            network.http, make_client(server.origin), CODE, verifier
        )
        assert secret_of(token).reveal() == TOKEN
    without, with_verifier = (request.body for request in server.received_requests)
    assert b"code_verifier" not in without
    assert b"code_verifier=verifier" in with_verifier


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"error": "invalid_grant"}', CodeForOtherSignIn),
        (400, b'{"error": "invalid_client"}', RegistrationUnknown),
        (401, b'{"error": "invalid_client"}', RegistrationUnknown),
        (400, b'{"error": "unauthorized_client"}', RegistrationUnknown),
        (400, b'{"error": "something else"}', CodeRefused),
        (401, b"", ProgramsBlocked),
        (401, b"<html>", ProgramsBlocked),
        (400, b"<html>", RequestRejected),
        (403, b"{}", RequestRejected),
    ],
)
async def test_refused_exchange_is_told_apart(
    network: FakeNetwork, status: int, body: bytes, error: type[Exception]
) -> None:
    server = network.serve("example.org", respond(status, body))
    with pytest.raises(error):
        await endpoints.exchange_code(network.http, make_client(server.origin), CODE)


async def test_register_sends_the_scopes_and_redirect_uri(network: FakeNetwork) -> None:
    document = {"client_id": "C", "client_secret": "S", "scopes": ["admin"]}
    server = network.serve("example.org", respond(200, json_bytes(document)))
    client = await endpoints.register_client(network.http, server.origin, ("read", "write:media"))
    assert (client.client_id, client.client_secret.reveal()) == ("C", "S")
    form = server.received_requests[0].body.decode()
    assert "scopes=read+write%3Amedia" in form
    assert "redirect_uris=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob" in form


async def test_each_redirect_uri_is_registered_on_a_line_of_its_own(network: FakeNetwork) -> None:
    document = {"client_id": "C", "client_secret": "S"}
    server = network.serve("example.org", respond(200, json_bytes(document)))
    redirect_uris = (OOB_REDIRECT_URI, loopback_redirect_uri(25_000))
    await endpoints.register_client(network.http, server.origin, READ, redirect_uris)
    form = parse_qs(server.received_requests[0].body.decode())
    assert form["redirect_uris"] == ["\n".join(redirect_uris)]


@pytest.mark.parametrize("redirect_uri", [OOB_REDIRECT_URI, loopback_redirect_uri(25_000)])
async def test_code_is_exchanged_with_the_redirect_uri_of_its_link(
    network: FakeNetwork, redirect_uri: str
) -> None:
    server = network.serve("example.org", respond(400, b"{}"))
    client = make_client(server.origin)
    with pytest.raises(CodeRefused):
        await endpoints.exchange_code(network.http, client, CODE, redirect_uri=redirect_uri)
    form = parse_qs(server.received_requests[0].body.decode())
    assert form["redirect_uri"] == [redirect_uri]


@pytest.mark.parametrize("key", ["client_id", "client_secret"])
async def test_unusable_registration_is_refused(network: FakeNetwork, key: str) -> None:
    document = {"client_id": "C", "client_secret": "S", key: "two words"}
    server = network.serve("example.org", respond(200, json_bytes(document)))
    with pytest.raises(InvalidResponse) as caught:
        await endpoints.register_client(network.http, server.origin, READ)
    assert caught.value.details == f"no usable {key}"


@pytest.mark.parametrize("status", [401, 403, 422])
async def test_refused_registration_is_not_about_a_token(network: FakeNetwork, status: int) -> None:
    server = network.serve("example.org", respond(status, json_bytes({"error": "No new apps"})))
    with pytest.raises(RequestRejected, match=f"HTTP {status}") as caught:
        await endpoints.register_client(network.http, server.origin, READ)
    assert "No new apps" in caught.value.details


async def test_ten_notifications_are_read(network: FakeNetwork) -> None:
    many = [{"type": str(number)} for number in range(50)]
    server = network.serve("example.org", respond(200, json_bytes(many)))
    read = await endpoints.fetch_notifications(network.http, server.origin, Secret(TOKEN))
    assert server.paths == ["/api/v1/notifications?limit=10"]
    assert [notification.kind for notification in read] == [str(number) for number in range(10)]


async def test_eighty_issued_tokens_are_read(network: FakeNetwork) -> None:
    many = [{"application": {"name": str(number)}} for number in range(500)]
    server = network.serve("example.org", respond(200, json_bytes(many)))
    read = await endpoints.list_authorized_apps(network.http, server.origin, Secret(TOKEN))
    assert server.paths == ["/api/v1/tokens?limit=80"]
    assert f"authorization: bearer {TOKEN}".lower().encode() in server.received.lower()
    assert [issued.application for issued in read] == [str(number) for number in range(80)]
    server.script = respond(200, b"[]")
    assert await endpoints.list_authorized_apps(network.http, server.origin, Secret(TOKEN)) == []


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"{}", InvalidResponse),
        (200, b"null", InvalidResponse),
        (200, b'["01M84X726FNCRWZC8N04DQXWA7"]', InvalidResponse),
        (200, b"[" * 100_000, InvalidResponse),
        (200, b"", InvalidResponse),
        (200, b"<!doctype html>", UnexpectedHtml),
        (401, b"{}", TokenRevoked),
        (403, b'{"error": "Insufficient scope"}', InsufficientScope),
        (403, b'{"error": "Forbidden"}', AccountRefused),
        (403, b"<html>", ProgramsBlocked),
        (404, b'{"error": "Not Found"}', NotAnInstance),
        (404, b"<!doctype html>", NotAnInstance),
    ],
    ids=[
        *("object", "null", "list of ids", "too deep", "empty", "page"),
        *("401", "403", "403 otherwise", "403 page", "404", "404 page"),
    ],
)
async def test_missing_list_of_issued_tokens_is_told_apart(
    network: FakeNetwork, status: int, body: bytes, error: type[ServerError]
) -> None:
    server = network.serve("example.org", respond(status, body))
    with pytest.raises(error):
        await endpoints.list_authorized_apps(network.http, server.origin, Secret(TOKEN))


@pytest.mark.parametrize("body", [b"", b"{}"])
async def test_revoke_succeeds_with_any_200_but_a_page(network: FakeNetwork, body: bytes) -> None:
    server = network.serve("example.org", respond(200, body))
    await endpoints.revoke_token(network.http, make_client(server.origin), Secret(TOKEN))
    assert f"token={TOKEN}".encode() in server.received
    server.script = respond(200, b"<!doctype html>")
    with pytest.raises(UnexpectedHtml):
        await endpoints.revoke_token(network.http, make_client(server.origin), Secret(TOKEN))


async def test_picture_is_fetched_without_the_token(network: FakeNetwork) -> None:
    server = network.serve("example.org", respond(200, b"\x89PNG"))
    assert await endpoints.fetch_picture(network.http, f"{server.origin}/a.png") == b"\x89PNG"
    head = server.received_requests[0].head.lower()
    assert b"accept: image/*" in head
    assert b"authorization" not in head


async def test_missing_picture_is_an_error(network: FakeNetwork) -> None:
    server = network.serve("example.org", respond(500))
    with pytest.raises(ServerFailure):
        await endpoints.fetch_picture(network.http, f"{server.origin}/a.png")
    with pytest.raises(NotAnInstance):
        await endpoints.fetch_picture(network.http, "")
