"""Step 4: the authorization code comes from the browser, or is pasted, and is exchanged."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from gts_wizard.errors import RedirectedCodeRefused, SignInError, TokenMayExist
from gts_wizard.messages import (
    EXCHANGING_CODE,
    NO_LONGER_WAITING,
    PASTE_INSTEAD,
    PASTE_ONLY_YOUR_OWN,
    STILL_WAITING,
    TRY_AGAIN,
    USING_CODE,
    WAITING_FOR_BROWSER,
    goes_on_by_itself,
    where_code_appears,
    where_code_must_be,
)
from gts_wizard.oauth.pasted_code import AuthorizationCode, CodeAssembler, parse_paste
from gts_wizard.oauth.server_features import has_short_session, is_gotosocial
from gts_wizard.secret import Secret
from gts_wizard.tui.help_text import CODE, WAITING
from gts_wizard.tui.messages import NewLink, StepDone
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.widgets.inputs import HOW_TO_PASTE, CodeInput

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.services.redirects import LoopbackRedirect
    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState


_CODE_PIECE = re.compile(r"[\w.~-]{1,200}", re.ASCII)
_CODE_LIFETIME = "Codes work for ten minutes."
WAITING_GROUP = "waiting for the browser"
"""The group of the worker that runs until the browser brings a code."""
# The two minutes that a page lasts at some servers are not over yet.
_PATIENCE_SECONDS = 60


class CodeScreen(BaseScreen):
    """Step 4: waits for the browser, with one input for a code; a paste is submitted at once.

    Args:
        context: the services, and settings that don't change while the app runs.
        state: the state of the sign-in.
    """

    help = CODE
    step_number = 4
    takes_paste = True
    heading = "Paste the code"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "fresh", "Fresh link", tooltip="Start over with a fresh link"),
        Binding("f6", "use_code", "Use a code", tooltip="Get a link that shows a code"),
    ]

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state
        self._pasted, state.pasted = state.pasted, None
        self._paste: AuthorizationCode | None = None
        self._is_pasted = False
        self._is_refused = False
        self._brought: tuple[AuthorizationCode, LoopbackRedirect] | None = None
        self._is_gotosocial = is_gotosocial(state.require_pending().server)
        self._assembler = CodeAssembler(is_gotosocial=self._is_gotosocial)

    def compose_page(self) -> ComposeResult:
        """Lay out the instructions and the input."""
        yield Static(id="how", markup=False)
        yield CodeInput()
        yield Static(
            HOW_TO_PASTE,
            id="hint",
            classes="first-time",
            markup=False,
        )

    def compose_actions(self) -> ComposeResult:
        """Lay out the buttons, a warning, and how long a code works."""
        with Horizontal(classes="buttons"):
            yield Button("Sign in", variant="primary", id="submit-code")
            yield Button("Use a code instead", id="use-code")
            yield Button("Get a fresh link", id="fresh")
        with Vertical(id="cautions"):
            yield Static(PASTE_ONLY_YOUR_OWN, markup=False)
            if has_short_session(self._state.require_pending().server):
                yield Static(_CODE_LIFETIME, id="code-lifetime", markup=False)

    def on_mount(self) -> None:
        """Focus the input, restore its text, and handle a code that was pasted at the link step."""
        self._show_instructions()
        self.run_without_spinner(self._receive, group=WAITING_GROUP)
        field = self.query_one(CodeInput)
        if self._state.code is not None:
            field.value = self._state.code.reveal()
        field.focus(scroll_visible=False)
        # From the top, even the smallest window shows both the heading and the input.
        self.call_after_refresh(self.query_one("#page").scroll_home, animate=False)
        if self._pasted is not None:
            field.post_message(CodeInput.Pasted(self._pasted))

    async def on_unmount(self) -> None:
        """Stop listening for the browser, unless a page for it is still to be shown."""
        if self._state.redirect is not None:
            self._state.redirect = None
            self.workers.cancel_node(self)
            await self.context.services.sign_in.redirects.aclose()

    @property
    def _waits_for_browser(self) -> bool:
        """Whether the browser is waited for, and the user has not chosen a code instead.

        It may come back all the same: with an earlier link that was unfinished there.
        """
        return self._state.redirect is not None and not self._state.uses_code

    def _show_instructions(self) -> None:
        """Say what to do: wait for the browser where it brings the code, or paste one."""
        server = self._state.require_pending().server
        is_waiting = self._waits_for_browser
        self.query_one("#heading", Static).update(
            WAITING_FOR_BROWSER if is_waiting else self.heading
        )
        if is_waiting:
            how = f"{goes_on_by_itself(server)}\n\n{PASTE_INSTEAD}"
        elif self._is_refused:
            how = TRY_AGAIN
        else:
            how = f"{where_code_appears(server)} Copy it, and paste it here."
        self.query_one("#how", Static).update(how)
        self.help = WAITING if is_waiting else CODE
        self.query_one("#use-code").display = is_waiting
        self.query_one("#fresh").display = not is_waiting
        for lifetime in self.query("#code-lifetime"):
            lifetime.display = not is_waiting and not self._is_refused
        self.refresh_bindings()

    async def _receive(self) -> None:
        """Wait for the code that the browser brings, and go on with it."""
        state = self._state
        redirects = self.context.services.sign_in.redirects
        if state.redirect is None:
            state.redirect = await redirects.resume(state.require_pending())
            self._show_instructions()
        redirect = state.redirect
        if redirect is None:
            return
        self.set_timer(_PATIENCE_SECONDS, self._say_what_helps)
        try:
            code = await redirect.receive()
        except SignInError:
            self._state.redirect = None
            self._offer_fresh_link()
            raise
        self._stop_waiting()
        if code is None:
            return
        # A code that was pasted meanwhile comes first.
        await self.context.services.sign_in.code_exchange.wait_for_exchange(state.require_pending())
        self._brought = code, redirect
        self._go_on_with_brought()

    @on(events.ScreenResume)
    def _go_on_with_brought(self) -> None:
        """Exchange the code that the browser has brought, once no dialog is in front."""
        if self._brought is None or not self.is_active or self.is_waiting:
            return
        (code, redirect), self._brought = self._brought, None
        self._paste = code
        self._show_in_field(code.code.reveal())
        self._exchange(code, redirect)

    def _stop_waiting(self) -> None:
        """Go on without the listener: it closes by itself, once the browser has its last page."""
        self._state.redirect = None
        self._show_instructions()

    def _offer_fresh_link(self) -> None:
        """Offer a fresh link first: the browser came back without a code that works."""
        self._is_refused = True
        self._show_instructions()
        self.query_one("#fresh").focus()

    def _say_what_helps(self) -> None:
        if self._waits_for_browser and not self.is_waiting and not self.shows_error:
            self.show_status(STILL_WAITING)

    @on(CodeInput.Pasted)
    def handle_paste(self, event: CodeInput.Pasted) -> None:
        """Parse what was pasted, and submit the code at once."""
        if self.is_waiting:
            return
        pasted = event.text.reveal()
        self._paste = None
        try:
            self._paste = self._assembler.add(pasted)
        except SignInError as error:
            if _may_be_piece(pasted):
                self._show_in_field(pasted.strip())
                self._is_pasted = True
            self.show_error(error)
            return
        self._show_in_field(self._paste.code.reveal())
        self._exchange(self._paste)

    @on(Input.Changed)
    def handle_typing(self) -> None:
        """Keep the text of the input, and clear the error."""
        self._paste = None
        self._is_pasted = False
        self._assembler.reset()
        self._keep_draft()
        self.clear_error()

    @on(Input.Submitted)
    @on(Button.Pressed, "#submit-code")
    def submit(self) -> None:
        """Submit the text of the input."""
        if self.is_waiting:
            return
        if self._waits_for_browser and self._state.code is None:
            self.show_status(STILL_WAITING)
            return
        try:
            self._exchange(self._paste or self._parse_typed())
        except SignInError as error:
            self.show_error(error)
            self.query_one(CodeInput).focus()

    def leave(self) -> None:
        """Go back to the link step, and say that nothing is waited for there."""
        if self._waits_for_browser:
            self._state.notice = NO_LONGER_WAITING
        super().leave()

    def action_back(self) -> None:
        """Stop as other screens do; an exchange goes on, and may have something to tell."""
        was_waiting = self.is_waiting
        super().action_back()
        if was_waiting:
            self.run_without_spinner(self._tell_outcome)

    async def _tell_outcome(self) -> None:
        code_exchange = self.context.services.sign_in.code_exchange
        pending = self._state.require_pending()
        await code_exchange.wait_for_exchange(pending)
        untold = code_exchange.pop_untold(pending)
        if untold is not None:
            raise untold

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a link that shows a code only while the browser is waited for."""
        if action == "use_code":
            return self._waits_for_browser
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#use-code")
    def action_use_code(self) -> None:
        """Go back to the link step, for a link that shows a code."""
        if self.is_active and not self.is_waiting:
            self._state.uses_code = True
            self._state.notice = USING_CODE
            self.dismiss()

    @on(Button.Pressed, "#fresh")
    def action_fresh(self) -> None:
        """Get a new link, and go back to the link step."""
        self.post_message(NewLink(self._state))

    def _show_in_field(self, text: str) -> None:
        field = self.query_one(CodeInput)
        with self.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        self._keep_draft()

    def _parse_typed(self) -> AuthorizationCode:
        typed = self.query_one(CodeInput).value
        if self._is_pasted:
            # Enter alone does not send what may be a password that was pasted by mistake.
            return parse_paste(typed, is_gotosocial=self._is_gotosocial)
        return self._assembler.add(typed)

    def _keep_draft(self) -> None:
        value = self.query_one(CodeInput).value
        self._state.code = Secret(value) if value else None
        hint = self.query_one("#hint", Static)
        hint.update(_count_hint(len(value)))
        hint.remove_class("first-time")

    def _exchange(self, paste: AuthorizationCode, redirect: LoopbackRedirect | None = None) -> None:
        if not paste.origin and redirect is None:
            server = self._state.require_pending().server
            self.query_one("#hint", Static).update(where_code_must_be(server))

        async def exchange() -> None:
            state = self._state
            sign_in = self.context.services.sign_in
            try:
                with redirect.show_outcome() if redirect else nullcontext():
                    state.pending = await sign_in.code_exchange.exchange(
                        state.require_pending(), paste
                    )
            except RedirectedCodeRefused:
                self._offer_fresh_link()
                raise
            except TokenMayExist:
                # While quitting, nobody sees it here.
                self.context.quit_state.may_have_lost_token = self.context.quit_state.is_quitting
                raise
            if redirect is None:
                await sign_in.redirects.aclose()
            if not self.context.quit_state.is_quitting:
                self.post_message(StepDone(self, state))

        self.run_task(EXCHANGING_CODE, exchange, auto_retry=False)


def _may_be_piece(pasted: str) -> bool:
    """Return whether a paste may be a part of a code, and so is shown in the input."""
    return bool(_CODE_PIECE.fullmatch(pasted.strip()))


def _count_hint(characters: int) -> str:
    if characters == 1:
        return "1 character, shown as a dot."
    return f"{characters} characters, shown as dots." if characters else "Nothing here yet."
