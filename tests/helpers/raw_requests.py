"""Requests as bytes, for what no HTTP client would send."""

from __future__ import annotations

import socket


def send_bytes(port: int, request: bytes) -> bytes:
    """Send bytes to a local port, close the sending side, and return the whole response."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))
