"""The authorization response in a query: what is one, and what is not."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.loopback.response import AuthorizationResponse, parse_response
from gts_wizard.secret import Secret

_VSCHAR = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


@given(st.text(_VSCHAR, min_size=1, max_size=2048))
def test_any_code_that_the_rfc_allows(code: str) -> None:
    query = urlencode({"code": code, "state": "s"})

    assert parse_response(query, {"s"}) == AuthorizationResponse("s", Secret(code))


def test_parameters_of_other_standards_are_ignored() -> None:
    response = parse_response("iss=https%3A%2F%2Fexample.org&code=c&state=s", {"s"})

    assert response == AuthorizationResponse("s", Secret("c"))


def test_states_that_were_added_later_are_accepted() -> None:
    states: set[str] = set()
    assert parse_response("code=c&state=s", states) is None

    states.add("s")

    assert parse_response("code=c&state=s", states) is not None


def test_an_error_with_its_description() -> None:
    response = parse_response("error=access_denied&error_description=Not+now&state=s", {"s"})

    assert response == AuthorizationResponse("s", None, "access_denied", "Not now")


def test_an_error_without_a_description() -> None:
    response = parse_response("error=server_error&state=s", {"s"})

    assert response == AuthorizationResponse("s", None, "server_error")


def test_the_words_of_an_error_are_sanitized() -> None:
    unsafe = quote("\x1b[31mno\u202e\nway" + "!" * 500)

    response = parse_response(f"error={unsafe}&error_description={unsafe}&state=s", {"s"})

    assert response is not None
    assert response.error.startswith("[31mno way!!!")
    assert response.error == response.reason
    assert len(response.reason) <= 200


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=c",
        "state=s",
        "code=c&state=",
        "code=c&state=t",
        "code=c&state=S",
        "code=c&state=s&state=s",
        "code=c&state=s&state=t",
        "code=c&state=s&state=",
        "code=c&code=c&state=s",
        "code=c&code=&state=s",
        "code=c&error=access_denied&state=s",
        "code=c&error=&state=s",
        "error=access_denied&error=access_denied&state=s",
        "code=&state=s",
        "error=&state=s",
        "error=%00&state=s",
        "code=c%0A&state=s",
        "code=%7F&state=s",
        "code=%C3%A9&state=s",
        "code=%FF&state=s",
        f"code={'c' * 2049}&state=s",
        "code=c;state=s",
        "code=c&state=s" + "".join(f"&x{number}=" for number in range(20)),
    ],
)
def test_anything_else_is_no_response(query: str) -> None:
    assert parse_response(query, {"s"}) is None


def test_a_response_does_not_show_its_code() -> None:
    assert "CODE" not in repr(parse_response("code=CODE&state=s", {"s"}))
