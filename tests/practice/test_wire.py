"""The plumbing: connections, stopping, and requests that make no sense."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gts_wizard.practice import VERSIONS, PracticeInstance
from tests.helpers.browser_user import PracticeClient, plain_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

INSTANCE = "/api/v2/instance"


def raw(practice: PracticeInstance, request: bytes) -> bytes:
    """Send bytes, say that nothing more comes, and read all that is answered."""
    with socket.create_connection(("127.0.0.1", practice.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture(scope="module")
def lasting() -> Iterator[httpx.Client]:
    with PracticeInstance() as running, plain_client(running.origin) as client:
        yield client


def test_the_versions_are_those_measured() -> None:
    assert VERSIONS == {"0.17": "0.17.4", "0.19": "0.19.2", "0.20": "0.20.0-rc1"}
    with pytest.raises(ValueError, match=r"0\.17, 0\.19, 0\.20"):
        PracticeInstance(like="0.16")


def test_kept_alive_requests_are_one_connection(
    practice: PracticeInstance, client: PracticeClient
) -> None:
    for _ in range(5):
        client.api.get(f"{INSTANCE}?secret=code")
    assert practice.connections == 1
    assert practice.requests == [f"GET {INSTANCE}"] * 5


def test_stopping_is_quick_with_idle_connections() -> None:
    threads = threading.active_count()
    practice = PracticeInstance().start()
    with plain_client(practice.origin) as first:
        assert first.get("/").status_code == 200
        with socket.create_connection(("127.0.0.1", practice.port)) as silent:
            # Connections are accepted in order: after this answer the silent one is accepted too.
            assert raw(practice, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
            began = time.monotonic()
            practice.stop()
            assert time.monotonic() - began < 1
            assert silent.recv(1) == b""
    assert threading.active_count() == threads
    practice.stop()


def test_it_can_start_again_where_it_was_and_remembers() -> None:
    practice = PracticeInstance()
    with practice, PracticeClient(practice) as client:
        port = practice.port
        token = client.get_token()
        assert practice.start() is practice
    with pytest.raises(ConnectionRefusedError):
        raw(practice, b"")
    with practice, PracticeClient(practice) as client:
        assert practice.port == port
        assert client.get("/api/v1/notifications", token).status_code == 200


def test_a_taken_port_is_told(practice: PracticeInstance) -> None:
    with pytest.raises(OSError, match="in use"):
        PracticeInstance(port=practice.port).start()
    assert raw(practice, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_only_loopback_is_listened_on() -> None:
    with PracticeInstance(split=()) as practice:
        for door in (practice._host, practice._accounts):
            assert {one.server_address[0] for one in door._listeners} <= {"127.0.0.1", "::1"}


def test_head_is_get_without_a_body(client: PracticeClient) -> None:
    answer = client.api.head("/pictures/alice.png")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 100
    assert client.api.get(INSTANCE).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "POST"])
def test_other_methods_find_nothing(client: PracticeClient, method: str) -> None:
    answer = client.api.request(method, INSTANCE)
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /oauth/token HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /oauth/token HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 413),
        (b"POST /oauth/token HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /oauth/token HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400),
        (b"POST /oauth/token HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort", 400),
        (b"POST /oauth/token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
        (b"GET /?" + b"a&" * 500 + b" HTTP/1.1\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"BREW / HTTP/1.1\r\n\r\n", 501),
    ],
)
def test_unreadable_requests_are_refused(
    practice: PracticeInstance,
    capfd: pytest.CaptureFixture[str],
    request_bytes: bytes,
    status: int,
) -> None:
    # An unreadable request line is answered without a status line, as HTTP/0.9 had none.
    answer = raw(practice, request_bytes)
    assert b" %d " % status in answer or b"Error code: %d" % status in answer
    assert raw(practice, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert capfd.readouterr() == ("", "")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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
def test_no_body_and_no_cookie_breaks_it(
    lasting: httpx.Client, path: str, kind: str, body: bytes, cookie: str
) -> None:
    headers = {"Content-Type": kind, "Cookie": cookie}
    answer = lasting.post(path, content=body, headers=headers)
    assert answer.status_code in {200, 400, 401}


def test_secrets_are_not_in_what_is_shown_of_the_state(
    practice: PracticeInstance, client: PracticeClient
) -> None:
    application = client.register(name="shown")
    token = client.exchange(application, client.get_code(application)).json()["access_token"]
    state = practice._state
    shown = repr([*state.applications.values(), *state.codes.values(), *state.tokens.values()])
    assert "shown" in shown
    assert application["client_secret"] not in shown
    assert token not in shown
