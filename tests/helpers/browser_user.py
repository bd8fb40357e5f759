"""The person in front of the browser: follows a server's real pages, as people do.

Used wherever a test or a picture needs a code; works on the practice instance and on GoToSocial.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Self
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

PASSWORD = "practice"
_SIGN_IN = "/auth/sign_in"


class PageError(AssertionError):
    """The server leads to a page that says that something went wrong.

    Attributes:
        page: what the person sees.
    """

    def __init__(self, page: httpx.Response) -> None:
        super().__init__(f"{page.url.path}: HTTP {page.status_code}")
        self.page = page


class BrowserUser:
    """A person with an account and a browser of their own.

    Args:
        email: what they type on the sign-in page.
        password: their password.
    """

    def __init__(self, email: str = "alice@example.org", password: str = PASSWORD) -> None:
        self._email = email
        self._password = password
        self._browser = httpx.Client(trust_env=False, headers={"Accept": "text/html,*/*"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()

    def open(self, link: str) -> httpx.Response:
        """Open a link and follow where it leads, to the sign-in page."""
        return self._follow(self._browser.get(link))

    def sign_in(self, link: str) -> httpx.Response:
        """Open the link, and sign in if the server asks who this is; return what it shows then."""
        page = self.open(link)
        if page.url.path != _SIGN_IN:
            return page
        return self._submit(page, username=self._email, password=self._password)

    def authorize(self, link: str) -> str:
        """Open the link, sign in, press Allow; return the address of the page with the code."""
        page = self.sign_in(link)
        # Mastodon asks nobody twice who has allowed the same before.
        if "code" not in page.url.params:
            page = self._submit(page)
        return str(page.url)

    def get_code(self, link: str) -> str:
        """Open the link, sign in, press Allow; return the code that is shown."""
        return parse_qs(urlsplit(self.authorize(link)).query)["code"][0]

    def _submit(self, page: httpx.Response, **fields: str) -> httpx.Response:
        form = _Form.of(page.text)
        return self._follow(self._browser.post(urljoin(str(page.url), form.action), data=fields))

    def _follow(self, page: httpx.Response) -> httpx.Response:
        while page.is_redirect:
            page = self._browser.get(urljoin(str(page.url), page.headers["location"]))
        if page.status_code != httpx.codes.OK:
            raise PageError(page)
        return page


class _Form(HTMLParser):
    """The one form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""

    @classmethod
    def of(cls, page: str) -> Self:
        form = cls()
        form.feed(page)
        assert form.action, "there is no form on this page"
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.action = dict(attrs).get("action") or ""
