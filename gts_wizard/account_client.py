"""The Python API: opens a saved account as an httpx client bound to its server.

    from gts_wizard import open_account

The package's `__init__` imports this module when one of its names is used.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from gts_wizard.address import is_loopback
from gts_wizard.api.http import bearer_credentials, client_options
from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import NotAnInstance
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.services.account_store import open_account_store

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from gts_wizard.models import Account, Scopes


# A small server on a slow line takes longer than the five seconds httpx grants.
_TIMEOUT_SECONDS = 15.0
__all__ = ["OpenAccount", "open_account"]
_log = logging.getLogger("gts_wizard")


class OriginBoundAuth(httpx.Auth):
    """Puts a bearer token (RFC 6750 section 2.1) on requests to one origin, and on no other.

    httpx asks it once a request, before any redirect:
    https://www.python-httpx.org/advanced/authentication/#custom-authentication-schemes

    Args:
        origin: where the token may go: scheme, host and port.
        credentials: the token as the `Authorization` header carries it.
    """

    def __init__(self, origin: str, credentials: Secret) -> None:
        self._origin = _origin(httpx.URL(origin))
        self._credentials = credentials

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the token on a request to its own origin."""
        if _origin(request.url) == self._origin:
            request.headers["Authorization"] = self._credentials.reveal()
        yield request

    def strip_cross_origin_token(self, request: httpx.Request) -> None:
        """Take the token off a request that goes elsewhere, before it is sent."""
        # httpx does that after a redirect, but not from port 80 to https on the same host.
        sent = request.headers.get("Authorization")
        if sent == self._credentials.reveal() and _origin(request.url) != self._origin:
            del request.headers["Authorization"]

    async def strip_cross_origin_token_async(self, request: httpx.Request) -> None:
        """Do as `strip_cross_origin_token` does, in an asynchronous client."""
        self.strip_cross_origin_token(request)


@dataclass(frozen=True)
class AccountInfo:
    """What a script may want to know of its account.

    Attributes:
        handle: the full handle, such as `@alice@example.org`.
        origin: where the server's API answers, such as `https://social.example.org`.
        scopes: what the token may do, in the server's words.
    """

    handle: str
    origin: str
    scopes: Scopes


@dataclass(frozen=True)
class OpenAccount:
    """An account that scripts can act for, through httpx.

    The clients are httpx's own; use them in a `with`. A relative address such as
    `/api/v1/notifications` is on the account's server. A whole address elsewhere gets no token, nor
    does a place a redirect leads to on another origin. Failures are httpx's exceptions, not the
    wizard's: their texts show no token, but the request they hold carries it.

    Attributes:
        account: whose it is, and what it may do.
    """

    account: AccountInfo
    _auth: OriginBoundAuth = field(repr=False)

    def client(self, **options: Any) -> httpx.Client:
        """Return a client for the account.

        Certificates are the system's, a wait may take 15 seconds, and the environment's proxies
        are used unless the server is this computer itself.

        Args:
            options: what `httpx.Client` takes, but for `base_url` and `auth`.
        """
        options = self._completed(options, self._auth.strip_cross_origin_token)
        return httpx.Client(base_url=self.account.origin, auth=self._auth, **options)

    def async_client(self, **options: Any) -> httpx.AsyncClient:
        """Return an asynchronous client for the account, in all else like `client`."""
        options = self._completed(options, self._auth.strip_cross_origin_token_async)
        return httpx.AsyncClient(base_url=self.account.origin, auth=self._auth, **options)

    def _completed(self, options: dict[str, Any], guard: object) -> dict[str, Any]:
        """Return all options of a client; `guard` sees each request that is sent."""
        # What goes to this computer itself may be plain http, which a proxy could read.
        common = client_options(trust_env=not is_loopback(httpx.URL(self.account.origin).host))
        headers = httpx.Headers(common["headers"])
        headers.update(options.get("headers"))
        hooks = options.get("event_hooks") or {}
        return {
            **common,
            "timeout": _TIMEOUT_SECONDS,
            **options,
            "headers": headers,
            # The guard comes last, so that no other hook leads a request elsewhere after it.
            "event_hooks": {**hooks, "request": [*hooks.get("request", ()), guard]},
        }


def open_client(account: Account, token: Secret) -> OpenAccount:
    """Return an account with what acts for it.

    Raises:
        NotAnInstance: its origin is neither https nor this computer itself.
        TokenRevoked: the token is damaged.
    """
    address = parse_safe_url(account.server.origin)
    if address is None:
        raise NotAnInstance(
            host=sanitize_line(account.server.origin, 80), details="no https address"
        )
    credentials = Secret(bearer_credentials(token, address.unicode_host))
    info = AccountInfo(account.handle, address.origin, account.token.scopes)
    return OpenAccount(info, OriginBoundAuth(address.origin, credentials))


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port


def open_account(name: str = "", *, credentials: Path | None = None) -> OpenAccount:
    """Open an account that the wizard signed in to; no server is asked.

    It is found as the commands find it. What had to be mended about the credentials file, such as
    who may read it, is logged as a warning of the logger `gts_wizard`.

    Args:
        name: a handle, or a user name or server alone where only one account fits; when empty, the
            account that `GTS_WIZARD_ACCOUNT` names, or else the default one.
        credentials: the credentials file; when left out, the one that `GTS_WIZARD_CREDENTIALS`
            names, or else the person's own.

    Raises:
        AccountError: there is no account, none of this name, or several.
        FileError: the credentials file can't be read.
        KeyringError: the system's keyring keeps the token, and does not give it whole.
        NotAnInstance: the server's saved address is none that a token may be sent to.

        All of them are leaves of `gts_wizard.errors.WizardError`; `str` gives the sentences that
        the commands print.

    Example:
        Print the newest notifications::

            from gts_wizard import open_account

            me = open_account()
            print(f"News for {me.account.handle}:")
            with me.client() as client:
                answer = client.get("/api/v1/notifications", params={"limit": 10})
                answer.raise_for_status()
                for one in answer.json():
                    print(one["created_at"][:10], one["type"], one["account"]["acct"])
    """
    accounts = open_account_store(credentials)
    account = accounts.resolve(name)
    for notice in accounts.pop_warnings():
        _log.warning("%s", notice)
    return open_client(account, accounts.token(account))
