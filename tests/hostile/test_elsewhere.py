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
from tests.hostile.journeys import CANARIES, PAGES, Instance, Journey, secrets_in
from tests.hostile.modes import Stage
from tests.hostile.standing import Place
from tests.server.conftest import speaking_tls
from tests.server.hostile import Hostile
from tests.server.papers import METADATA, TOKEN, account, card
from tests.server.scripts import http, says, site

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from tests.hostile.conftest import Visiting
    from tests.hostile.standing import World
    from tests.server.hostile import Script, Visit

LATER = tuple(Stage)[1:]
DAY = timedelta(days=1)
at_each_later_step = pytest.mark.parametrize("stage", LATER, ids=lambda stage: stage.name.lower())


def sending_on_to(origin: str) -> Script:
    """Send everybody on to the same path of another server."""

    async def script(visit: Visit) -> None:
        await visit.send(http(307, Location=origin + visit.path))

    return script


async def walk_all_the_way(journey: Journey) -> None:
    """Sign in, look around, and sign out."""
    for stage in Stage:
        await journey.take(stage)


@at_each_later_step
async def test_a_step_that_is_redirected_is_taken_nowhere(stage: Stage, shelf: Path) -> None:
    instance = Instance()
    async with Hostile(site(PAGES), name="localhost") as thief, Hostile(instance) as server:
        async with Journey(shelf, server.host) as journey:
            await journey.walk_to(stage)
            for status in (301, 302, 303, 307, 308):
                instance.turn(stage, says(status, Location=thief.origin + stage.value))
                with pytest.raises(WizardError):
                    await journey.take(stage)
        assert thief.visits == []


def strangers(authority: trustme.CA) -> list[ssl.SSLContext]:
    """Return what those show who are not the server: one outdated, another's, a homemade one."""
    outdated = datetime.now(UTC) - DAY
    return [
        speaking_tls(authority.issue_cert("127.0.0.1", not_after=outdated)),
        speaking_tls(authority.issue_cert("elsewhere.example")),
        speaking_tls(trustme.CA().issue_cert("127.0.0.1")),
    ]


@at_each_later_step
async def test_a_step_that_a_stranger_answers_tells_them_nothing(
    stage: Stage, world: World, visit: Visiting, shelf: Path
) -> None:
    honest = speaking_tls(world.authority.issue_cert("127.0.0.1"))
    shown = [honest]

    def show(connection: ssl.SSLObject, _name: str, _context: ssl.SSLContext) -> None:
        connection.context = shown[-1]

    honest.sni_callback = show
    async with Hostile(site(PAGES), tls=honest) as server:
        with visit(Place(server.origin, server.host, settings=world.trusting)):
            async with Journey(shelf, server.origin) as journey:
                await journey.walk_to(stage)
                heard = server.received
                for stranger in strangers(world.authority):
                    shown.append(stranger)
                    await journey.services.connection.aclose()
                    with pytest.raises(CertificateTrouble):
                        await journey.take(stage)
                assert server.received == heard
                shown.append(honest)
                await journey.take(stage)


async def test_who_sends_the_look_up_on_learns_nothing_of_what_follows(shelf: Path) -> None:
    async with Hostile(site(PAGES), name="localhost") as server:
        async with Hostile(sending_on_to(server.origin)) as before:
            async with Journey(shelf, before.host) as journey:
                await walk_all_the_way(journey)
            assert before.visits
            assert secrets_in(before) == set()
        assert secrets_in(server) == set(CANARIES)


@pytest.mark.parametrize("issuer", ["THIEF", "SERVER"])
async def test_metadata_that_lead_elsewhere_are_not_believed(issuer: str, shelf: Path) -> None:
    async with Hostile(site(PAGES), name="localhost") as thief:
        metadata: dict[str, object] = {
            f"{name}_endpoint": f"{thief.origin}/theirs/{path}"
            for name, path in [
                ("authorization", "authorize"),
                ("token", "token"),
                ("revocation", "revoke"),
            ]
        }
        pages = PAGES | {Stage.LOOK_UP.value: card(source_url="https://a.example/mastodon")}
        async with Hostile(site(pages | {METADATA: metadata})) as server:
            metadata["issuer"] = thief.origin if issuer == "THIEF" else server.origin
            async with Journey(shelf, server.host) as journey:
                await walk_all_the_way(journey)
            assert METADATA in server.paths
            assert secrets_in(server) == set(CANARIES)
        assert thief.visits == []


async def test_what_a_profile_links_to_learns_nothing(shelf: Path) -> None:
    async with Hostile(says(200, b"no picture"), name="localhost") as thief:
        theirs = {"avatar_static": f"{thief.origin}/me.png", "url": f"{thief.origin}/@alice"}
        pages = PAGES | {Stage.VERIFY.value: account(**theirs)}
        async with Hostile(site(pages)) as server, Journey(shelf, server.host) as journey:
            await journey.walk_to(Stage.NOTIFICATIONS)
            profile = await journey.services.accounts.profile(journey.account)
            assert await journey.services.accounts.picture(profile) == b"no picture"
        assert thief.paths == ["/me.png"]
        assert secrets_in(thief) == set()
        assert b"uthorization" not in thief.received


async def test_a_check_that_is_redirected_keeps_the_token_at_home(shelf: Path) -> None:
    instance = Instance()
    async with Hostile(site(PAGES), name="localhost") as thief, Hostile(instance) as server:
        async with Journey(shelf, server.host) as journey:
            await journey.walk_to(Stage.NOTIFICATIONS)
            instance.turn(Stage.VERIFY, sending_on_to(thief.origin))
            [checked] = [one async for one in journey.services.checking.check([journey.account])]
            assert checked.failure is not None
            (kept,) = Store(shelf).load().accounts
            assert kept.token.value == Secret(TOKEN)
        assert thief.visits == []


async def test_an_origin_is_scheme_and_port_too(world: World, visit: Visiting, shelf: Path) -> None:
    tls = speaking_tls(world.authority.issue_cert("127.0.0.1"))
    async with Hostile(site(PAGES)) as plain, Hostile(sending_on_to(plain.origin), tls=tls) as safe:
        with visit(Place(safe.origin, safe.host, settings=world.trusting)):
            async with Journey(shelf, safe.origin) as journey:
                transport = await journey.services.connection.transport()
                with pytest.raises(WizardError):
                    await api.verify(transport, safe.origin, Secret(TOKEN))
        assert secrets_in(safe) == {TOKEN}
        assert plain.visits == []
