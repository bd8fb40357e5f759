"""F1, everywhere: on each page, over each dialog, and with the right words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.services.wiring import open_services
from gts_wizard.tui.app import WizardApp
from screenshots.tour import Tour
from tests.tui.hands import Hands

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.person import Person
    from tests.tui.conftest import StartWizard

HEADINGS = (
    "What is this?",
    "What happens next?",
    "What could go wrong?",
    "Why do I have to do this?",
    "Ctrl+P lists everything",
)


async def test_f1_explains_every_page_and_goes_away_again(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    unexplained = set()
    async with start((100, 50)) as hands:
        async for page in Tour(hands, practice.address, alice).pages():
            if page == "help":
                continue
            before = hands.app.screen
            await hands.press("f1")
            if not all(heading in hands.sees for heading in HEADINGS):
                unexplained.add(page)
            await hands.press("f1")
            assert hands.app.screen is before, page
    assert unexplained == set()


async def test_somebody_new_is_told_of_no_list(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await hands.press("f1")
        assert "The wizard gives programs on this computer access" in hands.sees
        await hands.press("escape")
        await hands.to_profile(practice.address, alice)
        await hands.press("enter", "f1")
        assert "Each account that is signed in" in hands.sees


async def test_practice_promises_nothing_that_holds_only_elsewhere(
    practice: PracticeInstance, alice: Person, shelf: Path
) -> None:
    app = WizardApp(open_services(shelf), practice.address)
    async with app.run_test(size=(100, 40)) as pilot:
        hands = Hands(pilot)
        await hands.settle()
        await hands.press("f1")
        assert "this is practice" in hands.sees
        assert "it goes on" not in hands.sees
        await hands.press("f1")
        await hands.press("enter")
        for address in ("example.org", "@alice@example.org", "localhost:1"):
            await hands.fill(address)
            await hands.press("enter")
            assert f"asks no server but its own, {practice.address}" in hands.sees
        await hands.press("escape")
        await hands.to_profile(practice.address, alice)
        await hands.press("f1")
        assert "If this is not you" in hands.sees
        assert "keyring" not in hands.sees
