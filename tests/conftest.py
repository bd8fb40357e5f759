"""Fixtures that all tests share: an environment that is nobody's own, a server, and people.

No test reaches the network beyond this computer, or anybody's real home.
"""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from gts_wizard import browser
from gts_wizard.practice import PracticeServer
from gts_wizard.services.container import open_services
from gts_wizard.tui.app import WizardApp
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.driver import StartWizard, WizardDriver
from tests.helpers.event_loop import new_event_loop
from tests.helpers.fake_keyring import FakeKeyring, installed
from tests.helpers.full_disk import Disk
from tests.helpers.subprocess_cli import default_credentials_path
from tests.helpers.unwatched_screens import draw_only_when_looked_at, parse_styles_once

_PERSONAL_VARIABLES = ("_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


# For each request httpcore looks for it along the whole path, where newer versions of anyio came
# without it.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


def pytest_configure() -> None:
    """Give programs that tests start the usual reaction to signals, as from a terminal.

    A signal that is ignored here, as under `nohup`, would be ignored by them, too; one that is
    handled is not inherited.
    """
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays until the end, and come less often.

    It took a third of the time: the modules and the collected tests are many objects, and each
    start of the screens makes enough new ones for it to go through all of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run two workers more than there are processors: many tests wait for a process or a clock."""
    return (os.cpu_count() or 1) + 2


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run asynchronous tests on a loop that can tell when it is idle."""
    return {"idle-aware": new_event_loop}


@pytest.fixture(scope="module", autouse=True)
def _no_leaks() -> Iterator[None]:
    """Find what a module's tests left open: Python warns of it once it is collected.

    What is left then stays, such as caches: the next collection need not go through it again.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away what the user who runs the tests has set, and their home."""
    for name in list(os.environ):
        is_ours = name.startswith("GTS_WIZARD_") and name != "GTS_WIZARD_LONG_TESTS"
        if is_ours or name.upper().endswith(_PERSONAL_VARIABLES):
            monkeypatch.delenv(name)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    # What is advised names the program then, and not its path.
    installed = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", os.pathsep.join([installed, os.environ["PATH"]]))


@pytest.fixture(autouse=True)
def _no_name_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve no name but localhost, so that a mistake can't leave this computer."""
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **options: Any) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOOPBACK:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this a terminal without a display, whatever the tests are run on."""
    monkeypatch.setattr(browser, "can_open", lambda *_: False)


@pytest.fixture
def credentials_path(tmp_path: Path) -> Path:
    """Where the test's credentials file is; neither it nor its folder exists yet."""
    return default_credentials_path(tmp_path)


@pytest.fixture
def disk(credentials_path: Path) -> Iterator[Disk]:
    """The disk that the credentials file is on."""
    disk = Disk(credentials_path.parent)
    yield disk
    disk.make_room()


@pytest.fixture
def fake_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    """The system's keyring while the test runs."""
    with installed(tmp_path, monkeypatch) as keyring:
        yield keyring


@pytest.fixture
def practice_clock() -> PausableClock:
    """The practice server's clock, which can hold its answers back."""
    return PausableClock()


@pytest.fixture
def practice(
    request: pytest.FixtureRequest, practice_clock: PausableClock
) -> Iterator[PracticeServer]:
    """A practice server like GoToSocial 0.20, or like the version a test is parametrized with."""
    with PracticeServer(emulates=getattr(request, "param", "0.20"), clock=practice_clock) as server:
        yield server


@pytest.fixture
def alice() -> Iterator[BrowserUser]:
    """Alice, with a browser of her own."""
    with BrowserUser() as user:
        yield user


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The same authority, known to this computer."""
    if sys.platform != "linux":
        pytest.skip("only on Linux the environment names the authorities")
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


@pytest.fixture
def start_wizard(credentials_path: Path, monkeypatch: pytest.MonkeyPatch) -> StartWizard:
    """Start the screens, once or several times in a row, over one credentials file."""
    draw_only_when_looked_at(monkeypatch)
    parse_styles_once(monkeypatch)

    @asynccontextmanager
    async def start(
        size: tuple[int, int] = (80, 24), log: Callable[[str], None] | None = None
    ) -> AsyncIterator[WizardDriver]:
        app = WizardApp(open_services(credentials_path, log))
        async with app.run_test(size=size, notifications=True) as pilot:
            driver = WizardDriver(pilot)
            await driver.wait_until_idle()
            yield driver

    return start
