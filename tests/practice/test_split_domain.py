"""Split domains: handles end with the account domain, the API is on the host."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import EMULATED_SERVERS, WELL_KNOWN, PracticeServer
from tests.helpers.browser_user import PracticeClient, plain_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

PATHS = {name: f"/.well-known/{name}" for name in ("webfinger", "host-meta", "nodeinfo")}


@pytest.fixture
def split() -> Iterator[PracticeServer]:
    with PracticeServer(split_domain=WELL_KNOWN) as running:
        yield running


@pytest.fixture
def host(split: PracticeServer) -> Iterator[httpx.Client]:
    with plain_client(split.origin) as client:
        yield client


@pytest.fixture
def domain(split: PracticeServer) -> Iterator[httpx.Client]:
    """A client of the account domain."""
    with plain_client(f"http://{split.account_domain}") as client:
        yield client


def test_only_a_split_domain_server_has_two_domains(
    split: PracticeServer, practice: PracticeServer
) -> None:
    assert practice.account_domain == practice.address
    assert split.account_domain != split.address
    assert split.account_domain.startswith("localhost:")


def test_account_domain_redirects_to_the_host(split: PracticeServer, domain: httpx.Client) -> None:
    for path in PATHS.values():
        redirect = domain.get(path)
        assert redirect.status_code == 301
        assert redirect.headers["location"] == f"{split.origin}{path}"


@pytest.mark.parametrize("name", PATHS)
def test_each_redirect_can_be_the_only_one(name: str) -> None:
    with (
        PracticeServer(split_domain=[name]) as practice,
        plain_client(f"http://{practice.account_domain}") as domain,
    ):
        statuses = {other: domain.get(path).status_code for other, path in PATHS.items()}
        assert [other for other, status in statuses.items() if status == 301] == [name]


def test_account_domain_without_redirects() -> None:
    with (
        PracticeServer(split_domain=()) as practice,
        plain_client(f"http://{practice.account_domain}") as domain,
    ):
        assert practice.account_domain != practice.address
        assert {domain.get(path).status_code for path in PATHS.values()} == {404}


@pytest.mark.parametrize("unknown", [["oauth-authorization-server"], "webfinger"])
def test_other_documents_cannot_be_redirected(unknown: list[str] | str) -> None:
    with pytest.raises(ValueError, match="webfinger, host-meta, nodeinfo"):
        PracticeServer(split_domain=unknown)


@pytest.mark.parametrize("asked", ["account_domain", "address"])
def test_webfinger_finds_accounts_under_either_domain(
    split: PracticeServer, domain: httpx.Client, asked: str
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
def test_redirected_documents_name_the_host_only(
    split: PracticeServer, domain: httpx.Client, name: str
) -> None:
    found = domain.get(PATHS[name], follow_redirects=True)
    assert found.status_code == 200
    assert split.origin in found.text
    assert split.account_domain not in found.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_account_domain_has_no_other_pages(domain: httpx.Client, method: str) -> None:
    for path in ("/", "/api/v1/instance", "/api/v2/instance", "/api/v1/apps", "/oauth/authorize"):
        response = domain.request(method, path, headers={"Accept": "application/json"})
        assert response.status_code == 404
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<h1>A website</h1>" in response.text
        assert "This is a practice server. Nothing here is real." in response.text


def test_gotosocial_documents_name_both_domains(split: PracticeServer, host: httpx.Client) -> None:
    first, second = host.get("/api/v1/instance").json(), host.get("/api/v2/instance").json()
    assert (first["uri"], first["account_domain"]) == (split.address, split.account_domain)
    assert (second["domain"], second["account_domain"]) == (split.address, split.account_domain)


def test_mastodon_documents_name_the_account_domain() -> None:
    with (
        PracticeServer(emulates="mastodon", split_domain=WELL_KNOWN) as practice,
        plain_client(practice.origin) as host,
    ):
        first, second = host.get("/api/v1/instance").json(), host.get("/api/v2/instance").json()
        assert (first["uri"], second["domain"]) == (practice.account_domain,) * 2
        assert "account_domain" not in first | second


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
def test_sign_in_happens_on_the_host(emulates: str) -> None:
    with (
        PracticeServer(emulates=emulates, split_domain=WELL_KNOWN) as practice,
        PracticeClient(practice) as client,
    ):
        account = client.get("/api/v1/accounts/verify_credentials", client.get_token()).json()
        assert (account["username"], account["acct"]) == ("alice", "alice")
        assert account["url"] == f"{practice.origin}/@alice"


def test_requests_to_the_account_domain_are_recorded(
    split: PracticeServer, domain: httpx.Client
) -> None:
    query = {"resource": "acct:alice@example.org"}
    domain.get(PATHS["webfinger"], params=query, follow_redirects=True)
    path = PATHS["webfinger"]
    assert split.requests == [f"GET {split.account_domain}{path}", f"GET {path}"]


def test_account_domain_is_not_overloaded(
    split: PracticeServer, host: httpx.Client, domain: httpx.Client
) -> None:
    split.overloaded = True
    assert domain.get(PATHS["nodeinfo"]).status_code == 301
    assert host.get(PATHS["nodeinfo"]).status_code == 503


def test_restart_keeps_both_domains(split: PracticeServer) -> None:
    names = (split.address, split.account_domain)
    split.stop()
    split.start()
    assert (split.address, split.account_domain) == names
    with plain_client(f"http://{split.account_domain}") as domain:
        assert domain.get(PATHS["nodeinfo"]).status_code == 301


def test_taken_account_domain_port_closes_the_host(split: PracticeServer) -> None:
    host, domain = split.port, int(split.account_domain.partition(":")[2])
    split.stop()
    with PracticeServer(port=domain):
        with pytest.raises(OSError, match="in use"):
            split.start()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", host))
    split.start()
