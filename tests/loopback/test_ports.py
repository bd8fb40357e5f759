"""The port of the redirect URI, which is to be free for weeks."""

from __future__ import annotations

import socket

import pytest

from gts_wizard.loopback.ports import find_port, is_port_free


def test_a_found_port_is_one_that_stays_free() -> None:
    port = find_port()

    assert 20_000 <= port < 32_768
    assert is_port_free(port)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - as others listen
def test_a_port_is_free_once_nobody_listens(address: str) -> None:
    with socket.create_server((address, 0)) as other:
        port = other.getsockname()[1]
        assert not is_port_free(port)

    assert is_port_free(port)


def test_another_port_is_found_where_those_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("gts_wizard.loopback.ports._PORTS", (port,))

        assert not is_port_free(port)
        found = find_port()

    assert found != port
    assert is_port_free(found)
