"""The plain journey as a whole: where it begins, what comes after what, and how it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.errors import AddressError, DifferentAccount, TokenRevoked
from gts_wizard.messages import nothing_changed, token_not_revoked
from gts_wizard.models import WizardStep
from gts_wizard.oauth.scopes import with_required
from gts_wizard.prompts import texts
from gts_wizard.prompts.code_entry import CodePrompts
from gts_wizard.prompts.prompter import Aborted
from gts_wizard.prompts.server_and_scopes import ask_scopes, ask_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gts_wizard.address import Address
    from gts_wizard.models import Account, PendingSignIn, Scopes
    from gts_wizard.prompts.means import PromptContext
    from gts_wizard.services.verifying import SignInResult


class SignInPrompts:
    """Leads one person to one account.

    Args:
        means: what is at hand.

    Attributes:
        attempt: the attempt that a next start goes on with; None while there is nothing to keep.
    """

    def __init__(self, means: PromptContext) -> None:
        self.pending: PendingSignIn | None = None
        self._context = means

    def sign_in(self, address: str = "", scopes: str | None = None) -> SignInResult:
        """Sign in to an account, or go on with what was begun.

        Args:
            address: what was given for the server; asked for when empty.
            scopes: the permissions in OAuth's words; asked for when None.

        Raises:
            Aborted: the person stopped, or there were no more answers.
            WizardError: nobody could be asked how to go on after it.
        """
        begun = self._issued(address, scopes) if address else self._offered()
        self.pending = begun or ask_server(self._context, address)
        is_chosen = (
            begun is not None and begun.step is not WizardStep.PERMISSIONS and scopes is None
        )
        self._say_limits(self.pending)
        if self.pending.token is None and not is_chosen:
            self.pending = ask_scopes(self._context, self.pending, scopes)
        return self._run(self.pending)

    def renew(self, account: Account, chosen: Scopes = ()) -> SignInResult:
        """Replace an account's access, or go on with what was begun.

        Args:
            account: whose access it is.
            chosen: what the new one may do; the same as the old one when left out.

        Raises:
            Aborted: the person stopped, or there were no more answers.
            WizardError: nobody could be asked how to go on after it.
        """
        handle = account.handle
        begun = (one for one in self._open() if one.renewing == handle)
        fitting = (one for one in begun if not chosen or one.scopes == with_required(chosen))
        self.pending = next(fitting, None)
        if self.pending is None:
            renew = partial(self._context.sign_in.renew, account, chosen)
            self.pending = self._context.runner.run(f"Getting a link for {handle}", renew)
        else:
            self._say_left_open(self.pending)
        self._say_limits(self.pending)
        return self._run(self.pending, account.token.scopes)

    def _run(self, attempt: PendingSignIn, before: Scopes = ()) -> SignInResult:
        if attempt.token is None:
            attempt = CodePrompts(self._context, attempt, before).ask_code()
            self.pending = attempt
        try:
            return self._result(attempt)
        except TokenRevoked as error:
            self._context.prompter.print(str(error))
            start_over = partial(self._context.sign_in.start_over, attempt)
            self.pending = self._context.runner.run("Getting a fresh link", start_over)
            return self._run(self.pending, before)

    def _result(self, attempt: PendingSignIn) -> SignInResult:
        """Ask whose access it is; somebody else's is kept beside the other, or not at all."""
        try:
            return self._verified(attempt, keeps_both=False)
        except DifferentAccount as error:
            self._context.prompter.print(str(error))
        if self._context.prompter.choose("Stop (s), or keep both (k)?", "sk") == "k":
            return self._verified(attempt, keeps_both=True)
        let_go = partial(self._context.sign_in.discard, attempt)
        alive = self._context.runner.run("Ending what is not wanted", let_go)
        self.pending = None
        raise Aborted(nothing_changed(attempt.renewing, alive))

    def _verified(self, attempt: PendingSignIn, *, keeps_both: bool) -> SignInResult:
        verify = partial(self._context.sign_in.verify, attempt, keeps_both=keeps_both)
        return self._context.runner.run("Asking your server who you are", verify, TokenRevoked)

    def _offered(self) -> PendingSignIn | None:
        """Return what was begun last, if the person wants to go on with it."""
        begun = next(iter(self._open()), None)
        if begun is None:
            return None
        self._say_left_open(begun)
        match self._context.prompter.choose(texts.RESUME_QUESTION, "ynf"):
            case "y":
                return begun
            case "f":
                let_go = partial(self._context.sign_in.discard, begun)
                alive = self._context.runner.run("Letting it go", let_go)
                if alive is not None:
                    self._context.prompter.print(token_not_revoked(alive))
        return None

    def _issued(self, address: str, scopes: str | None) -> PendingSignIn | None:
        """Return an attempt, just as given, to which only the person's name is missing."""
        try:
            typed = read_address(address)
        except AddressError:
            return None
        for one in self._open():
            if one.token is not None and not one.renewing and _is_meant(one, typed, scopes):
                self._say_left_open(one)
                return one
        return None

    def _open(self) -> Sequence[PendingSignIn]:
        return self._context.runner.run("", self._context.sign_in.pending_sign_ins)

    def _say_limits(self, attempt: PendingSignIn) -> None:
        """Say what the server can't do, before anything is allowed there."""
        if attempt.token is None:
            self._context.prompter.print(*texts.scope_limits(attempt.server))

    def _say_left_open(self, attempt: PendingSignIn) -> None:
        self._context.prompter.print(texts.pending_sign_in(attempt, datetime.now(UTC)))


def _is_meant(attempt: PendingSignIn, typed: Address, scopes: str | None) -> bool:
    """Tell whether what was given on the command line fits an attempt."""
    is_there = typed.host in {attempt.server.host, attempt.server.account_domain}
    is_theirs = typed.username.casefold() in {"", attempt.username.casefold()}
    is_chosen = scopes is None or with_required(scopes.split()) == attempt.scopes
    return is_there and is_theirs and is_chosen
