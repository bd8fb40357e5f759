"""Doing what takes time: said beforehand, and tried again for as long as the person wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gts_wizard.errors import (
    AddressError,
    FileError,
    KeyringEntryMissing,
    KeyringError,
    SignInError,
    WizardError,
)
from gts_wizard.prompts.prompter import StoppedByUser
from gts_wizard.prompts.running import run

if TYPE_CHECKING:
    from asyncio import Runner
    from collections.abc import Callable, Coroutine

    from gts_wizard.prompts.prompter import Prompter
    from gts_wizard.prompts.unsaved_token import UnsavedTokenGuard
    from gts_wizard.services.accounts import AccountManager

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
        runner: Runner,
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
                return run(self._runner, work())
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
        if isinstance(error, KeyringError) and not isinstance(error, KeyringEntryMissing):
            if self._prompter.ask(_AGAIN_OR_IN_FILE).lower() == "f":
                self._accounts.use_file_for_new_secrets()
        elif isinstance(error, FileError):
            self._save_elsewhere_if(self._prompter.ask(_AGAIN_OR_ELSEWHERE))
        else:
            self._prompter.ask(_AGAIN)

    def _save_elsewhere_if(self, named: str) -> None:
        while named:
            try:
                run(self._runner, self._accounts.save_elsewhere(named))
            except WizardError as error:
                self._prompter.print(str(error))
                named = self._prompter.ask(_AGAIN_OR_ELSEWHERE)
            else:
                return
