"""The calls against GoToSocial as it really answers, misleading answers included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccessEnded,
    CanNotRevoke,
    CodeOfAnotherAttempt,
    CodeRefused,
    NotPermitted,
    RegistrationGone,
    ToldToWait,
    TurnedDown,
    WireError,
)
from gts_wizard.models import Client, Scopes, Token
from gts_wizard.practice import VERSIONS, PracticeInstance
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.scopes import MEANINGS
from gts_wizard.secret import Secret
from gts_wizard.server import api
from tests.helpers.browser_user import BrowserUser
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer, Responder
from tests.helpers.samples import attempt_for, make_client, secret_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.server.transport import Transport

READ = ("read",)


@pytest.fixture(params=VERSIONS)
def practice(request: pytest.FixtureRequest) -> Iterator[PracticeInstance]:
    """A practice instance, like each version in turn."""
    with PracticeInstance(like=request.param) as instance:
        yield instance


@pytest.fixture
def newest() -> Iterator[PracticeInstance]:
    """A practice instance like the newest version."""
    with PracticeInstance(like="0.20") as instance:
        yield instance


def code_for(known: Client, scopes: Scopes = READ) -> Secret:
    """Return the code that Alice gets for a registration."""
    with BrowserUser() as alice:
        return Secret(alice.get_code(authorize_link(attempt_for(known, scopes))))


async def signed_in(
    transport: Transport, practice: PracticeInstance, scopes: Scopes = READ
) -> tuple[Client, Token]:
    """Register and sign in."""
    known = await api.register(transport, practice.origin, scopes)
    return known, await api.exchange(transport, known, code_for(known, scopes))


async def test_from_registering_to_notifications(
    transport: Transport, practice: PracticeInstance
) -> None:
    known, token = await signed_in(transport, practice)
    assert known.origin == practice.origin
    assert token.scopes == READ
    assert abs(datetime.now(UTC) - token.created_at) < timedelta(minutes=1)
    profile = await api.verify(transport, practice.origin, secret_of(token))
    assert (profile.username, profile.role) == ("alice", "admin")
    assert profile.url.startswith(f"{practice.origin}/@alice")
    news = await api.notifications(transport, practice.origin, secret_of(token))
    assert news
    assert all(one.kind and one.who and one.at and one.at.tzinfo for one in news)


async def test_every_scope_that_was_granted_is_told(
    transport: Transport, newest: PracticeInstance
) -> None:
    one_by_one = tuple(scope for scope in MEANINGS if scope.startswith(("read:", "write:")))
    assert len(" ".join(one_by_one)) > 200
    _, token = await signed_in(transport, newest, one_by_one)
    assert set(token.scopes) == set(one_by_one)


@pytest.mark.parametrize("wrong", ["A" * 48, "a b", "", "x\ny"])
async def test_a_wrong_code_is_refused_and_the_right_one_stays_good(
    transport: Transport, practice: PracticeInstance, wrong: str
) -> None:
    known = await api.register(transport, practice.origin, READ)
    code = code_for(known)
    with pytest.raises(CodeRefused):
        await api.exchange(transport, known, Secret(wrong))
    assert (await api.exchange(transport, known, code)).scopes == READ


async def test_a_used_code_is_refused(transport: Transport, practice: PracticeInstance) -> None:
    known = await api.register(transport, practice.origin, READ)
    code = code_for(known)
    await api.exchange(transport, known, code)
    with pytest.raises(CodeRefused):
        await api.exchange(transport, known, code)


async def test_a_code_of_another_registration_stays_good_for_that_one(
    transport: Transport, practice: PracticeInstance
) -> None:
    earlier = await api.register(transport, practice.origin, READ)
    later = await api.register(transport, practice.origin, READ)
    code = code_for(earlier)
    with pytest.raises(CodeOfAnotherAttempt):
        await api.exchange(transport, later, code)
    assert (await api.exchange(transport, earlier, code)).scopes == READ


async def test_a_wrong_client_secret_means_that_the_registration_is_gone(
    transport: Transport, practice: PracticeInstance
) -> None:
    known = await api.register(transport, practice.origin, READ)
    forgotten = replace(known, client_secret=Secret("wrong"))
    with pytest.raises(RegistrationGone):
        await api.exchange(transport, forgotten, code_for(known))


async def test_a_vanished_registration_looks_like_a_wrong_code(
    transport: Transport, practice: PracticeInstance
) -> None:
    known = await api.register(transport, practice.origin, READ)
    code = code_for(known)
    practice.forget_application(known.client_id)
    with pytest.raises(CodeRefused):
        await api.exchange(transport, known, code)


async def test_an_access_that_was_ended_there(
    transport: Transport, practice: PracticeInstance
) -> None:
    _, token = await signed_in(transport, practice)
    practice.revoke_tokens("alice")
    with pytest.raises(AccessEnded) as caught:
        await api.verify(transport, practice.origin, secret_of(token))
    assert caught.value.exit_code == 4
    assert practice.address in caught.value.what_happened


@pytest.mark.parametrize("like", ["0.19", "0.20"])
async def test_a_permission_that_is_too_small(transport: Transport, like: str) -> None:
    with PracticeInstance(like=like) as practice:
        _, token = await signed_in(transport, practice, ("write",))
        with pytest.raises(NotPermitted):
            await api.verify(transport, practice.origin, secret_of(token))
        with pytest.raises(NotPermitted):
            await api.notifications(transport, practice.origin, secret_of(token))


async def test_before_0_19_no_permission_is_too_small(transport: Transport) -> None:
    with PracticeInstance(like="0.17") as practice:
        _, token = await signed_in(transport, practice, ("write",))
        assert (await api.verify(transport, practice.origin, secret_of(token))).username == "alice"


@pytest.mark.parametrize("like", ["0.19", "0.20"])
async def test_revoking_ends_the_access_and_may_be_repeated(
    transport: Transport, like: str
) -> None:
    with PracticeInstance(like=like) as practice:
        known, token = await signed_in(transport, practice)
        for _ in range(2):
            await api.revoke(transport, known, secret_of(token))
        with pytest.raises(AccessEnded):
            await api.verify(transport, practice.origin, secret_of(token))


async def test_before_0_19_nothing_can_be_revoked(transport: Transport) -> None:
    with PracticeInstance(like="0.17") as practice:
        known, token = await signed_in(transport, practice)
        with pytest.raises(CanNotRevoke):
            await api.revoke(transport, known, secret_of(token))
        assert (await api.verify(transport, practice.origin, secret_of(token))).username == "alice"


async def test_what_belongs_to_another_registration_is_not_revoked(
    transport: Transport, newest: PracticeInstance
) -> None:
    _, token = await signed_in(transport, newest)
    other = await api.register(transport, newest.origin, READ)
    with pytest.raises(TurnedDown):
        await api.revoke(transport, other, secret_of(token))
    assert (await api.verify(transport, newest.origin, secret_of(token))).username == "alice"


async def test_every_call_passes_on_that_the_server_is_busy(
    transport: Transport, newest: PracticeInstance
) -> None:
    known, token = await signed_in(transport, newest)
    newest.throttled = True
    for call in (
        api.register(transport, newest.origin, READ),
        api.exchange(transport, known, Secret("A" * 48)),
        api.verify(transport, newest.origin, secret_of(token)),
        api.notifications(transport, newest.origin, secret_of(token)),
        api.revoke(transport, known, secret_of(token)),
    ):
        with pytest.raises(ToldToWait) as caught:
            await call
        assert caught.value.seconds == 30


async def test_the_exchange_is_never_repeated_on_its_own(transport: Transport) -> None:
    for script in (respond(500), respond(429), respond(200, b"{"), respond(302, Location="/thing")):
        async with RawServer(script) as server:
            with pytest.raises(WireError, match=server.host):
                await api.exchange(transport, make_client(server.origin), Secret("A" * 48))
            assert server.paths == ["/oauth/token"]


@pytest.mark.parametrize(
    ("script", "leaf"),
    [
        (respond(400, b'{"error": "invalid_grant"}'), CodeOfAnotherAttempt),
        (respond(400, b'{"error": "invalid_client"}'), RegistrationGone),
        (respond(401, b'{"error": "invalid_client"}'), RegistrationGone),
        (respond(400, b'{"error": "unauthorized_client"}'), RegistrationGone),
        (respond(400, b'{"error": "something else"}'), CodeRefused),
        (respond(401), CodeRefused),
        (respond(400, b"<html>"), CodeRefused),
        (respond(403), TurnedDown),
    ],
)
async def test_the_ways_to_refuse_a_code(
    transport: Transport, script: Responder, leaf: type[Exception]
) -> None:
    async with RawServer(script) as server:
        with pytest.raises(leaf):
            await api.exchange(transport, make_client(server.origin), Secret("A" * 48))


@pytest.mark.parametrize("status", [401, 403, 422])
async def test_a_refused_registration_is_no_matter_of_permissions(
    transport: Transport, status: int
) -> None:
    async with RawServer(respond(status, json_bytes({"error": "No new apps"}))) as server:
        with pytest.raises(TurnedDown, match=f"HTTP {status}") as caught:
            await api.register(transport, server.origin, READ)
    assert "No new apps" in caught.value.details
