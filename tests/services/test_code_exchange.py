"""The exchange of a pasted code for a token: which pending sign-in it belongs to."""

from __future__ import annotations

import asyncio
import weakref
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import (
    CodeExpired,
    CodeForOtherServer,
    CodeForOtherSignIn,
    CodeRefused,
    NotACode,
    OtherScopesGranted,
    RateLimited,
    RegistrationUnknown,
    SignInError,
)
from gts_wizard.models import Server, WizardStep
from gts_wizard.oauth.pasted_code import AuthorizationCode, parse_paste
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import Secret
from gts_wizard.services.verification import Consent
from tests.helpers.browser_user import BrowserUser
from tests.helpers.harness import (
    EXCHANGE,
    code_for,
    code_page_for,
    exchange_paste,
    link_for,
    open_harness,
)
from tests.helpers.sample_accounts import SERVER, TOKEN, make_pending

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Scopes
    from tests.helpers.harness import ServicesHarness

WRONG = AuthorizationCode(Secret("X" * 48))
OTHER_SERVER = Server("https://other.example", "other.example")


def exchanges(practice: PracticeServer) -> int:
    return practice.requests.count(EXCHANGE)


@pytest.mark.parametrize(
    ("state", "origin", "refusal"),
    [
        ("unknown", "", CodeForOtherSignIn),
        ("unknown", SERVER.origin, CodeForOtherSignIn),
        ("looked up", "", CodeForOtherSignIn),
        ("unknown", OTHER_SERVER.origin, CodeForOtherServer),
        ("", OTHER_SERVER.origin, CodeForOtherServer),
        ("at hand", OTHER_SERVER.origin, CodeForOtherServer),
        ("elsewhere", SERVER.origin, CodeForOtherServer),
        ("", "", RegistrationUnknown),
        ("at hand", SERVER.origin, RegistrationUnknown),
    ],
)
async def test_code_that_can_not_be_used_is_not_sent(
    harness: ServicesHarness, state: str, origin: str, refusal: type[SignInError]
) -> None:
    at_hand = make_pending("at hand")
    looked_up = make_pending("looked up")._replace(client_id="")
    elsewhere = make_pending("elsewhere")._replace(server=OTHER_SERVER)
    pending_sign_ins = (at_hand, looked_up, elsewhere)
    harness.store.update(
        lambda credentials: credentials._replace(pending_sign_ins=pending_sign_ins)
    )
    with pytest.raises(refusal) as refused:
        await harness.sign_in.code_exchange.exchange(
            at_hand, replace(WRONG, state=state, origin=origin)
        )
    if isinstance(refused.value, CodeForOtherServer):
        hosts = (refused.value.host, refused.value.expected)
        there = (OTHER_SERVER.host, SERVER.host)
        assert hosts == (there if origin == OTHER_SERVER.origin else there[::-1])
    assert harness.credentials.pending_sign_ins == pending_sign_ins


async def test_exchanged_code_is_not_exchanged_again(harness: ServicesHarness) -> None:
    exchanged = make_pending(token=TOKEN)
    harness.store.update(lambda credentials: credentials.with_pending(exchanged))
    assert (
        await harness.sign_in.code_exchange.exchange(exchanged._replace(token=None), WRONG)
        == exchanged
    )


async def test_code_is_kept_no_longer_than_its_exchange(harness: ServicesHarness) -> None:
    completed = make_pending(token=TOKEN)
    harness.store.update(lambda credentials: credentials.with_pending(completed))
    paste = AuthorizationCode(Secret("X" * 48))
    kept = weakref.ref(paste)
    await harness.sign_in.code_exchange.exchange(completed._replace(token=None), paste)
    del paste
    assert kept() is None


@pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)
async def test_good_code_works_after_a_wrong_one(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    with pytest.raises(CodeRefused):
        await harness.sign_in.code_exchange.exchange(pending, WRONG)
    assert harness.credentials.pending_sign_ins == (pending,)
    paste = await code_for(pending)
    exchanged = await harness.sign_in.code_exchange.exchange(pending, paste)
    assert (exchanged.state, exchanged.step) == (pending.state, WizardStep.PROFILE)
    assert harness.credentials.pending_sign_ins == (exchanged,)
    assert exchanges(practice) == 2
    await harness.sign_in.verifier.verify(exchanged)
    with pytest.raises(CodeRefused):
        await harness.sign_in.code_exchange.exchange(await harness.to_link(practice), paste)


async def test_code_page_of_another_sign_in_is_used_for_it(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    other = await harness.to_link(practice, "read")
    at_hand = await harness.sign_in.choose_scopes(other, ("read", "write"))
    paste = parse_paste(await code_page_for(other))
    assert paste.state == other.state
    exchanged = await harness.sign_in.code_exchange.exchange(at_hand, paste)
    assert (exchanged.state, exchanged.client_id) == (other.state, other.client_id)
    assert await harness.sign_in.code_exchange.exchange(at_hand, paste) == exchanged
    assert exchanges(practice) == 1
    signed_in = await harness.sign_in.verifier.verify(exchanged, {Consent.OTHER_SCOPES})
    assert signed_in.account.token.scopes == ("read",)
    assert not harness.credentials.pending_sign_ins


async def test_code_page_of_another_server_is_sent_there_only(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    with PracticeServer() as elsewhere:
        other = await harness.to_link(elsewhere)
        at_hand = await harness.to_link(practice)
        exchanged = await harness.sign_in.code_exchange.exchange(
            at_hand, parse_paste(await code_page_for(other))
        )
        assert exchanged.server.origin == elsewhere.origin
        assert exchanges(elsewhere) == 1
    assert exchanges(practice) == 0
    assert harness.credentials.pending_sign_ins == (at_hand, exchanged)


@pytest.mark.slow
@pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)
async def test_code_page_of_an_unknown_sign_in_is_sent_nowhere(
    practice: PracticeServer,
    harness: ServicesHarness,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    pending = await harness.to_link(practice)
    with PracticeServer(emulates=request.node.callspec.params["practice"]) as elsewhere:
        async with open_harness(tmp_path / "other.toml") as other_harness:
            unknown = await other_harness.to_link(elsewhere)
            page = await code_page_for(unknown)
            before = practice.requests, elsewhere.requests
            with pytest.raises(CodeForOtherServer) as refusal:
                await exchange_paste(harness, pending, page)
            assert (practice.requests, elsewhere.requests) == before
            hosts = (refusal.value.host, refusal.value.expected)
            assert hosts == (elsewhere.address, practice.address)
            assert (await exchange_paste(other_harness, unknown, page)).token is not None
    await harness.finish(pending)


async def test_code_page_with_the_state_of_another_link_is_refused(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    other = await harness.to_link(practice, "read")
    pending = await harness.sign_in.choose_scopes(other, ("read", "write"))
    page = await code_page_for(pending)
    with pytest.raises(CodeForOtherSignIn):
        await exchange_paste(harness, pending, page.replace(pending.state, other.state))
    assert exchanges(practice) == 1, "a state names one pending sign-in, and no other"
    assert harness.credentials.pending_sign_ins == (other, pending)
    assert (await exchange_paste(harness, pending, page)).state == pending.state


@pytest.mark.slow
@pytest.mark.parametrize(
    ("practice", "later", "pasted"),
    [
        ("0.17", ("read", "write"), "code"),
        ("0.20", ("read", "write"), "page"),
        ("0.20", ("read", "write"), "code"),
        ("0.20", ("profile",), "code"),
    ],
    indirect=["practice"],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
async def test_code_that_the_browser_gives_for_an_earlier_link_is_used(
    practice: PracticeServer, harness: ServicesHarness, later: Scopes, pasted: str
) -> None:
    earlier = await harness.to_link(practice, "read")
    harness.clock.advance(timedelta(seconds=30))
    at_hand = await harness.sign_in.choose_scopes(earlier, later)
    with BrowserUser() as user:
        await asyncio.to_thread(user.sign_in, link_for(earlier))
        page = await asyncio.to_thread(user.authorize, link_for(at_hand))
    assert f"state={earlier.state}" in page
    await harness.restart()
    code = page.partition("code=")[2].partition("&")[0]
    exchanged = await exchange_paste(harness, at_hand, code if pasted == "code" else page)
    assert (exchanged.state, exchanged.client_id) == (earlier.state, earlier.client_id)
    consents: set[Consent] = set()
    if exchanged.server.version.startswith("0.20"):
        with pytest.raises(OtherScopesGranted, match=r"but .* granted “Look around only”"):
            await harness.sign_in.verifier.verify(exchanged)
        fresh = await harness.sign_in.new_link(exchanged)
        assert (fresh.scopes, fresh.chosen_scopes) == (at_hand.scopes, ())
        consents = {Consent.OTHER_SCOPES}
    signed_in = await harness.sign_in.verifier.verify(exchanged, consents)
    assert signed_in.account.token.scopes == ("read",)
    pending = await harness.sign_in.pending_sign_ins.list()
    assert all(other.token is None for other in pending)


@pytest.mark.parametrize(("opened", "shown"), [(0, 1), (1, 2)], ids=["more", "less"])
async def test_code_of_a_link_of_the_same_registration_is_known(
    practice: PracticeServer, harness: ServicesHarness, opened: int, shown: int
) -> None:
    links = [await harness.to_link(practice, "read", "write")]
    for scopes in (("read",), ("read", "write")):
        links.append(await harness.sign_in.choose_scopes(links[-1], scopes))
    assert len({link.client_id for link in links}) == 1
    paste = await code_for(links[opened])
    exchanged = await harness.sign_in.code_exchange.exchange(links[shown], paste)
    assert exchanged.scopes == links[opened].scopes
    with pytest.raises(OtherScopesGranted):
        await harness.sign_in.verifier.verify(exchanged)
    kept = await harness.sign_in.verifier.verify(exchanged, {Consent.OTHER_SCOPES})
    assert kept.account.token.scopes == links[opened].scopes
    assert not kept.missing_scopes, "the server withheld nothing that its link asked for"
    assert not harness.credentials.pending_sign_ins


@pytest.mark.parametrize("minutes", [9, 11])
async def test_code_that_nobody_knows_is_too_old_after_ten_minutes(
    practice: PracticeServer, harness: ServicesHarness, minutes: int
) -> None:
    paste = await code_for(await harness.to_link(practice))
    harness.store.update(lambda _: Credentials())
    await harness.restart()
    pending = await harness.to_link(practice)
    harness.clock.advance(timedelta(minutes=minutes))
    with pytest.raises(CodeForOtherSignIn if minutes < 10 else CodeExpired):
        await harness.sign_in.code_exchange.exchange(pending, paste)


async def test_code_is_matched_though_another_registration_is_gone(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    mine = await harness.to_link(practice, "read")
    lost = await harness.sign_in.new_link(mine)
    at_hand = await harness.sign_in.new_link(mine)
    practice.forget_application(lost.client_id)
    exchanged = await harness.sign_in.code_exchange.exchange(at_hand, await code_for(mine))
    assert exchanged.state == mine.state


@pytest.mark.slow
async def test_code_of_another_program_is_refused_and_sent_once(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    paste = await code_for(await harness.to_link(practice))
    harness.store.update(lambda _: Credentials())
    await harness.restart()
    with PracticeServer() as elsewhere:
        await harness.to_link(elsewhere)
        pending = await harness.to_link(practice)
        with pytest.raises(CodeForOtherSignIn):
            await harness.sign_in.code_exchange.exchange(pending, paste)
        assert exchanges(elsewhere) == 0
    assert exchanges(practice) == 1
    # Mastodon gives this answer to every wrong code.
    pending = pending._replace(server=pending.server._replace(software="mastodon"))
    with pytest.raises(CodeRefused):
        await harness.sign_in.code_exchange.exchange(pending, paste)


async def test_wrong_client_secret_is_a_lost_registration(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    [registration] = harness.credentials.registrations
    changed = registration._replace(client_secret=Secret("another"))
    harness.store.update(lambda credentials: credentials.with_registration(changed))
    paste = await code_for(pending)
    with pytest.raises(RegistrationUnknown):
        await harness.sign_in.code_exchange.exchange(pending, paste)
    harness.store.update(lambda credentials: credentials.with_registration(registration))
    assert (await harness.sign_in.code_exchange.exchange(pending, paste)).token is not None


async def test_busy_server_gets_the_code_once(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    paste = await code_for(pending)
    practice.overloaded = True
    with pytest.raises(RateLimited):
        await harness.sign_in.code_exchange.exchange(pending, paste)
    assert exchanges(practice) == 1
    practice.overloaded = False
    assert (await harness.sign_in.code_exchange.exchange(pending, paste)).token is not None


@pytest.mark.parametrize("software", ["gotosocial", ""])
def test_paste_without_a_code_is_sent_nowhere(software: str) -> None:
    origin = "http://localhost:8080"
    server = Server(origin, "localhost:8080", software=software)
    pending = make_pending()._replace(server=server)
    for pasted in (
        "alice@example.org",
        "practice",
        "Correct-Horse-Battery-Staple-2026",
        "alice@example.org practice",
        f"{origin}/auth/sign_in",
        f"{origin}/oauth/authorize",
        link_for(pending),
        server.host,
    ):
        with pytest.raises(NotACode, match="not sent anywhere"):
            parse_paste(pasted, is_gotosocial=software == "gotosocial")
