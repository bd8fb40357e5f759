"""The base of all screens: layout, background tasks, errors and retrying."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Button, OptionList, Static
from textual.worker import WorkerCancelled, get_current_worker

from gts_wizard.errors import RateLimited, WizardError
from gts_wizard.services.recovery import recovery_options
from gts_wizard.tui.widgets import chrome
from gts_wizard.tui.widgets.arrow_keys import ArrowKeysScreen
from gts_wizard.tui.widgets.feedback import ErrorPanel, RecoveryButtons, RetryCountdown, Spinner
from gts_wizard.tui.widgets.inputs import HOW_TO_PASTE, PasteInput

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.worker import Worker

    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.help_text import Help

    Work = Callable[[], Awaitable[None]]

# The minimum wait before the n-th automatic retry in a row: n times the first, up to the second.
_RETRY_PAUSE_SECONDS, _MAX_RETRY_PAUSE_SECONDS = 5, 30
_SCROLL_METHODS: dict[str, Callable[[VerticalScroll], None]] = {
    "up": VerticalScroll.scroll_up,
    "down": VerticalScroll.scroll_down,
    "pageup": VerticalScroll.scroll_page_up,
    "pagedown": VerticalScroll.scroll_page_down,
    "home": VerticalScroll.scroll_home,
    "end": VerticalScroll.scroll_end,
}


class BaseScreen(ArrowKeysScreen[None]):
    """A screen with a heading, which runs one task at a time and shows its errors.

    Subclasses set `step_number` (the step of the sign-in; 0 for other screens) and `heading`, and
    yield their own widgets from `compose_page` and `compose_actions`.

    Args:
        context: the services, and settings that don't change while the app runs.
    """

    # Each screen sets the focus itself, where it wants any.
    AUTO_FOCUS = ""

    step_number: int = 0
    heading: str = ""
    help: Help | None = None
    """What F1 shows."""
    has_retry: ClassVar[bool] = False
    """Whether the screen has a retry button of its own."""
    takes_paste: ClassVar[bool] = False
    """Whether something can be pasted here, whatever has the focus."""
    dispensable: ClassVar[tuple[str, ...]] = ()
    """The ids of what the page leaves out where not all of it fits, the first one first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", tooltip="Go back, or stop what's running"),
        Binding("f2", "details", "Exact cause", tooltip="Show what a technical person may ask for"),
        Binding("ctrl+v", "paste", show=False),
    ]

    def __init__(self, context: TuiContext) -> None:
        super().__init__()
        self.context = context
        self._worker: Worker[None] | None = None
        self._retry: Callable[[], None] | None = None
        self._saves = False
        self._auto_retry = False
        self._auto_retries = 0
        self._focused_before: Widget | None = None
        self._last_error = ""
        self._has_size = False
        # The footer asks for its state also while the page is being composed or removed.
        self._error_panel = ErrorPanel()

    def compose(self) -> ComposeResult:
        """Lay out what every screen has around its own widgets."""
        yield chrome.AppHeader(self.context.practice)
        with Vertical(id="column"):
            if self.step_number:
                yield chrome.StepIndicator(self.step_number)
            with chrome.PageScroll(self.dispensable):
                if self.heading:
                    yield Static(self.heading, id="heading", markup=False)
                yield from self.compose_page()
                yield Spinner()
                yield self._error_panel
                yield RecoveryButtons()
                yield Static(id="status", classes="hidden", markup=False)
                yield from self.compose_actions()
        yield chrome.KeyFooter()

    def compose_page(self) -> ComposeResult:
        """Lay out the content; spinner, error and status line appear below it."""
        yield from ()

    def compose_actions(self) -> ComposeResult:
        """Lay out the buttons, below the status line."""
        yield from ()

    @property
    def is_waiting(self) -> bool:
        """Whether a task is running; `run_task` does nothing then."""
        return self._worker is not None

    @property
    def can_stop(self) -> bool:
        """Whether Esc has something to stop: a running task, or an automatic retry to come."""
        return self.is_waiting or self._error_panel.countdown.auto_retry

    @property
    def has_status(self) -> bool:
        """Whether the status line has a message."""
        return not self.query_one("#status").has_class("hidden")

    @property
    def shows_error(self) -> bool:
        """Whether an error is shown."""
        return self._error_panel.display

    def run_task(
        self, label: str, work: Work, *, saves: bool = True, auto_retry: bool = True
    ) -> None:
        """Run a task in the background, unless one is running or the app is quitting.

        Args:
            label: the text beside the spinner, such as `Looking up example.org`.
            work: the task; a `WizardError` that it raises is shown on this screen.
            saves: whether it saves something new, so that saving elsewhere can help if it fails.
            auto_retry: whether to retry after a rate limit, once the time the server asks for is
                over.
        """
        if self.is_waiting or not self.is_active or self.context.quit_state.is_quitting:
            return
        self.clear_error()
        self.show_status("")
        self._retry = partial(self.run_task, label, work, saves=saves, auto_retry=auto_retry)
        self._saves, self._auto_retry, self._auto_retries = saves, auto_retry, 0
        spinner = self.query_one(Spinner)
        spinner.start(label)
        self._scroll_into_view(spinner)
        # The default description would hold the arguments, and with them secrets.
        # A coroutine object would warn that it was never awaited if it is cancelled at once.
        task = partial(self._run_task, work)
        self._worker = self.run_worker(task, description="a step of the wizard")

    def cancel(self) -> None:
        """Cancel the running task, which may not have started yet."""
        if self._worker is not None:
            self._worker.cancel()
            self._finish_task()

    async def stop(self) -> None:
        """Cancel all that runs for this screen, and wait until its task has ended."""
        task = self._worker
        self.cancel()
        self.workers.cancel_node(self)
        if task is not None:
            with contextlib.suppress(WorkerCancelled):
                await task.wait()

    def run_without_spinner(self, work: Work, *, group: str = "default") -> None:
        """Run a short task, or one that only waits for somebody, without the spinner.

        Args:
            work: the task; a `WizardError` that it raises is shown on this screen.
            group: what kind of task it is.
        """
        self._retry = partial(self.run_without_spinner, work, group=group)
        self._saves = self._auto_retry = False
        task = partial(self._report_errors, work)
        _: Worker[None] = self.run_worker(
            task, group=group, description="a quiet step of the wizard"
        )

    def show_status(self, message: str, *, is_good: bool = True) -> None:
        """Show a message in the status line; it stays until the next task or message.

        Args:
            message: the text; the line is hidden if it is empty.
            is_good: whether all is well; otherwise it is shown as a warning.
        """
        status_line = self.query_one("#status", Static)
        status_line.update(message)
        status_line.set_class(not is_good, "note")
        status_line.set_class(not message, "hidden")
        if message:
            self._scroll_into_view(status_line)

    def show_error(self, error: WizardError, *, is_repeated: bool = False) -> None:
        """Show an error, and the buttons that can help against it.

        Args:
            error: the error.
            is_repeated: whether the task before failed with the same one.
        """
        if isinstance(error, RateLimited):
            # A server whose clock is wrong would get a request every second.
            seconds = max(
                error.seconds,
                min(_MAX_RETRY_PAUSE_SECONDS, _RETRY_PAUSE_SECONDS * self._auto_retries),
            )
            error = RateLimited(host=error.host, seconds=seconds, details=error.details)
        self._error_panel.show_error(error, auto_retry=self._auto_retry, is_repeated=is_repeated)
        recovery_buttons = self.query_one(RecoveryButtons)
        is_offered = recovery_buttons.offer(
            recovery_options(error),
            retry=not self.has_retry,
            save_elsewhere=self._saves,
            label="Try now" if isinstance(error, RateLimited) else "Try again",
        )
        # After a rate limit the focus stays where it is: the button there tries again as well.
        if is_offered and (self.focused is None or not isinstance(error, RateLimited)):
            self._focused_before = self.focused
            recovery_buttons.focus_first()
        self._show_error_whole()
        self.refresh_bindings()

    @on(ErrorPanel.Resized)
    def _show_error_whole(self) -> None:
        self._scroll_into_view(
            *self.query("Button.-primary"), self.query_one(RecoveryButtons), self._error_panel
        )

    def clear_error(self) -> None:
        """Clear the error panel: the user is editing the input that caused it, or retrying."""
        self._error_panel.clear()
        recovery_buttons = self.query_one(RecoveryButtons)
        if recovery_buttons.has_focus_within:
            self.set_focus(self._focused_before)
        recovery_buttons.display = False
        self.refresh_bindings()

    @on(Button.Pressed, "#retry")
    def retry(self) -> None:
        """Run the task that failed again."""
        if self._retry is not None:
            self.clear_error()
            self._retry()

    @on(RetryCountdown.Expired)
    def retry_automatically(self) -> None:
        """Retry after a rate limit, as soon as no dialog covers the screen."""
        if self.is_active and self._error_panel.countdown.auto_retry:
            auto_retries = self._auto_retries + 1
            self.retry()
            self._auto_retries = auto_retries

    @on(Button.Pressed, "#save-elsewhere")
    def save_elsewhere(self) -> None:
        """Ask for another file, and retry."""
        # No first screen waits for it.
        from gts_wizard.tui.screens.dialogs import SaveElsewhereDialog  # noqa: PLC0415

        self.app.push_screen(
            SaveElsewhereDialog(self.context.services.accounts), self._retry_if_saved
        )

    @on(Button.Pressed, "#use-file")
    def use_file_for_new_secrets(self) -> None:
        """Save new secrets in the file instead of the keyring, and retry."""
        self.context.services.accounts.use_file_for_new_secrets()
        self.retry()

    def on_paste(self, event: events.Paste) -> None:
        """Forward a paste to the input for it while a button has the focus."""
        for field in self.query(PasteInput):
            # The focus selects the old text, so that the paste replaces it.
            self.set_focus(field)
            field.post_message(events.Paste(event.text))

    @property
    def kept_clipboard(self) -> str:
        """What was copied in this program, to be pasted where there is no system's clipboard.

        That is nothing but where it is of use: the link, which is copied most, is no code.
        """
        return ""

    @on(PasteInput.ClipboardWanted)
    # A tool may be slow: who presses twice meanwhile wants the text once.
    @work(description="reading the clipboard", group="clipboard", exclusive=True)
    async def action_paste(self) -> None:
        """Paste the system's clipboard, or else what was copied here; say how if there is none."""
        # Neither the first screen nor most others need it.
        from gts_wizard.clipboard import read_clipboard  # noqa: PLC0415

        pasted = await asyncio.to_thread(read_clipboard)
        text = pasted.reveal() if pasted is not None else self.kept_clipboard
        if text:
            self.on_paste(events.Paste(text))
        else:
            self.explain_pasting()

    @on(PasteInput.UnsupportedPaste)
    def explain_pasting(self) -> None:
        """Say how to paste."""
        self.show_status(f"The wizard can't read the clipboard here. {HOW_TO_PASTE}")

    def _retry_if_saved(self, is_file_changed: bool | None) -> None:
        if is_file_changed:
            self.retry()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Enable F2 only while an error with details is shown, and Ctrl+V only where it pastes."""
        if action == "paste":
            return self.takes_paste
        return action != "details" or self._error_panel.has_details

    def action_back(self) -> None:
        """Cancel the running task or the automatic retry; without either, go back a screen."""
        countdown = self._error_panel.countdown
        if self.is_waiting:
            self.cancel()
        elif countdown.auto_retry:
            countdown.cancel_auto_retry()
        elif self.is_active:
            self.leave()

    def leave(self) -> None:
        """Go back to the screen below."""
        self.dismiss()

    def action_details(self) -> None:
        """Show or hide the details of the error."""
        self._error_panel.toggle_details()

    @on(events.Resize)
    def _show_focused(self) -> None:
        """Keep in sight what Enter would press, when the window gets smaller."""
        if self._has_size:
            self._scroll_into_view()
        self._has_size = True

    def _scroll_into_view(self, *widgets: Widget) -> None:
        """Scroll to widgets, and last to the focused one: later ones win if not all are visible."""

        def scroll() -> None:
            # Immediately, because each scroll starts from the position that the one before set.
            for widget in (*widgets, self.focused):
                if widget is not None:
                    widget.scroll_visible(animate=False, immediate=True)
            if isinstance(self.focused, OptionList):
                self.focused.scroll_to_highlight()

        self.call_after_refresh(scroll)

    async def _run_task(self, work: Work) -> None:
        try:
            await self._report_errors(work)
        finally:
            # After a cancel, another task may be running already.
            if self._worker is get_current_worker():
                self._finish_task()

    def _finish_task(self) -> None:
        self._worker = None
        # A screen that was popped has no spinner any more.
        for spinner in self.query(Spinner):
            spinner.stop()
        self.refresh_bindings()

    async def _report_errors(self, work: Work) -> None:
        try:
            await work()
        except WizardError as error:
            self.show_error(error, is_repeated=error.message == self._last_error)
            self._last_error = error.message
        else:
            self._last_error = ""


class ScrollableScreen(BaseScreen):
    """A screen that the arrow keys scroll, whichever widget has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"scroll_by_key('{key}')", show=False) for key in _SCROLL_METHODS
    ]

    def action_scroll_by_key(self, key: str) -> None:
        """Scroll the page; the focus stays where it is."""
        _SCROLL_METHODS[key](self.query_one("#page", VerticalScroll))
