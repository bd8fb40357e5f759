"""What the screens' tests share: a practice instance, a person, and hands on the wizard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import pytest

from gts_wizard.practice import PracticeInstance
from gts_wizard.services.wiring import open_services
from gts_wizard.tui import browser
from gts_wizard.tui.app import WizardApp
from tests.person import Person
from tests.tui.hands import Hands

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this a terminal without a display, whatever the tests are run on."""
    monkeypatch.setattr(browser, "can_open", lambda: False)


@pytest.fixture
def practice() -> Iterator[PracticeInstance]:
    """A practice instance like the newest GoToSocial."""
    with PracticeInstance(like="0.20") as instance:
        yield instance


@pytest.fixture
def alice() -> Iterator[Person]:
    """Alice, with a browser of her own."""
    with Person() as person:
        yield person


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where the credentials file of the test is."""
    return tmp_path / "gts-wizard" / "credentials.toml"


class StartWizard(Protocol):
    """Starts a wizard over the test's credentials file."""

    def __call__(self, size: tuple[int, int] = (80, 24)) -> AbstractAsyncContextManager[Hands]:
        """Start it in a terminal of this size, in columns and rows."""
        ...


@pytest.fixture
def start(shelf: Path) -> StartWizard:
    """Start wizards, one after the other, over one credentials file."""

    @asynccontextmanager
    async def wizard(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Hands]:
        app = WizardApp(open_services(shelf))
        async with app.run_test(size=size) as pilot:
            hands = Hands(pilot)
            await hands.settle()
            yield hands

    return wizard
