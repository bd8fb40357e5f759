"""The next two steps: the link, and the code that comes back from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.errors import SignInError
from gts_wizard.plain import words
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.pieces import Pieces

if TYPE_CHECKING:
    from gts_wizard.models import Attempt, Scopes
    from gts_wizard.plain.means import Means
    from gts_wizard.secret import Secret


class Returning:
    """Shows the link, and asks for the code until the server takes one.

    Args:
        means: what is at hand.
        attempt: the attempt that has a link.
        before: what the access that is renewed may do; empty where none is known.
    """

    def __init__(self, means: Means, attempt: Attempt, before: Scopes) -> None:
        self._means = means
        self._attempt = attempt
        self._before = before
        self._pieces = Pieces(is_gotosocial=attempt.server.software == "gotosocial")

    def redeem(self) -> Attempt:
        """Return the attempt that a code belonged to, with its token."""
        self._show_link()
        dialogue, can_open = self._means.dialogue, self._means.open_link is not None
        question = words.code_question(is_hidden=dialogue.is_terminal, can_open=can_open)
        while True:
            answer = dialogue.ask_unseen(question)
            match answer.reveal().lower():
                case "f":
                    self._get_fresh()
                case "o" if can_open:
                    self._open()
                case _:
                    redeemed = self._tried(answer)
                    if redeemed is not None:
                        return redeemed

    def _show_link(self) -> None:
        dialogue = self._means.dialogue
        dialogue.say(*words.way(self._attempt, self._before))
        dialogue.show(authorize_link(self._attempt))
        dialogue.say(*words.code(self._attempt.server))

    def _get_fresh(self) -> None:
        fresh = partial(self._means.sign_in.fresh, self._attempt)
        self._attempt = self._means.waiting.wait_for("Getting a fresh link", fresh)
        self._pieces.forget()
        self._show_link()

    def _open(self) -> None:
        self._means.dialogue.say("Opening your browser.")
        link = authorize_link(self._attempt)
        if self._means.open_link is not None and not self._means.open_link(link):
            self._means.dialogue.say("The browser did not open. Copy the link instead.")

    def _tried(self, pasted: Secret) -> Attempt | None:
        """Hand a code in; None where that failed and can be mended by another answer."""
        try:
            paste = self._pieces.read(pasted.reveal())
            redeem = partial(self._means.sign_in.redeem, self._attempt, paste)
            return self._means.waiting.wait_for("Handing the code in", redeem)
        except SignInError as error:
            self._means.waiting.tell(error, can_answer=True)
            return None
