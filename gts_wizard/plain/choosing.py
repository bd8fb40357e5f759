"""The first two steps: which server, and what programs may do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.errors import AddressError, SignInError, WireError
from gts_wizard.plain import words
from gts_wizard.rules.address import read_address
from gts_wizard.rules.scopes import POST, preset_of, presets_for, read_scopes

if TYPE_CHECKING:
    from gts_wizard.models import Attempt, Scopes
    from gts_wizard.plain.means import Means


def find(means: Means, given: str) -> Attempt:
    """Find the instance, asking until there is one.

    Args:
        means: what is at hand.
        given: the address from the command line; asked for when empty.
    """
    typed, is_answer = given, False
    if not given:
        means.dialogue.say(*words.WHERE)
        typed, is_answer = _ask_address(means), True
    while True:
        try:
            return _look_up(means, typed)
        except (AddressError, WireError) as error:
            is_misread = isinstance(error, AddressError)
            can_answer = means.dialogue.is_terminal or (is_misread and is_answer)
            means.waiting.tell(error, can_answer=can_answer)
            typed, is_answer = _ask_address(means, "" if is_misread else typed), True


def permit(means: Means, attempt: Attempt, given: str | None) -> Attempt:
    """Settle what programs may do, asking until that is something.

    Args:
        means: what is at hand.
        attempt: at the instance that was found.
        given: the permissions from the command line; asked for when None.
    """
    choice = _Choice(means, attempt)
    typed = choice.ask() if given is None else given
    is_answer = given is None
    while True:
        try:
            chosen = choice.read(typed)
            doing = f"Introducing the wizard to {attempt.server.host}"
            return means.waiting.wait_for(doing, partial(means.sign_in.choose, attempt, chosen))
        except SignInError as error:
            means.waiting.tell(error, can_answer=is_answer or means.dialogue.is_terminal)
            typed, is_answer = choice.ask(), True


class _Choice:
    """The ready-made choices by number, and all others in OAuth's words."""

    def __init__(self, means: Means, attempt: Attempt) -> None:
        self._dialogue = means.dialogue
        self._supported = attempt.server.metadata.scopes_supported
        presets = presets_for(self._supported)
        self._presets = {str(number): one for number, one in enumerate(presets, start=1)}
        kept = preset_of(attempt.scopes or POST.scopes, presets)
        numbers = (number for number, one in self._presets.items() if one is kept)
        self._default = next(numbers, " ".join(attempt.scopes))
        self._is_shown = False

    def ask(self) -> str:
        """Ask for a choice; what there is to choose from is told the first time."""
        presets = list(self._presets.values())
        if not self._is_shown:
            self._dialogue.say(*words.permissions(presets))
        self._is_shown = True
        while True:
            answer = self._dialogue.ask(words.CHOICE, self._default, way=words.CHOOSE_IT)
            if answer.lower() != "t":
                return answer
            self._dialogue.say(*words.technical(presets, self._supported))

    def read(self, typed: str) -> Scopes:
        """Return the permissions that an answer means.

        Raises:
            SignInError: it means none.
        """
        preset = self._presets.get(typed)
        return preset.scopes if preset else read_scopes(typed, self._supported)


def _ask_address(means: Means, default: str = "") -> str:
    return means.dialogue.ask("Address", default, way=words.NAME_IT)


def _look_up(means: Means, typed: str) -> Attempt:
    address = read_address(typed)
    if address.warning:
        means.dialogue.say(address.warning)
    doing = f"Looking up {address.readable}"
    look_up = partial(means.sign_in.look_up, typed)
    attempt = means.waiting.wait_for(doing, look_up, WireError)
    means.dialogue.say(words.found(attempt.server))
    return attempt
