"""Nothing secret goes anywhere but to the server it belongs to, whatever that one says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from gts_wizard.credentials.store import Store
from gts_wizard.errors import (
    CertificateTrouble,
    WizardError,
)
from gts_wizard.secret import Secret
from gts_wizard.server import api
from tests.helpers.hostile.case import Stage
from tests.helpers.hostile.environments import Environment
from tests.helpers.hostile.steps import CANARIES, PAGES, BreakableServer, StepRunner, secrets_in
from tests.helpers.raw_responses import http_response, respond, respond_by_path
from tests.helpers.raw_server import RawServer, tls_context
from tests.helpers.samples import METADATA, TOKEN, account_document, instance_document

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from tests.helpers.hostile.environments import FakeNetwork, Visiting
    from tests.helpers.raw_server import RawRequest, Responder

LATER = tuple(Stage)[1:]
DAY = timedelta(days=1)
at_each_later_step = pytest.mark.parametrize("stage", LATER, ids=lambda stage: stage.name.lower())


def sending_on_to(origin: str) -> Responder:
    """Send everybody on to the same path of another server."""

    async def script(request: RawRequest) -> None:
        await request.send(http_response(307, Location=origin + request.path))

    return script


async def walk_all_the_way(journey: StepRunner) -> None:
    """Sign in, look around, and sign out."""
    for stage in Stage:
        await journey.take(stage)


@at_each_later_step
async def test_a_step_that_is_redirected_is_taken_nowhere(
    stage: Stage, credentials_path: Path
) -> None:
    instance = BreakableServer()
    async with (
        RawServer(respond_by_path(PAGES), name="localhost") as thief,
        RawServer(instance) as server,
    ):
        async with StepRunner(credentials_path, server.host) as journey:
            await journey.run_to(stage)
            for status in (301, 302, 303, 307, 308):
                instance.break_at(stage, respond(status, Location=thief.origin + stage.value))
                with pytest.raises(WizardError):
                    await journey.take(stage)
        assert thief.received_requests == []


def strangers(authority: trustme.CA) -> list[ssl.SSLContext]:
    """Return what those show who are not the server: one outdated, another's, a homemade one."""
    outdated = datetime.now(UTC) - DAY
    return [
        tls_context(authority.issue_cert("127.0.0.1", not_after=outdated)),
        tls_context(authority.issue_cert("elsewhere.example")),
        tls_context(trustme.CA().issue_cert("127.0.0.1")),
    ]


@at_each_later_step
async def test_a_step_that_a_stranger_answers_tells_them_nothing(
    stage: Stage, network: FakeNetwork, visit: Visiting, credentials_path: Path
) -> None:
    honest = tls_context(network.authority.issue_cert("127.0.0.1"))
    shown = [honest]

    def show(connection: ssl.SSLObject, _name: str, _context: ssl.SSLContext) -> None:
        connection.context = shown[-1]

    honest.sni_callback = show
    async with RawServer(respond_by_path(PAGES), tls=honest) as server:
        with visit(Environment(server.origin, server.host, settings=network.trusting)):
            async with StepRunner(credentials_path, server.origin) as journey:
                await journey.run_to(stage)
                heard = server.received
                for stranger in strangers(network.authority):
                    shown.append(stranger)
                    await journey.services.connection.aclose()
                    with pytest.raises(CertificateTrouble):
                        await journey.take(stage)
                assert server.received == heard
                shown.append(honest)
                await journey.take(stage)


async def test_who_sends_the_look_up_on_learns_nothing_of_what_follows(
    credentials_path: Path,
) -> None:
    async with RawServer(respond_by_path(PAGES), name="localhost") as server:
        async with RawServer(sending_on_to(server.origin)) as before:
            async with StepRunner(credentials_path, before.host) as journey:
                await walk_all_the_way(journey)
            assert before.received_requests
            assert secrets_in(before) == set()
        assert secrets_in(server) == set(CANARIES)


@pytest.mark.parametrize("issuer", ["THIEF", "SERVER"])
async def test_metadata_that_lead_elsewhere_are_not_believed(
    issuer: str, credentials_path: Path
) -> None:
    async with RawServer(respond_by_path(PAGES), name="localhost") as thief:
        metadata: dict[str, object] = {
            f"{name}_endpoint": f"{thief.origin}/theirs/{path}"
            for name, path in [
                ("authorization", "authorize"),
                ("token", "token"),
                ("revocation", "revoke"),
            ]
        }
        pages = PAGES | {
            Stage.LOOK_UP.value: instance_document(source_url="https://a.example/mastodon")
        }
        async with RawServer(respond_by_path(pages | {METADATA: metadata})) as server:
            metadata["issuer"] = thief.origin if issuer == "THIEF" else server.origin
            async with StepRunner(credentials_path, server.host) as journey:
                await walk_all_the_way(journey)
            assert METADATA in server.paths
            assert secrets_in(server) == set(CANARIES)
        assert thief.received_requests == []


async def test_what_a_profile_links_to_learns_nothing(credentials_path: Path) -> None:
    async with RawServer(respond(200, b"no picture"), name="localhost") as thief:
        theirs = {"avatar_static": f"{thief.origin}/me.png", "url": f"{thief.origin}/@alice"}
        pages = PAGES | {Stage.VERIFY.value: account_document(**theirs)}
        async with (
            RawServer(respond_by_path(pages)) as server,
            StepRunner(credentials_path, server.host) as journey,
        ):
            await journey.run_to(Stage.NOTIFICATIONS)
            profile = await journey.services.accounts.profile(journey.account)
            assert await journey.services.accounts.picture(profile) == b"no picture"
        assert thief.paths == ["/me.png"]
        assert secrets_in(thief) == set()
        assert b"uthorization" not in thief.received


async def test_a_check_that_is_redirected_keeps_the_token_at_home(credentials_path: Path) -> None:
    instance = BreakableServer()
    async with (
        RawServer(respond_by_path(PAGES), name="localhost") as thief,
        RawServer(instance) as server,
    ):
        async with StepRunner(credentials_path, server.host) as journey:
            await journey.run_to(Stage.NOTIFICATIONS)
            instance.break_at(Stage.VERIFY, sending_on_to(thief.origin))
            [checked] = [one async for one in journey.services.checking.check([journey.account])]
            assert checked.failure is not None
            (kept,) = Store(credentials_path).load().accounts
            assert kept.token.value == Secret(TOKEN)
        assert thief.received_requests == []


async def test_an_origin_is_scheme_and_port_too(
    network: FakeNetwork, visit: Visiting, credentials_path: Path
) -> None:
    tls = tls_context(network.authority.issue_cert("127.0.0.1"))
    async with (
        RawServer(respond_by_path(PAGES)) as plain,
        RawServer(sending_on_to(plain.origin), tls=tls) as safe,
    ):
        with visit(Environment(safe.origin, safe.host, settings=network.trusting)):
            async with StepRunner(credentials_path, safe.origin) as journey:
                transport = await journey.services.connection.transport()
                with pytest.raises(WizardError):
                    await api.verify(transport, safe.origin, Secret(TOKEN))
        assert secrets_in(safe) == {TOKEN}
        assert plain.received_requests == []
