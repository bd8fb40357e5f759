"""Secrets go to the server they belong to and nowhere else, whatever a server says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    CertificateError,
    CodeForOtherServer,
    CodeForOtherSignIn,
    WizardError,
)
from gts_wizard.oauth.pasted_code import AuthorizationCode, parse_paste
from gts_wizard.secret import Secret
from gts_wizard.storage.store import Store
from tests.helpers.hostile.case import LATER_STAGES, Stage
from tests.helpers.hostile.environments import Environment
from tests.helpers.hostile.steps import (
    CANARIES,
    LONG_CODE,
    PAGES,
    BreakableServer,
    StepRunner,
    secrets_in,
)
from tests.helpers.raw_responses import http_response, respond, respond_by_path
from tests.helpers.raw_server import RawServer, tls_context
from tests.helpers.samples import (
    CLIENT_SECRET,
    CODE,
    METADATA,
    TOKEN,
    account_document,
    instance_document,
)

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from tests.helpers.hostile.environments import EnterEnvironment, FakeNetwork
    from tests.helpers.raw_server import RawRequest, Responder

DAY = timedelta(days=1)
at_each_later_step = pytest.mark.parametrize(
    "stage", LATER_STAGES, ids=lambda stage: stage.name.lower()
)


def redirect_to(origin: str) -> Responder:
    """Redirect every request, with its method and body, to the same path of another server."""

    async def script(request: RawRequest) -> None:
        await request.send(http_response(307, Location=origin + request.path))

    return script


async def take_all_steps(steps: StepRunner) -> None:
    """Sign in, ask for everything, and revoke the token."""
    for stage in Stage:
        await steps.take(stage)


@at_each_later_step
async def test_redirect_after_look_up_is_not_followed(stage: Stage, credentials_path: Path) -> None:
    breakable = BreakableServer()
    async with (
        RawServer(respond_by_path(PAGES), name="localhost") as thief,
        RawServer(breakable) as server,
    ):
        async with StepRunner(credentials_path, server.host) as steps:
            await steps.run_to(stage)
            for status in (301, 302, 303, 307, 308):
                breakable.break_at(stage, respond(status, Location=thief.origin + stage.value))
                with pytest.raises(WizardError):
                    await steps.take(stage)
        assert thief.received_requests == []


def untrusted_contexts(authority: trustme.CA) -> list[ssl.SSLContext]:
    """Return TLS with an expired certificate, one for another name, and an unknown authority."""
    yesterday = datetime.now(UTC) - DAY
    return [
        tls_context(authority.issue_cert("127.0.0.1", not_after=yesterday)),
        tls_context(authority.issue_cert("elsewhere.example")),
        tls_context(trustme.CA().issue_cert("127.0.0.1")),
    ]


@at_each_later_step
async def test_nothing_is_sent_to_untrusted_certificate(
    stage: Stage, network: FakeNetwork, enter: EnterEnvironment, credentials_path: Path
) -> None:
    trusted = tls_context(network.authority.issue_cert("127.0.0.1"))
    presented = [trusted]

    def present(connection: ssl.SSLObject, _name: str, _context: ssl.SSLContext) -> None:
        connection.context = presented[-1]

    trusted.sni_callback = present
    async with RawServer(respond_by_path(PAGES), tls=trusted) as server:
        with enter(Environment(server.origin, server.host, settings=network.trusting)):
            async with StepRunner(credentials_path, server.origin) as steps:
                await steps.run_to(stage)
                received = server.received
                for untrusted in untrusted_contexts(network.authority):
                    presented.append(untrusted)
                    await steps.services.http.aclose()
                    with pytest.raises(CertificateError):
                        await steps.take(stage)
                assert server.received == received
                presented.append(trusted)
                await steps.take(stage)


async def test_server_that_redirects_look_up_gets_no_secret(credentials_path: Path) -> None:
    async with RawServer(respond_by_path(PAGES), name="localhost") as server:
        async with RawServer(redirect_to(server.origin)) as redirecting:
            async with StepRunner(credentials_path, redirecting.host) as steps:
                await take_all_steps(steps)
            assert redirecting.received_requests
            assert secrets_in(redirecting) == set()
        assert secrets_in(server) == set(CANARIES)


@pytest.mark.parametrize("issuer", ["thief", "server"])
async def test_metadata_with_endpoints_elsewhere_is_ignored(
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
            metadata["issuer"] = thief.origin if issuer == "thief" else server.origin
            async with StepRunner(credentials_path, server.host) as steps:
                await take_all_steps(steps)
            assert METADATA in server.paths
            assert secrets_in(server) == set(CANARIES)
        assert thief.received_requests == []


async def test_picture_on_other_server_is_fetched_without_token(credentials_path: Path) -> None:
    async with RawServer(respond(200, b"no picture"), name="localhost") as thief:
        links = {"avatar_static": f"{thief.origin}/me.png", "url": f"{thief.origin}/@alice"}
        pages = PAGES | {Stage.VERIFY.value: account_document(**links)}
        async with (
            RawServer(respond_by_path(pages)) as server,
            StepRunner(credentials_path, server.host) as steps,
        ):
            await steps.run_to(Stage.NOTIFICATIONS)
            profile = await steps.services.accounts.profile(steps.account)
            assert await steps.services.accounts.picture(profile) == b"no picture"
        assert thief.paths == ["/me.png"]
        assert secrets_in(thief) == set()
        assert b"uthorization" not in thief.received


async def test_redirected_check_fails_and_keeps_token(credentials_path: Path) -> None:
    breakable = BreakableServer()
    async with (
        RawServer(respond_by_path(PAGES), name="localhost") as thief,
        RawServer(breakable) as server,
    ):
        async with StepRunner(credentials_path, server.host) as steps:
            await steps.run_to(Stage.NOTIFICATIONS)
            breakable.break_at(Stage.VERIFY, redirect_to(thief.origin))
            checks = steps.services.checker.check([steps.account])
            [checked] = [checked async for checked in checks]
            assert checked.error is not None
            (account,) = Store(credentials_path).load().accounts
            assert account.token.value == Secret(TOKEN)
        assert thief.received_requests == []


async def test_token_is_not_redirected_from_https_to_http(
    network: FakeNetwork, enter: EnterEnvironment, credentials_path: Path
) -> None:
    tls = tls_context(network.authority.issue_cert("127.0.0.1"))
    async with (
        RawServer(respond_by_path(PAGES)) as plain,
        RawServer(redirect_to(plain.origin), tls=tls) as encrypted,
    ):
        with enter(Environment(encrypted.origin, encrypted.host, settings=network.trusting)):
            async with StepRunner(credentials_path, encrypted.origin) as steps:
                http = await steps.services.http.get()
                with pytest.raises(WizardError):
                    await endpoints.verify_credentials(http, encrypted.origin, Secret(TOKEN))
        assert secrets_in(encrypted) == {TOKEN}
        assert plain.received_requests == []


async def test_code_from_page_of_other_server_is_not_sent(credentials_path: Path) -> None:
    async with (
        RawServer(respond_by_path(PAGES), name="localhost") as thief,
        RawServer(respond_by_path(PAGES)) as server,
        StepRunner(credentials_path, server.host) as steps,
    ):
        await steps.run_to(Stage.EXCHANGE)
        paste = parse_paste(f"{thief.origin}/oauth/oob?code={LONG_CODE}", is_gotosocial=True)
        with pytest.raises(CodeForOtherServer):
            await steps.services.sign_in.code_exchange.exchange(steps.pending, paste)
        assert thief.received_requests == []
        assert Stage.EXCHANGE.value not in server.paths


@pytest.mark.parametrize("is_pending", [True, False], ids=["pending", "unknown"])
async def test_code_goes_only_to_server_of_the_state(
    is_pending: bool, credentials_path: Path
) -> None:
    async with (
        RawServer(respond_by_path(PAGES)) as server,
        RawServer(respond_by_path(PAGES), name="localhost") as other,
        StepRunner(credentials_path, server.host) as steps,
        StepRunner(credentials_path, other.host) as earlier,
    ):
        await earlier.run_to(Stage.EXCHANGE)
        await steps.run_to(Stage.EXCHANGE)
        state = earlier.pending.state if is_pending else "state-of-no-pending-sign-in"
        exchanging = steps.services.sign_in.code_exchange.exchange(
            steps.pending, AuthorizationCode(Secret(LONG_CODE), state)
        )
        if is_pending:
            assert (await exchanging).server.origin == other.origin
        else:
            with pytest.raises(CodeForOtherSignIn):
                await exchanging
        assert secrets_in(other) == ({CODE, CLIENT_SECRET} if is_pending else set())
        assert secrets_in(server) == set()
