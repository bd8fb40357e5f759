"""Ports of 127.0.0.1 on which a redirect can be received."""

import secrets
import socket

from gts_wizard.oauth.redirect_uri import LOOPBACK_HOST

# Below the ports that Linux, macOS and Windows give to outgoing connections, so that a registered
# one stays free for weeks. Where all that are tried are taken, any other will do.
_PORTS = range(20_000, 32_768)
_ATTEMPTS = 50


def find_port() -> int:
    """Return a free port, at random; 0 where this program can listen on none."""
    for _ in range(_ATTEMPTS):
        port = secrets.choice(_PORTS)
        if is_port_free(port):
            return port
    try:
        with _bind(0) as bound:
            return int(bound.getsockname()[1])
    except OSError:
        return 0


def is_port_free(port: int) -> bool:
    """Return whether this program can listen on a port now."""
    try:
        with _bind(port):
            return True
    except OSError:
        return False


def _bind(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # As for the listener: a connection that has just ended does not keep the port.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((LOOPBACK_HOST, port))
    except BaseException:
        bound.close()
        raise
    return bound
