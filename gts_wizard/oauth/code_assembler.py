"""Puts a code together whose pieces came one paste after the other.

The faces come in, one collector for each place where a code is asked for; no input or output.
"""

from gts_wizard.errors import NotACode, SignInError
from gts_wizard.oauth.pasted_code import PastedCode, parse_paste

_MAX_PIECES = 50


class CodeAssembler:
    """Reads pastes, and remembers those that hold no code by themselves: a break may part it.

    Only GoToSocial's codes are put together, whose length is known: elsewhere the next piece could
    as well be a password from the wrong clipboard.

    Args:
        is_gotosocial: whether the code's server is known to run GoToSocial.
    """

    def __init__(self, *, is_gotosocial: bool) -> None:
        self._is_gotosocial = is_gotosocial
        self._pieces: list[str] = []

    def add(self, pasted: str) -> PastedCode:
        """Find the code in a paste, or else in all that came since there was one.

        Raises:
            SignInError: there is none in either; it is about the paste alone.
        """
        try:
            found = parse_paste(pasted, is_gotosocial=self._is_gotosocial)
        except NotACode as refusal:
            self._pieces = [*self._pieces, pasted][-_MAX_PIECES:]
            found = self._join(refusal)
        self.reset()
        return found

    def reset(self) -> None:
        """Begin anew: what came before belongs to no code that may still come."""
        self._pieces.clear()

    def _join(self, refusal: NotACode) -> PastedCode:
        if not self._is_gotosocial or len(self._pieces) == 1:
            raise refusal
        try:
            return parse_paste("\n".join(self._pieces), is_gotosocial=True)
        except SignInError:
            raise refusal from None
