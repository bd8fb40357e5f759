"""What the tests of the wire share: a transport, certificates, and no network but loopback."""

from __future__ import annotations

import socket
import ssl
import sys
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from gts_wizard.server.transport import Transport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SHORT = 0.5


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def _no_name_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name but localhost be looked up, so that a mistake can't leave this computer."""
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **options: Any) -> object:
        if host not in {"localhost", b"localhost", "127.0.0.1", b"127.0.0.1", "::1", b"::1"}:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    """A transport with time enough for this computer's own servers."""
    opened = Transport(deadline=10)
    yield opened
    await opened.aclose()


@pytest.fixture
async def hasty() -> AsyncIterator[Transport]:
    """A transport that soon loses patience."""
    opened = Transport(deadline=SHORT)
    yield opened
    await opened.aclose()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The same authority, known to this computer."""
    if sys.platform != "linux":
        pytest.skip("only on Linux the environment names the authorities")
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def speaking_tls(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return what a server needs to speak https with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
