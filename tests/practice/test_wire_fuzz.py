"""Any body and any cookie get a proper response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gts_wizard.practice import PracticeServer
from tests.helpers.browser_user import plain_client
from tests.helpers.fuzz import tries

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

pytestmark = pytest.mark.fuzz


@pytest.fixture(scope="module")
def shared_server() -> Iterator[httpx.Client]:
    with PracticeServer() as running, plain_client(running.origin) as client:
        yield client


@settings(tries(50), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/api/v1/apps", "/oauth/token", "/oauth/revoke", "/auth/sign_in"]),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "nonsense", ""]),
    body=st.one_of(
        st.binary(max_size=200),
        st.sampled_from(
            [b"[" * 60000, b"1" * 5000, b'{"client_name":"\\ud800"}', b"[]", b"{", b""]
        ),
        st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5)).map(
            lambda fields: repr(fields).replace("'", '"').encode("utf-8", "replace")
        ),
    ),
    cookie=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
)
def test_any_body_and_cookie_get_a_proper_response(
    shared_server: httpx.Client, path: str, kind: str, body: bytes, cookie: str
) -> None:
    headers = {"Content-Type": kind, "Cookie": cookie}
    response = shared_server.post(path, content=body, headers=headers)
    assert response.status_code in {200, 400, 401}
