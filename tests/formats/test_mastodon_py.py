"""Mastodon.py itself reads the file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from mastodon import Mastodon

from gts_wizard.formats import mastodon_py
from tests.helpers.sample_exports import export_accounts, make_export_account

if TYPE_CHECKING:
    from gts_wizard.formats.unlocked import Unlocked
    from tests.formats.conftest import Listener


def read(one: Unlocked) -> Mastodon:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "secret")
        file.write_text(mastodon_py.write(one).reveal())
        return Mastodon(access_token=str(file))


def test_it_acts_for_the_account(listener: Listener) -> None:
    profile = read(make_export_account(origin=listener.origin)).account_verify_credentials()
    assert profile.username == "alice"
    assert listener.headers == ["Bearer alice-token"]


@given(export_accounts)
def test_anything_comes_back(one: Unlocked) -> None:
    found = read(one)
    assert found.api_base_url == one.origin
    assert found.access_token == one.token.reveal()
    assert found.client_id == one.client.client_id
    assert found.client_secret == one.client.client_secret.reveal()
