"""What somebody does with the practice server's pages in a browser, and how every page looks."""

from __future__ import annotations

from typing import Any

from tests.helpers.browser_user import PASSWORD

PHONE = {"width": 320, "height": 640}
"""The window that every page is shown in: no phone is narrower."""

_SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_GROUND = "getComputedStyle(document.body).backgroundColor"


def sign_in(page: Any, link: str, password: str = PASSWORD) -> None:
    """Open a link, and sign in as alice."""
    page.goto(link)
    page.fill("#username", "alice@example.org")
    page.fill("#password", password)
    page.click("button")


def assert_suits(page: Any) -> None:
    """Fail where the page is wider than a phone, or as bright in the dark."""
    grounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert not page.evaluate(_SCROLLS_SIDEWAYS), page.url
        grounds.add(page.evaluate(_GROUND))
    assert len(grounds) == 2, page.url
