"""One walk through every page of the wizard, for the pictures and for the tests of all sizes."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING
from unittest import mock

from gts_wizard import browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import WizardDriver

_WRONG_CODE = "WRONG" + "0" * 43
_FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _always(*_: object) -> bool:
    return True


def _open(*_: object) -> browser.OpenResult:
    return browser.OpenResult.DONE


class Tour:
    """Leads a wizard that knows no account yet from page to page.

    Args:
        driver: drives the wizard.
        address: of the practice server.
        user: signs in there.
    """

    def __init__(self, driver: WizardDriver, address: str, user: BrowserUser) -> None:
        self._driver = driver
        self._address = address
        self._user = user

    async def pages(self) -> AsyncIterator[str]:
        """Walk, and yield the name of each page as soon as it is shown, ready for its next key."""
        for part in (self._to_the_link, self._with_a_code, self._signed_in, self._back_home):
            async for name in part():
                yield name

    async def _to_the_link(self) -> AsyncIterator[str]:
        driver = self._driver
        await driver.press()
        yield "welcome"
        await driver.press("f1")
        yield "help"
        await driver.press("escape", "enter")
        yield "instance"
        await driver.paste(f"@alice@{self._address}")
        await driver.press("enter")
        yield "instance-found"
        await driver.press("enter")
        yield "permissions"
        await driver.press("end", "enter")
        yield "scopes"
        await driver.press("escape", "up", "up", "up")
        with mock.patch.object(browser, "can_open", return_value=False):
            await driver.press("enter")
            yield "authorize-without-browser"
        await driver.press("escape")
        with (
            mock.patch.object(browser, "find_obstacle", return_value=None),
            mock.patch.multiple(
                browser, can_open=_always, opens_here=_always, open_and_watch=_open
            ),
        ):
            await driver.press("enter")
            yield "authorize"
            await driver.press("enter")
            yield "waiting"
        await driver.press("f6")
        await driver.press("q")
        yield "qr"
        await driver.press("escape")

    async def _with_a_code(self) -> AsyncIterator[str]:
        driver, link = self._driver, self._driver.link
        await driver.press("tab", "tab", "enter")
        yield "code"
        await driver.paste(_WRONG_CODE)
        yield "code-refused"
        with mock.patch("os.replace", side_effect=_FULL):
            await driver.fill(await asyncio.to_thread(self._user.get_code, link))
            yield "not-saved"
            await driver.press("tab", "enter")
            yield "save-elsewhere"
            await driver.press("escape", "ctrl+q")
            yield "leaving"
        await driver.press("escape", "shift+tab", "enter")

    async def _signed_in(self) -> AsyncIterator[str]:
        driver = self._driver
        yield "profile"
        await driver.press("n")
        yield "notifications"
        await driver.press("escape", "i")
        yield "details"
        await driver.press("escape")

    async def _back_home(self) -> AsyncIterator[str]:
        driver = self._driver
        await driver.press("enter")
        yield "home"
        await driver.press("enter")
        yield "account"
        await driver.press("escape", "s")
        yield "sign-out"
        await driver.press("escape")
