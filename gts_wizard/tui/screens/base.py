"""The base of all screens: layout, background tasks, errors and retrying."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Static
from textual.worker import WorkerCancelled, get_current_worker

from gts_wizard.errors import RateLimited, WizardError
from gts_wizard.services.recovery import recovery_options
from gts_wizard.tui.screens.dialogs import SaveElsewhereDialog
from gts_wizard.tui.widgets.chrome import ARROWS, AppHeader, KeyFooter, PageScroll, StepIndicator
from gts_wizard.tui.widgets.feedback import ErrorPanel, RecoveryButtons, RetryCountdown, Spinner
from gts_wizard.tui.widgets.inputs import HOW_TO_PASTE, PasteInput

if TYPE_CHECKING:
    from collections.abc import Callable


# Seconds that are waited at least before each further time something is repeated by itself.
_PAUSE, _LONGEST_PAUSE = 5, 30
_SCROLLING: dict[str, Callable[[VerticalScroll], None]] = {
    "up": VerticalScroll.scroll_up,
    "down": VerticalScroll.scroll_down,
    "pageup": VerticalScroll.scroll_page_up,
    "pagedown": VerticalScroll.scroll_page_down,
    "home": VerticalScroll.scroll_home,
    "end": VerticalScroll.scroll_end,
}


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.worker import Worker

    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.help_text import Help

    Work = Callable[[], Awaitable[None]]


class BaseScreen(Screen[None]):
    """A page with a heading, which waits for one thing at a time.

    Subclasses set `number` (0 for a page outside the sign-in) and `heading`, and yield their
    own widgets from `compose_page` and `compose_actions`.

    Args:
        context: the services, and what holds from start to end.
    """

    # Each page puts the focus where it belongs, or nowhere.
    AUTO_FOCUS = ""

    number: int = 0
    heading: str = ""
    help: Help | None = None
    """What F1 shows."""
    has_retry: ClassVar[bool] = False
    """Whether the page has a button of its own for trying again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", tooltip="Go back a page, or stop what is under way"),
        Binding("f2", "details", "Exact cause", tooltip="Show what a technical person may ask for"),
        *ARROWS,
    ]

    def __init__(self, context: TuiContext) -> None:
        super().__init__()
        self.context = context
        self._work: Worker[None] | None = None
        self._retry: Callable[[], None] | None = None
        self._keeps_something = False
        self._repeats = False
        self._repeated = 0
        self._focused_before: Widget | None = None

    def compose(self) -> ComposeResult:
        """Lay out what every step has around its own page."""
        yield AppHeader(self.context.practice)
        with Vertical(id="column"):
            if self.number:
                yield StepIndicator(self.number)
            with PageScroll():
                if self.heading:
                    yield Static(self.heading, id="heading", markup=False)
                yield from self.compose_page()
                yield Spinner()
                yield ErrorPanel()
                yield RecoveryButtons()
                yield Static(id="said", classes="hidden", markup=False)
                yield from self.compose_actions()
        yield KeyFooter()

    def compose_page(self) -> ComposeResult:
        """Lay out what the step asks or shows; what is told about it appears right below."""
        yield from ()

    def compose_actions(self) -> ComposeResult:
        """Lay out the buttons, below all that."""
        yield from ()

    @property
    def is_waiting(self) -> bool:
        """Whether something is under way; a second press of a button does nothing then."""
        return self._work is not None

    @property
    def can_stop(self) -> bool:
        """Whether Esc has something to stop: what is under way, or would soon be by itself."""
        return self.is_waiting or self.query_one(RetryCountdown).goes_on

    def run_task(
        self, doing: str, work: Work, *, keeps_something: bool = True, repeats: bool = True
    ) -> None:
        """Do something that takes time, unless something is under way already.

        Args:
            doing: what the person reads meanwhile, such as `Looking up example.org`.
            work: what is done; a `WizardError` from it is told on this screen.
            keeps_something: whether it saves what is new, which may be saved elsewhere then.
            repeats: whether it is done once more by itself, after the time a server asks for.
        """
        if self.is_waiting or not self.is_active or self.context.quit_state.is_quitting:
            return
        self.clear_error()
        self.show_status("")
        options = {"keeps_something": keeps_something, "repeats": repeats}
        self._retry = partial(self.run_task, doing, work, **options)
        self._keeps_something, self._repeats, self._repeated = keeps_something, repeats, 0
        waiting = self.query_one(Spinner)
        waiting.start(doing)
        self._bring_into_view(waiting)
        # The default description would hold the arguments, and with them what is secret.
        # Nor is it a coroutine already: one that is cancelled at once would complain.
        waited = partial(self._run_task, work)
        self._work = self.run_worker(waited, description="a step of the wizard")

    def cancel(self) -> None:
        """Stop what is under way, which may not even have begun."""
        if self._work is not None:
            self._work.cancel()
            self._finish_task()

    async def stop(self) -> None:
        """Stop what is under way, and wait until it has stopped."""
        work = self._work
        self.cancel()
        if work is not None:
            with contextlib.suppress(WorkerCancelled):
                await work.wait()

    def run_silently(self, work: Work) -> None:
        """Read something, which takes no time worth speaking of; failures are told all the same."""
        self._retry = partial(self.run_silently, work)
        self._keeps_something = self._repeats = False
        self.run_worker(self._report_errors(work), description="a quiet step of the wizard")

    def show_status(self, words: str) -> None:
        """Show a short word on what was just done; nothing takes it away again."""
        said = self.query_one("#said", Static)
        said.update(words)
        said.set_class(not words, "hidden")
        if words:
            self._bring_into_view(said)

    def show_error(self, error: WizardError) -> None:
        """Show a failure on this screen."""
        if isinstance(error, RateLimited):
            # A server whose clock is wrong would be asked every second.
            seconds = max(error.seconds, min(_LONGEST_PAUSE, _PAUSE * self._repeated))
            error = RateLimited(host=error.host, seconds=seconds, details=error.details)
        problem = self.query_one(ErrorPanel)
        problem.show_error(error, goes_on=self._repeats)
        ways_out = self.query_one(RecoveryButtons)
        is_offered = ways_out.offer(
            recovery_options(error),
            retry=not self.has_retry,
            elsewhere=self._keeps_something,
            label="Try now" if isinstance(error, RateLimited) else "Try again",
        )
        # Where a server asks to wait, Enter tries again from wherever the focus is already.
        if is_offered and (self.focused is None or not isinstance(error, RateLimited)):
            self._focused_before = self.focused
            ways_out.focus_first()
        self._bring_into_view(*self.query("Button.-primary"), ways_out, problem)
        self.refresh_bindings()

    def clear_error(self) -> None:
        """Take a failure away, because what caused it is being mended."""
        self.query_one(ErrorPanel).clear()
        ways_out = self.query_one(RecoveryButtons)
        if ways_out.has_focus_within:
            self.set_focus(self._focused_before)
        ways_out.display = False
        self.refresh_bindings()

    @on(Button.Pressed, "#retry")
    def retry(self) -> None:
        """Do once more what failed."""
        if self._retry is not None:
            self.clear_error()
            self._retry()

    @on(RetryCountdown.Over)
    def go_on_by_itself(self) -> None:
        """Do once more what a server asked to wait with, as soon as nothing covers the page."""
        if self.is_active and self.query_one(RetryCountdown).goes_on:
            times = self._repeated + 1
            self.retry()
            self._repeated = times

    @on(Button.Pressed, "#save-elsewhere")
    def save_elsewhere(self) -> None:
        """Ask for another file, and do once more what failed."""
        self.app.push_screen(SaveElsewhereDialog(self.context.services.accounts), self._retry_if)

    @on(Button.Pressed, "#without-keyring")
    def use_file_for_new_secrets(self) -> None:
        """Keep in the file what was to go to the keyring, and do once more what failed."""
        self.context.services.accounts.use_file_for_new_secrets()
        self.retry()

    def on_paste(self, event: events.Paste) -> None:
        """Hand a paste to the field for it, where a button has the focus."""
        for field in self.query(PasteInput):
            # What stood there is selected by the focus, and so replaced.
            self.set_focus(field)
            field.post_message(events.Paste(event.text))

    @on(PasteInput.OutOfReach)
    def tell_how_to_paste(self) -> None:
        """Say how the clipboard comes in."""
        self.show_status(f"That way the clipboard can't be reached. {HOW_TO_PASTE}")

    def _retry_if(self, is_mended: bool | None) -> None:
        if is_mended:
            self.retry()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer details only while there is a failure to give details of."""
        return action != "details" or self.query_one(ErrorPanel).has_details

    def action_back(self) -> None:
        """Stop what is under way, or would soon be; with nothing under way, go back a step."""
        patience = self.query_one(RetryCountdown)
        if self.is_waiting:
            self.cancel()
        elif patience.goes_on:
            patience.stay()
        elif self.is_active:
            self.leave()

    def leave(self) -> None:
        """Go back to the screen below."""
        self.dismiss()

    def action_details(self) -> None:
        """Show or hide the details of a failure."""
        self.query_one(ErrorPanel).toggle_details()

    def _bring_into_view(self, *widgets: Widget) -> None:
        """Scroll to what is told, the last most of all, but never away from what has the focus."""

        def scroll() -> None:
            # Each scrolling begins where the one before has ended.
            for widget in (*widgets, self.focused):
                if widget is not None:
                    widget.scroll_visible(animate=False, immediate=True)

        self.call_after_refresh(scroll)

    async def _run_task(self, work: Work) -> None:
        try:
            await self._report_errors(work)
        finally:
            # What was cancelled is over already, and something else may be under way.
            if self._work is get_current_worker():
                self._finish_task()

    def _finish_task(self) -> None:
        self._work = None
        # A page that was left has nothing to show it on.
        for waiting in self.query(Spinner):
            waiting.stop()
        self.refresh_bindings()

    async def _report_errors(self, work: Work) -> None:
        try:
            await work()
        except WizardError as error:
            self.show_error(error)


class ScrollableScreen(BaseScreen):
    """A page that the arrow keys scroll, whatever has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"scroll_by_key('{key}')", show=False) for key in _SCROLLING
    ]

    def action_scroll_by_key(self, key: str) -> None:
        """Scroll the page, and leave the focus where it is."""
        _SCROLLING[key](self.query_one("#page", VerticalScroll))
