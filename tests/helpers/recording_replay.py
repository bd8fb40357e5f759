"""Repeats the recorded requests of a real server against a practice server.

Request bodies were not recorded; they are made from the exchange's name. Recorded identifiers and
codes are replaced by those that the practice server issues during the replay.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

import httpx

from tests.helpers.browser_user import OOB, PracticeClient

if TYPE_CHECKING:
    from types import TracebackType

    from gts_wizard.practice import PracticeServer

Exchange = dict[str, Any]

_ADDRESS = re.compile(r"localhost:808\d")
_UNKNOWN_CLIENT = "01" + "A" * 24

_REGISTRATIONS: dict[str, dict[str, str]] = {
    "register-app": {
        "client_name": "demo app",
        "redirect_uris": OOB,
        "website": "https://example.org/app",
    },
    "register-app-missing-name": {"redirect_uris": OOB, "scopes": "read"},
    "register-app-bad-scope": {
        "client_name": "x",
        "redirect_uris": OOB,
        "scopes": "bogus read",
    },
    "register-app-name-too-long": {"client_name": "x" * 1025, "redirect_uris": OOB},
}

_EXCHANGES: dict[str, dict[str, str]] = {
    "token-wrong-code": {"code": "WRONG"},
    "token-wrong-secret": {"client_secret": "wrong"},
    "token-wrong-client": {"client_id": _UNKNOWN_CLIENT},
    "token-missing-code": {},
    "token-ok": {},
    "token-code-reused": {},
}


class RecordingReplay:
    """The replay of one recording, from beginning to end.

    Args:
        practice: The running instance to send the requests to.
        username: The account used instead of the recorded alice.
    """

    def __init__(self, practice: PracticeServer, username: str) -> None:
        self._practice = practice
        self._username = username
        self._client = PracticeClient(practice)
        self._application: dict[str, str] = {}
        self._code = ""
        self._token = ""
        self._current: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.__exit__(kind, error, traceback)

    def translated(self, recorded: str) -> str:
        """Replace the recorded address, account, identifiers and codes by the current ones."""
        text = _ADDRESS.sub(self._practice.address, recorded)
        for old, new in self._current.items():
            text = text.replace(old, new)
        return re.sub(r"\balice\b", self._username, text)

    def perform(self, exchange: Exchange) -> httpx.Response:
        """Send the request of an exchange; keep from the response what later requests need."""
        name, target = exchange["name"], exchange["request"].partition(" ")[2]
        if name.startswith("register-app"):
            return self._register(exchange)
        if name.startswith("token-"):
            return self._exchange(exchange)
        if name.startswith("revoke-"):
            return self._revoke(name)
        if name == "authorize-get":
            return self._open_link(self.translated(target))
        if name == "sign-in-post":
            return self._client.sign_in(self._username)
        if name in {"authorize-page", "oob-page"}:
            return self._client.browser.get(self.translated(target))
        if name == "authorize-allow":
            return self._allow(exchange)
        headers = self._authorization(name)
        return self._client.api.get(self.translated(unquote(target)), headers=headers)

    def _register(self, exchange: Exchange) -> httpx.Response:
        if exchange["name"] == "register-app-not-json":
            return self._client.api.post(
                "/api/v1/apps", content="{oops", headers={"Content-Type": "application/json"}
            )
        fields = {"scopes": exchange["app_scopes"]} | _REGISTRATIONS[exchange["name"]]
        response = self._client.api.post("/api/v1/apps", json=fields)
        if exchange["name"] == "register-app":
            self._application = response.json()
            self._current[exchange["body"]["client_id"]] = self._application["client_id"]
            self._code = ""
        return response

    def _open_link(self, target: str) -> httpx.Response:
        # Each recorded sign-in began in a browser without a session.
        self._client.browser.cookies.clear()
        return self._client.browser.get(target)

    def _allow(self, exchange: Exchange) -> httpx.Response:
        # The recording was made with this header, so that its error page is empty.
        response = self._client.authorize(accept="*/*")
        recorded = exchange["headers"]["location"]
        if recorded and "code=" in recorded:
            self._code = httpx.URL(response.headers["location"]).params["code"]
            self._current[httpx.URL(recorded).params["code"]] = self._code
        return response

    def _exchange(self, exchange: Exchange) -> httpx.Response:
        if not self._code:
            self._code = self._client.get_code(
                self._application, exchange["app_scopes"], self._username
            )
        fields = {
            "grant_type": "authorization_code",
            "client_id": self._application["client_id"],
            "client_secret": self._application["client_secret"],
            "redirect_uri": OOB,
            "code": self._code,
        } | _EXCHANGES[exchange["name"]]
        if exchange["name"] == "token-missing-code":
            del fields["code"]
        response = self._client.api.post("/oauth/token", data=fields)
        if exchange["name"] == "token-ok":
            self._token = response.json()["access_token"]
        return response

    def _revoke(self, name: str) -> httpx.Response:
        wrong = {"client_secret": "wrong"} if name == "revoke-wrong-secret" else {}
        fields = {
            "client_id": self._application["client_id"],
            "client_secret": self._application["client_secret"],
            "token": self._token,
        }
        return self._client.api.post("/oauth/revoke", data=fields | wrong)

    def _authorization(self, name: str) -> dict[str, str]:
        if name == "verify-no-token" or not self._token:
            return {}
        token = "WRONG" if name == "verify-bad-token" else self._token
        return {"Authorization": f"Bearer {token}"}


def visible_words(html: str) -> str:
    """Return the text of a page's main section without white space, as in the recordings."""
    main = re.search(r"<main>(.*)</main>", html, re.DOTALL)
    return without_space(re.sub(r"<[^>]+>", " ", main[1])) if main else ""


def without_space(text: str) -> str:
    """Remove white space and the request's identifier."""
    return "".join(re.sub(r"Request ID:\s*\w+", "Request ID:", unescape(text)).split())
