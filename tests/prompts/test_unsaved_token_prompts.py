"""`gts_wizard.prompts.runner`: what becomes of a token that could not be saved."""

from __future__ import annotations

import asyncio
import io
import sys
from typing import TYPE_CHECKING, cast

import pytest

from gts_wizard.errors import ConnectionRefused, RevocationUnsupported, WizardError
from gts_wizard.messages import (
    IF_YOU_QUIT,
    TOKEN_MAY_BE_VALID,
    TOKEN_MAY_EXIST,
    TOKEN_NOT_SAVED,
    TOKEN_STILL_VALID,
    WAITING_FOR_SERVER,
    token_revoked,
)
from gts_wizard.prompts.prompter import Aborted, Prompter, StoppedByUser
from gts_wizard.prompts.runner import InterruptibleLoop, UnsavedTokenPrompts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from gts_wizard.services.code_exchange import CodeExchange

    Part: TypeAlias = Callable[[str], UnsavedTokenPrompts]

_HOST = "example.org"
_TOO_OLD = RevocationUnsupported()
_GONE = ConnectionRefused(host=_HOST)


class _FakeCodeExchange:
    """Has a token that could not be saved.

    Attributes:
        failure: why it can't be revoked, or that Ctrl+C is pressed meanwhile.
        is_interrupted: whether Ctrl+C is pressed while a code is exchanged.
    """

    def __init__(self) -> None:
        self.has_unsaved_tokens = True
        self.is_running = False
        self.may_have_lost_token = False
        self.is_interrupted = False
        self.revoked = 0
        self.failure: WizardError | asyncio.CancelledError | None = None

    async def revoke_unsaved_tokens(self) -> list[str]:
        if self.failure is not None:
            raise self.failure
        self.has_unsaved_tokens = False
        self.revoked += 1
        return [_HOST]

    def discard_unsaved_tokens(self) -> None:
        self.has_unsaved_tokens = False

    async def finish(self) -> None:
        if self.is_interrupted:
            raise asyncio.CancelledError


@pytest.fixture
def code_exchange() -> _FakeCodeExchange:
    return _FakeCodeExchange()


@pytest.fixture
def part(code_exchange: _FakeCodeExchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    """Make the prompts for a user who will give these answers."""
    with InterruptibleLoop() as loop:

        def make(answers: str) -> UnsavedTokenPrompts:
            monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
            return UnsavedTokenPrompts(loop, Prompter(), cast("CodeExchange", code_exchange))

        yield make


@pytest.mark.parametrize("answers", ["r\n", "\n"], ids=["r", "default"])
def test_r_revokes_the_token(
    part: Part,
    code_exchange: _FakeCodeExchange,
    capsys: pytest.CaptureFixture[str],
    answers: str,
) -> None:
    parting = part(answers)
    assert not parting.ask_before_exit()
    stderr = capsys.readouterr().err
    assert stderr.startswith(f"{TOKEN_NOT_SAVED}\n{IF_YOU_QUIT}\n")
    assert stderr.endswith(f"Revoking access.\n{token_revoked(_HOST)}\n")
    assert code_exchange.revoked == 1
    assert not parting.everything_saved


def test_l_leaves_the_token_alive(
    part: Part, code_exchange: _FakeCodeExchange, capsys: pytest.CaptureFixture[str]
) -> None:
    parting = part("l\n")
    assert not parting.ask_before_exit()
    parting.finish()
    assert capsys.readouterr().err.endswith(f"{TOKEN_STILL_VALID}\n")
    assert code_exchange.revoked == 0
    assert not parting.everything_saved


def test_t_tries_again(part: Part, code_exchange: _FakeCodeExchange) -> None:
    assert part("t\n").ask_before_exit()
    assert code_exchange.has_unsaved_tokens
    assert code_exchange.revoked == 0


def test_q_and_the_end_of_answers_stop(part: Part, code_exchange: _FakeCodeExchange) -> None:
    with pytest.raises(StoppedByUser):
        part("q\n").ask_before_exit()
    with pytest.raises(Aborted, match="There is no answer to read"):
        part("").ask_before_exit()
    assert code_exchange.has_unsaved_tokens


def test_failed_revocation_is_asked_about_again(
    part: Part, code_exchange: _FakeCodeExchange, capsys: pytest.CaptureFixture[str]
) -> None:
    code_exchange.failure = _TOO_OLD
    assert not part("r\nl\n").ask_before_exit()
    stderr = capsys.readouterr().err
    assert stderr.count("Type r, l or t (Enter for r):") == 2
    assert "is too old to revoke access. The access still works there." in stderr
    assert stderr.endswith(f"{TOKEN_STILL_VALID}\n")


def test_nothing_is_asked_if_all_is_saved(
    part: Part, code_exchange: _FakeCodeExchange, capsys: pytest.CaptureFixture[str]
) -> None:
    code_exchange.has_unsaved_tokens = False
    parting = part("")
    assert not parting.ask_before_exit()
    parting.finish()
    assert parting.everything_saved
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (None, token_revoked(_HOST)),
        (_TOO_OLD, str(_TOO_OLD)),
        (_GONE, f"No server answers at {_HOST}. {TOKEN_STILL_VALID}"),
        (asyncio.CancelledError(), TOKEN_MAY_BE_VALID),
    ],
    ids=["revoked", "too old", "not running", "Ctrl+C"],
)
def test_finishing_revokes_the_token_and_says_what_came_of_it(
    part: Part,
    code_exchange: _FakeCodeExchange,
    capsys: pytest.CaptureFixture[str],
    failure: WizardError | asyncio.CancelledError | None,
    outcome: str,
) -> None:
    code_exchange.failure = failure
    parting = part("")
    parting.finish()
    assert capsys.readouterr().err == f"{TOKEN_NOT_SAVED}\nRevoking access.\n{outcome}\n"
    assert not parting.everything_saved


def test_ctrl_c_while_a_code_is_exchanged_says_what_that_means(
    part: Part, code_exchange: _FakeCodeExchange, capsys: pytest.CaptureFixture[str]
) -> None:
    code_exchange.has_unsaved_tokens = False
    code_exchange.is_running = code_exchange.is_interrupted = True
    parting = part("")
    parting.finish()
    assert capsys.readouterr().err == f"{WAITING_FOR_SERVER}\n{TOKEN_MAY_EXIST}\n"
    assert not parting.everything_saved
