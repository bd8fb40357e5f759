"""A sign-in by the services, step by step, with a server that can be broken at one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from gts_wizard.oauth.pasted_code import AuthorizationCode
from gts_wizard.secret import Secret
from gts_wizard.services.container import open_services
from tests.helpers.hostile.case import Stage
from tests.helpers.raw_responses import respond_by_path
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, account_document, instance_document

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account, PendingSignIn
    from tests.helpers.raw_server import RawRequest, RawServer, Responder

LONG_CODE = CODE.ljust(48, "0")
CANARIES = (CODE, CLIENT_SECRET, TOKEN)
STAGES = tuple(Stage)
PAGES: dict[str, object] = {
    Stage.LOOK_UP.value: instance_document(
        version="0.20.0", source_url="https://codeberg.org/superseriousbusiness/gotosocial"
    ),
    Stage.REGISTER.value: {"client_id": "CLIENT", "client_secret": CLIENT_SECRET},
    Stage.EXCHANGE.value: {"access_token": TOKEN, "scope": "read", "created_at": 1_750_000_000},
    Stage.VERIFY.value: account_document(),
    Stage.NOTIFICATIONS.value: [],
    Stage.TOKENS.value: [],
    Stage.REVOKE.value: {},
}


def secrets_in(server: RawServer) -> set[str]:
    """Return which secrets a server received."""
    return {canary for canary in CANARIES if canary.encode() in server.received}


class BreakableServer:
    """The script of a working server, which can be broken at one step."""

    def __init__(self) -> None:
        self._pages = dict(PAGES)

    async def __call__(self, request: RawRequest) -> None:
        """Answer a request."""
        await respond_by_path(self._pages)(request)

    def break_at(self, stage: Stage, script: Responder) -> None:
        """Respond with a script from now on, at this step only."""
        self._pages = {**PAGES, stage.value: script}

    def repair(self) -> None:
        """Work at all steps again."""
        self._pages = dict(PAGES)


class StepRunner:
    """Takes the steps of a sign-in, and then uses the account.

    Args:
        credentials_path: the credentials file.
        typed: the address of the server.
    """

    def __init__(self, credentials_path: Path, typed: str) -> None:
        self.services = open_services(credentials_path)
        self._typed = typed
        self._pending: PendingSignIn | None = None
        self._account: Account | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.services.aclose()

    async def run_to(self, stage: Stage) -> None:
        """Take all steps before one."""
        for before in STAGES[: STAGES.index(stage)]:
            await self.take(before)

    async def take(self, stage: Stage) -> None:
        """Take one step, after all steps before it.

        Raises:
            WizardError: it failed; it can be taken again.
        """
        sign_in, accounts = self.services.sign_in, self.services.accounts
        match stage:
            case Stage.LOOK_UP:
                self._pending = await sign_in.look_up(self._typed)
            case Stage.REGISTER:
                self._pending = await sign_in.choose_scopes(self.pending, ("read",))
            case Stage.EXCHANGE:
                self._pending = await sign_in.code_exchange.exchange(
                    self.pending, AuthorizationCode(Secret(LONG_CODE))
                )
            case Stage.VERIFY:
                self._account = (await sign_in.verifier.verify(self.pending)).account
            case Stage.NOTIFICATIONS:
                await accounts.notifications(self.account)
            case Stage.TOKENS:
                await accounts.authorized_apps(self.account)
            case Stage.REVOKE:
                await accounts.revoke(self.account)

    @property
    def pending(self) -> PendingSignIn:
        """The pending sign-in, after the look-up."""
        assert self._pending is not None
        return self._pending

    @property
    def account(self) -> Account:
        """The account, after `VERIFY`."""
        assert self._account is not None
        return self._account
