"""Ends a plain journey so that no access stays alive without anybody knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.errors import WizardError
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
from gts_wizard.prompts.running import run

if TYPE_CHECKING:
    from asyncio import Runner

    from gts_wizard.prompts.prompter import Prompter
    from gts_wizard.services.sign_in import SignInFlow


class UnsavedTokenGuard:
    """Settles what becomes of an access that could not be saved, and says it.

    Args:
        runner: the event loop that the services share.
        dialogue: who is asked and told.
        sign_in: what may hold such an access.
    """

    def __init__(self, runner: Runner, dialogue: Prompter, sign_in: SignInFlow) -> None:
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
        if self._sign_in.is_exchanging:
            self._prompter.print(WAITING_FOR_SERVER)
        try:
            run(self._runner, self._sign_in.finish())
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
            hosts = run(self._runner, self._sign_in.revoke_unsaved_tokens())
        except WizardError as error:
            self._prompter.print(token_not_revoked(error))
        else:
            self._token_lost |= bool(hosts)
            self._prompter.print(*map(token_revoked, hosts))
