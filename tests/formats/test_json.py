"""The wizard's own JSON has the documented keys."""

from __future__ import annotations

import inspect
import json
import re

from gts_wizard.formats import wizard_json
from tests.helpers.sample_exports import make_export_account, without_client


def test_account_is_written_with_every_key() -> None:
    assert json.loads(wizard_json.write([make_export_account()]).reveal()) == [
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
    documented = re.findall(r"^    (\w+)  ", inspect.getdoc(wizard_json.write) or "", re.MULTILINE)
    assert documented == list(json.loads(wizard_json.write([make_export_account()]).reveal())[0])


def test_client_that_is_not_known_is_null() -> None:
    (found,) = json.loads(wizard_json.write([without_client(make_export_account())]).reveal())
    assert found["client_id"] is None
    assert found["client_secret"] is None
    assert found["access_token"] == "alice-token"
