"""The last step of the line-mode sign-in: the token is verified, and what may be in the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.errors import (
    AlreadySignedIn,
    DifferentAccount,
    InsufficientScope,
    OtherScopesGranted,
    TokenRevoked,
)
from gts_wizard.prompts import texts
from gts_wizard.prompts.prompter import Aborted, StoppedByUser
from gts_wizard.prompts.questions import ask_scopes
from gts_wizard.services.verification import Consent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gts_wizard.models import PendingSignIn
    from gts_wizard.prompts.context import PromptContext
    from gts_wizard.services.verification import SignInResult


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
        self, pending: PendingSignIn, consents: Collection[Consent] = ()
    ) -> SignInResult | PendingSignIn:
        """Verify a token, and save the account.

        Args:
            pending: a pending sign-in with a token.
            consents: what the user has agreed to.

        Returns:
            The result, or a pending sign-in with another link to go on with.

        Raises:
            NothingChanged: the token is not kept, and the saved account is as it was.
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        verify = partial(self._context.sign_in.verifier.verify, pending, consents)
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
        except (AlreadySignedIn, DifferentAccount, OtherScopesGranted) as failure:
            error_to_decide = failure
        # The choices say what to do next.
        self._context.prompter.print(error_to_decide.full_message)
        match error_to_decide:
            case OtherScopesGranted():
                answer = self._choose(texts.OTHER_SCOPES_CHOICES, texts.OTHER_SCOPES_HELP)
                consent, handle = Consent.OTHER_SCOPES, ""
            case DifferentAccount(is_saved=True):
                answer = self._choose(texts.SAVED_ACCOUNT_CHOICES, texts.SAVED_ACCOUNT_HELP)
                consent, handle = Consent.OTHER_ACCOUNT, error_to_decide.expected
            case DifferentAccount():
                answer = self._choose(texts.OTHER_ACCOUNT_CHOICES, texts.OTHER_ACCOUNT_HELP)
                consent, handle = Consent.OTHER_ACCOUNT, error_to_decide.expected
            case AlreadySignedIn():
                answer = self._choose(texts.SIGNED_IN_CHOICES, texts.SIGNED_IN_HELP)
                consent, handle = Consent.REPLACE, error_to_decide.handle
        match answer:
            case "t":
                self._context.prompter.print(self._keep_old_token(pending, handle))
                return self._get_private_link(pending)
            case "s":
                raise NothingChanged(self._keep_old_token(pending, handle))
            case _:
                return self.verify(pending, {*consents, consent})

    def _ask_other_scopes(self, pending: PendingSignIn, error: InsufficientScope) -> PendingSignIn:
        """Discard a token that is of no use, and get a link with other scopes."""
        discard = partial(self._context.sign_in.discard, pending)
        revocation_error = self._context.runner.run(messages.DISCARDING, discard)
        if revocation_error is not None:
            self._context.prompter.print(messages.discarded(revocation_error))
        self._context.runner.print_error(error, can_answer=self._context.prompter.is_terminal)
        back = partial(self._context.sign_in.back_to_permissions, pending)
        return ask_scopes(self._context, self._context.runner.run("", back), None)

    def _choose(self, choices: Mapping[str, str], explanation: Sequence[str]) -> str:
        """Ask; where there are no more answers, stop, which changes nothing."""
        try:
            return self._context.prompter.choose(choices, explanation)
        except StoppedByUser:
            raise
        except Aborted:
            return "s"

    def _keep_old_token(self, pending: PendingSignIn, handle: str) -> str:
        """Discard the new token; return the message that what is saved is as it was."""
        discard = partial(self._context.sign_in.discard, pending)
        revocation_error = self._context.runner.run(messages.DISCARDING, discard)
        return messages.nothing_changed(handle, revocation_error)

    def _get_private_link(self, pending: PendingSignIn) -> PendingSignIn:
        new_link = partial(self._context.sign_in.new_link, pending)
        linked = self._context.runner.run(messages.GETTING_NEW_LINK, new_link)
        self._context.prompter.print(messages.OPEN_IN_PRIVATE_WINDOW)
        return linked
