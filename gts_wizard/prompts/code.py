"""The line-mode sign-in's link, and the question for the code."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.errors import ServerError, SignInError, TokenMayExist
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import CodeAssembler
from gts_wizard.oauth.server_features import is_gotosocial
from gts_wizard.prompts import texts

if TYPE_CHECKING:
    from gts_wizard.models import Account, PendingSignIn
    from gts_wizard.oauth.pasted_code import AuthorizationCode
    from gts_wizard.prompts.context import PromptContext
    from gts_wizard.secret import Secret


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
        # A code to which the server gave no answer that is about it.
        self._unanswered: AuthorizationCode | None = None
        self._assembler = CodeAssembler(is_gotosocial=is_gotosocial(pending.server))

    def ask_code(self) -> PendingSignIn:
        """Return the pending sign-in that the code belonged to, with its token.

        Raises:
            Aborted: the user stopped, or there were no more answers.
            WizardError: it can't be recovered from, or nobody is there to choose how.
        """
        self._show_link()
        prompter, can_open = self._context.prompter, self._context.open_link is not None
        while True:
            answer = prompter.ask_hidden(
                texts.code_question(
                    is_hidden=prompter.is_terminal,
                    can_open=can_open,
                    can_repeat=self._unanswered is not None,
                )
            )
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
        try:
            self._pending = self._context.runner.run(
                messages.GETTING_NEW_LINK, new_link, ServerError
            )
        except ServerError as error:
            # The code of the link before may still be good.
            self._context.runner.print_error(error, can_answer=self._context.prompter.is_terminal)
            return
        self._assembler.reset()
        self._unanswered = None
        self._show_link()

    def _open_link(self) -> None:
        self._context.prompter.print("Opening your browser.")
        link = authorization_url(self._pending)
        if self._context.open_link is not None and not self._context.open_link(link):
            self._context.prompter.print(messages.BROWSER_DID_NOT_OPEN)

    def _try_code(self, pasted: Secret) -> PendingSignIn | None:
        """Exchange a code; return None where it was not accepted and another may be pasted."""
        paste, self._unanswered = self._unanswered, None
        try:
            if paste is None or pasted.reveal():
                paste = self._assembler.add(pasted.reveal())
            exchange = partial(self._context.sign_in.code_exchange.exchange, self._pending, paste)
            return self._context.runner.run(messages.EXCHANGING_CODE, exchange, ServerError)
        except SignInError as error:
            self._context.runner.print_error(error, can_answer=True)
        except ServerError as error:
            self._context.runner.print_error(error, can_answer=self._context.prompter.is_terminal)
            # After `TokenMayExist` it is used, if it was good.
            self._unanswered = None if isinstance(error, TokenMayExist) else paste
        return None
