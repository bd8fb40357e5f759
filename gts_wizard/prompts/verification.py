"""The last step of the line-mode sign-in: the token is verified, and what may be in the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.errors import AlreadySignedIn, DifferentAccount, InsufficientScope, TokenRevoked
from gts_wizard.prompts import texts
from gts_wizard.prompts.prompter import Aborted, StoppedByUser
from gts_wizard.prompts.questions import ask_scopes

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn
    from gts_wizard.prompts.context import PromptContext
    from gts_wizard.services.sign_in import SignInResult


class NothingChanged(Aborted):
    """The new token was discarded, so there is nothing to resume."""


class VerificationPrompts:
    """Verifies a token, and asks where that does not simply end with a saved account.

    Args:
        context: what the steps share.
    """

    def __init__(self, context: PromptContext) -> None:
        self._context = context

    def verify(
        self,
        pending: PendingSignIn,
        *,
        allow_other_account: bool = False,
        replace_existing: bool = False,
    ) -> SignInResult | PendingSignIn:
        """Verify a token, and save the account.

        Args:
            pending: a pending sign-in with a token.
            allow_other_account: as for `TokenVerifier.verify`.
            replace_existing: as for `TokenVerifier.verify`.

        Returns:
            The result, or a pending sign-in with another link to go on with.

        Raises:
            NothingChanged: the token is not kept, and the saved account is as it was.
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        verify = partial(
            self._context.sign_in.verifier.verify,
            pending,
            allow_other_account=allow_other_account,
            replace_existing=replace_existing,
        )
        passed_on = (TokenRevoked, InsufficientScope)
        try:
            return self._context.runner.run(messages.VERIFYING, verify, *passed_on)
        except TokenRevoked as error:
            # It was revoked before its account was known.
            self._context.prompter.print(str(error))
            start_over = partial(self._context.sign_in.start_over, pending)
            return self._context.runner.run(messages.GETTING_NEW_LINK, start_over)
        except InsufficientScope as error:
            return self._ask_other_scopes(pending, error)
        except DifferentAccount as error:
            self._context.prompter.print(str(error))
            handle, is_other = error.expected, True
        except AlreadySignedIn as error:
            self._context.prompter.print(str(error))
            handle, is_other = error.handle, False
        question = texts.OTHER_ACCOUNT_QUESTION if is_other else texts.ALREADY_SIGNED_IN_QUESTION
        match self._choose(question, "tks" if is_other else "ktr", at_end="s" if is_other else "k"):
            case "t":
                self._context.prompter.print(self._keep_old_token(pending, handle))
                return self._get_private_link(pending)
            case "k" if is_other:
                return self.verify(pending, allow_other_account=True)
            case "r":
                return self.verify(
                    pending, allow_other_account=allow_other_account, replace_existing=True
                )
            case _:
                raise NothingChanged(self._keep_old_token(pending, handle))

    def _ask_other_scopes(self, pending: PendingSignIn, error: InsufficientScope) -> PendingSignIn:
        """Discard a token that is of no use, and get a link with other scopes."""
        discard = partial(self._context.sign_in.discard, pending)
        revocation_error = self._context.runner.run(messages.DISCARDING, discard)
        if revocation_error is not None:
            self._context.prompter.print(messages.token_not_revoked(revocation_error))
        self._context.runner.print_error(error, can_answer=self._context.prompter.is_terminal)
        back = partial(self._context.sign_in.back_to_permissions, pending)
        return ask_scopes(self._context, self._context.runner.run("", back), None)

    def _choose(self, question: str, letters: str, at_end: str) -> str:
        """Ask; where there are no more answers, take the one that changes nothing."""
        try:
            return self._context.prompter.choose(question, letters)
        except StoppedByUser:
            raise
        except Aborted:
            return at_end

    def _keep_old_token(self, pending: PendingSignIn, handle: str) -> str:
        """Discard the new token; return the message that the account keeps the one it has."""
        discard = partial(self._context.sign_in.discard, pending)
        revocation_error = self._context.runner.run(messages.DISCARDING, discard)
        return messages.nothing_changed(handle, revocation_error)

    def _get_private_link(self, pending: PendingSignIn) -> PendingSignIn:
        new_link = partial(self._context.sign_in.new_link, pending)
        linked = self._context.runner.run(messages.GETTING_NEW_LINK, new_link)
        self._context.prompter.print(messages.OPEN_IN_PRIVATE_WINDOW)
        return linked
