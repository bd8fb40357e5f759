"""Permissions: what covers what, what is asked for, and how it is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.errors import NothingChosen, UnknownScope
from gts_wizard.rules.scopes import (
    ADMINISTER,
    EVERYTHING,
    LOOK,
    MEANINGS,
    POST,
    PRESETS,
    Preset,
    covers,
    in_words,
    preset_of,
    read_scopes,
    settle,
    with_verifying,
)

CHOICES = st.sets(st.sampled_from([*MEANINGS, "unknown", "unknown:below"]))


@pytest.mark.parametrize(
    ("have", "want", "expected"),
    [
        (["read"], ["read"], True),
        (["read"], ["read:accounts", "read:statuses"], True),
        (["admin"], ["admin:read:reports"], True),
        (["admin:read"], ["admin:read:reports"], True),
        (["read:accounts"], ["read"], False),
        (["read"], ["read", "write"], False),
        (["read"], ["reading"], False),
        (["admin:read"], ["admin:write:reports"], False),
        (["write"], ["admin:write"], False),
        ([], [], True),
        ([], ["read"], False),
    ],
)
def test_a_scope_permits_everything_under_its_own_prefix(
    have: list[str], want: list[str], expected: bool
) -> None:
    assert covers(have, want) is expected


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        (["read"], ("read",)),
        (["write"], ("read:accounts", "write")),
        (["admin"], ("read:accounts", "admin")),
        (["profile"], ("profile",)),
        (["read:accounts"], ("read:accounts",)),
        (["write", "profile"], ("profile", "write")),
        (["read:statuses"], ("read:accounts", "read:statuses")),
    ],
)
def test_a_choice_carries_what_verifying_needs(chosen: list[str], asked: tuple[str, ...]) -> None:
    assert with_verifying(chosen) == asked


@pytest.mark.parametrize(
    ("scopes", "settled"),
    [
        (["write", "read", "read"], ("read", "write")),
        (["read", "read:accounts", "write:media"], ("read", "write:media")),
        (["zebra", "ant", "admin"], ("admin", "ant", "zebra")),
        ([], ()),
    ],
)
def test_a_settled_choice_has_one_order_and_nothing_twice(
    scopes: list[str], settled: tuple[str, ...]
) -> None:
    assert settle(scopes) == settled


@given(CHOICES)
def test_settling_permits_the_same_and_is_settled(scopes: set[str]) -> None:
    settled = settle(scopes)
    assert covers(settled, scopes)
    assert covers(scopes, settled)
    assert settle(reversed(settled)) == settled


@given(CHOICES)
def test_verifying_adds_to_a_choice_and_takes_nothing_away(scopes: set[str]) -> None:
    asked = with_verifying(scopes)
    assert covers(asked, scopes)
    assert covers(asked, ["read:accounts"]) or covers(asked, ["profile"])


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_recognised_and_needs_nothing_more(preset: Preset) -> None:
    assert preset_of(reversed(preset.scopes)) is preset
    assert with_verifying(preset.scopes) == settle(preset.scopes)
    assert in_words(preset.scopes) == preset.title


def test_each_preset_permits_what_the_one_before_does() -> None:
    for smaller, larger in [(LOOK, POST), (POST, EVERYTHING), (EVERYTHING, ADMINISTER)]:
        assert covers(larger.scopes, smaller.scopes)
        assert not covers(smaller.scopes, larger.scopes)


def test_a_choice_of_ones_own_is_said_scope_by_scope() -> None:
    assert preset_of(["write:media", "profile"]) is None
    words = in_words(["write:media", "profile", "other"])
    assert words == "See who you are, nothing else, Upload pictures and other media, other"


def test_a_long_choice_is_said_with_an_end() -> None:
    words = in_words([f"scope{number:03}" for number in range(100)])
    assert words.endswith("scope007, and 92 more")


@pytest.mark.parametrize(
    ("typed", "supported", "named"),
    [
        ("read write", (), ("read", "write")),
        (" write:media,read  write:media\n", (), ("read", "write:media")),
        ("read read:lists", (), ("read",)),
        ("follow read", ("read", "follow"), ("read", "follow")),
        ("admin", ("read", "admin:read", "admin:write"), ("admin:read", "admin:write")),
    ],
)
def test_permissions_are_read_in_the_words_of_the_server(
    typed: str, supported: tuple[str, ...], named: tuple[str, ...]
) -> None:
    assert read_scopes(typed, supported) == named


@pytest.mark.parametrize(
    ("typed", "supported", "unknown"),
    [
        ("read nonsense wirte", (), "nonsense, wirte"),
        ("Read", (), "Read"),
        ("write:lists", ("read", "write"), "write:lists"),
        ("\x1b[31mred", (), "[31mred"),
    ],
)
def test_a_permission_the_server_does_not_know_is_named(
    typed: str, supported: tuple[str, ...], unknown: str
) -> None:
    with pytest.raises(UnknownScope) as failure:
        read_scopes(typed, supported)
    assert failure.value.names == unknown


@pytest.mark.parametrize("typed", ["", " \n", " , "])
def test_no_permission_at_all_is_told(typed: str) -> None:
    with pytest.raises(NothingChosen):
        read_scopes(typed, ())


@given(CHOICES.map(lambda chosen: chosen & MEANINGS.keys()).filter(bool))
def test_what_is_named_is_what_is_chosen(scopes: set[str]) -> None:
    assert read_scopes(" ".join(scopes), ()) == settle(scopes)
