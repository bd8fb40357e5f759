"""Runs one step of the sign-in: errors, trying again, tokens that are not saved yet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeVar

from gts_wizard.errors import (
    AddressError,
    SignInError,
    WizardError,
)
from gts_wizard.messages import (
    IF_YOU_QUIT,
    TOKEN_MAY_BE_VALID,
    TOKEN_MAY_EXIST,
    TOKEN_NOT_SAVED,
    TOKEN_STILL_VALID,
    WAITING_FOR_SERVER,
    token_not_revoked,
    token_revoked,
)
from gts_wizard.prompts import texts
from gts_wizard.prompts.prompter import StoppedByUser
from gts_wizard.services.recovery import Recovery, recovery_options

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gts_wizard.prompts.prompter import Prompter
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.sign_in import SignInFlow


T = TypeVar("T")
_ABOUT_ANSWERS = (AddressError, SignInError)
_AGAIN = "Enter tries again, q stops"
_AGAIN_OR_ELSEWHERE = "Enter tries again, the name of another file saves it all there, q stops"
_AGAIN_OR_IN_FILE = "Enter tries again, f keeps it in the file, q stops"


class StepRunner:
    """Does one thing at a time. Ctrl+C ends it at once, here as at a question.

    Args:
        runner: the event loop that the services share.
        dialogue: who is told.
        accounts: what mends trouble with keeping something.
        parting: what is settled before somebody stops.
    """

    def __init__(
        self,
        runner: InterruptibleRunner,
        dialogue: Prompter,
        accounts: AccountManager,
        parting: UnsavedTokenGuard,
    ) -> None:
        self._runner = runner
        self._prompter = dialogue
        self._accounts = accounts
        self._guard = parting

    def run(
        self,
        doing: str,
        work: Callable[[], Coroutine[object, None, T]],
        *passing: type[WizardError],
    ) -> T:
        """Do something that takes time.

        Args:
            doing: what is said before, such as `Looking up example.org`; may be empty.
            work: what is done.
            passing: the failures that another answer could mend, beside those that are about
                answers only; they are not tried again.

        Raises:
            WizardError: one of those; or any, where nobody sits there to try again.
        """
        while True:
            if doing:
                self._prompter.print(f"{doing}.")
            try:
                return self._runner.run(work())
            except WizardError as error:
                if isinstance(error, _ABOUT_ANSWERS + passing):
                    raise
                self.print_error(error, can_answer=self._prompter.is_terminal)
                self._recover(error)
            finally:
                self._prompter.print(*self._accounts.pop_warnings())

    def print_error(self, error: WizardError, *, can_answer: bool) -> None:
        """Tell a failure, before what led to it is asked or done again.

        Args:
            error: what went wrong.
            can_answer: whether anybody could do it differently; otherwise it ends the command.
        """
        if not can_answer:
            raise error
        self._prompter.print(str(error))

    def _recover(self, error: WizardError) -> None:
        """Mend a failure that no answer caused; stopping instead loses nothing unasked."""
        try:
            self._ask_recovery(error)
        except StoppedByUser:
            if not self._guard.ask_before_exit():
                raise

    def _ask_recovery(self, error: WizardError) -> None:
        """Ask how to go on, and prepare that."""
        options = recovery_options(error)
        if Recovery.USE_FILE in options:
            if self._prompter.ask(_AGAIN_OR_IN_FILE).lower() == "f":
                self._accounts.use_file_for_new_secrets()
        elif Recovery.SAVE_ELSEWHERE in options:
            self._save_elsewhere_if(self._prompter.ask(_AGAIN_OR_ELSEWHERE))
        else:
            self._prompter.ask(_AGAIN)

    def _save_elsewhere_if(self, named: str) -> None:
        while named:
            try:
                self._runner.run(self._accounts.save_elsewhere(named))
            except WizardError as error:
                self._prompter.print(str(error))
                named = self._prompter.ask(_AGAIN_OR_ELSEWHERE)
            else:
                return


class InterruptibleRunner:
    """An event loop whose work a signal can end, as Ctrl+C does, even where SIGINT is ignored."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._task: asyncio.Task[object] | None = None

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._runner.close()

    def run(self, work: Coroutine[object, None, T]) -> T:
        """Do something that takes time.

        Args:
            work: what is done.

        Raises:
            KeyboardInterrupt: it was interrupted, even just before it began.
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
        """End what is being done, or whatever runs outside of it; to be called by a signal handler.

        Raises:
            KeyboardInterrupt: no work is being done.
        """
        if self._task is None:
            raise KeyboardInterrupt
        self._runner.get_loop().call_soon_threadsafe(self._task.cancel)


class UnsavedTokenGuard:
    """Settles what becomes of an access that could not be saved, and says it.

    Args:
        runner: the event loop that the services share.
        dialogue: who is asked and told.
        sign_in: what may hold such an access.
    """

    def __init__(
        self, runner: InterruptibleRunner, dialogue: Prompter, sign_in: SignInFlow
    ) -> None:
        self._runner = runner
        self._prompter = dialogue
        self._sign_in = sign_in
        self._token_lost = False

    @property
    def everything_saved(self) -> bool:
        """Whether what was reached is on the shelf, as far as is known."""
        return not (self._token_lost or self._sign_in.has_unsaved_tokens)

    def ask_before_exit(self) -> bool:
        """Ask somebody who stops what to do with the access, if there is one.

        Returns:
            Whether they would rather try again than stop.

        Raises:
            Aborted: they stop without deciding, or there are no more answers.
        """
        if self._sign_in.has_unsaved_tokens:
            self._prompter.print(f"{TOKEN_NOT_SAVED} {IF_YOU_QUIT}")
        while self._sign_in.has_unsaved_tokens:
            match self._prompter.choose(texts.UNSAVED_QUESTION, "elt"):
                case "e":
                    self._revoke()
                case "l":
                    self._token_lost = True
                    self._sign_in.discard_unsaved_tokens()
                    self._prompter.print(TOKEN_STILL_VALID)
                case _:
                    return True
        return False

    def finish(self) -> None:
        """Finish what must not be lost; an access that still can't be saved is ended."""
        try:
            if self._sign_in.is_exchanging:
                self._prompter.print(WAITING_FOR_SERVER)
            self._runner.run(self._sign_in.finish())
        except KeyboardInterrupt:
            self._token_lost = True
            if self._sign_in.is_exchanging:
                self._prompter.print(TOKEN_MAY_EXIST)
        if self._sign_in.has_unsaved_tokens:
            self._prompter.print(TOKEN_NOT_SAVED)
            try:
                self._revoke()
            except KeyboardInterrupt:
                self._prompter.print(TOKEN_MAY_BE_VALID)

    def _revoke(self) -> None:
        self._prompter.print("Ending the access.")
        try:
            hosts = self._runner.run(self._sign_in.revoke_unsaved_tokens())
        except WizardError as error:
            self._prompter.print(token_not_revoked(error))
        else:
            self._token_lost |= bool(hosts)
            self._prompter.print(*map(token_revoked, hosts))
