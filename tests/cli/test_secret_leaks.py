"""The program with a hostile server, and with faults of its own: no secret leaks anywhere."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import termios
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyte
import pytest

from gts_wizard.secret import MASK
from gts_wizard.storage.store import Store
from tests.helpers import pty_terminal
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.raw_responses import http_response, json_bytes, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import make_pending, make_registration
from tests.helpers.samples import (
    CLIENT_SECRET,
    INSTANCE_V2,
    TOKEN,
    account_document,
    instance_document,
    nodeinfo_documents,
)
from tests.helpers.subprocess_cli import default_credentials_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.helpers.raw_server import RawRequest, Responder

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.slow,
]

_ENTER, _TAB, _CTRL_Q, _F2 = "\r", "\t", "\x11", "\x1b[12~"
_CODE = "CANARYCODE".ljust(48, "0")
_CANARIES = (_CODE, CLIENT_SECRET, TOKEN)
_MARKUP = "Evil[@click=app.quit]x[/]"
_SEQUENCES = (
    "\x1b[2J", "\x1b[777;777H", "\x1b[5m", "\x1b[?1049l", "\x1bc", "\x1b]0;stolen\x07",
    "\x1b]52;c;c3RvbGVu\x1b\\", "\x1b]8;;https://evil.example\x1b\\", "\x1bP+q544e\x1b\\",
    "\x9b31m", "\x07", "\x08", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff",
)  # fmt: skip
_EVIL = _MARKUP + "".join(_SEQUENCES) + "y" * 10_000
# What Textual writes: colours, positions in this window, modes, the pointer, the sign-in link.
_OWN_SEQUENCES = re.compile(
    r"\x1b\[[\d;]*m|\x1b\[(?:1?\d|2[0-4]);[1-8]?\dH|\x1b\[\?\d+(?:[hl]|\$p)|\x1b\[>\d+u|\x1b\[<u"
    r"|\x1b\]22;\w*\x07|\x1b\]8;(?:id=[\d-]+)?;(?:http://127\.0\.0\.1:\d+/oauth/[!-~]+)?\x1b\\"
    # What the wizard asks the terminal before the first screen.
    r"|\x1b\]11;\?\x1b\\|\x1b\[c"
)
_CRASHING = """#!{python}
import sys
from gts_wizard.cli.main import main
from gts_wizard.services.code_exchange import CodeExchange

async def exchange(self, pending, paste):
    code = paste.code.reveal()
    raise RuntimeError(code)

CodeExchange.exchange = exchange
sys.exit(main())
"""
_CRASHING_KEYS = """#!{python}
import sys
from textual.drivers.linux_driver import LinuxDriver
from gts_wizard.cli.main import main

def run_input_thread(self):
    typed = "CANARYCODE".ljust(48, "0")
    raise RuntimeError(typed)

LinuxDriver.run_input_thread = run_input_thread
sys.exit(main())
"""


class _Recording(pyte.ByteStream):
    """Keeps all that was drawn."""

    def __init__(self, screen: pyte.Screen) -> None:
        super().__init__(screen)
        self.written = bytearray()

    def feed(self, data: bytes) -> None:  # type: ignore[override]
        self.written += data
        super().feed(data)


class _Watched(PtyTerminal):
    """A terminal whose every byte is kept."""

    def __init__(self, arguments: Sequence[str], home: Path) -> None:
        super().__init__(arguments, home)
        self._stream: _Recording = _Recording(self._screen)

    @property
    def written(self) -> str:
        """All that the program has sent to the terminal."""
        return self._stream.written.decode()

    @property
    def is_cooked(self) -> bool:
        """Whether the terminal shows what is typed, and sends it on line by line."""
        modes = termios.tcgetattr(self._master)[3]
        return bool(modes & termios.ECHO and modes & termios.ICANON)

    @property
    def modes_left_on(self) -> set[str]:
        """The private modes that were switched on last, not off."""
        switched = dict(re.findall(r"\x1b\[\?(\d+)([hl])", self.written))
        return {mode for mode, switch in switched.items() if switch == "h"}

    def seen_by_others(self) -> bytes:
        """Return what everybody on this computer sees of processes, and this one's environment."""
        listed = [
            file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if file.exists()
        ]
        own = Path(f"/proc/{self._process.pid}")
        return b"\n".join([*listed, (own / "environ").read_bytes(), (own / "comm").read_bytes()])


@pytest.fixture(autouse=True)
def _debugging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn on every debugging aid that writes somewhere, in the test's folder."""
    (tmp_path / "tmp").mkdir()
    variables = {
        "GTS_WIZARD_DEBUG": "1",
        "PYTHONASYNCIODEBUG": "1",
        "TEXTUAL_LOG": str(tmp_path / "textual.log"),
        "TMPDIR": str(tmp_path / "tmp"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(pty_terminal, "_KEPT", pty_terminal._KEPT | set(variables))


def _files_with_canaries(folder: Path) -> set[str]:
    """Return the names of the files that hold something secret."""
    return {
        one.name
        for one in folder.rglob("*")
        if one.is_file() and any(canary.encode() in one.read_bytes() for canary in _CANARIES)
    }


def _respond_with_evil_words() -> Responder:
    """Respond as GoToSocial does, with evil words wherever there are words."""
    repeated = f"{_CODE} {CLIENT_SECRET} {_EVIL}"
    turns = {
        path: iter([http_response(status, json_bytes({"error": word, "error_description": word}))])
        for path, status, word in [("/api/v1/apps", 422, _EVIL), ("/oauth/token", 400, repeated)]
    }
    client = {"client_id": "CLIENT", "client_secret": CLIENT_SECRET}
    who = {"display_name": _EVIL, "acct": _EVIL}
    pages: dict[str, object] = {
        INSTANCE_V2: instance_document(title=_EVIL, version=f"0.20.0{_EVIL}"),
        "/api/v1/apps": client,
        "/oauth/token": {"access_token": TOKEN, "scope": f"read {_EVIL}", "created_at": 1},
        "/api/v1/notifications": [{"type": _EVIL, "account": who, "status": {"content": _EVIL}}],
    }

    async def script(request: RawRequest) -> None:
        first = next(turns.get(request.path, iter(())), None)
        origin = request.server.origin
        account = account_document(
            note=_EVIL, role={"name": _EVIL}, avatar_static=f"{origin}/{TOKEN}/{_CODE}.png", **who
        )
        if first is not None:
            await request.send(first)
        else:
            profile = {"/api/v1/accounts/verify_credentials": account}
            await respond_by_path(pages | profile | nodeinfo_documents(origin))(request)

    return script


def _sign_in(window: _Watched, host: str) -> None:
    """Sign in to a server that says evil things, and look at everything it says."""
    for words, keys in [
        ("Welcome", _ENTER),
        ("Where is your account?", host + _ENTER),
        (_MARKUP, _ENTER),
        ("What may programs on this computer do?", _ENTER),
        ("refused the request", _F2),
        ("(RequestRejected)", _ENTER),
        ("Allow access in your browser", _TAB + _ENTER),
        ("Paste the code", ""),
    ]:
        window.wait_for(words)
        window.send(keys)
    window.paste(_CODE)
    window.wait_for("doesn't accept this code")
    window.send(_F2)
    window.wait_for("(CodeRefused)")
    window.paste(_CODE)
    window.wait_for("You are @alice@127.0.0.1")
    window.send("n")
    window.wait_for("Notifications of")
    window.wait_for(_MARKUP)


@pytest.mark.pty
async def test_hostile_words_are_inert_and_no_secret_leaks(
    tmp_path: Path,
) -> None:
    async with RawServer(_respond_with_evil_words()) as server:
        with _Watched([], home=tmp_path) as window:
            await asyncio.to_thread(_sign_in, window, server.host)
            seen = window.seen_by_others()
            window.send(_CTRL_Q)
            assert await asyncio.to_thread(window.exit_code) == 0
            written = window.written
        received = server.received.decode()
    assert [one for one in _SEQUENCES if one in _OWN_SEQUENCES.sub("", written)] == []
    assert set(re.findall(r"[^\n\r -~\u00a1-\uffff]", _OWN_SEQUENCES.sub("", written))) == set()
    assert "y" * 1001 not in re.sub(r"\s|\x1b\[[\d;]*[mH]", "", written)
    logged = re.findall(rf"^\w+ {server.origin}(/\S+ \d+) \d+ ms", written, re.MULTILINE)
    assert {"/api/v1/apps 422", "/oauth/token 400", "/oauth/token 200"} < set(logged)
    assert f"/{MASK}/{MASK}.png 404" in logged
    assert all(canary in received for canary in _CANARIES)
    assert [one for one in _CANARIES if one in written or one.encode() in seen] == []
    assert _files_with_canaries(tmp_path) == {"credentials.toml"}


@pytest.fixture
def crashing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program with a fault in exchanging a code, and a pending sign-in that waits for one."""
    program = tmp_path / "crashing"
    program.write_text(_CRASHING.format(python=sys.executable), "utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(pty_terminal.PtyTerminal, "program", str(program))
    pending = make_pending()._replace(started_at=datetime.now(UTC))
    registration = make_registration()
    store = Store(default_credentials_path(tmp_path))
    store.update(lambda kept: kept.with_registration(registration).with_pending(pending))
    return program


@pytest.mark.pty
@pytest.mark.usefixtures("crashing")
def test_crash_leaves_a_short_report_and_a_working_terminal(
    tmp_path: Path,
) -> None:
    with _Watched([], home=tmp_path) as window:
        window.wait_for("You started to sign in")
        window.send(_ENTER)
        window.wait_for("Paste the code")
        assert not window.is_cooked
        window.paste(_CODE)
        assert window.exit_code() == 1
        assert window.is_cooked
        assert window.modes_left_on <= {"7", "25"}, "wrapping lines, and the cursor"
        _, mistake, report = window.written.rpartition("The wizard ran into a bug")
    assert mistake, window.written[-2000:]
    assert "What was saved is safe" in report
    assert "exchange (" in report
    assert report.count("\n") < 12
    assert _CODE not in window.written
    assert _files_with_canaries(tmp_path) == set()


@pytest.mark.pty
def test_crash_of_the_key_reader_leaves_a_short_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "crashing"
    program.write_text(_CRASHING_KEYS.format(python=sys.executable), "utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(pty_terminal.PtyTerminal, "program", str(program))
    with _Watched([], home=tmp_path) as window:
        assert window.exit_code() == 1
        assert window.is_cooked
        _, mistake, report = window.written.rpartition("The wizard ran into a bug")
    assert mistake, window.written[-2000:]
    assert report.count("\n") < 12
    assert "textual run" not in report
    assert _CODE not in window.written


def test_crash_of_a_command_leaves_a_short_report(tmp_path: Path, crashing: Path) -> None:
    done = subprocess.run(
        [str(crashing), "sign-in", "--plain"],
        cwd=tmp_path,
        env=pty_terminal.environment(tmp_path),
        input=f"\n{_CODE}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    _, mistake, report = done.stderr.rpartition("The wizard ran into a bug")
    assert mistake, done.stderr
    assert (done.returncode, done.stdout) == (1, "")
    assert "RuntimeError" in report
    assert "exchange (" in report
    assert "Traceback" not in done.stderr
    assert _CODE not in done.stderr
    assert _files_with_canaries(tmp_path) == set()
