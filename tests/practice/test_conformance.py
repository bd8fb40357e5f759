"""The practice instance agrees with what real servers were recorded to answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gts_wizard.practice import VERSIONS, PracticeInstance
from tests.helpers.recording_replay import RecordingReplay, visible_words, without_space

if TYPE_CHECKING:
    import httpx

    from tests.helpers.recording_replay import Exchange

RECORDINGS = Path(__file__).parent.parent / "recordings"

# What may differ in value, never in kind: made afresh by every server, or its people's own.
OWN = {
    *("id", "client_id", "client_secret", "access_token", "vapid_key", "public_key"),
    *("created_at", "last_used", "last_status_at", "user_count", "status_count", "total"),
    *("active_month", "title", "description", "short_description", "thumbnail", "thumbnail.url"),
    *("display_name", "note", "locked", "avatar", "avatar_static", "avatar_description"),
    *("header", "header_static", "header_description", "followers_count", "following_count"),
    *("statuses_count", "web_visibility"),
}


@pytest.mark.parametrize("like", VERSIONS)
def test_answers_as_recorded(like: str) -> None:
    exchanges = recorded_exchanges(like)
    with (
        PracticeInstance(like=like) as practice,
        RecordingReplay(practice, stand_in(exchanges)) as replay,
    ):
        for number, exchange in enumerate(exchanges):
            where = f"{like} #{number} {exchange['name']} (app for {exchange['app_scopes']})"
            compare(replay, exchange, replay.perform(exchange), where)


@pytest.mark.parametrize("like", VERSIONS)
def test_every_recording_is_of_its_version(like: str) -> None:
    recording = json.loads((RECORDINGS / f"gotosocial-{VERSIONS[like]}.json").read_text("utf-8"))
    assert recording["server"] == f"GoToSocial {VERSIONS[like]}"
    assert len(recording["exchanges"]) > 50


def test_the_comparison_notices_differences() -> None:
    recorded = {"a": [{"id": "1", "version": "2"}], "b": None}
    compare_values(recorded, {"a": [{"id": "9", "version": "2"}], "b": None}, "same")
    others: tuple[dict[str, Any], ...] = (
        {"a": [{"id": "1", "version": "3"}], "b": None},
        {"a": [{"id": 1, "version": "2"}], "b": None},
        {"a": [{"id": "1", "version": "2", "more": 1}], "b": None},
        {"a": [], "b": None},
        {"a": [{"id": "1", "version": "2"}], "b": 5},
        {"a": [{"id": "1", "version": "2"}]},
    )
    for other in others:
        with pytest.raises(AssertionError):
            compare_values(recorded, other, "other")


def recorded_exchanges(like: str) -> list[Exchange]:
    path = RECORDINGS / f"gotosocial-{VERSIONS[like]}.json"
    exchanges: list[Exchange] = json.loads(path.read_text("utf-8"))["exchanges"]
    return exchanges


def stand_in(exchanges: list[Exchange]) -> str:
    # The recorded alice was an administrator on one of the servers; bob never is.
    verified = next(one["body"] for one in exchanges if one["name"] == "verify-ok")
    return "alice" if verified["role"]["name"] == "admin" else "bob"


def compare(
    replay: RecordingReplay, exchange: Exchange, answer: httpx.Response, where: str
) -> None:
    assert answer.status_code == exchange["status"], f"{where}: {answer.text}"
    for name, recorded in exchange["headers"].items():
        wanted = None if recorded is None else replay.translated(recorded)
        assert answer.headers.get(name) == wanted, f"{where}: header {name}"
    compare_body(replay, exchange["body"], answer, where)


def compare_body(replay: RecordingReplay, body: Any, answer: httpx.Response, where: str) -> None:
    if isinstance(body, str):
        assert answer.text == replay.translated(body), where
    elif "html_text_of_main" in body:
        words = without_space(replay.translated(body["html_text_of_main"]))
        assert visible_words(answer.text) == words, where
    else:
        translated = json.loads(replay.translated(json.dumps(body)))
        compare_values(translated, answer.json(), where)


def compare_values(recorded: Any, given: Any, where: str) -> None:
    if isinstance(recorded, dict):
        assert isinstance(given, dict), where
        assert set(given) == set(recorded), where
        for key, value in recorded.items():
            compare_values(value, given[key], f"{where}.{key}")
    elif isinstance(recorded, list):
        compare_lists(recorded, given, where)
    elif is_own(where):
        kinds = (str, type(None)) if recorded is None else (type(recorded),)
        assert isinstance(given, kinds), f"{where}: {given!r}"
    else:
        assert type(given) is type(recorded), f"{where}: {given!r}"
        assert given == recorded, where


def compare_lists(recorded: list[Any], given: Any, where: str) -> None:
    assert isinstance(given, list), where
    if not recorded:
        return
    # The recorded server listed tokens of earlier days too.
    wanted = recorded[:1] if " tokens " in where else recorded
    assert len(given) == len(wanted), f"{where}: {given!r}"
    for place, (old, new) in enumerate(zip(wanted, given, strict=True)):
        compare_values(old, new, f"{where}[{place}]")


def is_own(where: str) -> bool:
    path = where.split(".")
    return path[-1] in OWN or ".".join(path[-2:]) in OWN
