"""Windows of the wizard: what their users do, and what they are told, without screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from gts_wizard import errors
from gts_wizard.api.session import LazyHttpClient
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import AuthorizationCode
from gts_wizard.secret import SecretStorage
from gts_wizard.services.accounts import AccountManager, RemovalPolicy
from gts_wizard.services.sign_in import SignInFlow
from gts_wizard.services.verification import Consent
from gts_wizard.storage.store import Store
from tests.helpers.world import HOST

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from gts_wizard.api.http import HttpClient
    from gts_wizard.models import Account, PendingSignIn
    from gts_wizard.services.accounts import RemovedAccount
    from tests.helpers.world import World


class Operation(NamedTuple):
    """What somebody does in a window, a key of `OPERATIONS`, and with whose account."""

    name: str
    username: str


class SharedHttpClient(LazyHttpClient):
    """The one HTTP client of all windows, which no window closes.

    Args:
        http: the client.
    """

    def __init__(self, http: HttpClient) -> None:
        super().__init__()
        self._http = http

    async def get(self) -> HttpClient:
        """Return the client."""
        return self._http


class Window:
    """A window of the wizard, with services of its own.

    Args:
        name: the window's name.
        world: what it shares with the others.
        http: the HTTP client.
    """

    def __init__(self, name: str, world: World, http: HttpClient) -> None:
        store, lazy_http = Store(world.path), SharedHttpClient(http)
        self._name = name
        self._world = world
        self._record = world.records[name]
        self._sign_in = SignInFlow(store, lazy_http, world.now)
        self._accounts = AccountManager(store, lazy_http)
        self._removed: RemovedAccount | None = None

    async def run(self, operations: Sequence[Operation]) -> None:
        """Do one thing after the other, and close the window."""
        for name, username in operations:
            self._world.scheduler.tell(f"is to {name} ({username})")
            self._record.meant.clear()
            self._record.removed.clear()
            try:
                await OPERATIONS[name](self, username)
            except errors.WizardError as error:
                self._world.scheduler.tell(f"fails: {type(error).__name__}")
                if isinstance(error, errors.TokenMayExist):
                    self._world.tell(self._name)
        await self._sign_in.aclose()
        if self._sign_in.code_exchange.has_unsaved_tokens:
            self._world.tell(self._name)

    async def sign_in(self, username: str) -> None:
        """Sign in to an account, and keep the token that it has already."""
        await self._continue(await self._sign_in.look_up(HOST), username)

    async def sign_in_in_browser(self, username: str) -> None:
        """Sign in to an account by a link that leads back to the window."""
        await self._continue(await self._sign_in.look_up(HOST), username, leads_back=True)

    async def replace(self, username: str) -> None:
        """Sign in to an account, and replace the token that it has already."""
        await self._continue(await self._sign_in.look_up(HOST), username, replaces=True)

    async def renew(self, username: str) -> None:
        """Renew the token of an account."""
        account = await self._find(username)
        if account is not None:
            await self._continue(await self._sign_in.renew(account), username)

    async def resume(self, username: str, *, leads_back: bool = False) -> None:
        """Go on with the newest pending sign-in."""
        for listed in (await self._sign_in.pending_sign_ins.list())[:1]:
            pending = await self._sign_in.refresh(listed)
            if pending is not None:
                await self._continue(pending, username, leads_back=leads_back)

    async def resume_in_browser(self, username: str) -> None:
        """Go on with the newest pending sign-in, by a link that leads back to the window."""
        await self.resume(username, leads_back=True)

    async def discard(self, _: str) -> None:
        """Discard the newest pending sign-in."""
        for pending in (await self._sign_in.pending_sign_ins.list())[:1]:
            await self._discard(pending)

    async def sign_out(self, username: str) -> None:
        """Sign out, and forget the account even where its token can't be revoked."""
        self._removed = None
        account = await self._find(username)
        if account is None:
            return
        self._record.meant.add(account.handle)
        result = await self._accounts.sign_out(account, RemovalPolicy.IF_REVOKED, lambda _: None)
        if result.error is not None:
            self._removed = await self._accounts.forget(account)
            self._world.tell(self._name)

    async def sign_out_and_undo(self, username: str) -> None:
        """Sign out, and restore the account if it was forgotten while its token works."""
        await self.sign_out(username)
        if self._removed is not None:
            self._record.meant.clear()
            await self._world.scheduler.step("waits for its user to undo it")
            await self._accounts.restore(self._removed)

    async def check(self, _: str) -> None:
        """Try again to revoke the tokens that new ones have replaced."""
        for _handle, error in await self._accounts.revoke_replaced_tokens():
            if error is not None:
                self._world.tell(self._name)

    async def move_to_keyring(self, _: str) -> None:
        """Move all secrets to the keyring."""
        await self._accounts.move_all_secrets(SecretStorage.KEYRING)

    async def move_to_file(self, _: str) -> None:
        """Move all secrets to the file."""
        await self._accounts.move_all_secrets(SecretStorage.FILE)

    async def _find(self, username: str) -> Account | None:
        credentials = await self._accounts.load_credentials()
        return credentials.account(f"@{username}@{HOST}")

    async def _continue(
        self,
        pending: PendingSignIn,
        username: str,
        *,
        replaces: bool = False,
        leads_back: bool = False,
    ) -> None:
        """Go on with a sign-in up to the verified account."""
        if not pending.client_id:
            pending = await self._sign_in.choose_scopes(pending, ("read",))
        self._record.meant |= {pending.state, pending.renewed_handle}
        self._record.journeys.add(pending.journey)
        if pending.token is None:
            pending = await self._exchange(pending, username, leads_back=leads_back)
            self._record.meant.add(pending.state)
        try:
            await self._verify(pending)
        except errors.DifferentAccount:
            await self._discard(pending)
        except errors.AlreadySignedIn as error:
            if replaces:
                self._record.meant.add(error.handle)
                await self._verify(pending, Consent.REPLACE)
            else:
                await self._discard(pending)

    async def _exchange(
        self, pending: PendingSignIn, username: str, *, leads_back: bool
    ) -> PendingSignIn:
        """Exchange the code of a user who allows it; try again where the token can't be saved."""
        redirect = await self._sign_in.redirects.open(pending) if leads_back else None
        opened = redirect.pending if redirect else pending
        await self._world.scheduler.step(f"waits for {username} to allow it")
        link = dict(parse_qsl(urlsplit(authorization_url(opened)).query))
        code = self._world.issue_code(link, username)
        paste = AuthorizationCode(code, opened.state if redirect else "")
        exchange = self._sign_in.code_exchange.exchange
        try:
            try:
                return await exchange(pending, paste)
            except (errors.FileError, errors.KeyringError):
                return await exchange(pending, paste)
        except errors.SignInError:
            self._world.refuse_code(self._name, opened.state)
            raise

    async def _verify(self, pending: PendingSignIn, *consents: Consent) -> None:
        result = await self._sign_in.verifier.verify(pending, consents)
        if result.replaced_error is not None:
            self._world.tell(self._name)

    async def _discard(self, pending: PendingSignIn) -> None:
        self._record.meant.add(pending.state)
        self._record.journeys.add(pending.journey)
        if await self._sign_in.discard(pending) is not None:
            self._world.tell(self._name)


OPERATIONS: dict[str, Callable[[Window, str], Awaitable[None]]] = {
    "sign in": Window.sign_in,
    "sign in in the browser": Window.sign_in_in_browser,
    "replace": Window.replace,
    "renew": Window.renew,
    "sign out": Window.sign_out,
    "sign out and undo": Window.sign_out_and_undo,
    "resume": Window.resume,
    "resume in the browser": Window.resume_in_browser,
    "discard": Window.discard,
    "check": Window.check,
    "move to keyring": Window.move_to_keyring,
    "move to file": Window.move_to_file,
}
