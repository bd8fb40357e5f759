"""A split deployment: accounts of one name, the API at another."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import LIKES, WELL_KNOWN, PracticeInstance
from tests.helpers.browser_user import PracticeClient, plain_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

PATHS = {name: f"/.well-known/{name}" for name in ("webfinger", "host-meta", "nodeinfo")}


@pytest.fixture
def split() -> Iterator[PracticeInstance]:
    with PracticeInstance(split=WELL_KNOWN) as running:
        yield running


@pytest.fixture
def host(split: PracticeInstance) -> Iterator[httpx.Client]:
    with plain_client(split.origin) as client:
        yield client


@pytest.fixture
def domain(split: PracticeInstance) -> Iterator[httpx.Client]:
    """A program that asks the account domain."""
    with plain_client(f"http://{split.account_domain}") as client:
        yield client


def test_only_a_split_deployment_has_two_names(
    split: PracticeInstance, practice: PracticeInstance
) -> None:
    assert practice.account_domain == practice.address
    assert split.account_domain != split.address
    assert split.account_domain.startswith("localhost:")


@pytest.mark.parametrize("path", PATHS.values())
def test_the_account_domain_leads_to_the_host_for_good(
    split: PracticeInstance, domain: httpx.Client, path: str
) -> None:
    led = domain.get(path)
    assert led.status_code == 301
    assert led.headers["location"] == f"{split.origin}{path}"


@pytest.mark.parametrize("name", PATHS)
def test_each_way_to_the_host_can_be_the_only_one(name: str) -> None:
    with (
        PracticeInstance(split=[name]) as practice,
        plain_client(f"http://{practice.account_domain}") as domain,
    ):
        leading = [one for one, path in PATHS.items() if domain.get(path).status_code == 301]
        assert leading == [name]


def test_an_account_domain_may_lead_nowhere() -> None:
    with (
        PracticeInstance(split=()) as practice,
        plain_client(f"http://{practice.account_domain}") as domain,
    ):
        assert practice.account_domain != practice.address
        assert {domain.get(path).status_code for path in PATHS.values()} == {404}


@pytest.mark.parametrize("unknown", [["oauth-authorization-server"], "webfinger"])
def test_only_the_three_documents_can_lead_to_the_host(unknown: list[str] | str) -> None:
    with pytest.raises(ValueError, match="webfinger, host-meta, nodeinfo"):
        PracticeInstance(split=unknown)


@pytest.mark.parametrize("asked", ["account_domain", "address"])
def test_people_are_found_by_either_name_and_have_that_of_the_account_domain(
    split: PracticeInstance, domain: httpx.Client, asked: str
) -> None:
    query = {"resource": f"acct:alice@{getattr(split, asked)}"}
    found = domain.get(PATHS["webfinger"], params=query, follow_redirects=True)
    assert str(found.url).startswith(split.origin)
    assert found.json()["subject"] == f"acct:alice@{split.account_domain}"
    assert {link["href"] for link in found.json()["links"]} == {
        f"{split.origin}/users/alice",
        f"{split.origin}/@alice",
    }


@pytest.mark.parametrize("name", ["host-meta", "nodeinfo"])
def test_what_the_account_domain_leads_to_is_all_on_the_host(
    split: PracticeInstance, domain: httpx.Client, name: str
) -> None:
    found = domain.get(PATHS[name], follow_redirects=True)
    assert found.status_code == 200
    assert split.origin in found.text
    assert split.account_domain not in found.text


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/instance", "/api/v2/instance", "/api/v1/apps", "/oauth/authorize"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everything_else_on_the_account_domain_is_a_web_page_of_404(
    domain: httpx.Client, method: str, path: str
) -> None:
    answer = domain.request(method, path, headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>A web site</h1>" in answer.text
    assert "This is a practice instance. Nothing here is real." in answer.text


def test_the_cards_of_gotosocial_tell_both_names(
    split: PracticeInstance, host: httpx.Client
) -> None:
    first, second = host.get("/api/v1/instance").json(), host.get("/api/v2/instance").json()
    assert (first["uri"], first["account_domain"]) == (split.address, split.account_domain)
    assert (second["domain"], second["account_domain"]) == (split.address, split.account_domain)


def test_the_cards_of_mastodon_tell_the_account_domain_alone() -> None:
    with (
        PracticeInstance(like="mastodon", split=WELL_KNOWN) as practice,
        plain_client(practice.origin) as host,
    ):
        first, second = host.get("/api/v1/instance").json(), host.get("/api/v2/instance").json()
        assert (first["uri"], second["domain"]) == (practice.account_domain,) * 2
        assert "account_domain" not in first | second


@pytest.mark.parametrize("like", LIKES)
def test_people_sign_in_on_the_host(like: str) -> None:
    with (
        PracticeInstance(like=like, split=WELL_KNOWN) as practice,
        PracticeClient(practice) as client,
    ):
        account = client.get("/api/v1/accounts/verify_credentials", client.get_token()).json()
        assert (account["username"], account["acct"]) == ("alice", "alice")
        assert account["url"] == f"{practice.origin}/@alice"


def test_what_the_account_domain_was_asked_is_told_with_its_name(
    split: PracticeInstance, domain: httpx.Client
) -> None:
    query = {"resource": "acct:alice@example.org"}
    domain.get(PATHS["webfinger"], params=query, follow_redirects=True)
    path = PATHS["webfinger"]
    assert split.requests == [f"GET {split.account_domain}{path}", f"GET {path}"]


def test_the_account_domain_is_nothing_of_a_busy_server(
    split: PracticeInstance, host: httpx.Client, domain: httpx.Client
) -> None:
    split.throttled = True
    assert domain.get(PATHS["nodeinfo"]).status_code == 301
    assert host.get(PATHS["nodeinfo"]).status_code == 503


def test_both_names_stay_over_a_stop_and_a_start(split: PracticeInstance) -> None:
    names = (split.address, split.account_domain)
    split.stop()
    split.start()
    assert (split.address, split.account_domain) == names
    with plain_client(f"http://{split.account_domain}") as domain:
        assert domain.get(PATHS["nodeinfo"]).status_code == 301


def test_a_taken_port_of_the_account_domain_closes_the_host_again(split: PracticeInstance) -> None:
    host, domain = split.port, int(split.account_domain.partition(":")[2])
    split.stop()
    with PracticeInstance(port=domain):
        with pytest.raises(OSError, match="in use"):
            split.start()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", host))
    split.start()
