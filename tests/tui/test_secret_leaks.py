"""A code, a client secret and a token are searched for wherever a sign-in leaves anything."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import WizardStep as Where
from gts_wizard.secret import Secret
from gts_wizard.storage.store import Store
from gts_wizard.tui.screens.base import BaseScreen
from tests.helpers.driver import WizardDriver
from tests.helpers.saved_state import begin_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.errors import WizardError
    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard

_WRONG_CODE = "WRONG" + "0" * 43
_PIECE = 12


@dataclass
class Traces:
    """All that a sign-in leaves behind.

    Attributes:
        folder: where everything is written that is written.
        log: all that any library logs.
        printed: what goes to the terminal, were there one.
        shown: what every screen has shown once it had settled, titles and clipboard included.
        failures: what went wrong.
        requests: the request log.
    """

    folder: Path
    log: pytest.LogCaptureFixture
    printed: pytest.CaptureFixture[str]
    shown: list[str] = field(default_factory=list)
    failures: list[WizardError] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def texts(self, but: Path) -> list[str]:
        """Return all of it as texts, but for one file."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and path != but]
        contents = [path.read_bytes().decode("latin-1") for path in files]
        reports = [crash_report(failure) for failure in self.failures]
        return [
            *self.shown,
            *self.requests,
            *reports,
            *contents,
            self.log.text,
            *self.printed.readouterr(),
        ]


@pytest.fixture
def traces(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Traces]:
    """Keep what the screens show and which errors they get, and all that is written."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(tempfile, "tempdir", None)
    traces = Traces(tmp_path, caplog, capfd)
    wait_until_idle, tell = WizardDriver.wait_until_idle, BaseScreen.show_error

    async def wait_and_look(driver: WizardDriver) -> None:
        await wait_until_idle(driver)
        app = driver.app
        traces.shown += [
            app.export_screenshot(),
            "".join(driver.screen_text.split()),
            app.clipboard,
        ]
        traces.shown += [app.title, app.sub_title, app.screen.title or ""]

    def keep_and_tell(step: BaseScreen, error: WizardError, *, is_repeated: bool = False) -> None:
        traces.failures.append(error)
        tell(step, error, is_repeated=is_repeated)

    monkeypatch.setattr(WizardDriver, "wait_until_idle", wait_and_look)
    monkeypatch.setattr(BaseScreen, "show_error", keep_and_tell)
    with caplog.at_level(logging.DEBUG):
        yield traces


def debug_the_event_loop() -> None:
    """Let asyncio log every single thing it does, as with PYTHONASYNCIODEBUG."""
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0


def crash_report(failure: BaseException) -> str:
    """Return all that a crash report could show of a failure: its chain, places and variables."""
    report = traceback.TracebackException.from_exception(failure, capture_locals=True)
    return "\n".join([*report.format(), repr(failure), repr(vars(failure))])


def excerpts_with(secret: Secret, texts: list[str]) -> list[str]:
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


async def exchange_with_every_call_failing_once(
    driver: WizardDriver, practice: PracticeServer, code: str
) -> None:
    """Hand a code in and look at the account, with every call failing once on the way."""
    practice.overloaded = True
    await driver.paste(code)
    practice.overloaded = False
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


@pytest.mark.slow
async def test_secrets_are_nowhere_but_in_the_credentials_file(
    start_wizard: StartWizard,
    practice: PracticeServer,
    alice: BrowserUser,
    credentials_path: Path,
    traces: Traces,
) -> None:
    async with start_wizard(log=traces.requests.append) as driver:
        await begin_at(driver, practice.address, Where.PERMISSIONS)
        # From here on there are secrets.
        debug_the_event_loop()
        await driver.press("enter")
        link = driver.link
        await driver.press("tab", "enter")
        with traces.log.at_level(logging.CRITICAL):
            # What the user's own browser logs is none of the wizard's.
            code = await asyncio.to_thread(alice.get_code, link)
        await exchange_with_every_call_failing_once(driver, practice, code)
    errors = [type(failure).__name__ for failure in traces.failures]
    assert errors == [
        "RateLimited",
        "ConnectionRefused",
        "CodeRefused",
        "RateLimited",
        "ConnectionRefused",
    ]
    assert {"httpcore", "asyncio"} <= {record.name.split(".")[0] for record in traces.log.records}
    outcomes = {line.split()[2] for line in traces.requests}
    assert outcomes == {"200", "400", "429", "503", "ConnectionRefused"}
    saved = Store(credentials_path).load()
    (token,) = (account.token.value for account in saved.accounts)
    (client_secret,) = (registration.client_secret for registration in saved.registrations)
    texts = traces.texts(but=credentials_path)
    is_saved = []
    for secret in (Secret(code), token, client_secret):
        assert isinstance(secret, Secret)
        assert excerpts_with(secret, texts) == []
        is_saved.append(excerpts_with(secret, [credentials_path.read_text("utf-8")]) != [])
    assert is_saved == [False, True, True]
