"""Mastodon.py reads the exported file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mastodon import Mastodon

from gts_wizard.formats import writers
from tests.helpers.sample_exports import make_export_account

if TYPE_CHECKING:
    from tests.formats.conftest import AuthorizationRecorder


def test_mastodon_py_acts_for_the_account(tmp_path: Path, recorder: AuthorizationRecorder) -> None:
    file = tmp_path / "secret"
    file.write_text(writers.write_mastodon_py(make_export_account(origin=recorder.origin)).reveal())
    profile = Mastodon(access_token=str(file)).account_verify_credentials()
    assert profile.username == "alice"
    assert recorder.headers == ["Bearer alice-token"]
