"""What the status, the headers and the body of an answer mean."""

from __future__ import annotations

import pytest

from gts_wizard.errors import (
    AccountRefused,
    InvalidResponse,
    NetworkSignIn,
    NotAnInstance,
    RateLimited,
    RequestRejected,
    ServerError,
    ServerFailure,
    StatusDetails,
    TokenRevoked,
    UnexpectedHtml,
)
from gts_wizard.secret import MASK
from tests.helpers.samples import make_response

HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, NotAnInstance),
        (302, NotAnInstance),
        (303, NotAnInstance),
        (304, RequestRejected),
        (307, NotAnInstance),
        (308, NotAnInstance),
        (400, RequestRejected),
        (401, RequestRejected),
        (402, RequestRejected),
        (403, RequestRejected),
        (404, NotAnInstance),
        (405, NotAnInstance),
        (410, NotAnInstance),
        (418, RequestRejected),
        (422, RequestRejected),
        (429, RateLimited),
        (451, RequestRejected),
        (500, ServerFailure),
        (502, ServerFailure),
        (503, RateLimited),
        (511, NetworkSignIn),
        (599, ServerFailure),
    ],
)
def test_every_status_but_2xx_is_an_error(status: int, error: type[ServerError]) -> None:
    answer = make_response(b"{}", status)
    for read in (answer.json_object, answer.json_list, answer.require_success):
        with pytest.raises(ServerError) as caught:
            read()
        assert type(caught.value) is error
        assert caught.value.details == f"HTTP {status}"
        assert "example.org" in caught.value.message


@pytest.mark.parametrize("status", [200, 201, 202, 206])
def test_every_status_of_success_is_one(status: int) -> None:
    assert make_response(b"{}", status).json_object() == {}


@pytest.mark.parametrize(("status", "error"), [(401, TokenRevoked), (403, AccountRefused)])
def test_401_and_403_are_about_the_token_if_one_was_sent(
    status: int, error: type[ServerError]
) -> None:
    assert (
        type(make_response({"error": "Unauthorized"}, status, has_token=True).to_error()) is error
    )


@pytest.mark.parametrize("status", [418, 599])
def test_unusual_status_is_shown(status: int) -> None:
    assert f"(HTTP {status})" in make_response(b"", status).to_error().message


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"error": "token has insufficient scope"}', "token has insufficient scope"),
        (b'{"error": "\\u001b[31mred\\u202e\\n\\u200b"}', "[31mred"),
        (b'{"error": {"deep": 1}}', ""),
        (b'{"error": null}', ""),
        (b'["error"]', ""),
        (b"<html>", ""),
        (b"\xff\xfe\xfd", ""),
        (b"", ""),
        (b"[" * 100_000, ""),
        (b'{"error": ' + b"9" * 5000 + b"}", ""),
    ],
    ids=[
        *("a sentence", "control characters", "an object", "null", "a list", "html"),
        *("no utf-8", "empty", "nested too deeply", "a huge number"),
    ],
)
def test_error_in_the_body_is_quoted_safely(body: bytes, word: str) -> None:
    quoted = f": “{word}”" if word else ""
    assert make_response(body, 500).to_error().details == f"HTTP 500{quoted}"


@pytest.mark.parametrize(
    ("error", "description", "words"),
    [
        ("invalid_grant", "It was used.", "invalid_grant: It was used."),
        ("invalid_grant", "Bad Request: invalid_grant", "Bad Request: invalid_grant"),
        ("invalid_grant", None, "invalid_grant"),
        ("invalid_grant", ["no", "text"], "invalid_grant"),
        (None, "It was \u202e\x1b[2Jused.", "It was [2Jused."),
        ("code=s3cr3t", "s3\u200bcr3t was used", f"code={MASK}: {MASK} was used"),
        (None, None, ""),
    ],
    ids=["both", "repeated", "error", "no text", "description", "secret", "neither"],
)
def test_server_is_quoted_with_error_and_description(
    error: object, description: object, words: str
) -> None:
    document = {"error": error, "error_description": description}
    failure = make_response(document, 400, secrets=("s3cr3t",)).to_error()
    assert isinstance(failure.details, StatusDetails)
    assert failure.details.words == words
    quoted = f" The server said: “{words.rstrip('.')}”." if words else ""
    assert failure.full_message == f"{failure.message}{quoted}"
    assert str(failure) == f"{failure.full_message} {failure.hint}"


def test_form_encoded_secret_in_the_error_is_masked() -> None:
    answer = make_response(
        {"error": "code=a%2Fb%2Bc%3Dd%2Fe%2Bf%3D&grant_type=x"}, 400, secrets=("a/b+c=d/e+f=",)
    )
    assert answer.oauth_error() == f"code={MASK}&grant_type=x"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"null",
        b"5",
        b'"text"',
        b"\xff\xfe\xfd\xfc",
        b'{"name": "\xe9"}',
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b"[" * 40_000,
        b'{"number": ' + b"9" * 5000 + b"}",
    ],
    ids=[
        *("empty", "half an object", "text", "null", "a number", "a string", "no utf-8", "latin-1"),
        *("too many lists", "too many objects", "nested too deeply", "a huge number"),
    ],
)
def test_body_that_is_not_usable_json_is_nonsense(body: bytes) -> None:
    answer = make_response(body)
    for read in (answer.json_object, answer.json_list):
        with pytest.raises(InvalidResponse) as caught:
            read()
        assert caught.value.__context__ is None


def test_object_and_list_are_told_apart() -> None:
    list_answer, object_answer = make_response(b"[{}]"), make_response(b"{}")
    assert (list_answer.json_list(), object_answer.json_object()) == ([{}], {})
    for read in (
        list_answer.json_object,
        object_answer.json_list,
        make_response([{}, 5]).json_list,
    ):
        with pytest.raises(InvalidResponse, match="makes no sense"):
            read()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<!doctype html><title>Log in</title>", HTML),
        (b"<!doctype html><title>Log in</title>", ""),
        (b" \n\t<html>", "application/json"),
        (b"Log in first", "Text/HTML"),
    ],
)
def test_web_page_instead_of_data(body: bytes, content_type: str) -> None:
    with pytest.raises(UnexpectedHtml):
        make_response(body, headers={"content-type": content_type}).json_object()


def test_error_page_means_its_status() -> None:
    answer = make_response(b"<html>Bad gateway</html>", 502, headers={"content-type": HTML})
    with pytest.raises(ServerFailure):
        answer.json_object()


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}, 3600),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 1),
        ({"x-ratelimit-reset": "45"}, 45),
        ({}, 30),
    ],
    ids=["seconds", "future", "past", "rate limit", "nothing"],
)
def test_busy_server_tells_how_long_to_wait(
    status: int, headers: dict[str, str], seconds: int
) -> None:
    error = make_response(b"", status, headers=headers).to_error()
    assert isinstance(error, RateLimited)
    assert error.seconds == seconds
    assert error.retry_after_text in error.hint


def test_repr_shows_neither_body_nor_headers() -> None:
    shown = repr(make_response({"access_token": "canary"}, headers={"x-also": "canary"}))
    assert "status=200" in shown
    assert "canary" not in shown
