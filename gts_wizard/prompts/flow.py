"""The line-mode sign-in: asks for the server, the scopes and the code, step by step."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.address import read_address
from gts_wizard.errors import (
    AddressError,
    AlreadySignedIn,
    DifferentAccount,
    ServerError,
    SignInError,
    TokenRevoked,
    WizardError,
)
from gts_wizard.models import WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import CodeAssembler
from gts_wizard.oauth.scopes import POST, preset_of, presets_for, read_scopes, with_required
from gts_wizard.oauth.server_features import is_gotosocial
from gts_wizard.prompts import texts
from gts_wizard.prompts.prompter import Aborted, Prompter, StoppedByUser
from gts_wizard.prompts.runner import InterruptibleLoop, StepRunner, UnsavedTokenPrompts
from gts_wizard.signals import ending_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from gts_wizard.models import Account, AuthorizedApp, PendingSignIn, Scopes
    from gts_wizard.secret import Secret
    from gts_wizard.services.container import Services
    from gts_wizard.services.sign_in import SignInFlow, SignInResult


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

    def sign_in(self, address: str = "", scopes: str | None = None) -> SignInResult:
        """Sign in to an account, or resume a pending sign-in.

        Args:
            address: the server's address; asked for when empty.
            scopes: the scopes, separated by spaces; asked for when None.

        Raises:
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        is_asked = not address or self._context.prompter.is_terminal
        found = self._list_pending()
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
            self.pending = ask_scopes(self._context, self.pending, scopes)
        return self._run(self.pending)

    def renew(self, account: Account, chosen: Scopes = ()) -> SignInResult:
        """Renew an account's token, or resume a pending renewal.

        Args:
            account: the account.
            chosen: the scopes of the new token; those of the old one when left out.

        Raises:
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        handle = account.handle
        found = [
            pending
            for pending in self._list_pending()
            if pending.renewed_handle == handle
            and (not chosen or pending.scopes == with_required(chosen))
        ]
        is_asked = self._context.prompter.is_terminal
        self.pending = self._choose_unfinished(found, is_asked=is_asked)
        if self.pending is None:
            renew = partial(self._context.sign_in.renew, account, chosen)
            self.pending = self._context.runner.run(messages.renewing(handle), renew)
        self._print_limits(self.pending)
        if self.pending.step is WizardStep.PERMISSIONS:
            # The scopes of an imported token are not known.
            self._context.prompter.print(messages.imported_scopes(self._list_apps(account)))
            self.pending = ask_scopes(self._context, self.pending, None)
        return self._run(self.pending, account)

    def _list_apps(self, account: Account) -> Sequence[AuthorizedApp]:
        """Return the programs that the server lists for an account; none where it does not."""
        try:
            return self._context.runner.run(
                "", partial(self._context.authorized_apps, account), WizardError
            )
        except WizardError:
            return ()

    def _run(self, pending: PendingSignIn, renewed: Account | None = None) -> SignInResult:
        if pending.token is None:
            pending = CodePrompts(self._context, pending, renewed).ask_code()
            self.pending = pending
        try:
            return self._verify_or_ask(pending)
        except TokenRevoked as error:
            # It was revoked before its account was known.
            self._context.prompter.print(str(error))
            start_over = partial(self._context.sign_in.start_over, pending)
            self.pending = self._context.runner.run(messages.GETTING_NEW_LINK, start_over)
            return self._run(self.pending, renewed)

    def _verify_or_ask(
        self, pending: PendingSignIn, *, allow_other_account: bool = False
    ) -> SignInResult:
        """Verify the token; ask before it replaces an account, or is another's than expected."""
        verify = partial(
            self._context.sign_in.verifier.verify, pending, allow_other_account=allow_other_account
        )
        try:
            return self._context.runner.run(messages.VERIFYING, verify, TokenRevoked)
        except DifferentAccount as error:
            self._context.prompter.print(str(error))
            if self._choose_or_keep("Stop (s), or keep both (k)?", "sk") == "k":
                return self._verify_or_ask(pending, allow_other_account=True)
            raise Aborted(self._keep_old_token(pending, error.expected)) from None
        except AlreadySignedIn as error:
            existing, question = error.handle, str(error)
        self._context.prompter.print(question)
        match self._choose_or_keep(texts.ALREADY_SIGNED_IN_QUESTION, "kar"):
            case "r":
                replace = partial(verify, replace_existing=True)
                return self._context.runner.run(messages.VERIFYING, replace, TokenRevoked)
            case "a":
                self._context.prompter.print(self._keep_old_token(pending, existing))
                self.pending = self._get_new_link(pending)
                self._context.prompter.print(messages.OPEN_IN_PRIVATE_WINDOW)
                return self._run(self.pending)
            case _:
                raise Aborted(self._keep_old_token(pending, existing))

    def _choose_or_keep(self, question: str, letters: str) -> str:
        """Ask; where nobody answers any more, take the first letter, which changes nothing."""
        try:
            return self._context.prompter.choose(question, letters)
        except StoppedByUser:
            raise
        except Aborted:
            return letters[0]

    def _keep_old_token(self, pending: PendingSignIn, handle: str) -> str:
        """Discard the new token; return the message that the account keeps the one it has."""
        discard = partial(self._context.sign_in.discard, pending)
        revocation_error = self._context.runner.run(messages.DISCARDING, discard)
        self.pending = None
        return messages.nothing_changed(handle, revocation_error)

    def _get_new_link(self, pending: PendingSignIn) -> PendingSignIn:
        new_link = partial(self._context.sign_in.new_link, pending)
        return self._context.runner.run(messages.GETTING_NEW_LINK, new_link)

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
        if not is_asked:
            found = [pending for pending in found if pending.token is not None]
        if not found:
            return None
        unfinished = found[0]
        self._print_unfinished(unfinished)
        if not is_asked:
            return unfinished
        match self._context.prompter.choose(texts.RESUME_QUESTION, "ynf"):
            case "y":
                return unfinished
            case "f":
                discard = partial(self._context.sign_in.discard, unfinished)
                revocation_error = self._context.runner.run("Letting it go", discard)
                if revocation_error is not None:
                    self._context.prompter.print(messages.token_not_revoked(revocation_error))
        return None

    def _list_pending(self) -> Sequence[PendingSignIn]:
        return self._context.runner.run("", self._context.sign_in.pending_sign_ins.list)

    def _print_limits(self, pending: PendingSignIn) -> None:
        """Print that the server can't limit a token, where that is so and none was issued yet."""
        if pending.token is None:
            limits = messages.scope_limits(pending.server)
            self._context.prompter.print(*[limits] if limits else [])

    def _print_unfinished(self, pending: PendingSignIn) -> None:
        self._context.prompter.print(messages.unfinished(pending, datetime.now(UTC)))


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
    has_scopes = scopes is None or with_required(scopes.split()) == pending.scopes
    return has_server and has_username and has_scopes


def ask_server(context: PromptContext, given: str) -> PendingSignIn:
    """Look the server up, asking for its address until one is found.

    Args:
        context: what the steps share.
        given: the address from the command line; asked for when empty.

    Returns:
        A pending sign-in at that server.

    Raises:
        Aborted: the user stopped, or there were no more answers.
        WizardError: nobody could be asked for another address.
    """
    typed, is_answer = given, False
    if not given:
        context.prompter.print("", messages.WHERE_IS_YOUR_ACCOUNT, messages.WHAT_TO_TYPE)
        typed, is_answer = _ask_address(context), True
    while True:
        try:
            return _look_up(context, typed)
        except (AddressError, ServerError) as error:
            is_misread = isinstance(error, AddressError)
            can_answer = context.prompter.is_terminal or (is_misread and is_answer)
            context.runner.print_error(error, can_answer=can_answer)
            typed, is_answer = _ask_address(context, "" if is_misread else typed), True


def ask_scopes(context: PromptContext, pending: PendingSignIn, given: str | None) -> PendingSignIn:
    """Set the scopes, asking until some are chosen, and register the wizard.

    Args:
        context: what the steps share.
        pending: the pending sign-in.
        given: the scopes from the command line; asked for when None.

    Returns:
        A pending sign-in with a link.

    Raises:
        Aborted: the user stopped, or there were no more answers.
        WizardError: nobody could be asked to choose again.
    """
    scope_prompt = _ScopePrompt(context, pending)
    typed = scope_prompt.ask() if given is None else given
    is_answer = given is None
    while True:
        try:
            chosen = scope_prompt.read(typed)
            description = messages.registering(pending.server.host)
            choose_scopes = partial(context.sign_in.choose_scopes, pending, chosen)
            return context.runner.run(description, choose_scopes)
        except SignInError as error:
            context.runner.print_error(error, can_answer=is_answer or context.prompter.is_terminal)
            typed, is_answer = scope_prompt.ask(), True


class _ScopePrompt:
    """Asks for scopes: a preset by its number, or any scopes by name."""

    def __init__(self, context: PromptContext, pending: PendingSignIn) -> None:
        self._prompter = context.prompter
        self._supported = pending.server.metadata.scopes_supported
        presets = presets_for(self._supported)
        self._presets = {str(number): preset for number, preset in enumerate(presets, start=1)}
        current = preset_of(pending.scopes or POST.scopes, presets)
        numbers = (number for number, preset in self._presets.items() if preset is current)
        self._default = next(numbers, " ".join(pending.scopes))
        self._choices_printed = False

    def ask(self) -> str:
        """Ask for a choice; the choices are printed the first time."""
        presets = list(self._presets.values())
        if not self._choices_printed:
            self._prompter.print(*texts.scope_choices(presets))
        self._choices_printed = True
        while True:
            answer = self._prompter.ask(
                texts.SCOPES_QUESTION, self._default, hint=texts.SCOPES_HINT
            )
            if answer.lower() != "t":
                return answer
            self._prompter.print(*texts.technical_scopes(presets, self._supported))

    def read(self, typed: str) -> Scopes:
        """Return the scopes that an answer means.

        Raises:
            SignInError: it is no preset's number and no list of known scopes.
        """
        preset = self._presets.get(typed)
        return preset.scopes if preset else read_scopes(typed, self._supported)


def _ask_address(context: PromptContext, default: str = "") -> str:
    return context.prompter.ask("Address", default, hint=texts.ADDRESS_HINT)


def _look_up(context: PromptContext, typed: str) -> PendingSignIn:
    address = read_address(typed)
    if address.warning:
        context.prompter.print(address.warning)
    description = f"Looking up {address.unicode_host}"
    look_up = partial(context.sign_in.look_up, typed)
    pending = context.runner.run(description, look_up, ServerError)
    context.prompter.print(texts.server_found(pending.server))
    return pending


class CodePrompts:
    """Prints the link, and asks for the code until the server accepts one.

    Args:
        context: what the steps share.
        pending: a pending sign-in with a link.
        renewed: the account that is renewed; None where there is none.
    """

    def __init__(
        self, context: PromptContext, pending: PendingSignIn, renewed: Account | None
    ) -> None:
        self._context = context
        self._pending = pending
        self._renewed = renewed
        self._assembler = CodeAssembler(is_gotosocial=is_gotosocial(pending.server))

    def ask_code(self) -> PendingSignIn:
        """Return the pending sign-in that the code belonged to, with its token.

        Raises:
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        self._show_link()
        prompter, can_open = self._context.prompter, self._context.open_link is not None
        question = texts.code_question(is_hidden=prompter.is_terminal, can_open=can_open)
        while True:
            answer = prompter.ask_hidden(question)
            match answer.reveal().lower():
                case "f":
                    self._get_new_link()
                case "o" if can_open:
                    self._open_link()
                case _:
                    completed = self._try_code(answer)
                    if completed is not None:
                        return completed

    def _show_link(self) -> None:
        prompter = self._context.prompter
        prompter.print(*texts.link_instructions(self._pending, self._renewed))
        prompter.print_alone(authorization_url(self._pending))
        prompter.print(*texts.code_instructions(self._pending.server))

    def _get_new_link(self) -> None:
        new_link = partial(self._context.sign_in.new_link, self._pending)
        self._pending = self._context.runner.run(messages.GETTING_NEW_LINK, new_link)
        self._assembler.reset()
        self._show_link()

    def _open_link(self) -> None:
        self._context.prompter.print("Opening your browser.")
        link = authorization_url(self._pending)
        if self._context.open_link is not None and not self._context.open_link(link):
            self._context.prompter.print(messages.BROWSER_DID_NOT_OPEN)

    def _try_code(self, pasted: Secret) -> PendingSignIn | None:
        """Exchange a code; return None where it was not accepted and another may be pasted."""
        try:
            paste = self._assembler.add(pasted.reveal())
            exchange = partial(self._context.sign_in.code_exchange.exchange, self._pending, paste)
            return self._context.runner.run(messages.EXCHANGING_CODE, exchange)
        except SignInError as error:
            self._context.runner.print_error(error, can_answer=True)
            return None


@dataclass(frozen=True)
class PromptContext:
    """What the steps share.

    Attributes:
        sign_in: the sign-in service.
        authorized_apps: returns the programs that the server lists for an account.
        prompter: prints and asks.
        runner: runs one step at a time, with error recovery.
        open_link: opens a link in a browser, and returns whether that worked; None where no
            browser may or can be opened.
    """

    sign_in: SignInFlow
    authorized_apps: Callable[[Account], Coroutine[object, None, list[AuthorizedApp]]]
    prompter: Prompter
    runner: StepRunner
    open_link: Callable[[str], bool] | None


def run_flow(
    services: Services,
    start: Callable[[SignInPrompts], SignInResult],
    open_link: Callable[[str], bool] | None = None,
) -> SignInResult | None:
    """Run a sign-in or a renewal by prompts, and print its result.

    SIGHUP and SIGTERM end it as Ctrl+C does. The services are closed at the end.

    Args:
        services: the services.
        start: starts the flow, such as `lambda prompts: prompts.sign_in()`.
        open_link: opens a link in a browser, and returns whether that worked; None where no
            browser may or can be opened.

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
            )
        )
        prompter.print(texts.WELCOME)
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
            unsaved_prompts.finish()
            loop.run(services.http.aclose())
    can_resume = prompts.pending is not None and unsaved_prompts.everything_saved
    prompter.print(f"{aborted.reason} {texts.SAVED_SO_FAR}" if can_resume else aborted.reason)
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
