"""What is asked of a server for what was chosen, by what the server says that it knows."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gts_wizard.errors import UnknownScope, WizardError
from gts_wizard.models import Server, ServerMetadata
from gts_wizard.oauth.scopes import MEANINGS, PRESETS, Preset, grants, normalize, split_scopes
from gts_wizard.oauth.server_scopes import has_scope, presets_for, scopes_for, with_required
from tests.helpers.assertions import assert_safe_error
from tests.helpers.fuzz import odd_texts, tries

CHOICES = st.sets(st.sampled_from([*MEANINGS, "unknown", "unknown:below"]))
TYPED = st.lists(st.sampled_from([*MEANINGS, ",", " "]) | odd_texts(), max_size=6).map("".join)
COARSE = ("read", "write", "follow", "push")
MASTODON = ("read", "read:accounts", "write", "write:statuses", "write:media", "push", "follow")


def _server(*supported: str, software: str = "") -> Server:
    metadata = ServerMetadata(scopes_supported=supported)
    return Server("https://example.org", "example.org", software=software, metadata=metadata)


GOTOSOCIAL, TAKAHE = _server(software="gotosocial"), _server(software="takahe")
HOLLO = _server(*COARSE, software="hollo")


@pytest.mark.parametrize(
    ("server", "chosen", "asked"),
    [
        (GOTOSOCIAL, ["read"], ("read",)),
        (GOTOSOCIAL, ["write"], ("read:accounts", "write")),
        (GOTOSOCIAL, ["admin"], ("read:accounts", "admin")),
        (GOTOSOCIAL, ["profile"], ("profile",)),
        (GOTOSOCIAL, ["write", "profile"], ("profile", "write")),
        (GOTOSOCIAL, ["read:statuses"], ("read:accounts", "read:statuses")),
        (_server(), ["write"], ("read:accounts", "write")),
        (TAKAHE, ["write"], ("read", "write")),
        (TAKAHE, ["read:accounts"], ("read",)),
        (TAKAHE, ["profile"], ("read", "profile")),
        (HOLLO, ["write"], ("read", "write")),
        (_server(*MASTODON, software="mastodon"), ["write"], ("read:accounts", "write")),
    ],
)
def test_choice_is_extended_by_what_verifying_needs(
    server: Server, chosen: list[str], asked: tuple[str, ...]
) -> None:
    assert with_required(server, chosen) == asked


@pytest.mark.parametrize(
    ("server", "chosen", "asked"),
    [
        (GOTOSOCIAL, ("read", "read:lists"), ("read",)),
        (HOLLO, ("read", "follow"), ("read", "follow")),
        (HOLLO, ("read", "write:statuses"), ("read", "write")),
        (HOLLO, ("read:lists",), ("read",)),
        (
            _server("read", "admin:read", "admin:write"),
            ("read", "admin"),
            ("read", "admin:read", "admin:write"),
        ),
    ],
)
def test_choice_is_put_in_the_servers_terms(
    server: Server, chosen: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    assert scopes_for(server, chosen) == asked


@pytest.mark.parametrize(
    ("server", "chosen", "names", "instead"),
    [
        (GOTOSOCIAL, ("read", "nonsense", "wirte"), "nonsense, wirte", "read"),
        (GOTOSOCIAL, ("wirte",), "wirte", "write"),
        (GOTOSOCIAL, ("Read",), "Read", "read"),
        (GOTOSOCIAL, ("follow",), "follow", "read:follows write:follows"),
        (TAKAHE, ("write:nonsense",), "write:nonsense", "write:statuses"),
        (HOLLO, ("profile",), "profile", "read"),
        (HOLLO, ("admin:read",), "admin:read", "read"),
        (GOTOSOCIAL, ("[31mred",), "[31mred", "read"),
    ],
)
def test_unknown_scope_is_refused_with_what_to_write_instead(
    server: Server, chosen: tuple[str, ...], names: str, instead: str
) -> None:
    with pytest.raises(UnknownScope) as failure:
        scopes_for(server, chosen)
    assert (failure.value.names, failure.value.instead) == (names, instead)
    assert failure.value.hint.endswith(f": {instead}.")


@pytest.mark.parametrize(
    ("typed", "is_scope"),
    [
        ("read", True),
        ("Write", True),
        ("my read,push", True),
        ("reed:accounts", True),
        ("follow", True),
        ("look around", False),
        ("everything", False),
        ("5", False),
        ("", False),
    ],
)
def test_sentence_without_a_scope_is_told_from_scopes(typed: str, is_scope: bool) -> None:
    assert has_scope(GOTOSOCIAL, typed) is is_scope


@pytest.mark.parametrize(
    ("server", "titles"),
    [
        (GOTOSOCIAL, [0, 1, 2, 3]),
        (_server(), [0, 1, 2, 3]),
        (HOLLO, [0, 1, 2]),
        (_server("read", "write"), [0, 2]),
        (_server("read"), [0]),
        (_server(*MASTODON, "admin:read", "admin:write"), [0, 1, 2, 3]),
    ],
    ids=["gotosocial", "unknown", "hollo", "no push", "read only", "mastodon"],
)
def test_preset_that_a_server_can_not_express_is_left_out(
    server: Server, titles: list[int]
) -> None:
    offered = presets_for(server)
    assert [preset.title for preset in offered] == [PRESETS[index].title for index in titles]
    known = server.metadata.scopes_supported or MEANINGS
    assert all(set(preset.scopes) <= set(known) for preset in offered)


def test_preset_says_where_a_server_has_nothing_narrower() -> None:
    look, post, _ = presets_for(HOLLO)
    assert look.meaning == PRESETS[0].meaning
    assert post.scopes == ("read", "write")
    assert post.meaning == "This server has nothing narrower than “Change everything”."


@pytest.mark.parametrize("preset", PRESETS)
def test_preset_permits_verifying_without_more(preset: Preset) -> None:
    assert with_required(GOTOSOCIAL, preset.scopes) == normalize(preset.scopes)
    assert with_required(TAKAHE, preset.scopes) == normalize(preset.scopes)


@pytest.mark.fuzz
@tries(40)
@given(CHOICES)
def test_extending_keeps_the_permissions(scopes: set[str]) -> None:
    requested = with_required(GOTOSOCIAL, scopes)
    assert grants(requested, scopes)
    assert grants(requested, ["read:accounts"]) or grants(requested, ["profile"])
    known = scopes & MEANINGS.keys()
    if known:
        assert scopes_for(GOTOSOCIAL, known) == with_required(GOTOSOCIAL, known)


@pytest.mark.fuzz
@tries(40)
@example(typed="\u200b", server=GOTOSOCIAL)
@given(typed=TYPED, server=st.sampled_from([GOTOSOCIAL, _server("read", "admin:read")]))
def test_any_scopes_are_known_or_refused(typed: str, server: Server) -> None:
    try:
        scopes = scopes_for(server, split_scopes(typed))
    except WizardError as refusal:
        assert_safe_error(refusal)
        assert not isinstance(refusal, UnknownScope) or refusal.names
    else:
        assert set(scopes) <= set(server.metadata.scopes_supported or MEANINGS)
