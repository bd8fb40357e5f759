"""TLS: a server with a bad certificate is sent nothing, and the error says what is bad."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import CertificateError, ConnectionLost
from gts_wizard.secret import Secret
from tests.helpers.raw_responses import close_at_once, reset_after, respond
from tests.helpers.raw_server import BannerServer, RawServer, Responder, tls_context

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

    from gts_wizard.api.http import HttpClient

DAY = timedelta(days=1)


async def certificate_error(http: HttpClient, tls: ssl.SSLContext) -> CertificateError:
    """Send a secret to a server with this certificate, and return the error."""
    async with RawServer(respond(200, b"{}"), tls=tls) as server:
        with pytest.raises(CertificateError) as caught:
            await http.post(server.url, {"code": Secret("canary")})
        assert server.received == b""
        assert server.host in caught.value.message
        assert "Nothing was sent" in caught.value.hint
        assert caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_certificate_of_a_known_authority_is_accepted(
    http: HttpClient, trusted: trustme.CA, name: str
) -> None:
    tls = tls_context(trusted.issue_cert(name))
    async with RawServer(respond(200, b'{"a": 1}'), tls=tls, name=name) as server:
        assert (await http.get(server.url)).json_object() == {"a": 1}


async def test_expired_certificate(http: HttpClient, trusted: trustme.CA) -> None:
    expired = trusted.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - DAY)
    error = await certificate_error(http, tls_context(expired))
    assert error.reason == "Its certificate has expired."


async def test_certificate_that_is_not_valid_yet(http: HttpClient, trusted: trustme.CA) -> None:
    early = trusted.issue_cert("127.0.0.1", not_before=datetime.now(UTC) + DAY)
    error = await certificate_error(http, tls_context(early))
    assert "isn't valid yet" in error.reason
    assert "clock" in error.reason


@pytest.mark.parametrize("name", ["elsewhere.example", "127.0.0.2"])
async def test_certificate_for_another_name(
    http: HttpClient, trusted: trustme.CA, name: str
) -> None:
    error = await certificate_error(http, tls_context(trusted.issue_cert(name)))
    assert error.reason == "Its certificate is for another name."


async def test_unknown_authority(http: HttpClient, authority: trustme.CA) -> None:
    error = await certificate_error(http, tls_context(authority.issue_cert("127.0.0.1")))
    assert "doesn't know the authority" in error.reason


async def test_self_signed_certificate(
    http: HttpClient, authority: trustme.CA, tmp_path: Path
) -> None:
    for part, name in ((authority.private_key_pem, "key.pem"), (authority.cert_pem, "cert.pem")):
        part.write_to_path(str(tmp_path / name))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    error = await certificate_error(http, tls)
    assert error.reason.startswith(
        "Its certificate is self-signed, and this computer doesn't know it."
    )
    assert "add it to the certificates this computer trusts" in error.reason


@pytest.mark.parametrize("plain", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH\r\n"])
async def test_server_that_does_not_speak_tls(http: HttpClient, plain: bytes) -> None:
    async with BannerServer(plain) as server:
        with pytest.raises(CertificateError) as caught:
            await http.get(f"https://{server.host}/")
    assert caught.value.reason == "Its https doesn't work as it should."


async def test_handshake_that_is_cut_off_is_a_lost_connection(
    http: HttpClient,
) -> None:
    async with BannerServer(b"") as server:
        with pytest.raises(ConnectionLost):
            await http.get(f"https://{server.host}/")


@pytest.mark.parametrize("script", [close_at_once, reset_after(b"HTTP/1.1 200 OK\r\n")])
async def test_connection_lost_after_the_handshake(
    http: HttpClient, trusted: trustme.CA, script: Responder
) -> None:
    tls = tls_context(trusted.issue_cert("127.0.0.1"))
    async with RawServer(script, tls=tls) as server:
        with pytest.raises(ConnectionLost):
            await http.get(server.url)


async def test_missing_file_of_authorities_breaks_nothing(
    http: HttpClient, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    await certificate_error(http, tls_context(authority.issue_cert("127.0.0.1")))
