"""Links that lead the browser back to this program, from the link to the saved account."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AuthorizationDenied,
    CodeForOtherServer,
    CodeForOtherSignIn,
    InvalidFile,
    RedirectedCodeRefused,
)
from gts_wizard.models import OOB_REDIRECT_URI, WizardStep
from gts_wizard.oauth.redirect_uri import loopback_port, loopback_redirect_uri
from gts_wizard.practice import PracticeServer
from tests.helpers.browser_user import BrowserUser, plain_client
from tests.helpers.harness import (
    EXCHANGE,
    REGISTER,
    ServicesHarness,
    code_for,
    exchange_paste,
    link_for,
    program_requests,
)

if TYPE_CHECKING:
    import httpx

    from gts_wizard.models import ClientRegistration, PendingSignIn
    from gts_wizard.oauth.pasted_code import AuthorizationCode
    from gts_wizard.services.redirects import LoopbackRedirect

each_server = pytest.mark.parametrize("practice", ["0.19", "0.20", "mastodon"], indirect=True)
gotosocial_and_mastodon = pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)


async def open_redirect(harness: ServicesHarness, pending: PendingSignIn) -> LoopbackRedirect:
    """Open a link that leads back here, a second after the link before it was made."""
    harness.clock.advance(timedelta(seconds=1))
    redirect = await harness.sign_in.redirects.open(pending)
    assert redirect is not None
    return redirect


async def exchange_from_browser(
    harness: ServicesHarness,
    pending: PendingSignIn,
    redirect: LoopbackRedirect,
    link: PendingSignIn | None = None,
) -> tuple[PendingSignIn, str]:
    """Let alice allow a link, and exchange the code that her browser brings.

    Args:
        harness: the services.
        pending: the pending sign-in at hand.
        redirect: what listens.
        link: the pending sign-in whose link is opened; that of `redirect` when left out.

    Returns:
        The pending sign-in with its token, and the last page that alice saw.
    """
    async with asyncio.TaskGroup() as group:
        browser = group.create_task(page_after_allowing(link or redirect.pending))
        code = await received(redirect)
        with redirect.show_outcome():
            exchanged = await harness.sign_in.code_exchange.exchange(pending, code)
    return exchanged, browser.result()


async def page_after_allowing(pending: PendingSignIn) -> str:
    def allow() -> str:
        with BrowserUser() as alice:
            return alice.allow(link_for(pending)).text

    return await asyncio.to_thread(allow)


async def dead_page_for(pending: PendingSignIn) -> str:
    def allow() -> str:
        with BrowserUser() as alice:
            return alice.dead_page(link_for(pending))

    return await asyncio.to_thread(allow)


async def received(redirect: LoopbackRedirect) -> AuthorizationCode:
    code = await redirect.receive()
    assert code is not None
    return code


async def get(address: str) -> httpx.Response:
    """Open an address as a browser does, without following where it leads."""

    def open_page() -> httpx.Response:
        with plain_client() as client:
            return client.get(address)

    return await asyncio.to_thread(open_page)


def registration_of(harness: ServicesHarness, pending: PendingSignIn) -> ClientRegistration:
    registration = harness.credentials.registration(pending.server.origin, pending.client_id)
    assert registration is not None
    return registration


@each_server
async def test_browser_brings_the_code_and_sees_that_it_worked(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice, "read", "write")
    redirect = await open_redirect(harness, pending)
    link = redirect.pending
    assert (link.journey, link.scopes, link.step) == (
        pending.journey,
        pending.scopes,
        WizardStep.AUTHORIZE,
    )
    assert registration_of(harness, link).redirect_uris == (OOB_REDIRECT_URI, link.redirect_uri)
    assert link.client_id == pending.client_id, "one registration is enough for both links"
    exchanged, page = await exchange_from_browser(harness, pending, redirect)
    assert "You are connected" in page
    assert (exchanged.state, exchanged.step) == (link.state, WizardStep.PROFILE)
    assert await harness.sign_in.redirects.resume(pending) is None, "it has its token"
    signed_in = await harness.sign_in.verifier.verify(exchanged)
    assert signed_in.account.token.scopes == ("read", "write")
    assert harness.credentials.accounts == (signed_in.account,)
    assert harness.credentials.pending_sign_ins == ()
    requests = program_requests(practice)
    assert (requests.count(REGISTER), requests.count(EXCHANGE)) == (1, 1)


async def test_browser_sees_that_its_code_did_not_work(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    redirect = await open_redirect(harness, pending)
    link = redirect.pending
    await get(f"{link.redirect_uri}?code=WRONG&state={link.state}")
    code = await received(redirect)
    with pytest.raises(RedirectedCodeRefused), redirect.show_outcome():
        await harness.sign_in.code_exchange.exchange(pending, code)
    page = await get(link.redirect_uri.replace("callback", "done"))
    assert "That didn't work" in page.text
    assert harness.credentials.pending_sign_ins == (pending, link)


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_gotosocial_0_17_gets_out_of_band_alone(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    assert await harness.sign_in.redirects.open(pending) is None
    assert registration_of(harness, pending).redirect_uris == (OOB_REDIRECT_URI,)
    assert harness.credentials.pending_sign_ins == (pending,)
    assert program_requests(practice).count(REGISTER) == 1
    await harness.finish(pending)


@pytest.mark.parametrize(("software", "version"), [("gotosocial", ""), ("", ""), ("akkoma", "3.1")])
async def test_server_not_known_to_take_it_gets_no_link_back(
    practice: PracticeServer, harness: ServicesHarness, software: str, version: str
) -> None:
    pending = await harness.sign_in.look_up(practice.address)
    server = pending.server._replace(software=software, version=version)
    pending = await harness.sign_in.choose_scopes(pending._replace(server=server), ("read",))
    assert await harness.sign_in.redirects.open(pending) is None
    assert registration_of(harness, pending).redirect_uris == (OOB_REDIRECT_URI,)
    assert program_requests(practice).count(REGISTER) == 1


@gotosocial_and_mastodon
async def test_link_is_the_same_when_it_is_opened_again(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    assert await harness.sign_in.redirects.resume(pending) is None
    link = (await open_redirect(harness, pending)).pending
    assert (await open_redirect(harness, pending)).pending == link
    await harness.restart()
    [listed] = await harness.sign_in.pending_sign_ins.list()
    assert listed == pending
    resumed = await harness.sign_in.redirects.resume(listed)
    assert resumed is not None
    assert resumed.pending == link
    exchanged, _ = await exchange_from_browser(harness, listed, resumed)
    assert exchanged.state == link.state
    assert program_requests(practice).count(REGISTER) == 1


@gotosocial_and_mastodon
async def test_code_of_an_earlier_link_comes_in_at_the_fresh_one(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    earlier = (await open_redirect(harness, await harness.to_link(practice))).pending
    harness.clock.advance(timedelta(seconds=1))
    pending = await harness.sign_in.new_link(earlier)
    assert await harness.sign_in.redirects.resume(pending) is None
    redirect = await open_redirect(harness, pending)
    assert redirect.pending.state != earlier.state
    assert redirect.pending.client_id == pending.client_id != earlier.client_id
    assert redirect.pending.redirect_uri == earlier.redirect_uri
    exchanged, page = await exchange_from_browser(harness, pending, redirect, earlier)
    assert "You are connected" in page
    assert (exchanged.state, exchanged.client_id) == (earlier.state, earlier.client_id)
    await harness.sign_in.verifier.verify(exchanged)
    assert not harness.credentials.pending_sign_ins


async def test_other_permissions_have_a_link_back_of_their_own(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice, "read", "write")
    link = (await open_redirect(harness, pending)).pending
    narrow = await harness.sign_in.choose_scopes(pending, ("read",))
    other = (await open_redirect(harness, narrow)).pending
    assert (other.scopes, other.state != link.state) == (("read",), True)
    assert (other.client_id, other.redirect_uri) == (link.client_id, link.redirect_uri)


async def test_two_people_have_a_link_back_each(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice, bob = [await harness.to_link(practice) for _ in range(2)]
    links = [(await open_redirect(harness, pending)).pending for pending in (alice, bob, alice)]
    assert [link.journey for link in links] == [alice.journey, bob.journey, alice.journey]
    assert links[0] == links[2] != links[1]
    assert {link.client_id for link in links} == {alice.client_id}


async def test_link_back_is_of_the_server_that_was_chosen_last(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    with PracticeServer() as elsewhere:
        await open_redirect(harness, pending)
        # A clock that is set back must not bring the other server's link here.
        harness.clock.advance(timedelta(hours=-1))
        other = await harness.sign_in.look_up(elsewhere.address, pending)
        other = await harness.sign_in.choose_scopes(other, pending.scopes)
        assert other.journey == pending.journey
        redirect = await open_redirect(harness, other)
        assert redirect.pending.server == other.server
        assert redirect.pending.client_id == other.client_id


@pytest.mark.slow
async def test_state_of_another_server_means_nothing_here(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    with PracticeServer() as elsewhere:
        other = (await open_redirect(harness, await harness.to_link(elsewhere))).pending
        pending = await harness.to_link(practice)
        redirect = await open_redirect(harness, pending)
        answer = await get(f"{redirect.pending.redirect_uri}?code=CODE&state={other.state}")
        assert answer.status_code == 400
        exchanged, _ = await exchange_from_browser(harness, pending, redirect)
        assert exchanged.server == pending.server


@gotosocial_and_mastodon
async def test_shown_code_works_while_the_browser_is_waited_for(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    await open_redirect(harness, pending)
    exchanged = await harness.sign_in.code_exchange.exchange(pending, await code_for(pending))
    assert (exchanged.state, exchanged.redirect_uri) == (pending.state, OOB_REDIRECT_URI)
    assert harness.credentials.pending_sign_ins == (exchanged,)
    await harness.sign_in.verifier.verify(exchanged)
    assert not harness.credentials.pending_sign_ins


@gotosocial_and_mastodon
@pytest.mark.parametrize("pasted", ["address", "code"])
async def test_page_that_does_not_load_can_be_pasted(
    practice: PracticeServer, harness: ServicesHarness, pasted: str
) -> None:
    pending = await harness.to_link(practice)
    link = (await open_redirect(harness, pending)).pending
    address = await dead_page_for(link)
    assert address.startswith(f"{link.redirect_uri}?code=")
    await harness.restart()
    code = address.partition("code=")[2].partition("&")[0]
    exchanged = await exchange_paste(harness, pending, address if pasted == "address" else code)
    assert (exchanged.state, exchanged.redirect_uri) == (link.state, link.redirect_uri)
    assert (await harness.sign_in.verifier.verify(exchanged)).account.username == "alice"
    assert not harness.credentials.pending_sign_ins


async def test_address_of_no_page_of_ours_is_sent_nowhere(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    link = (await open_redirect(harness, pending)).pending
    address = await dead_page_for(link)
    port = loopback_port(link.redirect_uri)
    assert port is not None
    other_port = address.replace(str(port), str(port + 1))
    for wrong, refusal in {
        address.replace(link.state, "nobody"): CodeForOtherServer,
        address.partition("&state=")[0]: CodeForOtherServer,
        # The state is that of a link, which leads to another page.
        address.replace(link.state, pending.state): CodeForOtherServer,
        other_port: CodeForOtherServer,
        address.replace("127.0.0.1", "localhost"): CodeForOtherServer,
        address.replace("http://127.0.0.1", "https://127.0.0.1"): CodeForOtherServer,
        f"https://evil.example/callback{address.partition('callback')[2]}": CodeForOtherServer,
        f"{practice.origin}/?code={'X' * 48}&state=nobody": CodeForOtherSignIn,
    }.items():
        assert wrong != address
        with pytest.raises(refusal):
            await exchange_paste(harness, pending, wrong)
    assert practice.requests.count(EXCHANGE) == 0
    assert harness.credentials.pending_sign_ins == (pending, link)
    assert (await exchange_paste(harness, pending, address)).token is not None


async def test_server_says_in_the_browser_why_there_is_no_code(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice, "read")
    redirect = await open_redirect(harness, pending)
    page = await page_after_allowing(redirect.pending._replace(scopes=("admin",)))
    assert "You are not connected" in page
    with pytest.raises(AuthorizationDenied) as denial:
        await redirect.receive()
    reason = "The requested scope is invalid, unknown, or malformed"
    assert (denial.value.error, denial.value.reason) == ("invalid_scope", reason)
    assert practice.requests.count(EXCHANGE) == 0
    assert harness.credentials.pending_sign_ins == (pending, redirect.pending)


@pytest.mark.parametrize(
    ("description", "cause"), [("", "you didn't allow access"), ("Not now.", "“Not now”.")]
)
async def test_error_without_words_is_told_by_its_name(
    practice: PracticeServer, harness: ServicesHarness, description: str, cause: str
) -> None:
    redirect = await open_redirect(harness, await harness.to_link(practice))
    link = redirect.pending
    error = f"error=access_denied&error_description={description}"
    await get(f"{link.redirect_uri}?{error}&state={link.state}")
    with pytest.raises(AuthorizationDenied) as denial:
        await redirect.receive()
    assert cause in denial.value.message


@pytest.mark.parametrize("closed_by", ["stopping", "another link", "a fresh link", "the end"])
async def test_nothing_is_received_once_it_is_closed(
    practice: PracticeServer, harness: ServicesHarness, closed_by: str
) -> None:
    sign_in = harness.sign_in
    pending = await harness.to_link(practice)
    redirect = await open_redirect(harness, pending)
    receiving = asyncio.create_task(redirect.receive())
    match closed_by:
        case "stopping":
            await sign_in.redirects.aclose()
        case "another link":
            await open_redirect(harness, await harness.to_link(practice))
        case "a fresh link":
            await sign_in.new_link(pending)
        case "the end":
            await sign_in.aclose()
    assert await receiving is None
    assert await redirect.receive() is None


@pytest.mark.parametrize(
    "redirect_uri",
    [
        *("https://evil.example/callback", "http://localhost:25000/callback", ""),
        *("http://127.0.0.1:25000/other", loopback_redirect_uri(0), loopback_redirect_uri(99999)),
    ],
)
async def test_link_that_leads_elsewhere_is_not_used(
    practice: PracticeServer, harness: ServicesHarness, redirect_uri: str
) -> None:
    pending = await harness.to_link(practice)
    link = (await open_redirect(harness, pending)).pending
    text = harness.store.path.read_text("utf-8")
    entry = f'redirect_uri = "{link.redirect_uri}"'
    assert text.count(entry) == 1
    code = await code_for(pending)
    harness.store.path.write_text(text.replace(entry, f'redirect_uri = "{redirect_uri}"'), "utf-8")
    await harness.restart()
    before = practice.requests
    with pytest.raises(InvalidFile, match="“redirect_uri”"):
        await harness.sign_in.redirects.open(pending)
    with pytest.raises(InvalidFile, match="“redirect_uri”"):
        await harness.sign_in.code_exchange.exchange(pending, code)
    assert practice.requests == before
