"""The wizard's own JSON has the documented keys."""

from __future__ import annotations

import inspect
import json

from gts_wizard.formats import writers
from tests.helpers.sample_exports import make_export_account


def test_account_is_written_with_every_key() -> None:
    assert json.loads(writers.write_json([make_export_account()]).reveal()) == [
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
        line.split()[0]
        for line in (inspect.getdoc(writers.write_json) or "").splitlines()
        if line.startswith(" " * 4) and line.strip()
    ]
    assert documented == list(json.loads(writers.write_json([make_export_account()]).reveal())[0])
