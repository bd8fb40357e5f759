"""The wizard's own JSON holds what its documentation promises."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.formats import own_json
from gts_wizard.formats.unlocked import Unlocked
from tests.helpers.sample_exports import export_accounts, make_export_account


def test_every_key() -> None:
    assert json.loads(own_json.write([make_export_account()]).reveal()) == [
        {
            "handle": "@alice@example.org",
            "username": "alice",
            "id": "01-alice",
            "server": "https://example.org",
            "client_id": "01CLIENT",
            "client_secret": "client-secret",
            "access_token": "alice-token",
            "scopes": ["read", "write"],
            "created_at": "2026-05-01T12:30:15+00:00",
        }
    ]


def test_every_key_is_documented() -> None:
    documented = [
        line.split()[0] for line in (own_json.__doc__ or "").splitlines() if "    " in line
    ]
    assert documented == list(json.loads(own_json.write([make_export_account()]).reveal())[0])


@given(st.lists(export_accounts, max_size=3))
def test_anything_comes_back(accounts: list[Unlocked]) -> None:
    text = own_json.write(accounts).reveal()
    assert text.isascii()
    for one, found in zip(accounts, json.loads(text), strict=True):
        assert found["handle"] == one.account.handle
        assert found["server"] == one.origin
        assert found["client_secret"] == one.client.client_secret.reveal()
        assert found["access_token"] == one.token.reveal()
