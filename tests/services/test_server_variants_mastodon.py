"""The way in at Mastodon: links with a challenge (RFC 7636), codes without `state`, one token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from gts_wizard.errors import CodeRefused, DifferentAccount
from gts_wizard.rules.oob import OOB_REDIRECT_URI
from gts_wizard.rules.paste import Paste, read_paste
from gts_wizard.secret import Secret
from tests.helpers.browser_user import BrowserUser
from tests.helpers.harness import code_for, code_page_for, link_for

if TYPE_CHECKING:
    from gts_wizard.models import Attempt
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.harness import ServicesHarness

METADATA = "GET /.well-known/oauth-authorization-server"
REGISTER = "POST /api/v1/apps"
REVOKE = "POST /oauth/revoke"

mastodon = pytest.mark.parametrize("practice", ["mastodon"], indirect=True)


def asked_by(attempt: Attempt) -> dict[str, str]:
    """Return what the link of an attempt asks for."""
    return {name: value for name, [value] in parse_qs(urlsplit(link_for(attempt)).query).items()}


async def exchange_elsewhere(
    harness: ServicesHarness, attempt: Attempt, paste: Paste, **more: str
) -> httpx.Response:
    """Exchange a code with another program, which knows all but the verifier."""
    registration = harness.shelf.registration(attempt.server.origin, attempt.client_id)
    assert registration is not None
    fields = {
        "grant_type": "authorization_code",
        "client_id": attempt.client_id,
        "client_secret": harness.store.client(registration, attempt.server).client_secret.reveal(),
        "redirect_uri": OOB_REDIRECT_URI,
        "code": paste.code.reveal(),
    }
    async with httpx.AsyncClient(trust_env=False) as program:
        return await program.post(f"{attempt.server.origin}/oauth/token", data=fields | more)


@mastodon
async def test_the_link_carries_a_challenge_of_its_own(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice, "read", "write")
    asked = asked_by(attempt)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    other = asked_by(await harness.sign_in.choose(attempt, ("read",)))
    assert other["client_id"] == asked["client_id"]
    assert other["code_challenge"] != asked["code_challenge"]
    assert practice.requests.count(METADATA) == 1


@pytest.mark.parametrize("practice", ["0.17", "0.19", "0.20"], indirect=True)
async def test_gotosocial_is_asked_for_no_metadata_and_sent_no_challenge(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    assert not [name for name in asked_by(await harness.linked(practice)) if "challenge" in name]
    assert METADATA not in practice.requests


@mastodon
async def test_a_code_is_of_no_use_without_the_verifier(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    paste = await code_for(attempt)
    refused = [
        await exchange_elsewhere(harness, attempt, paste),
        await exchange_elsewhere(harness, attempt, paste, code_verifier="x" * 43),
        await exchange_elsewhere(harness, attempt, paste, code_verifier=attempt.challenge),
    ]
    words = [(answer.status_code, answer.json()["error"]) for answer in refused]
    assert words == [(400, "invalid_request"), (400, "invalid_grant"), (400, "invalid_grant")]
    account = (await harness.sign_in.verify(await harness.sign_in.redeem(attempt, paste))).account
    assert (await harness.accounts.profile(account)).username == "alice"


@mastodon
async def test_the_verifier_is_found_again_after_a_restart(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    paste = await code_for(await harness.linked(practice))
    await harness.restart()
    [attempt] = await harness.sign_in.open_attempts()
    redeemed = await harness.sign_in.redeem(attempt, paste)
    assert (await harness.sign_in.verify(redeemed)).account.username == "alice"


async def use_for_earlier(
    harness: ServicesHarness, links: tuple[Attempt, Attempt], pasted: str
) -> None:
    """Paste the code or the page of an earlier link for a later one, and see whose it is."""
    earlier, at_hand = links
    paste = (
        await code_for(earlier) if pasted == "code" else read_paste(await code_page_for(earlier))
    )
    assert paste.state == "", "Mastodon does not say which link it was"
    await harness.restart()
    redeemed = await harness.sign_in.redeem(at_hand, paste)
    assert (redeemed.state, redeemed.client_id) == (earlier.state, earlier.client_id)
    assert (await harness.sign_in.verify(redeemed)).account.token.scopes == earlier.scopes


@pytest.mark.parametrize("pasted", ["code", "page"])
@mastodon
async def test_a_code_for_an_earlier_link_of_another_registration_is_matched_by_its_verifier(
    practice: PracticeInstance, harness: ServicesHarness, pasted: str
) -> None:
    earlier = await harness.linked(practice, "read")
    at_hand = await harness.sign_in.choose(earlier, ("read", "write"))
    assert practice.requests.count(REGISTER) == 2
    await use_for_earlier(harness, (earlier, at_hand), pasted)


@pytest.mark.parametrize("pasted", ["code", "page"])
@mastodon
async def test_a_code_for_an_earlier_link_of_the_same_registration_is_matched_by_its_verifier(
    practice: PracticeInstance, harness: ServicesHarness, pasted: str
) -> None:
    earlier = await harness.linked(practice, "read", "write")
    at_hand = await harness.sign_in.choose(earlier, ("read",))
    assert practice.requests.count(REGISTER) == 1
    await use_for_earlier(harness, (earlier, at_hand), pasted)


@mastodon
async def test_a_wrong_code_is_just_refused_however_many_links_there_are(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    first = await harness.linked(practice, "read")
    at_hand = await harness.sign_in.choose(first, ("read", "write"))
    with pytest.raises(CodeRefused):
        await harness.sign_in.redeem(at_hand, Paste(Secret("Wr0ng-" * 8)))
    paste = await code_for(at_hand)
    assert (await harness.sign_in.redeem(at_hand, paste)).state == at_hand.state


@mastodon
async def test_a_browser_that_is_signed_in_serves_the_link_it_is_shown(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    first = await harness.linked(practice, "read")
    at_hand = await harness.sign_in.choose(first, ("read", "write"))
    with BrowserUser() as person:
        await asyncio.to_thread(person.sign_in, link_for(first))
        code = await asyncio.to_thread(person.get_code, link_for(at_hand))
    redeemed = await harness.sign_in.redeem(at_hand, Paste(Secret(code)))
    assert redeemed.state == at_hand.state
    assert (await harness.sign_in.verify(redeemed)).account.token.scopes == ("read", "write")


@mastodon
async def test_who_allowed_it_before_is_handed_the_code_at_once(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    old = (await harness.signed_in(practice)).account
    attempt = await harness.sign_in.renew(old)
    with BrowserUser() as person:
        page = await asyncio.to_thread(person.sign_in, link_for(attempt))
    assert "Authorize" not in page.text
    redeemed = await harness.sign_in.redeem(attempt, read_paste(str(page.url)))
    new = (await harness.sign_in.verify(redeemed)).account
    assert new.token.value == old.token.value
    assert (await harness.accounts.profile(new)).username == "alice"


@mastodon
async def test_verifying_twice_ends_no_access(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    for _ in range(2):
        account = (await harness.sign_in.verify(redeemed)).account
        assert (await harness.accounts.profile(account)).username == "alice"
    assert REVOKE not in practice.requests


@mastodon
async def test_letting_go_of_a_renewal_leaves_the_account_its_token(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice)).account
    attempt = await harness.sign_in.renew(account)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    await harness.sign_in.let_go(redeemed)
    assert await harness.sign_in.open_attempts() == []
    assert (await harness.accounts.profile(account)).username == "alice"


@mastodon
async def test_letting_go_of_somebody_elses_sign_in_leaves_them_their_token(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    alice = (await harness.signed_in(practice)).account
    bob = (await harness.signed_in(practice, who="bob")).account
    attempt = await harness.sign_in.renew(alice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt, "bob"))
    with pytest.raises(DifferentAccount):
        await harness.sign_in.verify(redeemed)
    await harness.sign_in.let_go(redeemed)
    for account in (alice, bob):
        assert (await harness.accounts.profile(account)).username == account.username
