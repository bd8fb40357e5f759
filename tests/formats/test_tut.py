"""What tut itself wrote is read, and nothing is written that tut would run.

`recordings/tut-2.0.1.toml` was written by `AccountData.Save` of tut 2.0.1, with go-toml 2.0.6.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.formats import tut
from gts_wizard.formats.imported import NotUnderstood
from gts_wizard.formats.unlocked import Unfit, Unlocked
from tests.helpers.sample_exports import (
    ALICE,
    BOB,
    as_imported,
    export_accounts,
    make_export_account,
)

RECORDING = (Path(__file__).parent / "recordings" / "tut-2.0.1.toml").read_text()


def test_what_tut_wrote_is_read() -> None:
    assert tut.read(RECORDING) == [as_imported(ALICE), as_imported(BOB)]


def test_what_is_written_says_what_tut_wrote() -> None:
    written = tut.write([ALICE, BOB]).reveal()
    assert tomllib.loads(written) == tomllib.loads(RECORDING)


@pytest.mark.parametrize("field", ["client_id", "client_secret", "token"])
def test_nothing_is_written_that_tut_would_run(field: str) -> None:
    with pytest.raises(Unfit, match=r"@alice@example\.org") as refusal:
        tut.write([make_export_account(**{field: "!CMD!reboot"})])
    assert "reboot" not in str(refusal.value)


@pytest.mark.parametrize("key", ["ClientID", "ClientSecret", "AccessToken"])
def test_a_command_is_not_run(key: str) -> None:
    first = tomllib.loads(RECORDING)["Accounts"][0][key]
    with pytest.raises(NotUnderstood, match=key) as refusal:
        tut.read(RECORDING.replace(f"'{first}'", "'!CMD!gopass show -o misc/tut'"))
    assert "gopass" not in str(refusal.value)


@given(st.lists(export_accounts, max_size=3))
def test_anything_comes_back(accounts: list[Unlocked]) -> None:
    try:
        written = tut.write(accounts)
    except Unfit:
        return
    assert tut.read(written.reveal()) == list(map(as_imported, accounts))
