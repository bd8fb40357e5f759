"""The browser's session: two minutes, one pending sign-in, ended by the code page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.helpers.recording_replay import visible_words

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import PracticeClient
    from tests.helpers.clocks import ManualClock


def test_wrong_password_keeps_the_pending_sign_in(client: PracticeClient) -> None:
    client.open_link(client.register())
    refused = client.sign_in(password="wrong")
    assert refused.status_code == 401
    assert 'action="/auth/sign_in"' in refused.text
    assert 'value="alice@example.org"' in refused.text
    assert "Please try again" in refused.text
    assert client.sign_in().status_code == 302
    assert "demoapp" in visible_words(client.authorize_page().text)


@pytest.mark.parametrize("username", ["alice", "bob", "carol"])
def test_each_account_can_sign_in(client: PracticeClient, username: str) -> None:
    token = client.get_token(username=username)
    account = client.get("/api/v1/accounts/verify_credentials", token).json()
    assert account["username"] == username
    assert account["role"]["name"] == ("admin" if username == "alice" else "user")


def test_session_lasts_two_minutes_from_the_link(
    client: PracticeClient, clock: ManualClock
) -> None:
    client.open_link(client.register())
    clock.advance(timedelta(seconds=60))
    client.sign_in()
    clock.advance(timedelta(seconds=59))
    assert client.authorize_page().status_code == 200
    clock.advance(timedelta(seconds=1))
    refused = client.authorize()
    assert refused.status_code == 500
    assert "An error occured:" in refused.text


def test_late_sign_in_leads_to_an_error_page(client: PracticeClient, clock: ManualClock) -> None:
    client.open_link(client.register())
    clock.advance(timedelta(seconds=120))
    assert client.sign_in().status_code == 302
    refused = client.authorize_page()
    assert refused.status_code == 500
    assert "client_id not found in session" in refused.text


def test_lost_session_is_a_bad_request_before_0_19(older_client: PracticeClient) -> None:
    assert older_client.authorize().status_code == 400


def test_signed_in_browser_ignores_a_new_link(client: PracticeClient) -> None:
    first, second = client.register(name="first app"), client.register("write", "second app")
    client.open_link(first)
    client.sign_in()
    shown = visible_words(client.open_link(second, "write").text)
    assert "firstapp" in shown
    assert "scoperead." in shown
    code = client.authorized_code()
    assert client.exchange(second, code).json()["error"] == "invalid_grant"
    assert client.exchange(first, code).json()["scope"] == "read"


def test_new_link_replaces_the_first_before_sign_in(client: PracticeClient) -> None:
    client.open_link(client.register(name="first app"))
    client.open_link(client.register(name="second app"))
    client.sign_in()
    assert "secondapp" in visible_words(client.authorize_page().text)


def test_pending_sign_in_is_dropped_after_two_minutes(
    client: PracticeClient, clock: ManualClock
) -> None:
    client.open_link(client.register(name="first app"))
    client.sign_in()
    clock.advance(timedelta(seconds=120))
    assert client.open_link(client.register(name="second app")).status_code == 303
    client.sign_in()
    assert "secondapp" in visible_words(client.authorize_page().text)


def test_code_page_ends_the_browser_session(client: PracticeClient) -> None:
    application = client.register()
    client.get_code(application)
    response = client.open_link(application)
    assert response.status_code == 303
    assert response.headers["location"] == "/auth/sign_in"


def test_code_page_is_shown_once(client: PracticeClient) -> None:
    client.open_link(client.register())
    client.sign_in()
    where = client.authorize().headers["location"]
    code = httpx.URL(where).params["code"]
    assert code in visible_words(client.browser.get(where).text)
    assert client.browser.get(where).status_code == 500


def test_state_comes_back_unchanged(client: PracticeClient) -> None:
    client.open_link(client.register(name="Käse & co"))
    client.sign_in()
    location = client.authorize().headers["location"]
    assert location.endswith("&state=state+of+K%C3%A4se+%26+co")


def test_link_without_client_id_is_refused(client: PracticeClient) -> None:
    refused = client.browser.get("/oauth/authorize?response_type=code")
    assert refused.status_code == 400
    assert "field client_id was not set" in refused.text


def test_pkce_parameters_are_ignored(client: PracticeClient) -> None:
    application = client.register()
    link = client.open_link(application).request.url
    client.browser.get(link.copy_merge_params({"code_challenge": "x" * 43}))
    client.sign_in()
    code = client.authorized_code()
    assert client.exchange(application, code, code_verifier="another").status_code == 200


def test_forgotten_application_gets_an_error_page(
    practice: PracticeServer, client: PracticeClient
) -> None:
    application = client.register()
    client.open_link(application)
    client.sign_in()
    practice.forget_application(application["client_id"])
    refused = client.authorize_page()
    assert refused.status_code == 500
    assert f"db error getting app for clientID {application['client_id']}" in refused.text
