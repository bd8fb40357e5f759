"""A file written by tut is read, and nothing is written or read that tut would run.

`recordings/tut-2.0.1.toml` was written by `AccountData.Save` of tut 2.0.1, with go-toml 2.0.6.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gts_wizard.formats import tut
from gts_wizard.formats.export_account import NotExportable
from gts_wizard.table_reader import InvalidFormat
from tests.helpers.sample_exports import (
    ALICE,
    BOB,
    as_imported,
    make_export_account,
)

RECORDING = (Path(__file__).parent / "recordings" / "tut-2.0.1.toml").read_text()


def test_file_written_by_tut_is_read() -> None:
    assert tut.read(RECORDING) == [as_imported(ALICE), as_imported(BOB)]


def test_written_file_equals_the_file_of_tut() -> None:
    written = tut.write([ALICE, BOB]).reveal()
    assert tomllib.loads(written) == tomllib.loads(RECORDING)


@pytest.mark.parametrize("field", ["client_id", "client_secret", "token"])
def test_secret_that_tut_would_run_is_not_written(field: str) -> None:
    with pytest.raises(NotExportable, match=r"@alice@example\.org") as refusal:
        tut.write([make_export_account(**{field: "!CMD!reboot"})])
    assert "reboot" not in str(refusal.value)


@pytest.mark.parametrize("key", ["ClientID", "ClientSecret", "AccessToken"])
def test_command_in_a_file_is_refused(key: str) -> None:
    first = tomllib.loads(RECORDING)["Accounts"][0][key]
    with pytest.raises(InvalidFormat, match=key) as refusal:
        tut.read(RECORDING.replace(f"'{first}'", "'!CMD!gopass show -o misc/tut'"))
    assert "gopass" not in str(refusal.value)
