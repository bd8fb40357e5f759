"""Sign-in as questions and answers, a line at a time."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.address import read_address
from gts_wizard.errors import AddressError, ServerError, SignInError, TokenRevoked, WizardError
from gts_wizard.models import WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import CodeAssembler
from gts_wizard.oauth.scopes import POST, preset_of, presets_for, read_scopes, with_required
from gts_wizard.oauth.server_features import is_gotosocial
from gts_wizard.prompts import texts
from gts_wizard.prompts.prompter import Aborted, Prompter, StoppedByUser
from gts_wizard.prompts.runner import InterruptibleRunner, StepRunner, UnsavedTokenGuard
from gts_wizard.services.recovery import Recovery, recovery_options
from gts_wizard.signals import ending_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gts_wizard.address import Address
    from gts_wizard.models import Account, PendingSignIn, Scopes
    from gts_wizard.prompts.prompter import Prompter
    from gts_wizard.prompts.runner import StepRunner
    from gts_wizard.secret import Secret
    from gts_wizard.services.container import Services
    from gts_wizard.services.sign_in import SignInFlow, SignInResult


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
            self.pending = self._context.runner.run(messages.renewing(handle), renew)
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
        except WizardError as error:
            if Recovery.NEW_LINK not in recovery_options(error):
                raise
            self._context.prompter.print(str(error))
            start_over = partial(self._context.sign_in.start_over, attempt)
            self.pending = self._context.runner.run(messages.GETTING_NEW_LINK, start_over)
            return self._run(self.pending, before)

    def _result(self, attempt: PendingSignIn) -> SignInResult:
        """Ask whose access it is; somebody else's is kept beside the other, or not at all."""
        try:
            return self._verified(attempt, keeps_both=False)
        except WizardError as error:
            if Recovery.KEEP_BOTH not in recovery_options(error):
                raise
            self._context.prompter.print(str(error))
        if self._context.prompter.choose("Stop (s), or keep both (k)?", "sk") == "k":
            return self._verified(attempt, keeps_both=True)
        let_go = partial(self._context.sign_in.discard, attempt)
        alive = self._context.runner.run(messages.DISCARDING, let_go)
        self.pending = None
        raise Aborted(messages.nothing_changed(attempt.renewing, alive))

    def _verified(self, attempt: PendingSignIn, *, keeps_both: bool) -> SignInResult:
        verify = partial(self._context.sign_in.verify, attempt, keeps_both=keeps_both)
        return self._context.runner.run(messages.VERIFYING, verify, TokenRevoked)

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
                    self._context.prompter.print(messages.token_not_revoked(alive))
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
            limits = messages.scope_limits(attempt.server)
            self._context.prompter.print(*[limits] if limits else [])

    def _say_left_open(self, attempt: PendingSignIn) -> None:
        self._context.prompter.print(messages.unfinished(attempt, datetime.now(UTC)))


def _is_meant(attempt: PendingSignIn, typed: Address, scopes: str | None) -> bool:
    """Tell whether what was given on the command line fits an attempt."""
    is_there = typed.host in {attempt.server.host, attempt.server.account_domain}
    is_theirs = typed.username.casefold() in {"", attempt.username.casefold()}
    is_chosen = scopes is None or with_required(scopes.split()) == attempt.scopes
    return is_there and is_theirs and is_chosen


def ask_server(means: PromptContext, given: str) -> PendingSignIn:
    """Find the instance, asking until there is one.

    Args:
        means: what is at hand.
        given: the address from the command line; asked for when empty.
    """
    typed, is_answer = given, False
    if not given:
        means.prompter.print("", messages.WHERE_IS_YOUR_ACCOUNT, messages.WHAT_TO_TYPE)
        typed, is_answer = _ask_address(means), True
    while True:
        try:
            return _look_up(means, typed)
        except (AddressError, ServerError) as error:
            is_misread = isinstance(error, AddressError)
            can_answer = means.prompter.is_terminal or (is_misread and is_answer)
            means.runner.print_error(error, can_answer=can_answer)
            typed, is_answer = _ask_address(means, "" if is_misread else typed), True


def ask_scopes(means: PromptContext, attempt: PendingSignIn, given: str | None) -> PendingSignIn:
    """Settle what programs may do, asking until that is something.

    Args:
        means: what is at hand.
        attempt: at the instance that was found.
        given: the permissions from the command line; asked for when None.
    """
    choice = _ScopePrompt(means, attempt)
    typed = choice.ask() if given is None else given
    is_answer = given is None
    while True:
        try:
            chosen = choice.read(typed)
            doing = messages.registering(attempt.server.host)
            return means.runner.run(doing, partial(means.sign_in.choose_scopes, attempt, chosen))
        except SignInError as error:
            means.runner.print_error(error, can_answer=is_answer or means.prompter.is_terminal)
            typed, is_answer = choice.ask(), True


class _ScopePrompt:
    """The ready-made choices by number, and all others in OAuth's words."""

    def __init__(self, means: PromptContext, attempt: PendingSignIn) -> None:
        self._prompter = means.prompter
        self._supported = attempt.server.metadata.scopes_supported
        presets = presets_for(self._supported)
        self._presets = {str(number): one for number, one in enumerate(presets, start=1)}
        kept = preset_of(attempt.scopes or POST.scopes, presets)
        numbers = (number for number, one in self._presets.items() if one is kept)
        self._default = next(numbers, " ".join(attempt.scopes))
        self._is_shown = False

    def ask(self) -> str:
        """Ask for a choice; what there is to choose from is told the first time."""
        presets = list(self._presets.values())
        if not self._is_shown:
            self._prompter.print(*texts.scope_choices(presets))
        self._is_shown = True
        while True:
            answer = self._prompter.ask(texts.SCOPES_QUESTION, self._default, way=texts.SCOPES_HINT)
            if answer.lower() != "t":
                return answer
            self._prompter.print(*texts.technical_scopes(presets, self._supported))

    def read(self, typed: str) -> Scopes:
        """Return the permissions that an answer means.

        Raises:
            SignInError: it means none.
        """
        preset = self._presets.get(typed)
        return preset.scopes if preset else read_scopes(typed, self._supported)


def _ask_address(means: PromptContext, default: str = "") -> str:
    return means.prompter.ask("Address", default, way=texts.ADDRESS_HINT)


def _look_up(means: PromptContext, typed: str) -> PendingSignIn:
    address = read_address(typed)
    if address.warning:
        means.prompter.print(address.warning)
    doing = f"Looking up {address.unicode_host}"
    look_up = partial(means.sign_in.look_up, typed)
    attempt = means.runner.run(doing, look_up, ServerError)
    means.prompter.print(texts.server_found(attempt.server))
    return attempt


class CodePrompts:
    """Shows the link, and asks for the code until the server takes one.

    Args:
        means: what is at hand.
        attempt: the attempt that has a link.
        before: what the access that is renewed may do; empty where none is known.
    """

    def __init__(self, means: PromptContext, attempt: PendingSignIn, before: Scopes) -> None:
        self._context = means
        self._pending = attempt
        self._before = before
        self._assembler = CodeAssembler(is_gotosocial=is_gotosocial(attempt.server))

    def ask_code(self) -> PendingSignIn:
        """Return the attempt that a code belonged to, with its token."""
        self._show_link()
        dialogue, can_open = self._context.prompter, self._context.open_link is not None
        question = texts.code_question(is_hidden=dialogue.is_terminal, can_open=can_open)
        while True:
            answer = dialogue.ask_hidden(question)
            match answer.reveal().lower():
                case "f":
                    self._get_fresh()
                case "o" if can_open:
                    self._open()
                case _:
                    redeemed = self._try_code(answer)
                    if redeemed is not None:
                        return redeemed

    def _show_link(self) -> None:
        dialogue = self._context.prompter
        dialogue.print(*texts.link_instructions(self._pending, self._before))
        dialogue.print_alone(authorization_url(self._pending))
        dialogue.print(*texts.code_instructions(self._pending.server))

    def _get_fresh(self) -> None:
        fresh = partial(self._context.sign_in.new_link, self._pending)
        self._pending = self._context.runner.run(messages.GETTING_NEW_LINK, fresh)
        self._assembler.reset()
        self._show_link()

    def _open(self) -> None:
        self._context.prompter.print("Opening your browser.")
        link = authorization_url(self._pending)
        if self._context.open_link is not None and not self._context.open_link(link):
            self._context.prompter.print(messages.BROWSER_DID_NOT_OPEN)

    def _try_code(self, pasted: Secret) -> PendingSignIn | None:
        """Hand a code in; None where that failed and can be mended by another answer."""
        try:
            paste = self._assembler.add(pasted.reveal())
            redeem = partial(self._context.sign_in.exchange_code, self._pending, paste)
            return self._context.runner.run(messages.EXCHANGING_CODE, redeem)
        except SignInError as error:
            self._context.runner.print_error(error, can_answer=True)
            return None


@dataclass(frozen=True)
class PromptContext:
    """Handed from step to step.

    Attributes:
        sign_in: what walks an attempt from step to step.
        dialogue: who answers.
        waiting: does what takes time.
        open_link: opens a link in a browser, and tells whether that worked; None where there is
            none to open it in.
    """

    sign_in: SignInFlow
    prompter: Prompter
    runner: StepRunner
    open_link: Callable[[str], bool] | None


def run_flow(
    services: Services,
    way: Callable[[SignInPrompts], SignInResult],
    open_link: Callable[[str], bool] | None = None,
) -> SignInResult | None:
    """Walk a journey, and say whom it led to.

    Args:
        services: what the steps call.
        way: which journey it is.
        open_link: opens a link in a browser; None where there is none to open it in.

    Returns:
        How it ended well; None where it was left before that.

    Raises:
        WizardError: nobody could be asked how to go on after it.
    """
    dialogue = Prompter()
    with InterruptibleRunner() as runner, _interrupted_by_signals(runner):
        parting = UnsavedTokenGuard(runner, dialogue, services.sign_in)
        waiting = StepRunner(runner, dialogue, services.accounts, parting)
        journey = SignInPrompts(PromptContext(services.sign_in, dialogue, waiting, open_link))
        dialogue.print(texts.WELCOME)
        try:
            met = way(journey)
        except Aborted as left:
            end = left
        except KeyboardInterrupt:
            dialogue.print("")
            end = StoppedByUser()
        else:
            dialogue.print(*texts.signed_in(met, services.accounts.display_path))
            return met
        finally:
            parting.finish()
            runner.run(services.http.aclose())
    is_kept = journey.pending is not None and parting.everything_saved
    dialogue.print(f"{end.why} {texts.SAVED_SO_FAR}" if is_kept else end.why)
    return None


@contextmanager
def _interrupted_by_signals(runner: InterruptibleRunner) -> Iterator[None]:
    """End as after Ctrl+C when the terminal is closed or the computer shut down."""
    before = {
        number: signal.signal(number, lambda *_: runner.interrupt()) for number in ending_signals()
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
