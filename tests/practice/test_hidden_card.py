"""An instance that shows its card only to people who are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import LIKES, PracticeInstance
from tests.helpers.browser_user import PracticeClient

if TYPE_CHECKING:
    from collections.abc import Iterator

CARDS = ["/api/v1/instance", "/api/v2/instance"]


@pytest.fixture
def hidden() -> Iterator[PracticeClient]:
    with PracticeInstance(hides_card=True) as running, PracticeClient(running) as client:
        yield client


@pytest.mark.parametrize("path", CARDS)
def test_a_hidden_card_is_refused_to_strangers_and_shown_to_people_signed_in(
    hidden: PracticeClient, path: str
) -> None:
    for refused in (hidden.api.get(path), hidden.get(path, "WRONG")):
        assert refused.status_code == 401
        assert refused.json() == {"error": "Unauthorized: token not supplied"}
    shown = hidden.get(path, hidden.get_token("push"))
    assert (shown.status_code, shown.json()["title"]) == (200, "Practice instance")


def test_node_info_answers_in_spite_of_a_hidden_card(hidden: PracticeClient) -> None:
    link = hidden.api.get("/.well-known/nodeinfo").json()["links"][0]["href"]
    assert hidden.api.get(link).json()["software"]["name"] == "gotosocial"


@pytest.mark.parametrize("like", LIKES)
@pytest.mark.parametrize("path", CARDS)
def test_a_card_is_shown_to_everybody_unless_it_is_hidden(like: str, path: str) -> None:
    with PracticeInstance(like=like) as practice, PracticeClient(practice) as client:
        assert client.api.get(path).status_code == 200
