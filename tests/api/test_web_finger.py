"""WebFinger: who is asked for, which link is the actor, and when a server speaks for a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.address import read_address
from gts_wizard.api.session import DeadlineClient
from gts_wizard.api.well_known import actor_url, owns_account, webfinger_url
from tests.helpers.raw_responses import json_bytes, respond, respond_by_path
from tests.helpers.samples import make_response
from tests.helpers.split_domain import ACTIVITY, LINKED_DATA, WEBFINGER, jrd, redirect_to

if TYPE_CHECKING:
    from tests.helpers.fake_network import FakeNetwork
    from tests.helpers.raw_server import Responder

ACTOR = "https://social.example.org/users/alice"
HOST = read_address("social.example.org")
ALICE = read_address("@alice@example.org")


@pytest.mark.parametrize(
    ("typed", "account"),
    [("@alice@example.org", "alice"), ("example.org", "social.example.org")],
    ids=["handle", "domain"],
)
def test_question_names_the_account_or_else_the_server(typed: str, account: str) -> None:
    resource = f"acct%3A{account}%40example.org"
    expected = f"https://social.example.org{WEBFINGER}?resource={resource}"
    assert webfinger_url(HOST, read_address(typed)) == expected


@pytest.mark.parametrize("kind", [ACTIVITY, LINKED_DATA, LINKED_DATA.replace(" ", "")])
def test_actor_has_one_of_two_types(kind: str) -> None:
    assert actor_url(make_response(jrd("", ACTOR, kind))) == ACTOR


@pytest.mark.parametrize(
    "kind", ["text/html", "application/ld+json", "", "application/json", 5, None]
)
def test_link_of_another_type_is_no_actor(kind: object) -> None:
    link = {"rel": "self", "type": kind, "href": ACTOR}
    assert actor_url(make_response({"links": [link]})) == ""


def test_link_of_another_relation_is_no_actor() -> None:
    link = {"rel": "alternate", "type": ACTIVITY, "href": ACTOR}
    assert actor_url(make_response({"links": [link]})) == ""


@pytest.mark.parametrize(
    "links",
    [
        [],
        5,
        None,
        [5, {"rel": "self"}, {"rel": "self", "href": 5}],
        [{"rel": "self", "type": ACTIVITY, "href": 5}],
    ],
)
def test_broken_links_hold_no_actor(links: object) -> None:
    assert actor_url(make_response({"links": links})) == ""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"nonsense", 200),
        (b"<!doctype html>", 200),
        (b"[]", 200),
        (json_bytes(jrd("", ACTOR)), 404),
    ],
)
def test_answer_that_is_no_document_holds_no_actor(body: bytes, status: int) -> None:
    assert actor_url(make_response(body, status)) == ""


async def is_confirmed(network: FakeNetwork, script: Responder) -> bool:
    """Tell whether a host that answers so speaks for `@alice@example.org`."""
    network.serve(HOST.host, script)
    return await owns_account(DeadlineClient(network.http, 60), HOST, ALICE)


@pytest.mark.parametrize("subject", ["acct:alice@example.org", "ACCT:Alice@Example.org"])
async def test_host_speaks_for_the_account_it_names(network: FakeNetwork, subject: str) -> None:
    assert await is_confirmed(network, respond(200, json_bytes({"subject": subject})))


@pytest.mark.parametrize(
    "script",
    [
        respond(404),
        respond(401),
        respond(200, b"<!doctype html><title>A web page</title>"),
        respond(200, b"nonsense"),
        respond(200, b"{}"),
        respond(200, b'{"subject": 5}'),
        respond(200, json_bytes(jrd("acct:alice@third.example", "urn:x"))),
        respond(200, json_bytes(jrd("acct:bob@example.org", "urn:x"))),
    ],
    ids=["404", "401", "page", "no JSON", "empty", "number", "other domain", "other account"],
)
async def test_host_does_not_speak_for_other_accounts(
    network: FakeNetwork, script: Responder
) -> None:
    assert not await is_confirmed(network, script)


async def test_redirected_answer_is_not_the_hosts_own_word(network: FakeNetwork) -> None:
    subject = {"subject": "acct:alice@example.org"}
    domain = network.serve("example.org", respond_by_path({WEBFINGER: subject}))
    assert not await is_confirmed(network, redirect_to(domain.origin))
    assert domain.received_requests
