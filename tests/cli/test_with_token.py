"""`gts-wizard sign-in --with-token`: a token that exists already gets in, and nowhere else."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.secret import Secret
from gts_wizard.storage.store import Store
from tests.helpers.containers import NAMELESS, as_user
from tests.helpers.harness import VERIFY
from tests.helpers.other_programs import token_of_other_program
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.sample_accounts import TOKEN
from tests.helpers.subprocess_cli import (
    PipedProcess,
    default_credentials_path,
    run,
    run_in_process,
    sign_in_users,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from gts_wizard.practice import PracticeServer, Response

_WHAT_HELPS = (
    "Nothing was changed. Give the token and nothing else, for example from a file: "
    "--with-token < FILE.\n"
)
_NO_TOKEN = f"There is no token on standard input. {_WHAT_HELPS}"
_OTHER_INPUT = f"Standard input holds something other than one token. {_WHAT_HELPS}"
_SCOPES_UNKNOWN = (
    "doesn't say what this token may do. To save that, sign in again and add --scopes."
)
_ENTER, _CTRL_D = "\r", "\x04"


def _redirected(redirection: str) -> tuple[str, ...]:
    """Return the words that run a program with another standard input, as a shell gives it."""
    return ("/bin/sh", "-c", f'exec "$@" {redirection}', "sh")


def _sign_in(home: Path, address: str, token: str, *more: str) -> CompletedProcess[str]:
    return run_in_process(home, "sign-in", address, "--with-token", *more, answers=[token])


def _saved_token(home: Path) -> Secret:
    (account,) = Store(default_credentials_path(home)).load().accounts
    assert isinstance(account.token.value, Secret)
    return account.token.value


@pytest.mark.parametrize("form", ["{}\n", "{}\r\n", "\n  {} \n\n"], ids=repr)
def test_lines_with_a_token_are_read(tmp_path: Path, practice: PracticeServer, form: str) -> None:
    token = token_of_other_program(practice)
    done = _sign_in(tmp_path, practice.address, form.format(token))
    assert (done.returncode, done.stderr) == (0, "")
    assert _saved_token(tmp_path) == Secret(token)


@pytest.mark.slow
def test_token_comes_through_a_pipe(tmp_path: Path, practice: PracticeServer) -> None:
    token = token_of_other_program(practice)
    done = run(tmp_path, "sign-in", practice.address, "--with-token", answers=token)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"You are signed in as @alice@{practice.address}.\n"
    assert _saved_token(tmp_path) == Secret(token)


@pytest.mark.slow
def test_token_comes_from_a_file(tmp_path: Path, practice: PracticeServer) -> None:
    token = token_of_other_program(practice)
    (tmp_path / "token").write_bytes(f"{token}\r\n".encode())
    line = ("sign-in", f"@alice@{practice.address}", "--with-token")
    done = run(tmp_path, *line, prefix=_redirected("< token"))
    assert (done.returncode, done.stderr) == (0, "")
    assert _saved_token(tmp_path) == Secret(token)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirection", "told"),
    [
        ("< /dev/null", _NO_TOKEN),
        ("<&-", _NO_TOKEN),
        ("0> written", _NO_TOKEN),
        ("< lines", _OTHER_INPUT),
        ("< words", _OTHER_INPUT),
        ("< /dev/zero", _OTHER_INPUT),
        ("< /dev/urandom", _OTHER_INPUT),
    ],
)
def test_what_is_no_token_is_told_and_sent_nowhere(
    tmp_path: Path, practice: PracticeServer, redirection: str, told: str
) -> None:
    (tmp_path / "lines").write_text(f"{TOKEN}\n{TOKEN}\n", "utf-8")
    (tmp_path / "words").write_text(f"Bearer {TOKEN}\n", "utf-8")
    line = ("sign-in", practice.address, "--with-token")
    done = run(tmp_path, *line, prefix=_redirected(redirection))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
    assert practice.requests == []
    assert not default_credentials_path(tmp_path).exists()


@pytest.mark.parametrize("text", ["", "\n\n", "\x00", "é" * 48, "x" * 4097, f"{'x' * 70}\n" * 2000])
def test_text_that_is_no_token_is_told(tmp_path: Path, practice: PracticeServer, text: str) -> None:
    done = run_in_process(tmp_path, "sign-in", practice.address, "--with-token", answers=[text])
    told = _OTHER_INPUT if text.strip() else _NO_TOKEN
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
    assert practice.requests == []


@pytest.mark.slow
def test_input_without_an_end_is_not_read_for_ever(
    tmp_path: Path, practice: PracticeServer
) -> None:
    line = ("sign-in", practice.address, "--with-token")
    endless = ("/bin/sh", "-c", 'yes 2>/dev/null | tr -d "\\n" 2>/dev/null | "$@"', "sh")
    done = run(tmp_path, *line, prefix=endless)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", _OTHER_INPUT)


@pytest.mark.parametrize(
    ("practice", "scopes", "is_noted"),
    [
        ("0.17", "read", False),
        ("0.19", "read", False),
        ("0.20", "profile", True),
        ("mastodon", "read", True),
    ],
    indirect=["practice"],
)
def test_scopes_that_are_not_known_can_be_noted_down(
    tmp_path: Path, practice: PracticeServer, scopes: str, is_noted: bool
) -> None:
    token = token_of_other_program(practice, scopes)
    done = _sign_in(tmp_path, practice.address, token)
    note = f"{practice.address} {_SCOPES_UNKNOWN}\n" if is_noted else ""
    assert (done.returncode, done.stderr) == (0, note)
    done = _sign_in(tmp_path, practice.address, token, "--scopes", "write,read")
    assert (done.returncode, done.stderr) == (0, "")
    (account,) = Store(default_credentials_path(tmp_path)).load().accounts
    assert account.token.scopes == ("read", "write")


@pytest.mark.parametrize(
    ("line", "code", "cause"),
    [
        (["@bob@{address}"], 2, "This token belongs to @alice@{address}, not to @bob@"),
        (["{address}", "--scopes", "reed"], 2, "{address} has no permission called reed."),
        (["{address}", "--scopes", " "], 2, "Nothing is chosen yet."),
        (["localhost:9"], 1, "No server answers at localhost:9."),
        (["nowhere"], 2, "A server's address has a dot in it"),
    ],
    ids=["other account", "no scope", "empty scopes", "no server", "no address"],
)
def test_nothing_is_saved_after_a_mistake(
    tmp_path: Path, practice: PracticeServer, line: list[str], code: int, cause: str
) -> None:
    token = token_of_other_program(practice)
    words = [word.format(address=practice.address) for word in line]
    done = run_in_process(tmp_path, "sign-in", *words, "--with-token", answers=token)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(cause.format(address=practice.address))
    assert token not in done.stderr
    assert not default_credentials_path(tmp_path).exists()


def test_token_that_the_server_does_not_accept_is_told(
    tmp_path: Path, practice: PracticeServer
) -> None:
    done = _sign_in(tmp_path, practice.address, TOKEN)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{practice.address} doesn't accept this token.")
    assert TOKEN not in done.stderr


@pytest.mark.slow
def test_account_that_works_is_not_replaced(tmp_path: Path, practice: PracticeServer) -> None:
    (kept,) = sign_in_users(tmp_path, practice, "alice")
    handle = f"@alice@{practice.address}"
    token = token_of_other_program(practice)
    done = run_in_process(tmp_path, "sign-in", practice.address, "--with-token", answers=token)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"You're already signed in as {handle}. The permissions are the same as before. "
        "Nothing was changed. To replace that token, first run: "
        f"gts-wizard sign-out {handle}\n"
    )
    assert _saved_token(tmp_path) == Secret(kept)
    practice.revoke_tokens("alice")
    token = token_of_other_program(practice)
    done = run_in_process(tmp_path, "sign-in", practice.address, "--with-token", answers=token)
    assert (done.returncode, done.stderr) == (0, "")
    assert _saved_token(tmp_path) == Secret(token)


@pytest.mark.parametrize("arguments", [[], ["--scopes", "read"], ["--plain"]], ids=" ".join)
def test_address_is_needed(tmp_path: Path, arguments: list[str]) -> None:
    done = run_in_process(tmp_path, "sign-in", "--with-token", *arguments, answers=TOKEN)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Name the token's server, too: gts-wizard sign-in ADDRESS --with-token\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["example.org", "--with-token", TOKEN],
        ["example.org", f"--with-token={TOKEN}"],
        ["example.org", f"--with-tokne={TOKEN}"],
        ["--with-token", TOKEN],
    ],
    ids=["word", "value", "misspelled", "as the address"],
)
def test_token_on_the_command_line_is_not_repeated(tmp_path: Path, arguments: list[str]) -> None:
    done = run_in_process(tmp_path, "sign-in", *arguments, answers=TOKEN)
    assert (done.returncode, done.stdout) == (2, "")
    assert TOKEN not in done.stderr


@pytest.mark.slow
def test_token_is_neither_logged_nor_in_arguments_or_environment(
    tmp_path: Path, practice: PracticeServer
) -> None:
    token = token_of_other_program(practice)
    seen: list[bytes] = []
    line = ("--verbose", "sign-in", practice.address, "--with-token")
    with PipedProcess(tmp_path, *line) as window:

        def look(handle: Callable[[], Response]) -> Response:
            if sys.platform == "linux":
                process = Path(f"/proc/{window.process}")
                seen.extend((process / name).read_bytes() for name in ("cmdline", "environ"))
            return handle()

        practice.overrides = {VERIFY: look}
        done = window.end(token)
    assert done.returncode == 0
    assert f"GET {practice.origin}/api/v1/accounts/verify_credentials 200" in done.stderr
    assert seen or sys.platform != "linux"
    assert not any(token.encode() in one for one in seen)
    assert token not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_file_that_can_only_be_read_is_told_before_a_request(
    shared_credentials: Path, practice: PracticeServer
) -> None:
    token = token_of_other_program(practice)
    before = list(practice.requests)
    shared_credentials.chmod(0o644)
    done = run(
        shared_credentials.parent,
        "sign-in",
        practice.address,
        "--with-token",
        answers=token,
        prefix=as_user(NAMELESS),
        GTS_WIZARD_CREDENTIALS=str(shared_credentials),
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The file that keeps your accounts is read-only:")
    assert practice.requests == before


@pytest.mark.pty
def test_terminal_is_asked_and_shows_no_token(tmp_path: Path, practice: PracticeServer) -> None:
    token = token_of_other_program(practice)
    with PtyTerminal(["sign-in", practice.address, "--with-token"], tmp_path) as terminal:
        terminal.wait_for(f"Access token for {practice.address}:")
        terminal.wait_until(lambda: not terminal.shows_typing, "the echo going off")
        terminal.send(f"{token}{_ENTER}")
        terminal.wait_for(f"You are signed in as @alice@{practice.address}.")
        assert terminal.exit_code() == 0
        assert terminal.shows_typing
    assert token.encode() not in terminal.drawn
    assert _saved_token(tmp_path) == Secret(token)


@pytest.mark.pty
@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (_ENTER, "There is no token on standard input."),
        (f"{TOKEN} {TOKEN}{_ENTER}", "Standard input holds something other than one token."),
        (f"q{_ENTER}", "Stopped."),
        (_CTRL_D, "There is no answer to read."),
    ],
    ids=["Enter", "two words", "q", "Ctrl+D"],
)
def test_terminal_where_no_token_is_given_ends_it(
    tmp_path: Path, practice: PracticeServer, keys: str, told: str
) -> None:
    with PtyTerminal(["sign-in", practice.address, "--with-token"], tmp_path) as terminal:
        terminal.wait_for("Access token for")
        terminal.wait_until(lambda: not terminal.shows_typing, "the echo going off")
        terminal.send(keys)
        assert terminal.exit_code() == 2
        assert told in terminal.text
        assert terminal.shows_typing
    assert TOKEN.encode() not in terminal.drawn
    assert practice.requests == []


@pytest.mark.pty
def test_ctrl_c_ends_the_question(tmp_path: Path) -> None:
    with PtyTerminal(["sign-in", "example.org", "--with-token"], tmp_path) as terminal:
        terminal.wait_for("Access token for")
        terminal.wait_until(lambda: not terminal.shows_typing, "the echo going off")
        terminal.signal(signal.SIGINT)
        assert terminal.exit_code() == 2
        assert terminal.text.split() == ["Access", "token", "for", "example.org:", "Stopped."]
        assert terminal.shows_typing


@pytest.mark.pty
@pytest.mark.parametrize(
    ("arguments", "told"),
    [([], "Name the token's server"), (["nowhere"], "A server's address has a dot")],
    ids=["no address", "no good one"],
)
def test_terminal_is_not_asked_without_a_good_address(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    with PtyTerminal(["sign-in", *arguments, "--with-token"], tmp_path) as terminal:
        assert terminal.exit_code() == 2
        assert told in terminal.text
        assert "Access token for" not in terminal.text
