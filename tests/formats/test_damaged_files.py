"""What other tools wrote, damaged: accounts fit to be asked for, or a clause that says why not."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.formats.imported import Imported, NotUnderstood
from gts_wizard.formats.registry import FORMATS, READERS
from tests.helpers.assertions import assert_well_formed, is_safe
from tests.helpers.fuzz import as_toml, mutated_bytes, mutated_document
from tests.helpers.sample_exports import ALICE, BOB

TUT = (Path(__file__).parent / "recordings" / "tut-2.0.1.toml").read_text()
TOOT = FORMATS["toot"].write([ALICE, BOB]).reveal()
SEEDS = {"toot": TOOT, "tut": TUT}
SECRETS = [
    secret.reveal() for one in (ALICE, BOB) for secret in (one.token, one.client.client_secret)
]


CHANGED = {
    "toot": mutated_document(json.loads(TOOT)).map(json.dumps),
    "tut": mutated_document(tomllib.loads(TUT)).map(as_toml),
}


def assert_read_or_refused(tool: str, text: str, *secrets: str) -> None:
    """Assert that each account can be asked for, or that one safe clause says why none can.

    Args:
        tool: whose file it is.
        text: what stands in it.
        secrets: what the clause must not repeat.
    """
    try:
        found = READERS[tool](text)
    except NotUnderstood as refusal:
        reason = str(refusal)
        assert is_safe(reason, 300)
        assert not [one for one in secrets if one in reason]
        assert refusal.__context__ is None
        return
    for one in found:
        assert isinstance(one, Imported)
        assert_well_formed(one)
        assert one.origin.startswith(("https://", "http://"))
        assert not set(one.username) & set("@/ ")


@pytest.mark.parametrize("tool", SEEDS)
def test_the_files_are_read_as_they_are(tool: str) -> None:
    assert [one.username for one in READERS[tool](SEEDS[tool])] == ["alice", "bob"]


@pytest.mark.parametrize("tool", SEEDS)
@settings(deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(tool: str, data: st.DataObject) -> None:
    body = data.draw(mutated_bytes(SEEDS[tool].encode()))
    assert_read_or_refused(tool, body.decode("utf-8", "surrogateescape"), *SECRETS)


@pytest.mark.parametrize("tool", SEEDS)
@settings(deadline=None)
@given(data=st.data())
def test_a_file_with_other_values_is_read_or_refused(tool: str, data: st.DataObject) -> None:
    # A secret that is now where a name belongs can't be told from a name.
    assert_read_or_refused(tool, data.draw(CHANGED[tool]))
