"""One walk through every page of the wizard, for the pictures and for the tests of all sizes."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING
from unittest import mock

from gts_wizard.tui import browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.person import Person
    from tests.tui.hands import Hands

_WRONG_CODE = "WRONG" + "0" * 43
_FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Tour:
    """Leads a wizard that knows no account yet from page to page.

    Args:
        hands: drive the wizard.
        address: of the practice instance.
        person: signs in there.
    """

    def __init__(self, hands: Hands, address: str, person: Person) -> None:
        self._hands = hands
        self._address = address
        self._person = person

    async def pages(self) -> AsyncIterator[str]:
        """Walk, and yield the name of each page as soon as it is shown, ready for its next key."""
        for part in (self._to_the_link, self._with_a_code, self._signed_in, self._back_home):
            async for name in part():
                yield name

    async def _to_the_link(self) -> AsyncIterator[str]:
        hands = self._hands
        await hands.press()
        yield "welcome"
        await hands.press("f1")
        yield "help"
        await hands.press("escape", "enter")
        yield "instance"
        await hands.paste(f"@alice@{self._address}")
        await hands.press("enter")
        yield "instance-found"
        await hands.press("enter")
        yield "permissions"
        await hands.press("end", "enter")
        yield "scopes"
        await hands.press("escape", "up", "up", "up")
        with mock.patch.object(browser, "can_open", return_value=False):
            await hands.press("enter")
            yield "authorize-without-browser"
        await hands.press("escape")
        with mock.patch.object(browser, "can_open", return_value=True):
            await hands.press("enter")
            yield "authorize"
        await hands.press("q")
        yield "qr"
        await hands.press("escape")

    async def _with_a_code(self) -> AsyncIterator[str]:
        hands, link = self._hands, self._hands.link
        await hands.press("tab", "tab", "enter")
        yield "code"
        await hands.paste(_WRONG_CODE)
        yield "code-refused"
        with mock.patch("os.replace", side_effect=_FULL):
            await hands.fill(await asyncio.to_thread(self._person.get_code, link))
            yield "not-saved"
            await hands.press("tab", "enter")
            yield "save-elsewhere"
            await hands.press("escape", "ctrl+q")
            yield "leaving"
        await hands.press("escape", "shift+tab", "enter")

    async def _signed_in(self) -> AsyncIterator[str]:
        hands = self._hands
        yield "profile"
        await hands.press("n")
        yield "notifications"
        await hands.press("escape", "i")
        yield "details"
        await hands.press("escape")

    async def _back_home(self) -> AsyncIterator[str]:
        hands = self._hands
        await hands.press("enter")
        yield "home"
        await hands.press("enter")
        yield "account"
        await hands.press("escape", "s")
        yield "sign-out"
        await hands.press("escape")
