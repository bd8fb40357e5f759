"""Scopes: which covers which, which are requested, and how they are described."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.errors import NoScopesChosen
from gts_wizard.oauth.scopes import (
    ADMINISTER,
    EVERYTHING,
    LOOK,
    MEANINGS,
    POST,
    PRESETS,
    Preset,
    describe,
    grants,
    normalize,
    preset_of,
    split_scopes,
)
from tests.helpers.fuzz import odd_texts, tries

CHOICES = st.sets(st.sampled_from([*MEANINGS, "unknown", "unknown:below"]))
TYPED = st.lists(st.sampled_from([*MEANINGS, ",", " "]) | odd_texts(), max_size=6).map("".join)


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
def test_scope_covers_everything_under_its_own_prefix(
    have: list[str], want: list[str], expected: bool
) -> None:
    assert grants(have, want) is expected


@pytest.mark.parametrize(
    ("scopes", "normalized"),
    [
        (["write", "read", "read"], ("read", "write")),
        (["read", "read:accounts", "write:media"], ("read", "write:media")),
        (["zebra", "ant", "admin"], ("admin", "ant", "zebra")),
        ([], ()),
    ],
)
def test_normalized_scopes_are_sorted_and_unique(
    scopes: list[str], normalized: tuple[str, ...]
) -> None:
    assert normalize(scopes) == normalized


@pytest.mark.fuzz
@tries(40)
@given(CHOICES)
def test_normalizing_keeps_the_permissions(scopes: set[str]) -> None:
    normalized = normalize(scopes)
    assert grants(normalized, scopes)
    assert grants(scopes, normalized)
    assert normalize(reversed(normalized)) == normalized
    if scopes:
        assert split_scopes(" ".join(scopes)) == normalized


@pytest.mark.parametrize("preset", PRESETS)
def test_preset_is_recognised(preset: Preset) -> None:
    assert preset_of(reversed(preset.scopes)) is preset
    assert describe(preset.scopes) == preset.title


def test_each_preset_covers_the_one_before() -> None:
    for smaller, larger in [(LOOK, POST), (POST, EVERYTHING), (EVERYTHING, ADMINISTER)]:
        assert grants(larger.scopes, smaller.scopes)
        assert not grants(smaller.scopes, larger.scopes)


def test_custom_choice_is_described_scope_by_scope() -> None:
    assert preset_of(["write:media", "profile"]) is None
    words = describe(["write:media", "profile", "other"])
    assert words == "See who you are, nothing else, Upload pictures and other media, other"


def test_long_choice_is_described_shortened() -> None:
    words = describe([f"scope{number:03}" for number in range(100)])
    assert words.endswith("scope007, +92")


@pytest.mark.parametrize(
    ("typed", "scopes"),
    [
        ("read write", ("read", "write")),
        (" write:media,read  write:media\n", ("read", "write:media")),
        ("read read:lists", ("read",)),
        ("\x1b[31mred", ("[31mred",)),
    ],
)
def test_typed_scopes_are_split(typed: str, scopes: tuple[str, ...]) -> None:
    assert split_scopes(typed) == scopes


@pytest.mark.parametrize("typed", ["", " \n", " , "])
def test_no_scope_at_all_is_refused(typed: str) -> None:
    with pytest.raises(NoScopesChosen):
        split_scopes(typed)
