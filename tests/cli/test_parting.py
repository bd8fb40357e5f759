"""`gts_wizard.plain.parting`: what becomes of a token that could not be saved."""

from __future__ import annotations

import asyncio
import io
import sys
from typing import TYPE_CHECKING, cast

import pytest

from gts_wizard.errors import CanNotRevoke, Refused, WizardError
from gts_wizard.plain.dialogue import Dialogue, Left, Stopped
from gts_wizard.plain.parting import Parting
from gts_wizard.rules.leaving import (
    MAY_BE_ALIVE,
    MAY_HAVE_ISSUED,
    ONE_MOMENT,
    STAYS_ALIVE,
    UNSAVED,
    has_ended,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from gts_wizard.services.sign_in import SignIn

    Part: TypeAlias = Callable[[str], Parting]

_HOST = "example.org"
_TOO_OLD = CanNotRevoke()
_GONE = Refused(host=_HOST)


class _FakeSignIn:
    """Has a token that could not be saved.

    Attributes:
        failure: why it can't be revoked, or that Ctrl+C is pressed meanwhile.
        is_interrupted: whether Ctrl+C is pressed while a code is exchanged.
    """

    def __init__(self) -> None:
        self.has_unsaved = True
        self.is_exchanging = False
        self.is_interrupted = False
        self.revoked = 0
        self.failure: WizardError | asyncio.CancelledError | None = None

    async def end_unsaved(self) -> list[str]:
        if self.failure is not None:
            raise self.failure
        self.has_unsaved = False
        self.revoked += 1
        return [_HOST]

    def leave_unsaved(self) -> None:
        self.has_unsaved = False

    async def finish(self) -> None:
        if self.is_interrupted:
            raise asyncio.CancelledError


@pytest.fixture
def sign_in() -> _FakeSignIn:
    return _FakeSignIn()


@pytest.fixture
def part(sign_in: _FakeSignIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    """Make the parting of somebody who will answer so."""
    with asyncio.Runner() as runner:

        def make(answers: str) -> Parting:
            monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
            return Parting(runner, Dialogue(), cast("SignIn", sign_in))

        yield make


@pytest.mark.parametrize("answers", ["e\n", "\n"], ids=["e", "default"])
def test_e_revokes_the_token(
    part: Part,
    sign_in: _FakeSignIn,
    capsys: pytest.CaptureFixture[str],
    answers: str,
) -> None:
    parting = part(answers)
    assert not parting.is_put_off()
    said = capsys.readouterr().err
    assert said.startswith(f"{UNSAVED} If you leave, this computer forgets it")
    assert said.endswith(f"Ending the access.\n{has_ended(_HOST)}\n")
    assert sign_in.revoked == 1
    assert not parting.is_all_kept


def test_l_leaves_the_token_alive(
    part: Part, sign_in: _FakeSignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    parting = part("l\n")
    assert not parting.is_put_off()
    parting.finish()
    assert capsys.readouterr().err.endswith(f"{STAYS_ALIVE}\n")
    assert sign_in.revoked == 0
    assert not parting.is_all_kept


def test_t_tries_again(part: Part, sign_in: _FakeSignIn) -> None:
    assert part("t\n").is_put_off()
    assert sign_in.has_unsaved
    assert sign_in.revoked == 0


def test_q_and_the_end_of_answers_stop(part: Part, sign_in: _FakeSignIn) -> None:
    with pytest.raises(Stopped):
        part("q\n").is_put_off()
    with pytest.raises(Left, match="There is no answer to read"):
        part("").is_put_off()
    assert sign_in.has_unsaved


def test_failed_revocation_is_asked_about_again(
    part: Part, sign_in: _FakeSignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in.failure = _TOO_OLD
    assert not part("e\nl\n").is_put_off()
    said = capsys.readouterr().err
    assert said.count("or try again (t)?") == 2
    assert "too old to end an access on request. It stays good there." in said
    assert said.endswith(f"{STAYS_ALIVE}\n")


def test_nothing_is_asked_if_all_is_saved(
    part: Part, sign_in: _FakeSignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in.has_unsaved = False
    parting = part("")
    assert not parting.is_put_off()
    parting.finish()
    assert parting.is_all_kept
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (None, has_ended(_HOST)),
        (_TOO_OLD, str(_TOO_OLD)),
        (_GONE, f"No server answers at {_HOST}. {STAYS_ALIVE}"),
        (asyncio.CancelledError(), MAY_BE_ALIVE),
    ],
    ids=["revoked", "too old", "not running", "Ctrl+C"],
)
def test_finishing_revokes_the_token_and_says_what_came_of_it(
    part: Part,
    sign_in: _FakeSignIn,
    capsys: pytest.CaptureFixture[str],
    failure: WizardError | asyncio.CancelledError | None,
    outcome: str,
) -> None:
    sign_in.failure = failure
    parting = part("")
    parting.finish()
    assert capsys.readouterr().err == f"{UNSAVED}\nEnding the access.\n{outcome}\n"
    assert not parting.is_all_kept


def test_ctrl_c_while_a_code_is_exchanged_says_what_that_means(
    part: Part, sign_in: _FakeSignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in.has_unsaved, sign_in.is_exchanging, sign_in.is_interrupted = False, True, True
    parting = part("")
    parting.finish()
    assert capsys.readouterr().err == f"{ONE_MOMENT}\n{MAY_HAVE_ISSUED}\n"
    assert not parting.is_all_kept
