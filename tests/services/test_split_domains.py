"""Sign-ins at servers whose accounts have a domain of their own: a smoke test for each way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance
from gts_wizard.practice import EMULATED_SERVERS, WELL_KNOWN, PracticeServer
from tests.helpers.harness import EXCHANGE, REGISTER

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.helpers.harness import ServicesHarness

ADDRESSES = ("@alice@{domain}", "{domain}", "{host}", "@alice@{host}")


def requests_at_domain(practice: PracticeServer) -> list[str]:
    """Return what the account domain of a split deployment was asked."""
    return [request for request in practice.requests if practice.account_domain in request]


@pytest.mark.slow
@pytest.mark.parametrize("emulates", ["0.20", "mastodon"])
@pytest.mark.parametrize("split", [*((path,) for path in WELL_KNOWN), WELL_KNOWN], ids="+".join)
async def test_either_name_of_a_split_domain_leads_to_the_server(
    harness: ServicesHarness, emulates: str, split: Collection[str]
) -> None:
    with PracticeServer(emulates=emulates, split_domain=split) as practice:
        for address in ADDRESSES:
            pending = await harness.sign_in.look_up(
                address.format(domain=practice.account_domain, host=practice.address)
            )
            assert pending.server.origin == practice.origin
            assert pending.server.account_domain == practice.account_domain
            assert pending.username == ("alice" if address.startswith("@") else "")


@pytest.mark.parametrize(
    ("emulates", "split"),
    [*(("0.20", (path,)) for path in WELL_KNOWN), ("0.17", WELL_KNOWN), ("mastodon", WELL_KNOWN)],
)
async def test_account_domain_is_asked_only_during_the_look_up(
    harness: ServicesHarness, emulates: str, split: Collection[str]
) -> None:
    with PracticeServer(emulates=emulates, split_domain=split) as practice:
        handle = f"@alice@{practice.account_domain}"
        pending = await harness.sign_in.look_up(handle)
        during_look_up = requests_at_domain(practice)
        assert {request.split()[0] for request in during_look_up} == {"GET"}
        pending = await harness.sign_in.choose_scopes(pending, ("read",))
        signed_in = await harness.finish(pending)
        account = signed_in.account
        assert (account.handle, account.server.origin) == (handle, practice.origin)
        assert signed_in.requested_username == ""
        assert harness.credentials.accounts == (account,)
        assert practice.requests.count(EXCHANGE) == 1
        assert (await harness.accounts.profile(account)).username == "alice"
        assert await harness.accounts.notifications(account)
        if emulates != "0.17":
            await harness.accounts.revoke(account)
        later = requests_at_domain(practice)[len(during_look_up) :]
        # What the look-up had sent and no longer needed can arrive after it.
        discovery = {f"GET {practice.account_domain}/.well-known/{path}" for path in WELL_KNOWN}
        assert {*later} <= discovery - {*during_look_up}
        assert len({*later}) == len(later)


@pytest.mark.slow
async def test_both_names_of_a_split_domain_make_one_account(harness: ServicesHarness) -> None:
    with PracticeServer(split_domain=WELL_KNOWN) as practice:
        by_domain = await harness.signed_in(practice, address=practice.account_domain)
        by_host = await harness.signed_in(practice, address=practice.address, replaces=True)
        renewal = await harness.sign_in.renew(by_host.account)
        assert renewal.server == by_host.account.server == by_domain.account.server
        assert harness.credentials.accounts == (by_host.account,)
        assert practice.requests.count(REGISTER) == 1


@pytest.mark.slow
async def test_domain_that_leads_nowhere_is_no_instance(harness: ServicesHarness) -> None:
    with PracticeServer(split_domain=()) as practice:
        for address in (practice.account_domain, f"@alice@{practice.account_domain}"):
            with pytest.raises(NotAnInstance) as failure:
                await harness.sign_in.look_up(address)
            assert failure.value.host == practice.account_domain
        assert await harness.sign_in.pending_sign_ins.list() == []
        # What nothing but the host says of the domain is not believed.
        account = await harness.account(practice)
        assert account.handle == f"@alice@{practice.address}"


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
async def test_split_domain_is_found_though_the_instance_document_is_hidden(
    harness: ServicesHarness, emulates: str
) -> None:
    with PracticeServer(
        emulates=emulates, split_domain=WELL_KNOWN, restrict_instance=True
    ) as practice:
        handle = f"@alice@{practice.account_domain}"
        account = (await harness.signed_in(practice, address=handle)).account
        assert (account.handle, account.server.origin) == (handle, practice.origin)
        assert account.server.software == ("mastodon" if emulates == "mastodon" else "gotosocial")
        assert await harness.accepts(account)
