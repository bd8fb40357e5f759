"""The program, run as a process or in this one: to its end, or answered line by line."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Self, TypeAlias
from unittest import mock

from gts_wizard.cli.main import main
from gts_wizard.credentials import Credentials
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import parse_paste
from gts_wizard.services.container import open_services
from gts_wizard.storage.store import Store
from tests.helpers.browser_user import BrowserUser
from tests.helpers.pty_terminal import PROGRAM, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from gts_wizard.models import Account
    from gts_wizard.practice import PracticeServer

Answer: TypeAlias = "str | Callable[[str], str]"
"""A line, or what makes it out of all that the program has printed on standard error so far."""

_PATIENCE_SECONDS = 60


def default_credentials_path(home: Path) -> Path:
    """Return the credentials file of somebody on Linux, which need not exist."""
    return home / ".config" / "gts-wizard" / "credentials.toml"


def run(
    home: Path, *arguments: str, answers: str = "", prefix: Sequence[str] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end.

    Args:
        home: the home directory of whoever runs it.
        arguments: the command line after the program's name.
        answers: what is written to standard input, a pipe.
        prefix: the words of a command that runs the program, such as one of `containers`.
        variables: what else is in the environment.
    """
    return subprocess.run(
        [*prefix, PROGRAM, *arguments],
        cwd=home,
        env={**environment(home), **variables},
        input=answers,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


def run_in_process(
    home: Path, *arguments: str, answers: str | Sequence[Answer] = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end in this process, which is much quicker than in one of its own.

    No event loop may be running. Use `run` where it matters which modules are loaded, and for
    signals, terminals and files that are closed.

    Args:
        home: the home directory of whoever runs it, which is the working directory, too.
        arguments: the command line after the program's name.
        answers: what standard input gives: a text, or lines that are made when asked for.
        variables: what else is in the environment.
    """
    out, err = io.BytesIO(), io.BytesIO()
    lines = answers.splitlines() if isinstance(answers, str) else answers
    stdin = _text(io.BufferedReader(_Answers(lines, lambda: err.getvalue().decode())))
    # Kept here, since the bytes are lost once nothing refers to these.
    stdout, stderr = _text(out), _text(err)
    with (
        contextlib.chdir(home),
        mock.patch.dict(os.environ, {**environment(home), **variables}, clear=True),
        mock.patch.object(sys, "argv", [PROGRAM, *arguments]),
        mock.patch.object(sys, "stdin", stdin),
        mock.patch.object(sys, "stdout", stdout),
        mock.patch.object(sys, "stderr", stderr),
    ):
        try:
            code: object = main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    printed, errors = out.getvalue().decode(), err.getvalue().decode()
    return subprocess.CompletedProcess([PROGRAM, *arguments], code, printed, errors)


def enter_code(username: str = "alice") -> Callable[[str], str]:
    """Return an answer: the code that a user gets at the link which was shown last."""

    def enter(stderr: str) -> str:
        links = [line for line in stderr.splitlines() if line.startswith("http")]
        with BrowserUser(f"{username}@example.org") as user:
            return user.get_code(links[-1])

    return enter


class _Answers(io.RawIOBase):
    """A pipe through which each answer comes once it is read."""

    def __init__(self, answers: Sequence[Answer], stderr: Callable[[], str]) -> None:
        self._coming = self._encoded(answers, stderr)
        self._unread = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        self._unread = self._unread or next(self._coming, b"")
        count = min(len(view), len(self._unread))
        view[:count] = self._unread[:count]
        self._unread = self._unread[count:]
        return count

    @staticmethod
    def _encoded(answers: Sequence[Answer], stderr: Callable[[], str]) -> Iterator[bytes]:
        for answer in answers:
            line = answer if isinstance(answer, str) else answer(stderr())
            yield (line if line.endswith("\n") else f"{line}\n").encode()


def _text(file: io.BytesIO | io.BufferedReader) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, "utf-8", "backslashreplace", write_through=True)


async def sign_in(
    credentials_path: Path, practice: PracticeServer, email: str, *scopes: str
) -> str:
    """Sign in by the services alone, for reading if nothing else is said; return the token."""
    services = open_services(credentials_path)
    pending = await services.sign_in.look_up(practice.address)
    pending = await services.sign_in.choose_scopes(pending, scopes or ("read",))
    link = authorization_url(pending)
    with BrowserUser(email) as user:
        code = await asyncio.to_thread(user.get_code, link)
    pending = await services.sign_in.code_exchange.exchange(pending, parse_paste(code))
    signed_in = await services.sign_in.verifier.verify(pending)
    await services.aclose()
    return services.accounts.token(signed_in.account).reveal()


class PipedProcess:
    """The program with a pipe at each end, whose questions are answered as they come.

    Args:
        home: the home directory of whoever runs it.
        arguments: the command line after the program's name.
        variables: what else is in the environment.
    """

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        self._process = subprocess.Popen(
            [PROGRAM, *arguments],
            cwd=home,
            env={**environment(home), **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.stderr = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        with self._process:
            pass

    @property
    def process(self) -> int:
        """The number of the program's process."""
        return self._process.pid

    def answer(self, line: str) -> None:
        """Answer a question."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def read_link(self) -> str:
        """Read standard error, up to a line that is a link and nothing else."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.stderr += line
            if line.startswith("http"):
                return line.rstrip("\n")
        raise AssertionError(f"there came no link:\n{self.stderr}")

    def end(self, *answers: str) -> subprocess.CompletedProcess[str]:
        """Give the last answers, and wait for the program to end."""
        for line in answers:
            self.answer(line)
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.close()
        # `communicate` would miss what is read ahead already; the result is too short to block.
        self.stderr += process.stderr.read()
        out = process.stdout.read()
        code = process.wait(_PATIENCE_SECONDS)
        return subprocess.CompletedProcess([], code, out, self.stderr)


def sign_in_users(home: Path, practice: PracticeServer, *usernames: str) -> list[str]:
    """Sign users of a practice server in, outside of an event loop; return their tokens."""
    path = default_credentials_path(home)
    emails = [f"{username}@example.org" for username in usernames]
    return [asyncio.run(sign_in(path, practice, email)) for email in emails]


def save_accounts(home: Path, *accounts: Account) -> None:
    """Save accounts in the credentials file, the first as the default."""
    store = Store(default_credentials_path(home))
    for account in accounts:
        store.update(partial(Credentials.with_account, account=account))
