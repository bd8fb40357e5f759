"""The line-mode sign-in: asks for the server, the scopes and the code, step by step."""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.address import read_address
from gts_wizard.errors import AddressError, UnknownScope, WizardError
from gts_wizard.models import WizardStep
from gts_wizard.oauth.scopes import split_scopes
from gts_wizard.oauth.server_scopes import presets_for, scopes_for
from gts_wizard.prompts import texts
from gts_wizard.prompts.code import CodePrompts
from gts_wizard.prompts.context import PromptContext
from gts_wizard.prompts.prompter import Aborted, Prompter, StoppedByUser
from gts_wizard.prompts.questions import ask_scopes, ask_server
from gts_wizard.prompts.runner import InterruptibleLoop, StepRunner, UnsavedTokenPrompts
from gts_wizard.prompts.steps import Step, step_title
from gts_wizard.prompts.verification import NothingChanged, VerificationPrompts
from gts_wizard.services.verification import SignInResult
from gts_wizard.signals import ending_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gts_wizard.models import Account, AuthorizedApp, PendingSignIn, Scopes
    from gts_wizard.services.container import Services


class SignInPrompts:
    """Runs one sign-in or renewal by prompts.

    Args:
        context: what the steps share.

    Attributes:
        pending: the pending sign-in that running the command again resumes; None while there is
            nothing to resume.
    """

    def __init__(self, context: PromptContext) -> None:
        self.pending: PendingSignIn | None = None
        self._context = context

    def sign_in(
        self, address: str = "", scopes: str | None = None, app_name: str | None = None
    ) -> SignInResult:
        """Sign in to an account, or resume a pending sign-in.

        Args:
            address: the server's address; asked for when empty.
            scopes: the scopes, separated by spaces; asked for when None.
            app_name: the name to register with; the usual one when None.

        Raises:
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        self._context.prompter.print(texts.SIGN_IN_TITLE, texts.WELCOME)
        is_asked = not address or self._context.prompter.is_terminal
        found = self._list_pending(app_name)
        if address:
            found = [pending for pending in found if _matches(pending, address, scopes)]
        unfinished = self._choose_unfinished(found, is_asked=is_asked)
        self.pending = unfinished or ask_server(self._context, address)
        has_scopes = (
            unfinished is not None
            and unfinished.step is not WizardStep.PERMISSIONS
            and scopes is None
        )
        self._print_limits(self.pending)
        if self.pending.token is None and not has_scopes:
            self.pending = ask_scopes(self._context, self.pending, scopes, app_name)
        return self._run(self.pending)

    def renew(
        self, account: Account, chosen: Scopes = (), app_name: str | None = None
    ) -> SignInResult:
        """Renew an account's token, or resume a pending renewal.

        Args:
            account: the account.
            chosen: the scopes of the new token; those of the old one when left out.
            app_name: the name to register with; as before when None.

        Raises:
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        handle = account.handle
        self._context.prompter.print(texts.renewal_title(handle), texts.WELCOME)
        found = [
            pending
            for pending in self._list_pending(app_name)
            if pending.renewed_handle == handle and (not chosen or _asks_for(pending, chosen))
        ]
        is_asked = self._context.prompter.is_terminal
        self.pending = self._choose_unfinished(found, is_asked=is_asked)
        if self.pending is None:
            self.pending = self._begin_renewal(account, chosen, app_name)
        self._print_limits(self.pending)
        if self.pending.step is WizardStep.PERMISSIONS:
            # The scopes of an imported token are not known.
            self._context.prompter.print(messages.imported_scopes(self._list_apps(account)))
            self.pending = ask_scopes(self._context, self.pending, None)
        return self._run(self.pending, account)

    def _begin_renewal(
        self, account: Account, chosen: Scopes, app_name: str | None
    ) -> PendingSignIn:
        sign_in, runner = self._context.sign_in, self._context.runner
        name = app_name or runner.run("", partial(sign_in.app_name, account))
        renew = partial(sign_in.renew, account, chosen, name)
        pending = runner.run(messages.renewing(account.handle), renew)
        if pending.step is not WizardStep.PERMISSIONS:
            self._context.prompter.print(
                "",
                step_title(Step.PERMISSIONS, pending),
                messages.listed_as(name),
                texts.chosen(pending.scopes, presets_for(pending.server)),
            )
        return pending

    def _list_apps(self, account: Account) -> Sequence[AuthorizedApp]:
        """Return the programs that the server lists for an account; none where it does not."""
        try:
            return self._context.runner.run(
                "", partial(self._context.authorized_apps, account), WizardError
            )
        except WizardError:
            return ()

    def _run(self, pending: PendingSignIn, renewed: Account | None = None) -> SignInResult:
        """Ask for a code and verify the token, with as many links as it takes."""
        verification = VerificationPrompts(self._context)
        while True:
            if pending.token is None:
                pending = CodePrompts(self._context, pending, renewed).ask_code()
            self.pending = pending
            self._context.prompter.print("", step_title(Step.PROFILE, pending))
            try:
                outcome = verification.verify(pending)
            except NothingChanged:
                self.pending = None
                raise
            if isinstance(outcome, SignInResult):
                return outcome
            self.pending = pending = outcome

    def _choose_unfinished(
        self, found: Sequence[PendingSignIn], *, is_asked: bool
    ) -> PendingSignIn | None:
        """Return the newest pending sign-in, if the user wants to resume it.

        Another window may be at it, so this is not assumed. A command in a pipe has no answer to
        the question: it resumes only what has its token already, and needs no code any more.

        Args:
            found: those that may be meant, the newest first.
            is_asked: whether the question is asked.
        """
        for pending in found:
            if pending.code_sent:
                # There may be a token that nobody knows of.
                self._print_unfinished(pending)
        if not is_asked:
            found = [pending for pending in found if pending.token is not None]
        if not found:
            return None
        unfinished = found[0]
        if not unfinished.code_sent:
            self._print_unfinished(unfinished)
        if not is_asked:
            return unfinished
        self._context.prompter.print(texts.RESUME_QUESTION)
        match self._context.prompter.choose(texts.RESUME_CHOICES, texts.RESUME_HELP):
            case "y":
                return unfinished
            case "f":
                discard = partial(self._context.sign_in.discard, unfinished)
                revocation_error = self._context.runner.run(texts.FORGETTING, discard)
                if revocation_error is not None:
                    self._context.prompter.print(messages.discarded(revocation_error))
        return None

    def _list_pending(self, app_name: str | None) -> Sequence[PendingSignIn]:
        """Return the pending sign-ins, of a given name only; the newest first."""
        listed = self._context.runner.run("", self._context.sign_in.pending_sign_ins.list)
        return [pending for pending in listed if app_name in {None, pending.app_name}]

    def _print_limits(self, pending: PendingSignIn) -> None:
        """Print that the server can't limit a token, where that is so and none was issued yet."""
        if pending.token is None:
            limits = messages.scope_limits(pending.server)
            self._context.prompter.print(*[limits] if limits else [])

    def _print_unfinished(self, pending: PendingSignIn) -> None:
        self._context.prompter.print(messages.unfinished(pending, datetime.now(UTC)))


def _asks_for(pending: PendingSignIn, chosen: Scopes) -> bool:
    """Return whether the link of a pending sign-in asks for these scopes."""
    with suppress(UnknownScope):
        return pending.scopes == scopes_for(pending.server, chosen)
    return False


def _matches(pending: PendingSignIn, address: str, scopes: str | None) -> bool:
    """Return whether a pending sign-in is what the command line asks for."""
    try:
        typed = read_address(address)
    except AddressError:
        return False
    if pending.renewed_handle:
        return False
    has_server = typed.host in {pending.server.host, pending.server.account_domain}
    has_username = typed.username.casefold() in {"", pending.username.casefold()}
    has_scopes = scopes is None or _asks_for(pending, split_scopes(scopes))
    return has_server and has_username and has_scopes


def run_flow(
    services: Services,
    start: Callable[[SignInPrompts], SignInResult],
    open_link: Callable[[str], bool] | None = None,
    *,
    opens_here: bool = False,
) -> SignInResult | None:
    """Run a sign-in or a renewal by prompts, and print its result.

    SIGHUP and SIGTERM end it as Ctrl+C does. The services are closed at the end.

    Args:
        services: the services.
        start: starts the flow, such as `lambda prompts: prompts.sign_in()`.
        open_link: opens a link in a browser, and returns whether that worked; None where no
            browser may or can be opened.
        opens_here: whether that browser runs on this computer, and can bring the code by itself.

    Returns:
        The result; None where the user stopped, or there were no more answers.

    Raises:
        WizardError: it can't be recovered from, or nobody is there to choose how.
    """
    prompter = Prompter()
    with InterruptibleLoop() as loop, _interrupted_by_signals(loop):
        unsaved_prompts = UnsavedTokenPrompts(loop, prompter, services.sign_in.code_exchange)
        step_runner = StepRunner(loop, prompter, services.accounts, unsaved_prompts)
        prompts = SignInPrompts(
            PromptContext(
                services.sign_in,
                services.accounts.authorized_apps,
                prompter,
                step_runner,
                open_link,
                opens_here,
            )
        )
        path_before = services.accounts.custom_path
        try:
            result = start(prompts)
        except Aborted as error:
            aborted = error
        except KeyboardInterrupt:
            prompter.print("")
            aborted = StoppedByUser()
        else:
            prompter.print(*texts.signed_in(result, services.accounts.display_path))
            return result
        finally:
            loop.run(services.sign_in.redirects.aclose())
            unsaved_prompts.finish()
            loop.run(services.http.aclose())
    prompter.print(aborted.reason)
    if prompts.pending is not None and unsaved_prompts.everything_saved:
        path = services.accounts.custom_path
        moved_to = None if path == path_before else path
        prompter.print(*texts.saved_so_far(prompts.pending, moved_to))
    return None


@contextmanager
def _interrupted_by_signals(loop: InterruptibleLoop) -> Iterator[None]:
    """Treat the signals that end the program as Ctrl+C, so that it ends in order."""
    before = {
        number: signal.signal(number, lambda *_: loop.interrupt()) for number in ending_signals()
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
