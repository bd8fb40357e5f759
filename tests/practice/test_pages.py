"""The web pages: escaped, labelled, without JavaScript, marked as practice."""

from __future__ import annotations

import struct
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import PracticeClient

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp;"


class Elements(HTMLParser):
    """Collects the elements of a page, and the text outside of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Remember text."""
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of every element of a kind."""
        return [attributes for found, attributes in self.found if found == tag]


def test_hostile_application_name_is_escaped(client: PracticeClient) -> None:
    client.open_link(client.register(HOSTILE.replace(" ", ""), name=HOSTILE), HOSTILE)
    client.sign_in()
    page = Elements(client.authorize_page().text)
    assert not page.all("script")
    assert not page.all("img")
    assert page.text.count(HOSTILE) == 2


def test_hostile_code_and_email_are_escaped(client: PracticeClient) -> None:
    client.open_link(client.register())
    client.sign_in()
    page = Elements(client.browser.get("/oauth/oob", params={"code": HOSTILE}).text)
    assert HOSTILE in page.text
    assert not page.all("script")
    refused = client.browser.post("/auth/sign_in", data={"username": HOSTILE, "password": "x"})
    form = Elements(refused.text)
    assert not form.all("script")
    assert form.all("input")[0]["value"] == HOSTILE


def test_sign_in_form_is_labelled_and_names_the_accounts(client: PracticeClient) -> None:
    page = Elements(client.browser.get("/auth/sign_in").text)
    assert page.all("form") == [{"method": "post", "action": "/auth/sign_in"}]
    assert [field["name"] for field in page.all("input")] == ["username", "password"]
    assert [label["for"] for label in page.all("label")] == [
        field["id"] for field in page.all("input")
    ]
    assert ["autofocus" in field for field in page.all("input")] == [True, False]
    for text in ("alice@example.org", "bob@example.org", "carol@example.org", "practice"):
        assert text in page.text


def test_authorize_page_has_one_button(client: PracticeClient) -> None:
    client.open_link(client.register())
    client.sign_in()
    page = Elements(client.authorize_page().text)
    assert page.all("form") == [{"method": "post", "action": "/oauth/authorize"}]
    assert [button["type"] for button in page.all("button")] == ["submit"]
    assert page.text.count("Allow") == 1


def test_every_page_says_that_it_is_for_practice(client: PracticeClient) -> None:
    for path in ("/", "/auth/sign_in", "/oauth/oob", "/nowhere"):
        response = client.browser.get(path)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "This is a practice server. Nothing here is real." in response.text
        assert "script" not in response.text


def test_front_page_shows_version_and_origin(
    practice: PracticeServer, client: PracticeClient
) -> None:
    words = client.browser.get("/").text
    assert practice.origin in words
    assert "GoToSocial 0.20.0-rc1" in words


def test_account_pictures_exist_and_differ(client: PracticeClient) -> None:
    pictures = set()
    for username in ("alice", "bob", "carol"):
        token = client.get_token(username=username)
        account = client.get("/api/v1/accounts/verify_credentials", token).json()
        avatar = client.api.get(account["avatar"])
        assert avatar.headers["content-type"] == "image/png"
        assert struct.unpack(">II", avatar.content[16:24]) == (96, 96)
        pictures |= {avatar.content, client.api.get(account["header"]).content}
    assert len(pictures) == 6
    assert all(picture.startswith(b"\x89PNG\r\n") for picture in pictures)
    assert client.api.get("/pictures/nobody.png").status_code == 404


def test_instance_picture_exists(client: PracticeClient) -> None:
    instance = client.api.get("/api/v2/instance").json()
    picture = client.api.get(instance["thumbnail"]["url"])
    assert picture.headers["content-type"] == "image/png"
