"""The browser's session: two minutes, one attempt at a time, over with the code page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.helpers.recording_replay import visible_words

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.clocks import ManualClock
    from tests.helpers.practice_visitor import PracticeVisitor


def test_a_wrong_password_stays_at_sign_in_and_keeps_the_attempt(visitor: PracticeVisitor) -> None:
    visitor.open_link(visitor.register())
    refused = visitor.sign_in(password="wrong")
    assert refused.status_code == 401
    assert 'action="/auth/sign_in"' in refused.text
    assert 'value="alice@example.org"' in refused.text
    assert "Please try again" in refused.text
    assert visitor.sign_in().status_code == 302
    assert "demoapp" in visible_words(visitor.authorize_page().text)


@pytest.mark.parametrize("username", ["alice", "bob", "carol"])
def test_everybody_can_sign_in(visitor: PracticeVisitor, username: str) -> None:
    token = visitor.token(username=username)
    account = visitor.get("/api/v1/accounts/verify_credentials", token).json()
    assert account["username"] == username
    assert account["role"]["name"] == ("admin" if username == "alice" else "user")


def test_the_session_lasts_two_minutes_from_the_link(
    visitor: PracticeVisitor, clock: ManualClock
) -> None:
    visitor.open_link(visitor.register())
    clock.advance(timedelta(seconds=60))
    visitor.sign_in()
    clock.advance(timedelta(seconds=59))
    assert visitor.authorize_page().status_code == 200
    clock.advance(timedelta(seconds=1))
    refused = visitor.allow()
    assert refused.status_code == 500
    assert "An error occured:" in refused.text


def test_signing_in_too_late_leads_to_an_error_page(
    visitor: PracticeVisitor, clock: ManualClock
) -> None:
    visitor.open_link(visitor.register())
    clock.advance(timedelta(seconds=120))
    assert visitor.sign_in().status_code == 302
    refused = visitor.authorize_page()
    assert refused.status_code == 500
    assert "client_id not found in session" in refused.text


def test_a_lost_session_is_a_bad_request_before_0_19(older_visitor: PracticeVisitor) -> None:
    assert older_visitor.allow().status_code == 400


def test_a_signed_in_browser_ignores_a_new_link(visitor: PracticeVisitor) -> None:
    first, second = visitor.register(name="first app"), visitor.register("write", "second app")
    visitor.open_link(first)
    visitor.sign_in()
    shown = visible_words(visitor.open_link(second, "write").text)
    assert "firstapp" in shown
    assert "scoperead." in shown
    code = visitor.allowed_code()
    assert visitor.exchange(second, code).json()["error"] == "invalid_grant"
    assert visitor.exchange(first, code).json()["scope"] == "read"


def test_before_signing_in_a_new_link_takes_over(visitor: PracticeVisitor) -> None:
    visitor.open_link(visitor.register(name="first app"))
    visitor.open_link(visitor.register(name="second app"))
    visitor.sign_in()
    assert "secondapp" in visible_words(visitor.authorize_page().text)


def test_two_minutes_clear_a_stale_attempt(visitor: PracticeVisitor, clock: ManualClock) -> None:
    visitor.open_link(visitor.register(name="first app"))
    visitor.sign_in()
    clock.advance(timedelta(seconds=120))
    assert visitor.open_link(visitor.register(name="second app")).status_code == 303
    visitor.sign_in()
    assert "secondapp" in visible_words(visitor.authorize_page().text)


def test_after_the_code_page_every_link_asks_for_the_password(visitor: PracticeVisitor) -> None:
    application = visitor.register()
    visitor.code(application)
    answer = visitor.open_link(application)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/sign_in"


def test_the_code_page_shows_a_code_once(visitor: PracticeVisitor) -> None:
    visitor.open_link(visitor.register())
    visitor.sign_in()
    where = visitor.allow().headers["location"]
    code = httpx.URL(where).params["code"]
    assert code in visible_words(visitor.browser.get(where).text)
    assert visitor.browser.get(where).status_code == 500


def test_the_state_comes_back_unchanged(visitor: PracticeVisitor) -> None:
    visitor.open_link(visitor.register(name="Käse & co"))
    visitor.sign_in()
    location = visitor.allow().headers["location"]
    assert location.endswith("&state=state+of+K%C3%A4se+%26+co")


def test_a_link_without_an_application_is_refused(visitor: PracticeVisitor) -> None:
    refused = visitor.browser.get("/oauth/authorize?response_type=code")
    assert refused.status_code == 400
    assert "field client_id was not set" in refused.text


def test_pkce_parameters_do_no_harm(visitor: PracticeVisitor) -> None:
    application = visitor.register()
    link = visitor.open_link(application).request.url
    visitor.browser.get(link.copy_merge_params({"code_challenge": "x" * 43}))
    visitor.sign_in()
    code = visitor.allowed_code()
    assert visitor.exchange(application, code, code_verifier="another").status_code == 200


def test_an_unregistered_redirect_is_never_followed(visitor: PracticeVisitor) -> None:
    application = visitor.register()
    link = visitor.open_link(application).request.url
    visitor.browser.get(link.copy_set_param("redirect_uri", "https://example.org/elsewhere"))
    visitor.sign_in()
    refused = visitor.allow()
    assert refused.status_code == 401
    assert "location" not in refused.headers


def test_a_forgotten_application_shows_the_error_page(
    practice: PracticeInstance, visitor: PracticeVisitor
) -> None:
    application = visitor.register()
    visitor.open_link(application)
    visitor.sign_in()
    practice.forget_application(application["client_id"])
    refused = visitor.authorize_page()
    assert refused.status_code == 500
    assert f"db error getting app for clientID {application['client_id']}" in refused.text
