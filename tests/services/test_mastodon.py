"""Sign-ins at Mastodon: links with a challenge (RFC 7636), codes without `state`, one token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from gts_wizard.errors import CodeRefused
from gts_wizard.models import OOB_REDIRECT_URI
from gts_wizard.oauth.pasted_code import AuthorizationCode, parse_paste
from gts_wizard.secret import Secret
from gts_wizard.services.verification import Consent
from tests.helpers.browser_user import BrowserUser
from tests.helpers.harness import code_for, code_page_for, link_for

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn, Scopes
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness

METADATA = "GET /.well-known/oauth-authorization-server"

mastodon = pytest.mark.parametrize("practice", ["mastodon"], indirect=True)


def link_parameters(pending: PendingSignIn) -> dict[str, str]:
    """Return the parameters of a link by name."""
    return {name: value for name, [value] in parse_qs(urlsplit(link_for(pending)).query).items()}


async def exchange_elsewhere(
    harness: ServicesHarness, pending: PendingSignIn, paste: AuthorizationCode, **more: str
) -> httpx.Response:
    """Exchange a code as a program that knows everything but the verifier."""
    registration = harness.credentials.registration(pending.server.origin, pending.client_id)
    assert registration is not None
    fields = {
        "grant_type": "authorization_code",
        "client_id": pending.client_id,
        "client_secret": harness.store.client_credentials(
            registration, pending.server
        ).client_secret.reveal(),
        "redirect_uri": OOB_REDIRECT_URI,
        "code": paste.code.reveal(),
    }
    async with httpx.AsyncClient(trust_env=False) as program:
        return await program.post(f"{pending.server.origin}/oauth/token", data=fields | more)


@mastodon
async def test_each_link_has_its_own_challenge(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice, "read", "write")
    asked = link_parameters(pending)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    other = link_parameters(await harness.sign_in.choose_scopes(pending, ("read",)))
    assert other["client_id"] == asked["client_id"]
    assert other["code_challenge"] != asked["code_challenge"]
    assert practice.requests.count(METADATA) == 1


@pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)
async def test_gotosocial_gets_no_challenge_nor_metadata_request(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    assert not [
        name for name in link_parameters(await harness.to_link(practice)) if "challenge" in name
    ]
    assert METADATA not in practice.requests


@pytest.mark.slow
@mastodon
async def test_code_is_refused_without_the_verifier(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    paste = await code_for(pending)
    refused = [
        await exchange_elsewhere(harness, pending, paste),
        await exchange_elsewhere(harness, pending, paste, code_verifier="x" * 43),
        await exchange_elsewhere(harness, pending, paste, code_verifier=pending.code_challenge),
    ]
    words = [(answer.status_code, answer.json()["error"]) for answer in refused]
    assert words == [(400, "invalid_request"), (400, "invalid_grant"), (400, "invalid_grant")]
    account = (
        await harness.sign_in.verifier.verify(
            await harness.sign_in.code_exchange.exchange(pending, paste)
        )
    ).account
    assert (await harness.accounts.profile(account)).username == "alice"


@mastodon
async def test_verifier_is_known_again_after_a_restart(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    paste = await code_for(await harness.to_link(practice))
    await harness.restart()
    [pending] = await harness.sign_in.pending_sign_ins.list()
    exchanged = await harness.sign_in.code_exchange.exchange(pending, paste)
    assert (await harness.sign_in.verifier.verify(exchanged)).account.username == "alice"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("earlier_scopes", "scopes", "pasted"),
    [
        (("read",), ("read", "write"), "code"),
        (("read",), ("read", "write"), "page"),
        (("read", "write"), ("read",), "code"),
    ],
    ids=["another registration", "another registration's page", "same registration"],
)
@mastodon
async def test_code_of_an_earlier_link_is_matched_by_its_verifier(
    practice: PracticeServer,
    harness: ServicesHarness,
    earlier_scopes: Scopes,
    scopes: Scopes,
    pasted: str,
) -> None:
    earlier = await harness.to_link(practice, *earlier_scopes)
    at_hand = await harness.sign_in.choose_scopes(earlier, scopes)
    is_same_registration = at_hand.client_id == earlier.client_id
    assert is_same_registration is (scopes == ("read",))
    paste = (
        await code_for(earlier) if pasted == "code" else parse_paste(await code_page_for(earlier))
    )
    assert paste.state == "", "Mastodon does not say which link it was"
    await harness.restart()
    exchanged = await harness.sign_in.code_exchange.exchange(at_hand, paste)
    assert (exchanged.state, exchanged.client_id) == (earlier.state, earlier.client_id)
    consents = {Consent.OTHER_SCOPES}
    signed_in = await harness.sign_in.verifier.verify(exchanged, consents)
    assert signed_in.account.token.scopes == earlier.scopes


@pytest.mark.slow
@mastodon
async def test_wrong_code_is_refused_however_many_links_there_are(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    first = await harness.to_link(practice, "read")
    at_hand = await harness.sign_in.choose_scopes(first, ("read", "write"))
    paste = await code_for(at_hand)
    for wrong in ("Wr0ng-" * 8, paste.code.reveal().lower()):
        with pytest.raises(CodeRefused):
            await harness.sign_in.code_exchange.exchange(at_hand, AuthorizationCode(Secret(wrong)))
    assert (await harness.sign_in.code_exchange.exchange(at_hand, paste)).state == at_hand.state


@mastodon
async def test_signed_in_browser_gives_the_code_of_the_link_it_opens(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    first = await harness.to_link(practice, "read")
    at_hand = await harness.sign_in.choose_scopes(first, ("read", "write"))
    with BrowserUser() as user:
        await asyncio.to_thread(user.sign_in, link_for(first))
        code = await asyncio.to_thread(user.get_code, link_for(at_hand))
    exchanged = await harness.sign_in.code_exchange.exchange(
        at_hand, AuthorizationCode(Secret(code))
    )
    assert exchanged.state == at_hand.state
    assert (await harness.sign_in.verifier.verify(exchanged)).account.token.scopes == (
        "read",
        "write",
    )


@pytest.mark.slow
@mastodon
async def test_renewal_gives_the_code_without_asking_to_authorize(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = (await harness.signed_in(practice)).account
    pending = await harness.sign_in.renew(old)
    with BrowserUser() as user:
        page = await asyncio.to_thread(user.sign_in, link_for(pending))
    assert "Authorize" not in page.text
    exchanged = await harness.sign_in.code_exchange.exchange(pending, parse_paste(str(page.url)))
    new = (await harness.sign_in.verifier.verify(exchanged)).account
    assert new.token.value == old.token.value
    assert (await harness.accounts.profile(new)).username == "alice"
