"""The name to register with: what is typed, as it is sent, and how long it may be."""

from __future__ import annotations

import pytest

from gts_wizard.errors import AppNameTooLong
from gts_wizard.models import Server
from gts_wizard.oauth.app_name import read_app_name, require_length
from gts_wizard.version import APP_NAME


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Cat bot", "Cat bot"),
        ("  Cat \t bot\n", "Cat bot"),
        ("Cat\x00\x1b[1m bot", "Cat[1m bot"),
        ("bot\u202etac\u200b\ud800", "bottac"),
        ("<b>&amp;[bold] Katzenbot 🐈", "<b>&amp;[bold] Katzenbot 🐈"),
        ("n" * 5000, "n" * 5000),
        ("", APP_NAME),
        (" \u200b\n", APP_NAME),
    ],
)
def test_name_is_one_line_that_can_be_seen(typed: str, name: str) -> None:
    assert read_app_name(typed) == name


@pytest.mark.parametrize(
    ("software", "limit"), [("gotosocial", 1024), ("mastodon", 60), ("akkoma", 1024), ("", 1024)]
)
def test_name_is_as_long_as_the_server_takes(software: str, limit: int) -> None:
    server = Server("https://example.org", "example.org", software=software)
    require_length("🐈" * limit, server)
    with pytest.raises(AppNameTooLong) as refused:
        require_length("🐈" * (limit + 1), server)
    assert refused.value.message == (
        f"example.org takes names of at most {limit} characters, and this one has {limit + 1}."
    )
