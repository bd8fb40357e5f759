"""Browsers of test users, and a client application for tests of the practice server."""

from __future__ import annotations

import ssl
from html.parser import HTMLParser
from typing import Self
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from gts_wizard.practice import PracticeServer

OOB = "urn:ietf:wg:oauth:2.0:oob"
PASSWORD = "practice"
_SIGN_IN = "/auth/sign_in"
_LOOKS_AGAIN = 'http-equiv="refresh"'
# Loading the certificate authorities takes far longer than any request here, which has no TLS.
_NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

Application = dict[str, str]
"""A registered application, as the server describes it."""


class PageError(AssertionError):
    """The server answered with an error page.

    Attributes:
        page: the response with the page.
    """

    def __init__(self, page: httpx.Response) -> None:
        super().__init__(f"{page.url.path}: HTTP {page.status_code}")
        self.page = page


def plain_client(origin: str = "") -> httpx.Client:
    """Return a client for plain HTTP that ignores the proxies of the environment."""
    return httpx.Client(base_url=origin, trust_env=False, verify=_NO_AUTHORITIES)


class BrowserUser:
    """A user with an account and a browser, who follows links, redirects and forms.

    Works with the practice server and with GoToSocial.

    Args:
        email: the e-mail address to sign in with.
        password: the password to sign in with.
    """

    def __init__(self, email: str = "alice@example.org", password: str = PASSWORD) -> None:
        self._email = email
        self._password = password
        self._browser = plain_client()
        self._browser.headers["Accept"] = "text/html,*/*"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()

    def open(self, link: str) -> httpx.Response:
        """Open a link and follow its redirects, usually to the sign-in page."""
        return self._follow(self._browser.get(link))

    def sign_in(self, link: str) -> httpx.Response:
        """Open the link, sign in if the server asks for it, and return the page after that."""
        page = self.open(link)
        if page.url.path != _SIGN_IN:
            return page
        return self._submit(page, username=self._email, password=self._password)

    def authorize(self, link: str) -> str:
        """Open the link, sign in, press Allow, and return the address of the page with the code."""
        return str(self.allow(link).url)

    def allow(self, link: str) -> httpx.Response:
        """Open the link, sign in, press Allow, and return the page after that."""
        page = self.sign_in(link)
        # Mastodon does not ask again for what the user has allowed before.
        return page if "code" in page.url.params else self.press_allow(page)

    def press_allow(self, page: httpx.Response) -> httpx.Response:
        """Press Allow on the page that asks, and return the last page after that.

        A page that looks again by itself is held by the server for a while each time.
        """
        page = self._submit(page)
        while _LOOKS_AGAIN in page.text:
            page = self._browser.get(page.url)
        return page

    def dead_page(self, link: str) -> str:
        """Do as `allow` does; return the address of the page after that, which does not load."""
        page = self.sign_in(link)
        action = urljoin(str(page.url), _Form.of(page.text).action)
        return self._browser.post(action).headers["location"]

    def get_code(self, link: str) -> str:
        """Open the link, sign in, press Allow, and return the code."""
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


class PracticeClient:
    """A client application and its user's browser, which take one request at a time.

    Unlike `BrowserUser`, it follows no redirect by itself, so that a test sees every response.

    Attributes:
        api: the HTTP client of the application.
        browser: the user's browser, with its cookies.

    Args:
        practice: the running instance to talk to.
    """

    def __init__(self, practice: PracticeServer) -> None:
        self.api = plain_client(practice.origin)
        self.browser = plain_client(practice.origin)
        self.browser.headers["Accept"] = "text/html"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        self.browser.close()

    def register(self, scopes: str = "read", name: str = "demo app") -> Application:
        """Register an application."""
        fields = {"client_name": name, "redirect_uris": OOB, "scopes": scopes}
        response = self.api.post("/api/v1/apps", json=fields)
        assert response.status_code == 200, response.text
        application: Application = response.json()
        return application

    def open_link(
        self, application: Application, scope: str = "read", **more: str
    ) -> httpx.Response:
        """Open an authorize link, with more or other parameters in its query."""
        query = {
            "client_id": application["client_id"],
            "redirect_uri": OOB,
            "response_type": "code",
            "scope": scope,
            "state": f"state of {application['name']}",
        }
        return self.browser.get("/oauth/authorize", params=query | more)

    def sign_in(self, username: str = "alice", password: str = PASSWORD) -> httpx.Response:
        """Send the sign-in form."""
        fields = {"username": f"{username}@example.org", "password": password}
        return self.browser.post(_SIGN_IN, data=fields)

    def open_sign_in(
        self, application: Application, scope: str = "read", **more: str
    ) -> httpx.Response:
        """Open an authorize link, sign in as alice, and return the page with "Allow"."""
        self.open_link(application, scope, **more)
        self.sign_in()
        return self.authorize_page()

    def authorize_page(self) -> httpx.Response:
        """Open the page with "Allow"."""
        return self.browser.get("/oauth/authorize")

    def authorize(self, accept: str = "text/html") -> httpx.Response:
        """Press "Allow", and return the redirect.

        The request is sent by httpx's transport, since httpx can't handle a redirect to a `urn:`.
        """
        request = self.browser.build_request("POST", "/oauth/authorize", headers={"Accept": accept})
        with httpx.HTTPTransport(verify=_NO_AUTHORITIES) as transport:
            response = transport.handle_request(request)
            response.read()
        return response

    def authorized_code(self) -> str:
        """Press "Allow", and return the code in the redirect, which is not followed."""
        return httpx.URL(self.authorize().headers["location"]).params["code"]

    def get_code(
        self, application: Application, scope: str = "read", username: str = "alice", **more: str
    ) -> str:
        """Open an authorize link, sign in, press "Allow", open the code's page; return the code."""
        self.open_link(application, scope, **more)
        self.sign_in(username)
        location = self.authorize().headers["location"]
        assert self.browser.get(location).status_code == 200
        return httpx.URL(location).params["code"]

    def exchange(self, application: Application, code: str, /, **changed: str) -> httpx.Response:
        """Exchange a code for a token, with some fields changed."""
        fields = {
            "grant_type": "authorization_code",
            "client_id": application["client_id"],
            "client_secret": application["client_secret"],
            "redirect_uri": OOB,
            "code": code,
        }
        return self.api.post("/oauth/token", json=fields | changed)

    def get_token(self, scope: str = "read", username: str = "alice") -> str:
        """Register an application, get a code, and exchange it for a token."""
        return self.get_token_for(self.register(scope), scope, username)

    def get_token_for(
        self, application: Application, scope: str = "read", username: str = "alice"
    ) -> str:
        """Get a code for an application, and exchange it for a token."""
        code = self.get_code(application, scope, username)
        return str(self.exchange(application, code).json()["access_token"])

    def get(self, path: str, token: str) -> httpx.Response:
        """Send a request with a token."""
        return self.api.get(path, headers={"Authorization": f"Bearer {token}"})


class _Form(HTMLParser):
    """The form of a page."""

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
