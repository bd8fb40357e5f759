"""Runs one step of the line-mode sign-in: prints errors, offers recovery, saves every token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeVar

from gts_wizard import errors, messages
from gts_wizard.prompts import texts
from gts_wizard.prompts.prompter import StoppedByUser
from gts_wizard.services.recovery import Recovery, recovery_options

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gts_wizard.prompts.prompter import Prompter
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.code_exchange import CodeExchange


T = TypeVar("T")
# Errors that another answer from the user may resolve.
_INPUT_ERRORS = (errors.AddressError, errors.SignInError)


class StepRunner:
    """Runs one step at a time, with error recovery. Ctrl+C ends a step as it ends a question.

    Args:
        loop: the event loop that the services share.
        prompter: prints and asks.
        accounts: changes where credentials are saved, to recover from a failed save.
        unsaved_prompts: asks about unsaved tokens before the command ends.
    """

    def __init__(
        self,
        loop: InterruptibleLoop,
        prompter: Prompter,
        accounts: AccountManager,
        unsaved_prompts: UnsavedTokenPrompts,
    ) -> None:
        self._loop = loop
        self._prompter = prompter
        self._accounts = accounts
        self._unsaved_prompts = unsaved_prompts

    def run(
        self,
        description: str,
        work: Callable[[], Coroutine[object, None, T]],
        *passed_on: type[errors.WizardError],
    ) -> T:
        """Run one step, again and again until it succeeds or the user stops.

        Args:
            description: printed before, such as `Looking up example.org`; may be empty.
            work: returns the coroutine of the step; called again for each retry.
            passed_on: classes of errors to raise at once, beside address and sign-in errors: the
                caller recovers from them.

        Raises:
            WizardError: one of those; any, where nobody is there to choose how to recover.
            Aborted: the user stopped, or there were no more answers.
        """
        while True:
            if description:
                self._prompter.print(f"{description}.")
            try:
                return self._loop.run(work())
            except errors.WizardError as error:
                if isinstance(error, _INPUT_ERRORS + passed_on):
                    raise
                self.print_error(error, can_answer=self._prompter.is_terminal)
                self._recover(error)
            finally:
                self._prompter.print(*self._accounts.pop_warnings())

    def print_error(self, error: errors.WizardError, *, can_answer: bool) -> None:
        """Print an error, before the user is asked again.

        Args:
            error: the error.
            can_answer: whether somebody can answer; if not, the error is raised instead.

        Raises:
            WizardError: the error, where nobody can answer.
        """
        if not can_answer:
            raise error
        self._prompter.print(str(error))

    def _recover(self, error: errors.WizardError) -> None:
        """Ask how to recover; before the user stops, ask what to do with unsaved tokens."""
        try:
            self._ask_recovery(error)
        except StoppedByUser:
            if not self._unsaved_prompts.ask_before_exit():
                raise

    def _ask_recovery(self, error: errors.WizardError) -> None:
        """Ask how to recover from the error, and do what the retry needs."""
        options = recovery_options(error)
        if Recovery.USE_FILE in options:
            answer = self._prompter.ask(
                texts.AGAIN_OR_IN_FILE_QUESTION, explanation=texts.AGAIN_OR_IN_FILE_HELP
            )
            if answer.lower() == "f":
                self._accounts.use_file_for_new_secrets()
        elif Recovery.SAVE_ELSEWHERE in options:
            self._save_elsewhere(self._ask_path())
        else:
            self._prompter.ask(texts.AGAIN_QUESTION, explanation=texts.AGAIN_HELP)

    def _ask_path(self) -> str:
        return self._prompter.ask(
            texts.AGAIN_OR_ELSEWHERE_QUESTION, explanation=texts.AGAIN_OR_ELSEWHERE_HELP
        )

    def _save_elsewhere(self, path: str) -> None:
        """Use another credentials file, asking again where that fails; an empty path keeps it."""
        while path:
            try:
                self._loop.run(self._accounts.save_elsewhere(path))
            except errors.WizardError as error:
                self._prompter.print(str(error))
                path = self._ask_path()
            else:
                return


class InterruptibleLoop:
    """An event loop whose work a signal handler can cancel, even where SIGINT is ignored.

    Shells start background jobs with SIGINT ignored, and then asyncio.Runner does not handle it.
    """

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._task: asyncio.Task[object] | None = None

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        # What is still running is given up, and asyncio would print how it ended.
        self._runner.get_loop().set_exception_handler(lambda _loop, _context: None)
        self._runner.close()

    def run(self, work: Coroutine[object, None, T]) -> T:
        """Run a coroutine to its end, and return its result.

        Args:
            work: the coroutine.

        Raises:
            KeyboardInterrupt: it was interrupted, perhaps before it started.
        """

        async def interruptible() -> T:
            self._task = asyncio.current_task()
            return await work

        try:
            return self._runner.run(interruptible())
        except asyncio.CancelledError:
            work.close()
            raise KeyboardInterrupt from None
        finally:
            self._task = None

    def interrupt(self) -> None:
        """Cancel the running coroutine; to be called by a signal handler.

        Raises:
            KeyboardInterrupt: none is running, so the code outside of it is interrupted.
        """
        if self._task is None:
            raise KeyboardInterrupt
        self._runner.get_loop().call_soon_threadsafe(self._task.cancel)


class UnsavedTokenPrompts:
    """Saves, revokes or discards tokens that could not be saved, and prints which of these it was.

    Args:
        loop: the event loop that the services share.
        prompter: prints and asks.
        code_exchange: holds the unsaved tokens.
    """

    def __init__(
        self, loop: InterruptibleLoop, prompter: Prompter, code_exchange: CodeExchange
    ) -> None:
        self._loop = loop
        self._prompter = prompter
        self._code_exchange = code_exchange
        self._token_lost = False

    @property
    def everything_saved(self) -> bool:
        """Whether every token that was issued is saved, as far as is known."""
        return not (
            self._token_lost
            or self._code_exchange.has_unsaved_tokens
            or self._code_exchange.may_have_lost_token
        )

    def ask_before_exit(self) -> bool:
        """Ask what to do with the unsaved token, if there is one, before the command ends.

        Returns:
            Whether the user chose to try again instead of stopping.

        Raises:
            Aborted: the user stopped without choosing, or there were no more answers.
        """
        if self._code_exchange.has_unsaved_tokens:
            self._prompter.print(messages.TOKEN_NOT_SAVED, messages.IF_YOU_QUIT)
        while self._code_exchange.has_unsaved_tokens:
            match self._prompter.choose(texts.UNSAVED_CHOICES, texts.UNSAVED_HELP):
                case "r":
                    self._revoke()
                case "l":
                    self._token_lost = True
                    self._code_exchange.discard_unsaved_tokens()
                    self._prompter.print(messages.TOKEN_STILL_VALID)
                case _:
                    return True
        return False

    def finish(self) -> None:
        """Finish running code exchanges, and revoke the tokens that still can't be saved."""
        try:
            if self._code_exchange.is_running:
                self._prompter.print(messages.WAITING_FOR_SERVER)
            self._loop.run(self._code_exchange.finish())
        except KeyboardInterrupt:
            self._token_lost = True
            if self._code_exchange.is_running:
                self._prompter.print(messages.TOKEN_MAY_EXIST)
        if self._code_exchange.may_have_lost_token:
            self._prompter.print(messages.TOKEN_MAY_EXIST)
        if self._code_exchange.has_unsaved_tokens:
            self._prompter.print(messages.TOKEN_NOT_SAVED)
            try:
                self._revoke()
            except KeyboardInterrupt:
                self._prompter.print(messages.TOKEN_MAY_BE_VALID)

    def _revoke(self) -> None:
        self._prompter.print("Revoking access.")
        try:
            hosts = self._loop.run(self._code_exchange.revoke_unsaved_tokens())
        except errors.WizardError as error:
            self._prompter.print(messages.token_not_revoked(error))
        else:
            self._token_lost |= bool(hosts)
            self._prompter.print(*map(messages.token_revoked, hosts))
