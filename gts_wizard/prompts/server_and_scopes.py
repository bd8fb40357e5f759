"""The first two steps: which server, and what programs may do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.errors import AddressError, ServerError, SignInError
from gts_wizard.oauth.scopes import POST, preset_of, presets_for, read_scopes
from gts_wizard.prompts import texts

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn, Scopes
    from gts_wizard.prompts.means import PromptContext


def ask_server(means: PromptContext, given: str) -> PendingSignIn:
    """Find the instance, asking until there is one.

    Args:
        means: what is at hand.
        given: the address from the command line; asked for when empty.
    """
    typed, is_answer = given, False
    if not given:
        means.prompter.print(*texts.ADDRESS_INTRO)
        typed, is_answer = _ask_address(means), True
    while True:
        try:
            return _look_up(means, typed)
        except (AddressError, ServerError) as error:
            is_misread = isinstance(error, AddressError)
            can_answer = means.prompter.is_terminal or (is_misread and is_answer)
            means.runner.print_error(error, can_answer=can_answer)
            typed, is_answer = _ask_address(means, "" if is_misread else typed), True


def ask_scopes(means: PromptContext, attempt: PendingSignIn, given: str | None) -> PendingSignIn:
    """Settle what programs may do, asking until that is something.

    Args:
        means: what is at hand.
        attempt: at the instance that was found.
        given: the permissions from the command line; asked for when None.
    """
    choice = _ScopePrompt(means, attempt)
    typed = choice.ask() if given is None else given
    is_answer = given is None
    while True:
        try:
            chosen = choice.read(typed)
            doing = f"Introducing the wizard to {attempt.server.host}"
            return means.runner.run(doing, partial(means.sign_in.choose_scopes, attempt, chosen))
        except SignInError as error:
            means.runner.print_error(error, can_answer=is_answer or means.prompter.is_terminal)
            typed, is_answer = choice.ask(), True


class _ScopePrompt:
    """The ready-made choices by number, and all others in OAuth's words."""

    def __init__(self, means: PromptContext, attempt: PendingSignIn) -> None:
        self._prompter = means.prompter
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
            self._prompter.print(*texts.scope_choices(presets))
        self._is_shown = True
        while True:
            answer = self._prompter.ask(texts.SCOPES_QUESTION, self._default, way=texts.SCOPES_HINT)
            if answer.lower() != "t":
                return answer
            self._prompter.print(*texts.technical_scopes(presets, self._supported))

    def read(self, typed: str) -> Scopes:
        """Return the permissions that an answer means.

        Raises:
            SignInError: it means none.
        """
        preset = self._presets.get(typed)
        return preset.scopes if preset else read_scopes(typed, self._supported)


def _ask_address(means: PromptContext, default: str = "") -> str:
    return means.prompter.ask("Address", default, way=texts.ADDRESS_HINT)


def _look_up(means: PromptContext, typed: str) -> PendingSignIn:
    address = read_address(typed)
    if address.warning:
        means.prompter.print(address.warning)
    doing = f"Looking up {address.unicode_host}"
    look_up = partial(means.sign_in.look_up, typed)
    attempt = means.runner.run(doing, look_up, ServerError)
    means.prompter.print(texts.server_found(attempt.server))
    return attempt
