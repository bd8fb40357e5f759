"""Drives the screens as a user would: keys, pastes and clicks in, the screen's text out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.keys import _character_to_key
from textual.widget import Widget
from textual.worker import WorkerCancelled

from gts_wizard.cli.leaving import leaving_lines
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.screens.code import WAITING_GROUP
from gts_wizard.tui.widgets.steps import LinkBox
from tests.helpers.event_loop import threads_of_loop, wait_until_loop_is_idle

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from textual.pilot import Pilot

    from tests.helpers.browser_user import BrowserUser

_IDLE_ROUNDS = 3
_SIZES = ((60, 20), (80, 24))
_PATIENCE_SECONDS = 60


class WizardDriver:
    """Drives a wizard as a user would, and reads what a user would read."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        assert isinstance(pilot.app, WizardApp)
        self.app = pilot.app

    async def wait_until_idle(self) -> None:
        """Wait until nothing is under way, nor what comes of it.

        Textual's own waiting takes a program for idle that another one keeps from the processor,
        so it ends too early on a busy machine. Here it is a fact: no worker is left but one that
        waits for the browser, no thread, no animation runs, no task could go on, and the page has
        nothing to lay out, to scroll or to call then; and that for some rounds.
        """
        idle_rounds = 0
        while idle_rounds < _IDLE_ROUNDS:
            # As the pilot's pause does, which asks each widget first, though, whether it is idle.
            self.app.screen._on_timer_update()
            await self.app.animator.wait_until_complete()
            await wait_until_loop_is_idle()
            busy = [
                worker
                for worker in self.app.workers
                if not worker.is_finished and worker.group != WAITING_GROUP
            ]
            threads = threads_of_loop()
            if busy:
                with suppress(WorkerCancelled):
                    await self.app.workers.wait_for_complete(busy)
            elif threads:
                await asyncio.wait(threads)
            is_busy = busy or threads or self._is_page_changing()
            idle_rounds = 0 if is_busy else idle_rounds + 1

    def _is_page_changing(self) -> bool:
        page = self.app.screen
        changes = page._layout_required or page._scroll_required or page._callbacks
        # Nothing is laid out any more once the app has ended.
        return self.app.is_running and bool(changes)

    async def wait_for(self, text: str) -> None:
        """Wait until a text is on the screen, which something outside of the wizard brings."""
        await wait_until(lambda: text in self.screen_text)
        await self.wait_until_idle()

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what each starts."""
        for key in keys:
            await self.wait_for_buttons()
            self._post_key(key)
            await self.wait_until_idle()

    async def press_at_once(self, *keys: str) -> None:
        """Press keys faster than anything can happen between them."""
        for key in keys:
            self._post_key(key)
        await self.wait_until_idle()

    async def type(self, text: str) -> None:
        """Type a text, in place of what the field held."""
        await self.press("end", "ctrl+u")
        await self.press_at_once(*text)

    async def wait_for_buttons(self) -> None:
        """Wait for the moment in which a pressed button looks pressed, and takes no other press."""
        await wait_until(lambda: not self.app.screen.query("Button.-active"))

    def _post_key(self, key: str) -> None:
        """Let a key arrive: a character, or a key's name as Textual has it."""
        is_character = len(key) == 1
        name = _character_to_key(key) if is_character else key
        self.app.post_message(events.Key(name, key if is_character else None))

    async def fill(self, text: str) -> None:
        """Paste a text in place of what the field held."""
        await self.press("end", "ctrl+u")
        await self.paste(text)

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal with bracketed paste sends it."""
        self.app.post_message(events.Paste(text))
        await self.wait_until_idle()

    async def click(self, selector: str) -> None:
        """Click on something."""
        await self.wait_for_buttons()
        assert await self.pilot.click(selector)
        await self.wait_until_idle()

    @property
    def screen_text(self) -> str:
        """Everything on the screen, as text, with wrapped lines joined by a space."""
        lines = (strip.text for strip in self.app.screen._compositor.render_strips())
        return " ".join(" ".join(lines).replace("\xa0", " ").replace("█", "").split())

    @property
    def link(self) -> str:
        """The authorize link, read off the screen's own link box."""
        return self.app.screen.query_one(LinkBox).url

    @property
    def focused_is_visible(self) -> bool:
        """Whether what has the focus is wholly on the screen."""
        return self.app.focused is not None and is_visible(self.app.focused)

    async def resize(self, width: int, height: int) -> None:
        """Make the window another size, in columns and rows."""
        await self.pilot.resize_terminal(width, height)
        await self.wait_until_idle()

    async def sizes_without(self, *parts: str) -> list[tuple[int, int]]:
        """Return in which sizes a part, or what has the focus, does not show.

        These are the smallest and the usual one; the window is left in the one it did not have.
        """
        without = []
        for size in sorted(_SIZES, key=lambda size: size != self.app.size):
            if size != self.app.size:
                await self.resize(*size)
            shown = self.screen_text
            if not (self.focused_is_visible and all(part in shown for part in parts)):
                without.append(size)
        return without

    async def to_permissions(self, address: str) -> None:
        """Walk from Home to the permissions."""
        await self.press("enter")
        await self.fill(address)
        await self.press("enter")
        await self.press("enter")

    async def to_link(self, address: str) -> None:
        """Walk from Home to the link, with the permissions that are offered first."""
        await self.to_permissions(address)
        await self.press("enter")

    async def to_code(self, address: str) -> str:
        """Walk from Home to the code field; return the link that was shown on the way."""
        await self.to_link(address)
        link = self.link
        await self.press("tab", "enter")
        return link

    async def to_profile(self, address: str, user: BrowserUser) -> None:
        """Walk through all steps of a sign-in."""
        link = await self.to_code(address)
        await self.paste(await asyncio.to_thread(user.get_code, link))


async def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, without waiting for idleness, which takes much longer."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        # The screens signal nothing then, and the pilot's own pause asks each widget.
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def is_visible(widget: Widget) -> bool:
    """Tell whether a widget is wholly on the screen, and within the page that scrolls it."""
    visible = widget.screen.region
    for ancestor in widget.ancestors:
        if isinstance(ancestor, Widget) and ancestor.is_scrollable:
            visible = visible.intersection(ancestor.region)
    return bool(widget.region.area) and visible.contains_region(widget.region)


def said_after(driver: WizardDriver, path_before: str | None = None) -> list[str]:
    """Return what is said once the screens are closed.

    Args:
        driver: the wizard, which may run still.
        path_before: the custom path of the credentials file when it was started; the same as now
            when left out.
    """
    path = driver.app.context.services.saved.custom_path
    return list(leaving_lines(driver.app, path if path_before is None else path_before))


class StartWizard(Protocol):
    """Starts the screens over the test's credentials file."""

    def __call__(
        self, size: tuple[int, int] = (80, 24), log: Callable[[str], None] | None = None
    ) -> AbstractAsyncContextManager[WizardDriver]:
        """Start them in a terminal of this size, in columns and rows, and log the requests."""
        ...
