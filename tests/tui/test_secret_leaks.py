"""A code, a client secret and a token are looked for wherever a journey leaves anything."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.secret import Secret
from gts_wizard.tui.screens.step import Step
from tests.helpers.driver import WizardDriver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.errors import WizardError
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard

_WRONG_CODE = "WRONG" + "0" * 43
_PIECE = 12


@dataclass
class Traces:
    """All that a journey leaves behind.

    Attributes:
        folder: where everything is written that is written.
        log: all that any library logs.
        printed: what goes to the terminal, were there one.
        shown: what every screen has shown once it had settled, titles and clipboard included.
        failures: what went wrong.
    """

    folder: Path
    log: pytest.LogCaptureFixture
    printed: pytest.CaptureFixture[str]
    shown: list[str] = field(default_factory=list)
    failures: list[WizardError] = field(default_factory=list)

    def texts(self, but: Path) -> list[str]:
        """Return all of it as texts, but for one file."""
        files = [one for one in self.folder.rglob("*") if one.is_file() and one != but]
        contents = [one.read_bytes().decode("latin-1") for one in files]
        anatomies = [anatomy(failure) for failure in self.failures]
        return [*self.shown, *anatomies, *contents, self.log.text, *self.printed.readouterr()]


@pytest.fixture
def traces(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Traces]:
    """Keep what the screens show and are told, and let nothing be written elsewhere."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(tempfile, "tempdir", None)
    kept = Traces(tmp_path, caplog, capfd)
    wait_until_idle, tell = WizardDriver.wait_until_idle, Step.tell

    async def wait_and_look(driver: WizardDriver) -> None:
        await wait_until_idle(driver)
        app = driver.app
        kept.shown += [app.export_screenshot(), "".join(driver.screen_text.split()), app.clipboard]
        kept.shown += [app.title, app.sub_title, app.screen.title or ""]

    def keep_and_tell(step: Step, error: WizardError) -> None:
        kept.failures.append(error)
        tell(step, error)

    monkeypatch.setattr(WizardDriver, "wait_until_idle", wait_and_look)
    monkeypatch.setattr(Step, "tell", keep_and_tell)
    with caplog.at_level(logging.DEBUG):
        yield kept


def debug_the_event_loop() -> None:
    """Let asyncio log every single thing it does, as with PYTHONASYNCIODEBUG."""
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0


def anatomy(failure: BaseException) -> str:
    """Return all that a crash report could show of a failure: its chain, places and variables."""
    report = traceback.TracebackException.from_exception(failure, capture_locals=True)
    return "\n".join([*report.format(), repr(failure), repr(vars(failure))])


def found(secret: Secret, texts: list[str]) -> list[str]:
    """Return what surrounds any piece of a secret."""
    whole = secret.reveal()
    pieces = [whole[start : start + _PIECE] for start in range(0, len(whole) - _PIECE, _PIECE)]
    assert pieces
    return [
        text[max(0, text.index(piece) - 60) :][:80]
        for text in texts
        for piece in pieces
        if piece in text
    ]


async def walk(driver: WizardDriver, practice: PracticeInstance, code: str) -> None:
    """Hand a code in and look at the account, with every call failing once on the way."""
    practice.throttled = True
    await driver.paste(code)
    practice.throttled = False
    practice.stop()
    await driver.press("enter")
    practice.start()
    await driver.paste(_WRONG_CODE)
    await driver.press("f2")
    practice.rate_limit = len(practice.requests) + 1
    await driver.paste(code)
    practice.rate_limit = None
    await driver.press("enter")
    assert "You are @alice" in driver.screen_text
    practice.stop()
    await driver.press("n")
    practice.start()
    await driver.press("escape", "c")


async def test_a_journey_leaves_its_secrets_in_the_credentials_file_alone(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    credentials_path: Path,
    traces: Traces,
) -> None:
    debug_the_event_loop()
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        with traces.log.at_level(logging.CRITICAL):
            # What the person's own browser logs is none of the wizard's.
            code = await asyncio.to_thread(alice.get_code, link)
        await walk(driver, practice, code)
    told = [type(failure).__name__ for failure in traces.failures]
    assert told == ["ToldToWait", "Refused", "CodeRefused", "ToldToWait", "Refused"]
    assert {"httpcore", "asyncio"} <= {one.name.split(".")[0] for one in traces.log.records}
    kept = Store(credentials_path).load()
    (token,) = (one.token.value for one in kept.accounts)
    (client_secret,) = (one.client_secret for one in kept.registrations)
    texts = traces.texts(but=credentials_path)
    saved = []
    for secret in (Secret(code), token, client_secret):
        assert isinstance(secret, Secret)
        assert found(secret, texts) == []
        saved.append(found(secret, [credentials_path.read_text("utf-8")]) != [])
    assert saved == [False, True, True]
