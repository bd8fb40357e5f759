"""The nastiest modes on the screens after the look-up: told where they are, and gone on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from gts_wizard.credentials.store import Store
from gts_wizard.errors import NotAnInstance
from tests.hostile.catalogue import NASTIEST
from tests.hostile.conftest import PATIENT
from tests.hostile.journeys import LONG_CODE, Instance
from tests.hostile.manners import echoes
from tests.hostile.modes import FACT, Stage
from tests.hostile.reading import go_back_to, prepare, read, sentences_of, until
from tests.server.hostile import Hostile
from tests.server.scripts import says
from tests.tui.conftest import no_browser, start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.conftest import Deadline
    from tests.hostile.modes import Mode
    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands

__all__ = ["no_browser", "start"]


async def turn(
    hands: Hands, deadline: Deadline, instance: Instance, stage: Stage, mode: Mode
) -> None:
    """Let a server misbehave at a step, in a mode of its own doing."""
    assert mode.script is not None
    instance.turn(stage, mode.script)
    await prepare(hands, deadline, mode)


async def fails_at_each(
    hands: Hands, deadline: Deadline, instance: Instance, stage: Stage, *keys: str
) -> None:
    """Take a step by its keys, while it fails in the nastiest ways; then it could be taken."""
    for mode in NASTIEST:
        leaf = mode.leaf_at(stage)
        assert leaf is not None
        await turn(hands, deadline, instance, stage, mode)
        # A button takes no second press while it still looks pressed, for a fifth of a second.
        await until(lambda: not hands.app.screen.query("Button.-active"))
        await hands.press_at_once(*keys)
        await read(hands, *sentences_of(leaf, mode.words))
        if mode.script is echoes:
            await hands.press("f2")
            await read(hands, "HTTP 400")
            await hands.press("f2")
    instance.relent()
    deadline.seconds = PATIENT
    await hands.app.services.connection.aclose()


async def test_every_later_step_fails_where_it_is_and_then_goes_on(
    deadline: Deadline, start: StartWizard
) -> None:
    instance = Instance()
    async with Hostile(instance) as server, start((80, 30)) as hands:
        await hands.to_permissions(server.host)
        await fails_at_each(hands, deadline, instance, Stage.REGISTER, "enter")
        assert "What may programs on this computer do?" in hands.sees
        await go_back_to(hands, "Where is your account?")
        assert server.host in hands.sees
        await hands.press("enter")
        await hands.press("enter")
        await hands.click("#have-code")
        assert "Paste the code" in hands.sees
        instance.turn(Stage.EXCHANGE, says(500))
        await hands.paste(LONG_CODE)
        await fails_at_each(hands, deadline, instance, Stage.EXCHANGE, "enter")
        await fails_at_each(hands, deadline, instance, Stage.REGISTER, "f5")
        assert "Paste the code" in hands.sees
        assert hands.app.screen.query_one(Input).value == LONG_CODE
        await go_back_to(hands, "Allow it in your browser")
        await hands.click("#have-code")
        assert hands.app.screen.query_one(Input).value == LONG_CODE
        instance.turn(Stage.VERIFY, says(500))
        await hands.press("enter")
        await fails_at_each(hands, deadline, instance, Stage.VERIFY, "enter")
        await go_back_to(hands, "has not yet said who you are")
        await hands.press("enter")
        assert "You are @alice" in hands.sees


async def test_what_an_account_shows_fails_without_a_word_lost_and_signing_out_without_a_server(
    deadline: Deadline, start: StartWizard, shelf: Path
) -> None:
    instance = Instance()
    async with Hostile(instance) as server, start((80, 30)) as hands:
        await hands.to_code(server.host)
        await hands.paste(LONG_CODE)
        assert "You are @alice" in hands.sees
        await hands.press("n")
        await fails_at_each(hands, deadline, instance, Stage.NOTIFICATIONS, "r")
        await hands.press("r")
        assert "Nothing has happened yet." in hands.sees
        await go_back_to(hands, "You are @alice")
        for mode in NASTIEST:
            await turn(hands, deadline, instance, Stage.TOKENS, mode)
            await hands.press_at_once("i")
            await hands.press_at_once("end")
            leaf = mode.leaf_at(Stage.TOKENS)
            assert leaf is not None
            lists_none = issubclass(leaf, NotAnInstance)
            await read(hands, "does not list them" if lists_none else FACT.split(leaf.cause)[-1])
            await hands.press_at_once("escape")
        for mode in NASTIEST:
            leaf = mode.leaf_at(Stage.REVOKE)
            if leaf is None:
                continue
            await turn(hands, deadline, instance, Stage.REVOKE, mode)
            await hands.click("#sign-out")
            await hands.press_at_once("tab", "enter")
            assert "all the same?" in hands.sees
            await read(hands, *FACT.split(leaf.cause))
            await go_back_to(hands, "You are @alice")
            assert len(Store(shelf).load().accounts) == 1
        await hands.click("#sign-out")
        await hands.press_at_once("tab", "enter")
        await hands.press_at_once("tab", "enter")
        assert "your account's settings" in hands.sees
        assert Store(shelf).load().accounts == ()
