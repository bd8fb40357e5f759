"""HTTP: connections, starting and stopping, and malformed requests."""

from __future__ import annotations

import socket
import threading

import pytest

from gts_wizard.practice import GOTOSOCIAL_VERSIONS, PracticeServer
from tests.helpers.browser_user import PracticeClient, plain_client
from tests.helpers.raw_requests import send_bytes

INSTANCE = "/api/v2/instance"


def test_only_the_measured_versions_exist() -> None:
    assert GOTOSOCIAL_VERSIONS == {"0.17": "0.17.4", "0.19": "0.19.2", "0.20": "0.20.0-rc1"}
    with pytest.raises(ValueError, match=r"0\.17, 0\.19, 0\.20"):
        PracticeServer(emulates="0.16")


def test_keep_alive_requests_share_a_connection(
    practice: PracticeServer, client: PracticeClient
) -> None:
    for _ in range(5):
        client.api.get(f"{INSTANCE}?secret=code")
    assert practice.connections == 1
    assert practice.requests == [f"GET {INSTANCE}"] * 5


def test_stopping_closes_idle_connections() -> None:
    threads = threading.active_count()
    practice = PracticeServer().start()
    with plain_client(practice.origin) as first:
        assert first.get("/").status_code == 200
        with socket.create_connection(("127.0.0.1", practice.port)) as silent:
            # Connections are accepted in order: now the silent one is accepted too.
            assert send_bytes(practice.port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
            stopping = threading.Thread(target=practice.stop)
            stopping.start()
            # By itself, an idle connection would end after 60 seconds only.
            stopping.join(30)
            assert not stopping.is_alive()
            assert silent.recv(1) == b""
    assert threading.active_count() == threads
    practice.stop()


def test_restart_keeps_port_and_tokens() -> None:
    practice = PracticeServer()
    with practice, PracticeClient(practice) as client:
        port = practice.port
        token = client.get_token()
        assert practice.start() is practice
    with pytest.raises(ConnectionRefusedError):
        send_bytes(practice.port, b"")
    with practice, PracticeClient(practice) as client:
        assert practice.port == port
        assert client.get("/api/v1/notifications", token).status_code == 200


def test_taken_port_raises_oserror(practice: PracticeServer) -> None:
    with pytest.raises(OSError, match="in use"):
        PracticeServer(port=practice.port).start()
    assert send_bytes(practice.port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_only_loopback_is_listened_on() -> None:
    with PracticeServer(split_domain=()) as practice:
        for server in (practice._host, practice._accounts):
            assert {listener.server_address[0] for listener in server._listeners} <= {
                "127.0.0.1",
                "::1",
            }


def test_head_has_no_body(client: PracticeClient) -> None:
    response = client.api.head("/pictures/alice.png")
    assert response.status_code == 200
    assert response.content == b""
    assert int(response.headers["content-length"]) > 100
    assert client.api.get(INSTANCE).status_code == 200


def test_other_methods_are_not_found(client: PracticeClient) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "POST"):
        response = client.api.request(method, INSTANCE)
        assert (response.status_code, response.json()) == (404, {"error": "Not Found"})


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
def test_malformed_request_is_refused(
    practice: PracticeServer,
    capfd: pytest.CaptureFixture[str],
    request_bytes: bytes,
    status: int,
) -> None:
    # A response to an unreadable request line has no status line, as in HTTP/0.9.
    response = send_bytes(practice.port, request_bytes)
    assert b" %d " % status in response or b"Error code: %d" % status in response
    assert send_bytes(practice.port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert capfd.readouterr() == ("", "")


def test_secrets_are_not_in_the_repr_of_the_state(
    practice: PracticeServer, client: PracticeClient
) -> None:
    application = client.register(name="shown")
    token = client.exchange(application, client.get_code(application)).json()["access_token"]
    state = practice._state
    shown = repr([*state.applications.values(), *state.codes.values(), *state.tokens.values()])
    assert "shown" in shown
    assert application["client_secret"] not in shown
    assert token not in shown
