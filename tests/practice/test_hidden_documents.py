"""A server that shows its instance documents only to signed-in users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import EMULATED_SERVERS, PracticeServer
from tests.helpers.browser_user import PracticeClient

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTANCE_DOCUMENTS = ["/api/v1/instance", "/api/v2/instance"]


@pytest.fixture
def client() -> Iterator[PracticeClient]:
    with PracticeServer(restrict_instance=True) as running, PracticeClient(running) as client:
        yield client


@pytest.mark.parametrize("path", INSTANCE_DOCUMENTS)
def test_hidden_instance_document_needs_a_token(client: PracticeClient, path: str) -> None:
    for refused in (client.api.get(path), client.get(path, "WRONG")):
        assert refused.status_code == 401
        assert refused.json() == {"error": "Unauthorized: token not supplied"}
    shown = client.get(path, client.get_token("push"))
    assert (shown.status_code, shown.json()["title"]) == (200, "Practice server")


def test_nodeinfo_stays_public_with_a_hidden_document(client: PracticeClient) -> None:
    link = client.api.get("/.well-known/nodeinfo").json()["links"][0]["href"]
    assert client.api.get(link).json()["software"]["name"] == "gotosocial"


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
def test_instance_document_is_public_by_default(emulates: str) -> None:
    with PracticeServer(emulates=emulates) as practice, PracticeClient(practice) as client:
        assert [client.api.get(path).status_code for path in INSTANCE_DOCUMENTS] == [200, 200]
