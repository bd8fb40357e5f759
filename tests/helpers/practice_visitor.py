"""Somebody who visits a practice instance: a browser and a program in one, through real sockets."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Self

import httpx

if TYPE_CHECKING:
    from types import TracebackType

    from gts_wizard.practice import PracticeInstance

OOB = "urn:ietf:wg:oauth:2.0:oob"
PASSWORD = "practice"

# Loading the certificate authorities takes far longer than any answer here, which has no TLS.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

Application = dict[str, str]


def plain_client(origin: str) -> httpx.Client:
    """Give a client for plain HTTP, for which the environment's proxies do not count."""
    return httpx.Client(base_url=origin, trust_env=False, verify=_NO_TLS)


class PracticeVisitor:
    """One browser with its cookies, and the program that works with it.

    Args:
        practice: The running instance to visit.
    """

    def __init__(self, practice: PracticeInstance) -> None:
        self.program = plain_client(practice.origin)
        self.browser = plain_client(practice.origin)
        self.browser.headers["Accept"] = "text/html"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.program.close()
        self.browser.close()

    def register(self, scopes: str = "read", name: str = "demo app") -> Application:
        """Register an application and give its document."""
        fields = {"client_name": name, "redirect_uris": OOB, "scopes": scopes}
        answer = self.program.post("/api/v1/apps", json=fields)
        assert answer.status_code == 200, answer.text
        document: Application = answer.json()
        return document

    def open_link(
        self, application: Application, scope: str = "read", **more: str
    ) -> httpx.Response:
        """Open an authorize link in the browser, with more in its query."""
        asked = {
            "client_id": application["client_id"],
            "redirect_uri": OOB,
            "response_type": "code",
            "scope": scope,
            "state": f"state of {application['name']}",
        }
        return self.browser.get("/oauth/authorize", params=asked | more)

    def sign_in(self, username: str = "alice", password: str = PASSWORD) -> httpx.Response:
        """Send the sign-in form."""
        fields = {"username": f"{username}@example.org", "password": password}
        return self.browser.post("/auth/sign_in", data=fields)

    def authorize_page(self) -> httpx.Response:
        """Look at the page with "Allow"."""
        return self.browser.get("/oauth/authorize")

    def allow(self, accept: str = "text/html") -> httpx.Response:
        """Press "Allow", and do not follow where it leads.

        httpx cannot even look at a redirect to a `urn:`, so the request takes the lower road.
        """
        request = self.browser.build_request("POST", "/oauth/authorize", headers={"Accept": accept})
        with httpx.HTTPTransport(verify=_NO_TLS) as transport:
            answer = transport.handle_request(request)
            answer.read()
        return answer

    def allowed_code(self) -> str:
        """Press "Allow", give the code of the address that follows, and leave it unopened."""
        return httpx.URL(self.allow().headers["location"]).params["code"]

    def code(
        self, application: Application, scope: str = "read", username: str = "alice", **more: str
    ) -> str:
        """Go the whole way from the link to the code page, and give the code."""
        self.open_link(application, scope, **more)
        self.sign_in(username)
        where = self.allow().headers["location"]
        assert self.browser.get(where).status_code == 200
        return httpx.URL(where).params["code"]

    def exchange(self, application: Application, code: str, /, **changed: str) -> httpx.Response:
        """Exchange a code, with some fields changed."""
        fields = {
            "grant_type": "authorization_code",
            "client_id": application["client_id"],
            "client_secret": application["client_secret"],
            "redirect_uri": OOB,
            "code": code,
        }
        return self.program.post("/oauth/token", json=fields | changed)

    def token(self, scope: str = "read", username: str = "alice") -> str:
        """Register, sign in and exchange, and give the token."""
        application = self.register(scope)
        answer = self.exchange(application, self.code(application, scope, username))
        return str(answer.json()["access_token"])

    def get(self, path: str, token: str) -> httpx.Response:
        """Ask something with a token."""
        return self.program.get(path, headers={"Authorization": f"Bearer {token}"})
