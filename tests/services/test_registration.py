"""When a registration is used again, and when a new one is made."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import RequestRejected, SaveFailed
from gts_wizard.models import OOB_REDIRECT_URI, Server, ServerMetadata
from gts_wizard.oauth.redirect_uri import loopback_port
from gts_wizard.oauth.scopes import MEANINGS
from gts_wizard.oauth.server_features import registration_covers
from gts_wizard.oauth.server_scopes import with_required
from gts_wizard.practice import PracticeServer
from tests.helpers.harness import LOOK_UP, REGISTER, fill_disk, program_requests
from tests.helpers.practice_overrides import canned_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.models import PendingSignIn, Scopes
    from tests.helpers.harness import ServicesHarness

gotosocial_and_mastodon = pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)

BOTH, GOTOSOCIAL, NEITHER = {"gotosocial", "mastodon"}, {"gotosocial"}, set[str]()


@pytest.mark.parametrize(
    ("registered", "chosen", "reused_by"),
    [
        (("read", "write"), ("read",), BOTH),
        (("read", "write"), ("write", "read"), BOTH),
        (("read", "write"), ("read:statuses", "read:accounts"), GOTOSOCIAL),
        (("read", "write"), ("write",), GOTOSOCIAL),
        (("read", "write:media"), ("read", "write:media", "write:statuses"), NEITHER),
        (("read:accounts",), ("read",), NEITHER),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("software", ["gotosocial", "mastodon"])
def test_registration_covers_what_the_software_lets_it_ask(
    software: str, registered: Scopes, chosen: Scopes, reused_by: set[str]
) -> None:
    supported = tuple(MEANINGS) if software == "mastodon" else ()
    metadata = ServerMetadata(scopes_supported=supported)
    server = Server("https://example.org", "example.org", software=software, metadata=metadata)
    is_covered = registration_covers(server, registered, with_required(server, chosen))
    assert is_covered is (software in reused_by)


@pytest.mark.parametrize(
    ("practice", "chosen"),
    [("0.17", ("write",)), ("0.20", ("read:statuses",)), ("mastodon", ("read",))],
    indirect=["practice"],
)
async def test_narrower_choice_reuses_the_registration(
    practice: PracticeServer, harness: ServicesHarness, chosen: Scopes
) -> None:
    wide = await harness.to_link(practice, "read", "write")
    await harness.restart()
    narrow = await harness.sign_in.choose_scopes(wide, chosen)
    assert narrow.client_id == wide.client_id
    assert narrow.state != wide.state
    assert narrow.scopes == with_required(narrow.server, chosen)
    assert harness.credentials.pending_sign_ins == (wide, narrow)
    assert program_requests(practice).count(REGISTER) == 1
    # The server lets the link ask for it, too.
    signed_in = await harness.finish(narrow)
    assert signed_in.account.token.scopes == narrow.scopes
    assert signed_in.missing_scopes == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("practice", "registrations"),
    [("0.17", 3), ("0.19", 1), ("mastodon", 1)],
    indirect=["practice"],
)
async def test_accounts_share_a_registration_unless_one_could_end_all(
    practice: PracticeServer, harness: ServicesHarness, registrations: int
) -> None:
    alice = await harness.account(practice)
    await harness.account(practice, username="bob")
    await harness.to_link(practice)
    renewed = (await harness.finish(await harness.sign_in.renew(alice))).account
    assert renewed.client_id == alice.client_id
    assert program_requests(practice).count(REGISTER) == registrations
    assert len(harness.credentials.registrations) == registrations


@pytest.mark.parametrize(
    ("practice", "chosen"),
    [("0.20", ("read", "write")), ("mastodon", ("read:statuses",))],
    indirect=["practice"],
)
async def test_wider_choice_registers_again_and_keeps_the_old_link(
    practice: PracticeServer, harness: ServicesHarness, chosen: Scopes
) -> None:
    first = await harness.to_link(practice, "read")
    second = await harness.sign_in.choose_scopes(first, chosen)
    assert second.client_id != first.client_id
    assert program_requests(practice).count(REGISTER) == 2
    assert len(harness.credentials.registrations) == 2
    assert (await harness.finish(first)).account.client_id == first.client_id


async def test_next_person_uses_the_same_registration(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    await harness.signed_in(practice, "read", "write")
    await harness.restart()
    await harness.signed_in(practice, "read", username="bob")
    assert program_requests(practice).count(REGISTER) == 1
    assert [account.username for account in harness.credentials.accounts] == ["alice", "bob"]


async def test_registration_is_not_used_at_another_server(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    with PracticeServer() as elsewhere:
        first, second = await harness.to_link(practice), await harness.to_link(elsewhere)
    assert first.client_id != second.client_id
    assert len(harness.credentials.registrations) == 2


async def test_unsaved_registration_is_not_made_twice(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.sign_in.look_up(practice.address)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        with pytest.raises(SaveFailed):
            await harness.sign_in.choose_scopes(pending, ("read",))
    linked = await harness.sign_in.choose_scopes(pending, ("read",))
    assert program_requests(practice) == [LOOK_UP, REGISTER]
    assert harness.credentials.registration(practice.origin, linked.client_id) is not None


async def open_link_back(harness: ServicesHarness, pending: PendingSignIn) -> PendingSignIn:
    """Return the pending sign-in whose link leads back here; nothing listens for it afterwards."""
    redirect = await harness.sign_in.redirects.open(pending)
    assert redirect is not None
    await harness.sign_in.redirects.aclose()
    return redirect.pending


@contextmanager
def taken_port(pending: PendingSignIn) -> Iterator[None]:
    """Be another program that has the port of a link."""
    with socket.create_server(("127.0.0.1", loopback_port(pending.redirect_uri) or 0)):
        yield


def keep_redirect_uris(harness: ServicesHarness, *redirect_uris: str) -> None:
    """Leave these redirect URIs alone in the only registration."""
    [registration] = harness.credentials.registrations
    changed = registration._replace(redirect_uris=redirect_uris)
    harness.store.update(lambda credentials: credentials.with_registration(changed))


@gotosocial_and_mastodon
@pytest.mark.parametrize("more", [(), ("https://evil.example/callback",)], ids=["none", "another"])
async def test_out_of_band_registration_is_used_for_such_links_only(
    practice: PracticeServer, harness: ServicesHarness, more: tuple[str, ...]
) -> None:
    """The registrations of earlier versions have no other redirect URI."""
    first = await harness.to_link(practice)
    keep_redirect_uris(harness, OOB_REDIRECT_URI, *more)
    await harness.restart()
    pending = await harness.to_link(practice)
    assert pending.client_id == first.client_id
    assert program_requests(practice).count(REGISTER) == 1
    link = await open_link_back(harness, pending)
    assert link.client_id != first.client_id
    assert (await open_link_back(harness, pending)) == link
    assert program_requests(practice).count(REGISTER) == 2
    old, new = harness.credentials.registrations
    assert old.redirect_uris == (OOB_REDIRECT_URI, *more)
    assert new.redirect_uris == (OOB_REDIRECT_URI, link.redirect_uri)


@gotosocial_and_mastodon
async def test_registration_without_out_of_band_is_not_used_for_it(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    link = await open_link_back(harness, await harness.to_link(practice))
    keep_redirect_uris(harness, link.redirect_uri)
    await harness.restart()
    pending = await harness.to_link(practice)
    assert pending.client_id != link.client_id
    await harness.finish(pending)


@pytest.mark.parametrize(
    ("practice", "registrations"),
    [("0.19", 2), ("0.20", 2), ("mastodon", 1)],
    indirect=["practice"],
)
async def test_taken_port_costs_a_registration_unless_it_is_ignored(
    practice: PracticeServer, harness: ServicesHarness, registrations: int
) -> None:
    pending = await harness.to_link(practice)
    first = await open_link_back(harness, pending)
    with taken_port(first):
        second = await open_link_back(harness, pending)
    assert second.redirect_uri != first.redirect_uri
    assert (second.client_id != first.client_id) is (registrations == 2)
    assert program_requests(practice).count(REGISTER) == registrations
    # Whichever port is free now, its registration does for the next link.
    for taken, free in ((first, second), (second, first)):
        with taken_port(taken):
            link = await open_link_back(harness, await harness.to_link(practice))
            assert link.client_id == free.client_id
            if registrations == 2:
                assert link.redirect_uri == free.redirect_uri
    assert program_requests(practice).count(REGISTER) == registrations


async def test_link_goes_on_where_only_its_own_port_is_taken(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    first = await open_link_back(harness, pending)
    with taken_port(first):
        assert await harness.sign_in.redirects.resume(pending) is None
    resumed = await harness.sign_in.redirects.resume(pending)
    assert resumed is not None
    assert resumed.pending == first


@pytest.mark.parametrize("status", [400, 422])
@gotosocial_and_mastodon
async def test_refused_registration_is_asked_for_once(
    practice: PracticeServer, harness: ServicesHarness, status: int
) -> None:
    pending = await harness.sign_in.look_up(practice.address)
    practice.overrides = {REGISTER: canned_json(status, error="No new apps")}
    with pytest.raises(RequestRejected, match="No new apps"):
        await harness.sign_in.choose_scopes(pending, ("read",))
    assert program_requests(practice).count(REGISTER) == 1
    assert harness.credentials.pending_sign_ins == (pending,)
    practice.overrides = {}
    await open_link_back(harness, await harness.sign_in.choose_scopes(pending, ("read",)))


@pytest.mark.slow
@gotosocial_and_mastodon
async def test_sign_in_needs_no_port(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox may keep a program from listening, and let it connect."""

    def bind(_socket: socket.socket, _address: object) -> None:
        raise PermissionError

    link = await open_link_back(harness, await harness.to_link(practice, "read"))
    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "bind", bind)
        for scopes in (("read",), ("read", "write")):
            pending = await harness.to_link(practice, *scopes)
            for _ in range(2):
                assert await harness.sign_in.redirects.open(pending) is None
    assert program_requests(practice).count(REGISTER) == 2
    assert harness.credentials.registrations[-1].redirect_uris == (OOB_REDIRECT_URI,)
    assert harness.credentials.registrations[0].client_id == link.client_id
    await harness.finish(pending)
