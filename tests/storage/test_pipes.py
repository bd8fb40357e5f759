"""Credentials that come through a pipe: read to its end, once, in time, and never written."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import FileReadOnly, FileUnreadable, InvalidFile, SaveFailed
from gts_wizard.storage import files, pipes
from gts_wizard.storage.store import Store
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import TOKEN, add_account, make_account
from tests.helpers.subprocess_cli import default_credentials_path, run, save_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def body(store: Store) -> bytes:
    """What comes through the pipe."""
    store.update(add_account("alice"))
    return store.path.read_bytes()


@pytest.fixture
def pipe() -> Iterator[tuple[Path, int]]:
    """The path of an open pipe, and the descriptor to write to, which the test closes."""
    reading, writing = os.pipe()
    yield Path(f"/dev/fd/{reading}"), writing
    os.close(reading)


def _write(descriptor: int, body: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)


def test_pipe_is_read_once_for_all_stores(pipe: tuple[Path, int], body: bytes) -> None:
    path, writing = pipe
    _write(writing, body)
    for store in (Store(path), Store(path)):
        assert store.load().default == "@alice@example.org"
        assert store.load().default == "@alice@example.org"
        assert store.pop_warnings() == []


@pytest.mark.slow
def test_pipe_larger_than_the_kernels_buffer_is_read_whole(
    pipe: tuple[Path, int], body: bytes
) -> None:
    path, writing = pipe
    writer = threading.Thread(target=_write, args=(writing, body + b"#\n" * 200_000))
    writer.start()
    assert Store(path).load().default == "@alice@example.org"
    writer.join()


def test_named_pipe_waits_for_its_writer(path: Path, body: bytes) -> None:
    named = path.with_name("pipe")
    os.mkfifo(named)
    writer = threading.Thread(target=named.write_bytes, args=(body,))
    writer.start()
    assert Store(named).load().default == "@alice@example.org"
    writer.join()
    assert Store(named).load().default == "@alice@example.org"


def test_pipe_can_not_be_written(pipe: tuple[Path, int], body: bytes) -> None:
    path, writing = pipe
    _write(writing, body)
    store = Store(path)
    for act in (store.check_writable, lambda: store.update(add_account("bob"))):
        with pytest.raises(FileReadOnly, match="it comes through a pipe") as refusal:
            act()
        assert refusal.value.path == str(path)


def test_credentials_from_a_pipe_can_be_kept_in_a_file(
    pipe: tuple[Path, int], body: bytes, tmp_path: Path
) -> None:
    path, writing = pipe
    _write(writing, body)
    store = Store(path)
    store.move_to(tmp_path / "kept.toml")
    store.update(add_account("bob"))
    assert len(Store(tmp_path / "kept.toml").load().accounts) == 2


def test_empty_pipe_tells_that_its_program_may_have_failed(pipe: tuple[Path, int]) -> None:
    path, writing = pipe
    _write(writing, b"")
    for store in (Store(path), Store(path)):
        with pytest.raises(FileUnreadable, match="whatever writes it may have failed"):
            store.load()


def test_pipe_without_end_is_given_up(
    pipe: tuple[Path, int], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipes, "_SECONDS", 0.0)
    path, writing = pipe
    os.write(writing, body)
    for _ in range(2):
        with pytest.raises(FileUnreadable, match="it didn't end within"):
            Store(path).load()
    os.close(writing)


def test_pipe_over_the_limit_is_refused(
    pipe: tuple[Path, int], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", len(body) - 1)
    path, writing = pipe
    _write(writing, body)
    with pytest.raises(InvalidFile, match="far too large"):
        Store(path).load()


def test_descriptor_that_is_not_open_is_told() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    with pytest.raises(FileUnreadable, match="no file is open under that number"):
        Store(Path(f"/dev/fd/{reading}")).load()


def test_descriptor_of_a_directory_is_refused(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(FileUnreadable, match="it is a directory"):
        Store(Path(f"/dev/fd/{descriptor}")).load()
    os.close(descriptor)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The credentials file of a user of the program."""
    save_accounts(tmp_path, make_account())
    return default_credentials_path(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        'GTS_WIZARD_CREDENTIALS=<(cat "$0") "$@"',
        'cat "$0" | GTS_WIZARD_CREDENTIALS=/dev/stdin "$@"',
        'GTS_WIZARD_CREDENTIALS=/dev/stdin "$@" <"$0"',
        'GTS_WIZARD_CREDENTIALS=/dev/stdin "$@" <<<"$(cat "$0")"',
        'mkfifo pipe; cat "$0" >pipe & GTS_WIZARD_CREDENTIALS=pipe "$@"',
    ],
    ids=["substitution", "pipe", "redirection", "here string", "named pipe"],
)
def test_shell_pipes_the_credentials_in(tmp_path: Path, saved: Path, command: str) -> None:
    def run_piped(*arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "pipe").unlink(missing_ok=True)
        return run(tmp_path, *arguments, prefix=("bash", "-c", command, str(saved)))

    done = run_piped("token")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{TOKEN}\n", "")
    done = run_piped("accounts")
    assert (done.returncode, done.stderr) == (0, "")
    assert "@alice@example.org" in done.stdout
    done = run_piped("use", "alice")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is read-only: it comes through a pipe" in done.stderr


@pytest.mark.slow
def test_failing_program_leaves_an_empty_pipe(tmp_path: Path) -> None:
    command = ("bash", "-c", 'GTS_WIZARD_CREDENTIALS=<(exit 1) "$@"', "bash")
    done = run(tmp_path, "token", prefix=command)
    assert (done.returncode, done.stdout) == (1, "")
    assert "it is empty: whatever writes it may have failed" in done.stderr


@pytest.mark.slow
def test_ctrl_c_ends_the_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    variables = {**environment(tmp_path), "GTS_WIZARD_CREDENTIALS": str(tmp_path / "pipe")}
    with (
        subprocess.Popen([PROGRAM, "token"], env=variables, stderr=subprocess.PIPE) as process,
        # Opening it for writing waits until the program has opened it.
        (tmp_path / "pipe").open("wb"),
    ):
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 2


def test_pipe_is_known_for_read_only_before_anything_is_sent(pipe: tuple[Path, int]) -> None:
    path, writing = pipe
    with pytest.raises(FileReadOnly, match="it comes through a pipe"):
        Store(path).check_writable()
    os.close(writing)


def test_directory_that_may_not_be_written_in_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(SaveFailed, match="permission denied"):
        Store(tmp_path / "credentials.toml").check_writable()
    tmp_path.chmod(0o700)
