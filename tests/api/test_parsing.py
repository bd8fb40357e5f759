"""JSON documents of the API: what is only shown is made safe, what is unusable is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.parsing import (
    parse_access_token,
    parse_authorized_app,
    parse_notification,
    parse_profile,
    parse_token,
)
from gts_wizard.errors import InvalidResponse
from gts_wizard.models import AuthorizedApp, Notification, Profile, Token
from gts_wizard.secret import Secret
from tests.helpers.samples import TOKEN, UNUSABLE_VALUES, account_document, is_recent, make_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.mark import ParameterSet

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
IMPOSSIBLE_DATES = [
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "yesterday", "2026-13-01", ""),
    10**20,
]
_NOT_USERNAMES = ["alice@elsewhere.example", "a/b", "x;touch${IFS}X", "$(id)", "`id`", "a'b", "~"]


def short_ids(values: Iterable[object]) -> list[ParameterSet]:
    """Return values as parameters whose ids are short even where a value is long."""
    return [pytest.param(value, id=ascii(value)[:30]) for value in values]


def token(**fields: object) -> Token:
    """Return the access token that is read from these fields."""
    return parse_access_token(make_response({"access_token": TOKEN, **fields}))


def profile(**changes: object) -> Profile:
    """Return the account that is read from a document with these changes."""
    return parse_profile(make_response(account_document(**changes)))


@pytest.mark.parametrize("value", short_ids(UNUSABLE_VALUES))
def test_unusable_credential_is_refused(value: object) -> None:
    with pytest.raises(InvalidResponse) as caught:
        parse_token({"client_id": value}, "client_id", "example.org")
    assert caught.value.details == "no usable client_id"


def test_unusable_access_token_is_refused() -> None:
    with pytest.raises(InvalidResponse) as caught:
        token(access_token="two words")
    assert caught.value.details == "no usable access_token"


def test_token_that_is_no_bearer_token_is_refused() -> None:
    assert token(token_type="Bearer").value == Secret(TOKEN)
    with pytest.raises(InvalidResponse) as caught:
        token(token_type="mac")
    assert caught.value.details == "no bearer token"


@pytest.mark.parametrize("document", [{}, {"error": "invalid_grant"}])
def test_success_without_access_token_is_nonsense(document: object) -> None:
    with pytest.raises(InvalidResponse):
        parse_access_token(make_response(document))


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        ("read write:statuses", ("read", "write:statuses")),
        ("  read\n write ", ("read", "write")),
        ("", ()),
        (None, ()),
        (["read"], ()),
        ("re\u202ead", ("read",)),
    ],
)
def test_token_scopes_are_words(scope: object, scopes: tuple[str, ...]) -> None:
    assert token(scope=scope).scopes == scopes


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, "soon", [], float("inf"), float("nan"), 1e300, -1e300),
        *(10**15, -(10**11), 9_999_999_999_999, 253_402_300_799),
    ],
)
def test_impossible_token_time_becomes_now(value: object) -> None:
    created_at = token(created_at=value).created_at
    assert is_recent(created_at)
    assert created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("value", [1_767_225_600, "1767225600", 1_767_225_600.9])
def test_token_time_is_kept_in_whole_seconds(value: object) -> None:
    assert token(created_at=value).created_at == NEW_YEAR


@pytest.mark.parametrize("value", short_ids([*UNUSABLE_VALUES, "x" * 101]))
def test_account_without_usable_identity_is_refused(value: object) -> None:
    for key in ("id", "username"):
        with pytest.raises(InvalidResponse) as caught:
            profile(**{key: value})
        assert caught.value.details == f"an account without a usable {key}"


@pytest.mark.parametrize("username", _NOT_USERNAMES)
def test_username_that_no_handle_can_hold_is_refused(username: str) -> None:
    with pytest.raises(InvalidResponse, match="makes no sense") as caught:
        profile(username=username)
    assert "username" in caught.value.details


@pytest.mark.parametrize("username", ["alice", "Alice_2", "a.b-c", "0"])
def test_ordinary_username_is_kept(username: str) -> None:
    assert profile(username=username).username == username


@pytest.mark.parametrize(
    ("display_name", "shown"),
    [
        ("Alice", "Alice"),
        ("", "alice"),
        ("\u200b\u202e \n", "alice"),
        (None, "alice"),
        (5, "alice"),
        ("[bold]A[/] [@click=app.quit]x", "[bold]A[/] [@click=app.quit]x"),
        ("a\nb\x1b[2J\x07c\ud800", "a b[2Jc"),
        pytest.param("x" * 1000, "x" * 99 + "…", id="long"),
    ],
)
def test_display_name_is_made_safe(display_name: object, shown: str) -> None:
    assert profile(display_name=display_name).display_name == shown


@pytest.mark.parametrize(
    ("display_name", "shown"),
    [
        (":blobcat: Alice :blobcat::verified:", "Alice"),
        ("Al:blobcat:ice", "Al ice"),
        (":blobcat:", "alice"),
        ("12:30:45 :other:", "12:30:45 :other:"),
        (":blobcat:" * 60 + "Alice", "Alice"),
    ],
)
def test_emoji_of_the_server_are_taken_out_of_a_name(display_name: str, shown: str) -> None:
    emojis = [{"shortcode": "blobcat"}, {"shortcode": "verified"}, {"shortcode": 5}, None, {}]
    assert profile(display_name=display_name, emojis=emojis).display_name == shown
    assert profile(display_name="Al :blobcat:", emojis=5).display_name == "Al :blobcat:"
    account = {"display_name": display_name, "acct": "alice", "emojis": emojis}
    assert parse_notification({"account": account}).who == shown


@pytest.mark.parametrize(
    ("note", "bio"),
    [
        ("<p>One</p><p>Two &amp; <b>three</b></p>", "One\n\nTwo & three"),
        ("<script>evil()</script>fine", "fine"),
        ("<p>\u202ea\x1b[31m&#27;[0m</p>", "a[31m[0m"),
        (None, ""),
        (["<p>"], ""),
        pytest.param("<a " * 100_000, "", id="unclosed tags"),
    ],
)
def test_bio_becomes_text(note: object, bio: str) -> None:
    assert profile(note=note).bio == bio


def test_long_bio_is_cut() -> None:
    assert len(profile(note="word " * 100_000).bio) <= 1000


@pytest.mark.parametrize(
    ("value", "count"),
    [
        *((0, 0), (12, 12), (-1, 0), (10**12, 0), (1.5, 0), (float("inf"), 0)),
        *(("12", 0), (True, 0), (None, 0), ([], 0)),
    ],
)
def test_count_is_a_sensible_number_or_zero(value: object, count: int) -> None:
    read = profile(statuses_count=value, following_count=value, followers_count=value)
    counts = (read.posts, read.following, read.followers)
    assert counts == (count,) * 3
    assert {type(number) for number in counts} == {int}


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ({"name": "admin"}, "admin"),
        ({"name": "ad\u202emin\n"}, "admin"),
        ({"name": 5}, ""),
        ({}, ""),
        (None, ""),
        ("admin", ""),
        ({"name": "x" * 100}, "x" * 39 + "…"),
    ],
)
def test_role_is_made_safe(role: object, shown: str) -> None:
    assert profile(role=role).role == shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/@alice", "https://example.org/@alice"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://example.org/@alice", ""),
        ("https://example.org@evil.example/", ""),
        ("https://example.org/\u202e", ""),
        ("https://example.org/a b", ""),
        ("example.org/@alice", ""),
        ("", ""),
        (None, ""),
        (["https://example.org"], ""),
    ],
)
def test_profile_url_is_kept_if_it_is_https(url: object, kept: str) -> None:
    assert profile(url=url).url == kept


@pytest.mark.parametrize(
    ("avatar", "kept"),
    [
        ("https://files.example/a.png", "https://files.example/a.png"),
        ("/a.png", "https://example.org/a.png"),
        ("http://127.0.0.1:9/admin", ""),
        ("http://files.example/a.png", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        (None, ""),
        (["https://files.example/a.png"], ""),
    ],
)
def test_avatar_url_is_kept_if_it_may_be_fetched(avatar: object, kept: str) -> None:
    assert profile(avatar=avatar, avatar_static=avatar).picture == kept


def test_static_avatar_is_preferred() -> None:
    avatars = {"avatar": "https://a.example/moving", "avatar_static": "https://a.example/still"}
    assert profile(**avatars).picture == "https://a.example/still"
    assert profile(**{**avatars, "avatar_static": None}).picture == "https://a.example/moving"


def test_notification_is_made_safe() -> None:
    document = {
        "type": "men\u202etion",
        "account": {"display_name": "B\x1bob\n", "acct": "bob"},
        "created_at": "2026-01-01T01:00:00.000+01:00",
        "status": {"content": "<p>Hello<br>you</p><script>x</script>"},
    }
    expected = Notification(kind="mention", who="Bob", at=NEW_YEAR, text="Hello you")
    assert parse_notification(document) == expected


@pytest.mark.parametrize("value", [None, 5, "text", [], {}])
def test_notification_with_odd_fields_is_mostly_empty(value: object) -> None:
    read = parse_notification(dict.fromkeys(["type", "account", "status", "created_at"], value))
    assert (read.who, read.text, read.at) == ("", "", None)


@pytest.mark.parametrize("date", IMPOSSIBLE_DATES)
def test_impossible_date_is_none(date: object) -> None:
    assert parse_notification({"type": "follow", "created_at": date}).at is None
    issued = parse_authorized_app({"created_at": date, "last_used": date})
    assert (issued.created_at, issued.last_used) == (None, None)


def test_date_without_zone_is_in_utc() -> None:
    read = parse_notification({"type": "follow", "created_at": "2026-01-01T00:00:00"})
    assert read.at == NEW_YEAR


def test_issued_token_is_made_safe() -> None:
    document = {
        "id": "01M84X726FNCRWZC8N04DQXWA7",
        "created_at": "2026-01-01T00:00:00.000Z",
        "last_used": "2026-01-01T01:00:00.000+01:00",
        "scope": "read\u202e  write:statuses\n",
        "application": {
            "name": "A\x1b[31mpp\n[b]lication[/b]",
            "website": "javascript:alert(1)",
        },
    }
    application = "A[31mpp [b]lication[/b]"
    expected = AuthorizedApp(application, ("read", "write:statuses"), NEW_YEAR, NEW_YEAR)
    assert parse_authorized_app(document) == expected


@pytest.mark.parametrize("value", [None, 5, True, "text", [], {}, [{"name": "x"}], {"name": 5}])
def test_issued_token_with_odd_fields_is_empty(value: object) -> None:
    fields = dict.fromkeys(["application", "created_at", "last_used"], value)
    assert parse_authorized_app({**fields, "scope": None}) == AuthorizedApp("", (), None, None)


def test_issued_token_keeps_absent_fields_empty() -> None:
    read = parse_authorized_app({"created_at": "2026-01-01T00:00:00Z"})
    assert read == AuthorizedApp("", (), NEW_YEAR, None)


def test_issued_token_name_and_scopes_are_cut() -> None:
    read = parse_authorized_app({"application": {"name": "n" * 9000}, "scope": "read " * 9000})
    assert len(read.application) == 1024
    assert len(read.scopes) <= 100


def test_scope_that_is_not_ascii_is_left_out() -> None:
    # RFC 6749 section 3.3: visible ASCII.
    odd = "read é Z\u0335\u0335\u0335 " + " ".join(chr(0x4E00 + number) for number in range(900))
    assert parse_authorized_app({"scope": odd}).scopes == ("read",)
