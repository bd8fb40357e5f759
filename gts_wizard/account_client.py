"""The Python API: opens an account for scripts, with httpx clients bound to its server.

    from gts_wizard import list_accounts, open_account

The package's `__init__` imports this module when one of its names is used.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from os import fspath
from typing import TYPE_CHECKING, Any

import httpx

from gts_wizard.api.http import authorization_header, client_options
from gts_wizard.api.loopback import AsyncLoopbackTransport, LoopbackTransport
from gts_wizard.api.proxies import AsyncProxyTransport, ProxyTransport
from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import NotAnInstance
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.services.account_store import AccountStore, open_account_store
from gts_wizard.storage.paths import expand_path
from gts_wizard.validation import is_loopback

if TYPE_CHECKING:
    import os
    from collections.abc import Generator

    from gts_wizard.models import Account, Scopes


# A small server on a slow line can take longer than httpx's default of five seconds.
_TIMEOUT_SECONDS = 15.0
# Those of `httpx.Client` that its transport takes.
_TRANSPORT_OPTIONS = {"verify", "cert", "trust_env", "http1", "http2", "limits"}
__all__ = ["AccountInfo", "OpenAccount", "list_accounts", "open_account"]
_log = logging.getLogger("gts_wizard")


class OriginBoundAuth(httpx.Auth):
    """Adds a bearer token (RFC 6750 section 2.1) to requests to one origin, and to no others.

    httpx calls it once for a request, before any redirect:
    https://www.python-httpx.org/advanced/authentication/#custom-authentication-schemes

    Args:
        origin: the origin that the token may be sent to.
        authorization: the value of the `Authorization` header.
    """

    def __init__(self, origin: str, authorization: Secret) -> None:
        self._origin = _origin(httpx.URL(origin))
        self._authorization = authorization

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to a request to its own origin."""
        if _origin(request.url) == self._origin:
            request.headers["Authorization"] = self._authorization.reveal()
        yield request

    def strip_cross_origin_token(self, request: httpx.Request) -> None:
        """Remove the token from a request to another origin, before it is sent."""
        # httpx does so on redirects, except from port 80 to https on the same host.
        header = request.headers.get("Authorization")
        if header == self._authorization.reveal() and _origin(request.url) != self._origin:
            del request.headers["Authorization"]

    async def strip_cross_origin_token_async(self, request: httpx.Request) -> None:
        """Do the same as `strip_cross_origin_token`, in an asynchronous client."""
        self.strip_cross_origin_token(request)


@dataclass(frozen=True)
class AccountInfo:
    """What a script may want to know about its account.

    Attributes:
        handle: the handle, such as `@alice@example.org`; empty where `GTS_WIZARD_TOKEN` gives the
            account, since no server was asked.
        origin: the origin of the server's API, such as `https://social.example.org`.
        scopes: the token's OAuth scopes, as the server granted them; empty where not known.
    """

    handle: str
    origin: str
    scopes: Scopes


@dataclass(frozen=True)
class OpenAccount:
    """An account that scripts can use, through httpx.

    The clients are httpx's own; use them in a `with` statement. A relative URL such as
    `/api/v1/notifications` is on the account's server. No token is sent to an absolute URL on
    another origin, nor on a redirect to one. Errors are httpx's exceptions, not the wizard's: their
    texts contain no token, but their `request` does.

    Attributes:
        account: the handle, the server and the scopes.
    """

    account: AccountInfo
    _auth: OriginBoundAuth = field(repr=False)
    _token: Secret = field(repr=False)

    def client(self, **options: Any) -> httpx.Client:
        """Return an httpx client for the account.

        It trusts the system's certificates, has a timeout of 15 seconds, and uses the proxies in
        the environment unless the server is this computer itself.

        Args:
            options: the arguments of `httpx.Client`, except `base_url` and `auth`.
        """
        options = self._add_defaults(
            options, self._auth.strip_cross_origin_token, ProxyTransport, LoopbackTransport
        )
        return httpx.Client(base_url=self.account.origin, auth=self._auth, **options)

    def async_client(self, **options: Any) -> httpx.AsyncClient:
        """Return an asynchronous httpx client for the account, otherwise like `client`.

        Args:
            options: the arguments of `httpx.AsyncClient`, except `base_url` and `auth`.

        Example:
            Print how many posts there are::

                import asyncio

                from gts_wizard import open_account


                async def main() -> None:
                    me = open_account()
                    async with me.async_client() as client:
                        response = await client.get("/api/v1/accounts/verify_credentials")
                        response.raise_for_status()
                        print(me.account.handle, response.json()["statuses_count"])


                asyncio.run(main())
        """
        options = self._add_defaults(
            options,
            self._auth.strip_cross_origin_token_async,
            AsyncProxyTransport,
            AsyncLoopbackTransport,
        )
        return httpx.AsyncClient(base_url=self.account.origin, auth=self._auth, **options)

    def reveal_token(self) -> str:
        """Return the access token itself, for libraries that take nothing else.

        It is then up to the caller which server it is sent to, and that it gets into no log and no
        argument of a program.

        Example:
            Use Mastodon.py::

                from mastodon import Mastodon

                from gts_wizard import open_account

                me = open_account()
                api = Mastodon(api_base_url=me.account.origin, access_token=me.reveal_token())
                print(api.account_verify_credentials().username)
        """
        return self._token.reveal()

    def _add_defaults(
        self,
        options: dict[str, Any],
        strip_token: object,
        transport: type[httpx.BaseTransport | httpx.AsyncBaseTransport],
        direct_transport: type[httpx.BaseTransport | httpx.AsyncBaseTransport],
    ) -> dict[str, Any]:
        """Return all options of a client.

        Args:
            options: those that were given.
            strip_token: the last hook for requests.
            transport: uses the proxies in the environment.
            direct_transport: uses none, and connects names under `localhost` to this computer.
        """
        defaults = client_options()
        given = {**defaults, **options}
        if is_loopback(httpx.URL(self.account.origin).host) or not given.get("trust_env", True):
            transport = direct_transport
        if "transport" not in options:
            defaults["transport"] = transport(
                **{name: given[name] for name in _TRANSPORT_OPTIONS & given.keys()}
            )
        headers = httpx.Headers(defaults["headers"])
        headers.update(options.get("headers"))
        hooks = options.get("event_hooks") or {}
        return {
            **defaults,
            "timeout": _TIMEOUT_SECONDS,
            **options,
            "headers": headers,
            # `strip_token` comes last, so that no other hook can change a request's URL after it.
            "event_hooks": {**hooks, "request": [*hooks.get("request", ()), strip_token]},
        }


def bind_account(account: Account, token: Secret) -> OpenAccount:
    """Return an account for use through httpx.

    Args:
        account: the saved account.
        token: its access token.

    Raises:
        NotAnInstance: the origin is neither https nor this computer itself.
        TokenRevoked: the token is damaged.
    """
    address = parse_safe_url(account.server.origin)
    if address is None:
        raise NotAnInstance(
            host=sanitize_line(account.server.origin, 80), details="no https address"
        )
    authorization = Secret(authorization_header(token, address.unicode_host))
    info = AccountInfo(account.handle, address.origin, account.token.scopes)
    return OpenAccount(info, OriginBoundAuth(address.origin, authorization), token)


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port


def open_account(
    name: str = "", *, credentials: str | os.PathLike[str] | None = None
) -> OpenAccount:
    """Open an account that is signed in; no request is sent.

    Accounts are selected as by the commands: the one that is named, or that `GTS_WIZARD_TOKEN`
    with `GTS_WIZARD_SERVER` gives, or that `GTS_WIZARD_ACCOUNT` names, or the default. Repairs to
    the credentials file, such as to its permissions, are logged as warnings of the logger
    `gts_wizard`.

    Args:
        name: a handle, or a username or server alone if only one account matches; empty for the
            one that the environment gives or names, or else the default.
        credentials: the path of the credentials file, which may begin with `~`; by default the one
            in `GTS_WIZARD_CREDENTIALS`, or else the user's own.

    Raises:
        AccountError: there is no account, none with this name, or several (`NoAccount`,
            `UnknownAccount`, `AmbiguousAccount`), its token is known to be revoked
            (`RenewalNeeded`), or the environment gives it incompletely.
        FileError: the credentials file can't be read.
        KeyringError: the token is in the system's keyring and can't be read from it.
        NotAnInstance: a token must not be sent to the server's saved address.

        All of them are subclasses of `WizardError`; `str` returns the sentences that the commands
        print.

    Example:
        Print the newest notifications::

            from gts_wizard import open_account

            me = open_account()
            print(f"News for {me.account.handle}:")
            with me.client() as client:
                response = client.get("/api/v1/notifications", params={"limit": 10})
                response.raise_for_status()
                for item in response.json():
                    print(item["created_at"][:10], item["type"], item["account"]["acct"])

        Where no account can be opened, say why and what to do, and exit as the commands do::

            import sys

            from gts_wizard import WizardError, open_account

            try:
                me = open_account("@alice@example.org")
            except WizardError as error:
                print(error, file=sys.stderr)
                sys.exit(error.exit_code)
    """
    store = _open_store(credentials)
    account = store.resolve(name)
    _log_warnings(store)
    return bind_account(account, store.usable_token(account))


def list_accounts(*, credentials: str | os.PathLike[str] | None = None) -> list[AccountInfo]:
    """Return the saved accounts, in the order in which they were added; no request is sent.

    The handle of each opens it with `open_account`.

    Args:
        credentials: as for `open_account`.

    Raises:
        FileError: the credentials file can't be read.

    Example:
        Print how many posts each account has::

            from gts_wizard import list_accounts, open_account

            for account in list_accounts():
                with open_account(account.handle).client() as client:
                    response = client.get("/api/v1/accounts/verify_credentials")
                    response.raise_for_status()
                    print(account.handle, response.json()["statuses_count"])
    """
    store = _open_store(credentials)
    accounts = store.load().accounts
    _log_warnings(store)
    return [
        AccountInfo(account.handle, account.server.origin, account.token.scopes)
        for account in accounts
    ]


def _open_store(credentials: str | os.PathLike[str] | None) -> AccountStore:
    return open_account_store(None if credentials is None else expand_path(fspath(credentials)))


def _log_warnings(store: AccountStore) -> None:
    for warning in store.pop_warnings():
        _log.warning("%s", warning)
