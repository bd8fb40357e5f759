"""The line-mode sign-in's link, and the code: from the browser, or an answer to a question."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.errors import ServerError, SignInError, TokenMayExist
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import CodeAssembler
from gts_wizard.oauth.server_features import is_gotosocial
from gts_wizard.prompts import texts
from gts_wizard.prompts.questions import ask_scopes
from gts_wizard.prompts.steps import Step, step_title

if TYPE_CHECKING:
    from gts_wizard.models import Account, PendingSignIn
    from gts_wizard.oauth.pasted_code import AuthorizationCode
    from gts_wizard.prompts.context import PromptContext
    from gts_wizard.secret import Secret
    from gts_wizard.services.redirects import LoopbackRedirect


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
        completed = None
        while completed is None:
            completed = self._ask()
        return completed

    def _ask(self) -> PendingSignIn | None:
        """Ask for the code once; return None where there is no token yet."""
        if self._unanswered is not None:
            question = texts.SAME_CODE_QUESTION
        elif self._context.open_link is not None:
            question = texts.OPEN_OR_CODE_QUESTION
        else:
            question = texts.CODE_QUESTION
        return self._handle(self._context.prompter.ask_hidden(question))

    def _handle(self, answer: Secret) -> PendingSignIn | None:
        """Do what an answer says; return None where there is no token yet."""
        match answer.reveal().lower():
            case "?":
                can_open = self._context.open_link is not None
                self._context.prompter.print(
                    *texts.code_help(self._pending.server, can_open=can_open)
                )
                return None
            case "f":
                self._get_new_link()
                return None
            case "p":
                self._start_from(ask_scopes(self._context, self._pending, None))
                return None
            case "o" if self._context.open_link is not None:
                return self._open_link()
            case _:
                return self._try_code(answer)

    def _show_link(self) -> None:
        prompter, server = self._context.prompter, self._pending.server
        prompter.print("", step_title(Step.AUTHORIZE, self._pending))
        if self._pending.renewed_handle:
            note = messages.renewal_note(self._pending, self._renewed)
            prompter.print(note, texts.CHANGE_PERMISSIONS)
        link = authorization_url(self._pending)
        if self._context.comes_by_itself(server):
            prompter.print(*texts.browser_instructions(server))
            prompter.print_alone(link)
        else:
            can_open = self._context.open_link is not None
            prompter.print(texts.link_introduction(server, can_open=can_open))
            prompter.print_alone(link)
            prompter.print(*texts.link_instructions(server))
            prompter.print("", step_title(Step.CODE, self._pending))
        prompter.print(*texts.code_instructions(server))
        if prompter.is_terminal:
            prompter.print(texts.ANSWER_IS_HIDDEN)

    def _get_new_link(self) -> None:
        new_link = partial(self._context.sign_in.new_link, self._pending)
        try:
            linked = self._context.runner.run(messages.GETTING_NEW_LINK, new_link, ServerError)
        except ServerError as error:
            # The code of the link before may still be good.
            self._context.runner.print_error(error, can_answer=self._context.prompter.is_terminal)
            return
        self._start_from(linked)

    def _start_from(self, pending: PendingSignIn) -> None:
        """Go on with another link, or with the same one once more."""
        self._pending = pending
        self._assembler.reset()
        self._unanswered = None
        self._show_link()

    def _open_link(self) -> PendingSignIn | None:
        """Open the link, and wait for the code where the browser can bring it."""
        redirects, runner = self._context.sign_in.redirects, self._context.runner
        redirect = None
        if self._context.comes_by_itself(self._pending.server):
            # Where none can be had, the link that is printed shows a code.
            with suppress(ServerError):
                redirect = runner.run("", partial(redirects.open, self._pending), ServerError)
        self._context.prompter.print(texts.OPENING_BROWSER)
        link = authorization_url(redirect.pending if redirect else self._pending)
        if self._context.open_link is not None and not self._context.open_link(link):
            self._context.prompter.print(messages.BROWSER_DID_NOT_OPEN)
            runner.run("", redirects.aclose)
            return None
        if redirect is None:
            self._context.prompter.print(messages.USING_CODE)
            return None
        try:
            code = runner.run("", partial(self._receive, redirect))
        except SignInError as error:
            runner.print_error(error, can_answer=True)
            return None
        if code is not None:
            return self._exchange(code, redirect)
        runner.run("", redirects.aclose)
        answer = self._context.prompter.read_hidden()
        return self._handle(answer) if answer.reveal() else None

    async def _receive(self, redirect: LoopbackRedirect) -> AuthorizationCode | None:
        """Return the code that the browser brings; None where the user answers first."""
        sentences = texts.waiting_for_browser(self._pending.server)
        answer = asyncio.create_task(self._context.prompter.wait_for_answer(*sentences))
        code = asyncio.create_task(redirect.receive())
        try:
            await asyncio.wait([answer, code], return_when=asyncio.FIRST_COMPLETED)
            return await code if code.done() else None
        except SignInError:
            await redirect.wait_until_shown()
            raise
        finally:
            answer.cancel()
            code.cancel()
            await asyncio.wait([answer, code])

    def _try_code(self, pasted: Secret) -> PendingSignIn | None:
        """Exchange a pasted code; return None where it is not accepted and another may follow."""
        paste, self._unanswered = self._unanswered, None
        try:
            if paste is None or pasted.reveal():
                paste = self._assembler.add(pasted.reveal())
        except SignInError as error:
            self._context.runner.print_error(error, can_answer=True)
            return None
        return self._exchange(paste)

    def _exchange(
        self, code: AuthorizationCode, redirect: LoopbackRedirect | None = None
    ) -> PendingSignIn | None:
        """Exchange a code; return None where it is not accepted and another may follow.

        Args:
            code: the code.
            redirect: what brought it; None where it was pasted.
        """
        runner, code_exchange = self._context.runner, self._context.sign_in.code_exchange
        if redirect is not None:
            self._context.prompter.print("", step_title(Step.CODE, self._pending))

        async def exchange() -> PendingSignIn:
            try:
                with redirect.show_outcome() if redirect else nullcontext():
                    return await code_exchange.exchange(self._pending, code)
            finally:
                # While the next question is asked, or once the program ends, no page is served.
                if redirect is not None:
                    await redirect.wait_until_shown()

        try:
            return runner.run(messages.EXCHANGING_CODE, exchange, ServerError)
        except SignInError as error:
            runner.print_error(error, can_answer=True)
        except ServerError as error:
            runner.print_error(error, can_answer=self._context.prompter.is_terminal)
            # After `TokenMayExist` it is used, if it was good.
            self._unanswered = None if isinstance(error, TokenMayExist) else code
        return None
