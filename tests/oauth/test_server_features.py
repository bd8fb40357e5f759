"""What a server can do, by its software and version."""

from __future__ import annotations

import pytest

from gts_wizard.models import Server
from gts_wizard.oauth.server_features import (
    can_revoke,
    enforces_scopes,
    ignores_loopback_port,
    invalid_grant_is_specific,
    software_name,
    takes_loopback_redirect,
)


def running(software: str, version: str) -> Server:
    return Server("https://example.org", "example.org", software=software, version=version)


@pytest.mark.parametrize(
    ("software", "version", "newer"),
    [
        ("gotosocial", "0.17.4", False),
        ("gotosocial", "0.18.99", False),
        ("gotosocial", "v0.18.0", False),
        ("gotosocial", "0.19.0", True),
        ("gotosocial", "0.20.0-rc1+git-57cb4fe", True),
        ("gotosocial", "0.100.0", True),
        ("gotosocial", "1.0.0", True),
        ("gotosocial", "", True),
        ("gotosocial", "main", True),
        ("mastodon", "0.1.0", True),
        ("", "", True),
    ],
)
def test_only_old_gotosocial_cannot_limit_or_revoke_tokens(
    software: str, version: str, newer: bool
) -> None:
    server = running(software, version)
    assert enforces_scopes(server) is newer
    assert can_revoke(server) is newer


@pytest.mark.parametrize(
    ("software", "version", "name"),
    [
        ("gotosocial", "0.20.0", "GoToSocial 0.20.0"),
        ("mastodon", "4.3.1", "Mastodon 4.3.1"),
        ("akkoma", "", "Akkoma"),
        ("", "1.0", "unknown software"),
    ],
)
def test_software_is_named_as_people_write_it(software: str, version: str, name: str) -> None:
    assert software_name(running(software, version)) == name


@pytest.mark.parametrize(
    ("software", "expected"), [("gotosocial", True), ("", True), ("mastodon", False)]
)
def test_only_mastodon_does_not_tell_codes_apart(software: str, expected: bool) -> None:
    assert invalid_grant_is_specific(running(software, "1.0")) is expected


@pytest.mark.parametrize(
    ("software", "version", "taken"),
    [
        ("gotosocial", "0.17.4", False),
        ("gotosocial", "0.18", False),
        ("gotosocial", "0.18.99", False),
        ("gotosocial", "v0.18.0", False),
        ("gotosocial", "0.19.0", True),
        ("gotosocial", "0.19.2", True),
        ("gotosocial", "v0.19", True),
        ("gotosocial", "0.20.0-rc1+git-57cb4fe", True),
        ("gotosocial", "0.100.0", True),
        ("gotosocial", "1.0.0", True),
        ("gotosocial", "", False),
        ("gotosocial", "main", False),
        ("", "", False),
        ("", "0.20.0", False),
        ("mastodon", "4.4.0", True),
        ("mastodon", "", True),
        *((software, "1.0", False) for software in ("akkoma", "takahe", "hollo", "pleroma")),
    ],
)
def test_loopback_redirect_is_for_servers_known_to_take_it(
    software: str, version: str, taken: bool
) -> None:
    assert takes_loopback_redirect(running(software, version)) is taken


@pytest.mark.parametrize(
    ("software", "ignored"), [("gotosocial", False), ("", False), ("mastodon", True)]
)
def test_only_mastodon_ignores_the_port(software: str, ignored: bool) -> None:
    assert ignores_loopback_port(running(software, "1.0")) is ignored
