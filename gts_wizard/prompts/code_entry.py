"""The next two steps: the link, and the code that comes back from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.errors import SignInError
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.code_assembler import CodeAssembler
from gts_wizard.prompts import texts

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn, Scopes
    from gts_wizard.prompts.means import PromptContext
    from gts_wizard.secret import Secret


class CodePrompts:
    """Shows the link, and asks for the code until the server takes one.

    Args:
        means: what is at hand.
        attempt: the attempt that has a link.
        before: what the access that is renewed may do; empty where none is known.
    """

    def __init__(self, means: PromptContext, attempt: PendingSignIn, before: Scopes) -> None:
        self._context = means
        self._pending = attempt
        self._before = before
        self._assembler = CodeAssembler(is_gotosocial=attempt.server.software == "gotosocial")

    def ask_code(self) -> PendingSignIn:
        """Return the attempt that a code belonged to, with its token."""
        self._show_link()
        dialogue, can_open = self._context.prompter, self._context.open_link is not None
        question = texts.code_question(is_hidden=dialogue.is_terminal, can_open=can_open)
        while True:
            answer = dialogue.ask_hidden(question)
            match answer.reveal().lower():
                case "f":
                    self._get_fresh()
                case "o" if can_open:
                    self._open()
                case _:
                    redeemed = self._try_code(answer)
                    if redeemed is not None:
                        return redeemed

    def _show_link(self) -> None:
        dialogue = self._context.prompter
        dialogue.print(*texts.link_instructions(self._pending, self._before))
        dialogue.print_alone(authorization_url(self._pending))
        dialogue.print(*texts.code_instructions(self._pending.server))

    def _get_fresh(self) -> None:
        fresh = partial(self._context.sign_in.new_link, self._pending)
        self._pending = self._context.runner.run("Getting a fresh link", fresh)
        self._assembler.reset()
        self._show_link()

    def _open(self) -> None:
        self._context.prompter.print("Opening your browser.")
        link = authorization_url(self._pending)
        if self._context.open_link is not None and not self._context.open_link(link):
            self._context.prompter.print("The browser did not open. Copy the link instead.")

    def _try_code(self, pasted: Secret) -> PendingSignIn | None:
        """Hand a code in; None where that failed and can be mended by another answer."""
        try:
            paste = self._assembler.add(pasted.reveal())
            redeem = partial(self._context.sign_in.exchange_code, self._pending, paste)
            return self._context.runner.run("Handing the code in", redeem)
        except SignInError as error:
            self._context.runner.print_error(error, can_answer=True)
            return None
