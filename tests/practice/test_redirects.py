"""Which redirect URIs each server accepts, and where it sends the browser with which error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.practice import EMULATED_SERVERS, GOTOSOCIAL_VERSIONS, PracticeServer
from tests.helpers.browser_user import OOB, PracticeClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.browser_user import Application

CALLBACK = "http://127.0.0.1:4000/callback"
OTHER_PATH = "http://127.0.0.1:4000/elsewhere"
OTHER_PORT = "http://127.0.0.1:4001/callback"
LOCALHOST = "http://localhost:4000/callback"
IPV6 = "http://[::1]:4000/callback"
ALL = {OOB, CALLBACK, OTHER_PATH, OTHER_PORT, LOCALHOST, IPV6}
# The names of the GoToSocial versions that read redirect URIs alike.
NEWER = ("0.19", "0.20")


@contextmanager
def client_like(emulates: str) -> Iterator[PracticeClient]:
    with PracticeServer(emulates=emulates) as practice, PracticeClient(practice) as client:
        yield client


def register(client: PracticeClient, redirect_uris: str) -> Application:
    fields = {"client_name": "demo app", "redirect_uris": redirect_uris, "scopes": "read"}
    application: Application = client.api.post("/api/v1/apps", data=fields).json()
    return application


def redirect_of(
    client: PracticeClient, application: Application, redirect_uri: str, scope: str = "read"
) -> str:
    client.browser.cookies.clear()
    client.open_link(application, scope, redirect_uri=redirect_uri)
    client.sign_in()
    return client.authorize().headers["location"]


@pytest.mark.parametrize(
    ("emulates", "redirect_uris", "accepted"),
    [
        ("0.17", f"{OOB}\n{CALLBACK}", set()),
        ("0.17", f"{CALLBACK}\n{OOB}", set()),
        ("0.17", f"{OOB} {CALLBACK}", ALL),
        ("0.17", OOB, ALL),
        ("0.17", CALLBACK, {CALLBACK, OTHER_PATH}),
        *((version, f"{OOB}\n{CALLBACK}", {OOB, CALLBACK}) for version in NEWER),
        *((version, f"{CALLBACK}\r\n\r\n{OOB}", {OOB, CALLBACK}) for version in NEWER),
        *((version, f"{OOB} {CALLBACK}", set()) for version in NEWER),
        *((version, OOB, {OOB}) for version in NEWER),
        *((version, CALLBACK, {CALLBACK}) for version in NEWER),
    ],
)
def test_gotosocial_matches_as_measured(
    emulates: str, redirect_uris: str, accepted: set[str]
) -> None:
    with client_like(emulates) as client:
        application = register(client, redirect_uris)
        for wanted in ALL:
            location = redirect_of(client, application, wanted)
            if wanted in accepted:
                assert location.startswith(f"{wanted.replace(OOB, '/oauth/oob')}?code="), wanted
            else:
                assert location.startswith(f"{wanted}?error=server_error&"), wanted
            assert location.endswith("&state=state+of+demo+app")


@pytest.mark.parametrize("separator", ["\n", " "])
def test_mastodon_accepts_any_loopback_port(
    mastodon_client: PracticeClient, separator: str
) -> None:
    fields = {"client_name": "demo app", "redirect_uris": separator.join([OOB, CALLBACK, IPV6])}
    application = mastodon_client.api.post("/api/v1/apps", json=fields).json()
    assert application["redirect_uris"] == [OOB, CALLBACK, IPV6]
    mastodon_client.open_link(application)
    mastodon_client.sign_in()
    for wanted in (CALLBACK, OTHER_PORT, IPV6.replace("4000", "9"), "http://127.0.0.1/callback"):
        shown = mastodon_client.open_link(application, redirect_uri=wanted)
        assert shown.status_code == 200, wanted
    for wanted in (OTHER_PATH, LOCALHOST, "http://[::1"):
        refused = mastodon_client.open_link(application, redirect_uri=wanted)
        assert refused.status_code == 400, wanted


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
def test_code_needs_the_redirect_uri_of_its_link(emulates: str) -> None:
    with client_like(emulates) as client:
        application = register(client, CALLBACK)
        code = httpx.URL(redirect_of(client, application, CALLBACK)).params["code"]
        refused = client.exchange(application, code)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        assert client.exchange(application, code, redirect_uri=CALLBACK).status_code == 200


@pytest.mark.parametrize("emulates", NEWER)
def test_small_registration_is_told_to_the_callback(emulates: str) -> None:
    with client_like(emulates) as client:
        location = redirect_of(client, register(client, CALLBACK), CALLBACK, "read write")
        assert location.startswith(f"{CALLBACK}?error=invalid_scope&")
        assert location.endswith("&state=state+of+demo+app")


def test_redirect_uri_that_makes_no_sense_is_refused(older_client: PracticeClient) -> None:
    location = redirect_of(older_client, register(older_client, CALLBACK), "http://[::1")
    assert "error=server_error" in location


@pytest.mark.parametrize("emulates", GOTOSOCIAL_VERSIONS)
def test_list_of_redirect_uris_is_refused(emulates: str) -> None:
    with client_like(emulates) as client:
        fields = {"client_name": "demo app", "redirect_uris": [OOB, CALLBACK]}
        assert client.api.post("/api/v1/apps", json=fields).status_code == 400


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
def test_authorize_link_may_end_its_path_with_a_slash(emulates: str) -> None:
    with client_like(emulates) as client:
        link = client.open_link(client.register()).request.url
        opened = client.browser.get(link.copy_with(path="/oauth/authorize/"), follow_redirects=True)
        assert opened.url.path == "/auth/sign_in"
        client.sign_in()
        assert "demo app" in client.authorize_page().text
