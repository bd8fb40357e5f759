"""Ends a plain journey so that no access stays alive without anybody knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.errors import WizardError
from gts_wizard.plain import words
from gts_wizard.plain.running import run
from gts_wizard.rules.leaving import (
    IF_YOU_LEAVE,
    MAY_BE_ALIVE,
    MAY_HAVE_ISSUED,
    ONE_MOMENT,
    STAYS_ALIVE,
    UNSAVED,
    has_ended,
    was_not_ended,
)

if TYPE_CHECKING:
    from asyncio import Runner

    from gts_wizard.plain.dialogue import Dialogue
    from gts_wizard.services.sign_in import SignIn


class Parting:
    """Settles what becomes of an access that could not be saved, and says it.

    Args:
        runner: the event loop that the services share.
        dialogue: who is asked and told.
        sign_in: what may hold such an access.
    """

    def __init__(self, runner: Runner, dialogue: Dialogue, sign_in: SignIn) -> None:
        self._runner = runner
        self._dialogue = dialogue
        self._sign_in = sign_in
        self._is_some_lost = False

    @property
    def is_all_kept(self) -> bool:
        """Whether what was reached is on the shelf, as far as is known."""
        return not (self._is_some_lost or self._sign_in.has_unsaved)

    def is_put_off(self) -> bool:
        """Ask somebody who stops what to do with the access, if there is one.

        Returns:
            Whether they would rather try again than stop.

        Raises:
            Left: they stop without deciding, or there are no more answers.
        """
        if self._sign_in.has_unsaved:
            self._dialogue.say(f"{UNSAVED} {IF_YOU_LEAVE}")
        while self._sign_in.has_unsaved:
            match self._dialogue.choose(words.LEAVE_IT, "elt"):
                case "e":
                    self._end()
                case "l":
                    self._is_some_lost = True
                    self._sign_in.leave_unsaved()
                    self._dialogue.say(STAYS_ALIVE)
                case _:
                    return True
        return False

    def finish(self) -> None:
        """Finish what must not be lost; an access that still can't be saved is ended."""
        if self._sign_in.is_exchanging:
            self._dialogue.say(ONE_MOMENT)
        try:
            run(self._runner, self._sign_in.finish())
        except KeyboardInterrupt:
            self._is_some_lost = True
            if self._sign_in.is_exchanging:
                self._dialogue.say(MAY_HAVE_ISSUED)
        if self._sign_in.has_unsaved:
            self._dialogue.say(UNSAVED)
            try:
                self._end()
            except KeyboardInterrupt:
                self._dialogue.say(MAY_BE_ALIVE)

    def _end(self) -> None:
        self._dialogue.say("Ending the access.")
        try:
            hosts = run(self._runner, self._sign_in.end_unsaved())
        except WizardError as error:
            self._dialogue.say(was_not_ended(error))
        else:
            self._is_some_lost |= bool(hosts)
            self._dialogue.say(*map(has_ended, hosts))
