"""The practice server's own pages, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.browser.pages import assert_suits, sign_in
from tests.helpers.browser_user import OOB, PASSWORD, PracticeClient

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer

pytestmark = pytest.mark.slow
_like_each = pytest.mark.parametrize("practice", ["0.17", "0.20", "mastodon"], indirect=True)


def link_to_code(practice: PracticeServer, **other: str) -> str:
    """Return a link that shows a code in the end, with other parameters in its query."""
    with PracticeClient(practice) as client:
        client_id = client.register()["client_id"]
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": OOB, **other}
    return f"{practice.origin}/oauth/authorize?{urlencode(query)}"


@_like_each
def test_one_click_or_two_select_exactly_the_code(practice: PracticeServer, page: Any) -> None:
    sign_in(page, link_to_code(practice))
    assert_suits(page)
    page.click("button")
    page.wait_for_selector(".code code")
    code = parse_qs(urlsplit(page.url).query)["code"]
    for count in (1, 2):
        page.click(".code code", click_count=count)
        assert [page.evaluate("getSelection().toString()")] == code
        page.click("body", position={"x": 1, "y": 1})
    assert_suits(page)


def test_wrong_password_leaves_only_it_to_type(practice: PracticeServer, page: Any) -> None:
    sign_in(page, link_to_code(practice), "wrong")
    page.wait_for_selector("text=don't match")
    assert_suits(page)
    assert page.input_value("#username") == "alice@example.org"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Authorize app")
    page.keyboard.press("Enter")
    page.wait_for_selector(".code code")


def test_front_page_shows_who_one_can_be(practice: PracticeServer, page: Any) -> None:
    page.goto(practice.origin)
    assert "alice@example.org" in page.inner_text("main")
    widths = page.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
    assert widths == [96, 96, 96]
    assert_suits(page)


def test_unknown_path_leads_to_the_front_page(practice: PracticeServer, page: Any) -> None:
    assert page.goto(f"{practice.origin}/nowhere").status == 404
    assert_suits(page)
    page.click("a")
    page.wait_for_selector("text=Who you can be")


@_like_each
def test_error_is_explained(practice: PracticeServer, page: Any) -> None:
    sign_in(page, link_to_code(practice, client_id="gone"))
    page.wait_for_selector(".trouble")
    assert_suits(page)
