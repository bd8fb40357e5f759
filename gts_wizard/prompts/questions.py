"""The questions of the line-mode sign-in for the server and the scopes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.address import read_address
from gts_wizard.errors import (
    AddressError,
    AppNameTooLong,
    RequestRejected,
    ServerError,
    SignInError,
)
from gts_wizard.oauth.app_name import read_app_name, require_length
from gts_wizard.oauth.scopes import POST, preset_of, split_scopes
from gts_wizard.oauth.server_scopes import has_scope, presets_for, scopes_for
from gts_wizard.prompts import texts
from gts_wizard.prompts.steps import Step, step_title

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn, Scopes
    from gts_wizard.prompts.context import PromptContext


def ask_server(context: PromptContext, given: str) -> PendingSignIn:
    """Look the server up, asking for its address until one is found.

    Who types it is asked whether that is theirs; answers from a pipe are prepared, as the command
    line is.

    Args:
        context: what the steps share.
        given: the address from the command line; asked for when empty.

    Returns:
        A pending sign-in at that server.

    Raises:
        Aborted: the user stopped, or there were no more answers.
        WizardError: nobody could be asked for another address.
    """
    typed, is_answer = given, False
    found: PendingSignIn | None = None
    context.prompter.print("", step_title(Step.SERVER))
    if not given:
        typed, is_answer = _ask_address(context), True
    while True:
        try:
            found = _look_up(context, typed, found)
        except (AddressError, ServerError) as error:
            is_misread = isinstance(error, AddressError)
            can_answer = context.prompter.is_terminal or (is_misread and is_answer)
            context.runner.print_error(error, can_answer=can_answer)
            typed = _ask_address(context, "" if is_misread else _as_understood(typed))
            is_answer = True
        else:
            if not (is_answer and context.prompter.is_terminal) or _is_theirs(context):
                return found
            typed = _ask_address(context)


def ask_scopes(
    context: PromptContext, pending: PendingSignIn, given: str | None, app_name: str | None = None
) -> PendingSignIn:
    """Set the scopes, asking until some are chosen, and register the wizard.

    Args:
        context: what the steps share.
        pending: the pending sign-in.
        given: the scopes from the command line; asked for when None.
        app_name: the name to register with; that of the pending sign-in when None.

    Returns:
        A pending sign-in with a link.

    Raises:
        Aborted: the user stopped, or there were no more answers.
        WizardError: nobody could be asked to choose again.
    """
    scope_prompt = _ScopePrompt(context, pending, app_name or pending.app_name)
    context.prompter.print(
        "", step_title(Step.PERMISSIONS, pending), messages.listed_as(scope_prompt.app_name)
    )
    typed = scope_prompt.ask() if given is None else given
    is_answer = given is None
    while True:
        try:
            chosen = scope_prompt.read(typed)
            requested = scopes_for(pending.server, chosen)
            added = messages.scopes_added(chosen, requested)
            context.prompter.print(scope_prompt.describe(chosen), *[added] if added else [])
            description = messages.registering(pending.server.host)
            choose_scopes = partial(
                context.sign_in.choose_scopes, pending, chosen, scope_prompt.app_name
            )
            return context.runner.run(description, choose_scopes, RequestRejected)
        except AppNameTooLong:
            # No other scopes help: it is the name from the command line.
            raise
        except (SignInError, RequestRejected) as error:
            # The server may not know one of them.
            context.runner.print_error(error, can_answer=is_answer or context.prompter.is_terminal)
            typed, is_answer = scope_prompt.ask(), True


class _ScopePrompt:
    """Asks for scopes: a preset by its number, or any scopes by name.

    Args:
        context: what the steps share.
        pending: the pending sign-in.
        app_name: the name to register with, unless the user chooses another.

    Attributes:
        app_name: the name to register with.
    """

    def __init__(self, context: PromptContext, pending: PendingSignIn, app_name: str) -> None:
        self.app_name = app_name
        self._prompter = context.prompter
        self._server = pending.server
        presets = presets_for(self._server)
        self._presets = {str(number): preset for number, preset in enumerate(presets, start=1)}
        current = preset_of(scopes_for(self._server, pending.scopes or POST.scopes), presets)
        numbers = (number for number, preset in self._presets.items() if preset is current)
        self._default = next(numbers, " ".join(pending.scopes))
        self._choices_printed = False

    def ask(self) -> str:
        """Ask for a choice; the choices are printed the first time."""
        if not self._choices_printed:
            self._prompter.print(*texts.scope_choices(self._presets))
        self._choices_printed = True
        question = texts.scopes_question(self._presets)
        while True:
            answer = self._prompter.ask(
                question,
                self._default,
                explanation=texts.SCOPES_HELP,
                hint=texts.SCOPES_HINT,
            ).rstrip(".)")
            if answer.lower() == "t":
                self._prompter.print(*texts.technical_scopes(self._presets, self._server))
            elif answer.lower() == "n":
                self._ask_app_name()
            elif answer in self._presets or has_scope(self._server, answer):
                return answer
            else:
                self._prompter.print(f"{question}.")

    def read(self, typed: str) -> Scopes:
        """Return the scopes that an answer means.

        Raises:
            NoScopesChosen: it is no preset's number, and there is no scope in it.
        """
        preset = self._presets.get(typed)
        return preset.scopes if preset else split_scopes(typed)

    def describe(self, scopes: Scopes) -> str:
        """Return the sentence that repeats the choice."""
        return texts.chosen(scopes, self._presets.values())

    def _ask_app_name(self) -> None:
        """Ask for the name to register with, until the server takes it."""
        while True:
            typed = self._prompter.ask(
                texts.NAME_QUESTION, self.app_name, explanation=messages.WHAT_THE_NAME_IS_FOR
            )
            name = read_app_name(typed)
            try:
                require_length(name, self._server)
            except AppNameTooLong as error:
                self._prompter.print(str(error))
            else:
                self.app_name = name
                self._prompter.print(messages.listed_as(name))
                return


def _ask_address(context: PromptContext, default: str = "") -> str:
    question = texts.ADDRESS_AGAIN_QUESTION if default else texts.ADDRESS_QUESTION
    return context.prompter.ask(
        question, default, explanation=[messages.WHAT_TO_TYPE], hint=texts.address_hint()
    )


def _as_understood(typed: str) -> str:
    """Return an address without what was typed around it."""
    address = read_address(typed)
    # Its name alone does not tell that a server on this computer has https.
    return str(address) if read_address(str(address)) == address else typed


def _is_theirs(context: PromptContext) -> bool:
    context.prompter.print(messages.IS_IT_YOURS)
    return context.prompter.choose(texts.SERVER_CHOICES, texts.SERVER_HELP) == "y"


def _look_up(context: PromptContext, typed: str, earlier: PendingSignIn | None) -> PendingSignIn:
    address = read_address(typed)
    if address.warning:
        context.prompter.print(address.warning)
    description = f"Looking up {address.unicode_host}"
    look_up = partial(context.sign_in.look_up, typed, earlier)
    pending = context.runner.run(description, look_up, ServerError)
    context.prompter.print(*texts.server_found(pending))
    return pending
