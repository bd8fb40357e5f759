"""Doing what takes time: said beforehand, and tried again for as long as the person wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gts_wizard.errors import (
    AddressError,
    FileError,
    KeyringError,
    KeyringLacks,
    SignInError,
    WizardError,
)
from gts_wizard.plain.dialogue import Stopped
from gts_wizard.plain.running import run

if TYPE_CHECKING:
    from asyncio import Runner
    from collections.abc import Callable, Coroutine

    from gts_wizard.plain.dialogue import Dialogue
    from gts_wizard.plain.parting import Parting
    from gts_wizard.services.accounts import Accounts

T = TypeVar("T")

_ABOUT_ANSWERS = (AddressError, SignInError)
_AGAIN = "Enter tries again, q stops"
_AGAIN_OR_ELSEWHERE = "Enter tries again, the name of another file saves it all there, q stops"
_AGAIN_OR_IN_FILE = "Enter tries again, f keeps it in the file, q stops"


class Waiting:
    """Does one thing at a time. Ctrl+C ends it at once, here as at a question.

    Args:
        runner: the event loop that the services share.
        dialogue: who is told.
        accounts: what mends trouble with keeping something.
        parting: what is settled before somebody stops.
    """

    def __init__(
        self, runner: Runner, dialogue: Dialogue, accounts: Accounts, parting: Parting
    ) -> None:
        self._runner = runner
        self._dialogue = dialogue
        self._accounts = accounts
        self._parting = parting

    def wait_for(
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
                self._dialogue.say(f"{doing}.")
            try:
                return run(self._runner, work())
            except WizardError as error:
                if isinstance(error, _ABOUT_ANSWERS + passing):
                    raise
                self.tell(error, can_answer=self._dialogue.is_terminal)
                self._mend(error)
            finally:
                self._dialogue.say(*self._accounts.take_notices())

    def tell(self, error: WizardError, *, can_answer: bool) -> None:
        """Tell a failure, before what led to it is asked or done again.

        Args:
            error: what went wrong.
            can_answer: whether anybody could do it differently; otherwise it ends the command.
        """
        if not can_answer:
            raise error
        self._dialogue.say(str(error))

    def _mend(self, error: WizardError) -> None:
        """Mend a failure that no answer caused; stopping instead loses nothing unasked."""
        try:
            self._ask_how(error)
        except Stopped:
            if not self._parting.is_put_off():
                raise

    def _ask_how(self, error: WizardError) -> None:
        """Ask how to go on, and prepare that."""
        if isinstance(error, KeyringError) and not isinstance(error, KeyringLacks):
            if self._dialogue.ask(_AGAIN_OR_IN_FILE).lower() == "f":
                self._accounts.do_without_keyring()
        elif isinstance(error, FileError):
            self._save_elsewhere_if(self._dialogue.ask(_AGAIN_OR_ELSEWHERE))
        else:
            self._dialogue.ask(_AGAIN)

    def _save_elsewhere_if(self, named: str) -> None:
        while named:
            try:
                run(self._runner, self._accounts.save_elsewhere(named))
            except WizardError as error:
                self._dialogue.say(str(error))
                named = self._dialogue.ask(_AGAIN_OR_ELSEWHERE)
            else:
                return
