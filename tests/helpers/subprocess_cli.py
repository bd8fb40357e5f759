"""The installed program as a process: run to its end, or answered line by line."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING, Self

from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.paste import read_paste
from gts_wizard.services.wiring import open_services
from tests.helpers.browser_user import BrowserUser
from tests.helpers.pty_terminal import PROGRAM, environment

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance

_PATIENCE_SECONDS = 60


def default_credentials_path(home: Path) -> Path:
    """Return the credentials file of somebody on Linux, which need not exist."""
    return home / ".config" / "gts-wizard" / "credentials.toml"


def run(
    home: Path, *arguments: str, answers: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end.

    Args:
        home: the home directory of whoever runs it.
        arguments: the command line after the program's name.
        answers: what comes in by the pipe on standard input.
        variables: what else is in the environment.
    """
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=home,
        env={**environment(home), **variables},
        input=answers,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


async def sign_in(credentials_path: Path, practice: PracticeInstance, email: str) -> str:
    """Sign in by the services alone; return the token."""
    services = open_services(credentials_path)
    attempt = await services.sign_in.look_up(practice.address)
    attempt = await services.sign_in.choose(attempt, ("read",))
    link = authorize_link(attempt)
    with BrowserUser(email) as person:
        code = await asyncio.to_thread(person.get_code, link)
    attempt = await services.sign_in.redeem(attempt, read_paste(code))
    signed_in = await services.sign_in.verify(attempt)
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
        """Read what is said, up to a line that is a link and nothing else."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.stderr += line
            if line.startswith("http"):
                return line.rstrip("\n")
        raise AssertionError(f"there came no link:\n{self.stderr}")

    def end(self, *answers: str) -> subprocess.CompletedProcess[str]:
        """Give the last answers, and wait for the program to end."""
        for one in answers:
            self.answer(one)
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
