"""Pages of notifications, and the links between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.practice import EMULATED_SERVERS, PracticeServer
from tests.helpers.browser_user import PracticeClient

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTIFICATIONS = "/api/v1/notifications"


@pytest.fixture(params=EMULATED_SERVERS)
def client_like(request: pytest.FixtureRequest) -> Iterator[PracticeClient]:
    with PracticeServer(emulates=request.param) as practice, PracticeClient(practice) as client:
        yield client


def ids(response: httpx.Response) -> list[str]:
    return [entry["id"] for entry in response.json()]


def test_links_lead_through_every_page_and_back(client_like: PracticeClient) -> None:
    token = client_like.get_token()
    every = ids(client_like.get(NOTIFICATIONS, token))
    assert every == sorted(every, reverse=True)
    pages = [client_like.get(f"{NOTIFICATIONS}?limit=3", token)]
    while pages[-1].links and len(pages) < 9:
        pages.append(client_like.get(pages[-1].links["next"]["url"], token))
    assert [ids(page) for page in pages] == [every[:3], every[3:], []]
    back = client_like.get(pages[1].links["prev"]["url"], token)
    assert ids(back) == every[:3]
    assert ids(client_like.get(pages[0].links["prev"]["url"], token)) == []


def test_links_are_those_of_gotosocial(practice: PracticeServer, client: PracticeClient) -> None:
    response = client.get(NOTIFICATIONS, client.get_token())
    first, *_, last = ids(response)
    url = f"{practice.origin}{NOTIFICATIONS}?limit=20"
    assert response.headers["link"] == (
        f'<{url}&max_id={last}>; rel="next", <{url}&min_id={first}>; rel="prev"'
    )


def test_links_of_mastodon_name_a_limit_only_if_asked(mastodon_client: PracticeClient) -> None:
    token = mastodon_client.get_token()
    links = mastodon_client.get(NOTIFICATIONS, token).links
    assert list(httpx.URL(links["next"]["url"]).params) == ["max_id"]
    links = mastodon_client.get(f"{NOTIFICATIONS}?limit=2", token).links
    assert list(httpx.URL(links["prev"]["url"]).params) == ["limit", "min_id"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=2", slice(0, 2)),
        ("limit=0", slice(0, 4)),
        ("limit=-5", slice(0, 1)),
        ("limit=1000", slice(0, 4)),
        ("max_id={1}", slice(2, 4)),
        ("max_id={1}&limit=1", slice(2, 3)),
        ("since_id={3}&limit=2", slice(0, 2)),
        ("min_id={3}&limit=2", slice(1, 3)),
        ("min_id={3}&max_id={0}", slice(1, 3)),
        ("min_id=&limit=1", slice(3, 4)),
        ("max_id=", slice(0, 4)),
    ],
)
def test_query_chooses_the_page(client: PracticeClient, query: str, expected: slice) -> None:
    token = client.get_token()
    every = ids(client.get(NOTIFICATIONS, token))
    assert ids(client.get(f"{NOTIFICATIONS}?{query.format(*every)}", token)) == every[expected]


@pytest.mark.parametrize("limit", ["all", "", "1.5", "%209", "9" * 5000])
def test_limit_that_is_no_number_is_refused(client: PracticeClient, limit: str) -> None:
    refused = client.get(f"{NOTIFICATIONS}?limit={limit}", client.get_token())
    assert (refused.status_code, refused.json()) == (
        400,
        {"error": "Bad Request: bad integer limit value"},
    )
    assert client.get(f"{NOTIFICATIONS}?limit={limit}", "WRONG").status_code == 401
