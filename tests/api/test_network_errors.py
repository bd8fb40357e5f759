"""Which error an exception of the HTTP client becomes."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from functools import reduce

import httpx
import pytest

from gts_wizard.api.network_errors import map_exception
from gts_wizard.errors import (
    CertificateError,
    ConnectionLost,
    ConnectionRefused,
    HostNotFound,
    InvalidResponse,
    NetworkUnreachable,
    ProxyError,
    ResponseTooLarge,
    ServerError,
    Timeout,
    Unreachable,
)


def raised_from(*exceptions: Exception) -> Exception:
    """Return the first exception, each caused by the next."""
    reduce(_set_cause, exceptions)
    return exceptions[0]


def _set_cause(exception: Exception, cause: Exception) -> Exception:
    exception.__cause__ = cause
    return cause


def connect_error(*causes: Exception) -> Exception:
    """Return an error of connecting, caused by one error or by those of several addresses."""
    cause = causes[0] if len(causes) == 1 else ExceptionGroup("several addresses", causes)
    return raised_from(httpx.ConnectError("secret"), OSError("all failed"), cause)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENETUNREACH, NetworkUnreachable),
        (errno.EHOSTUNREACH, NetworkUnreachable),
        (errno.ENETDOWN, NetworkUnreachable),
        (errno.EHOSTDOWN, NetworkUnreachable),
        (errno.ECONNREFUSED, ConnectionRefused),
        (errno.ETIMEDOUT, Timeout),
        (errno.ECONNRESET, ConnectionLost),
        (errno.EACCES, Unreachable),
        (errno.EMFILE, Unreachable),
    ],
    ids=lambda value: errno.errorcode[value] if isinstance(value, int) else value.__name__,
)
def test_system_error_of_connecting(number: int, expected: type[ServerError]) -> None:
    error = map_exception(connect_error(OSError(number, "secret")), "example.org")
    assert type(error) is expected
    assert "example.org" in error.message
    assert error.details.startswith(f"{os.strerror(number)}: ConnectError, OSError")
    assert "secret" not in f"{error!r} {error.details}"


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        (TimeoutError(), Timeout),
        (httpx.ReadTimeout("secret"), Timeout),
        (httpx.PoolTimeout("secret"), Timeout),
        (httpx.ReadError("secret"), ConnectionLost),
        (httpx.WriteError("secret"), ConnectionLost),
        (httpx.RemoteProtocolError("Server disconnected without sending"), ConnectionLost),
        (httpx.RemoteProtocolError("peer closed connection early"), ConnectionLost),
        (httpx.RemoteProtocolError("illegal status line: secret"), InvalidResponse),
        (httpx.ProxyError("secret"), ProxyError),
        (httpx.ConnectError("secret"), Unreachable),
        (RuntimeError("secret"), Unreachable),
        (connect_error(socket.gaierror(socket.EAI_NONAME, "secret")), HostNotFound),
        (connect_error(socket.gaierror(socket.EAI_AGAIN, "secret")), NetworkUnreachable),
        (connect_error(ssl.SSLEOFError(8, "secret")), ConnectionLost),
        # An error made with a text alone has no reason.
        (connect_error(ssl.SSLError("secret")), CertificateError),
    ],
    ids=lambda value: f"{value!r}"[:40] if isinstance(value, Exception) else value.__name__,
)
def test_exception_of_a_request(exception: Exception, expected: type[ServerError]) -> None:
    error = map_exception(exception, "example.org")
    assert type(error) is expected
    assert "secret" not in f"{error!r} {error.details}"


def test_too_large_head_is_too_much_data() -> None:
    cause = RuntimeError()
    cause.error_status_hint = 431  # type: ignore[attr-defined]
    error = map_exception(raised_from(httpx.RemoteProtocolError("too long"), cause), "example.org")
    assert type(error) is ResponseTooLarge


def test_of_several_addresses_the_nearest_error_counts() -> None:
    far, near = OSError(errno.ENETUNREACH, "no"), OSError(errno.ECONNREFUSED, "no")
    for causes in ((far, near), (near, far)):
        error = map_exception(connect_error(*causes), "example.org")
        assert type(error) is ConnectionRefused
        for cause in causes:
            assert os.strerror(cause.errno or 0) in error.details


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (9, "isn't valid yet"),
        (10, "has expired"),
        (18, "self-signed"),
        (19, "doesn't trust the authority"),
        (20, "doesn't know the authority"),
        (21, "doesn't know the authority"),
        (62, "for another name"),
        (64, "for another name"),
    ],
)
def test_reason_of_a_bad_certificate(code: int, reason: str) -> None:
    cause = ssl.SSLCertVerificationError(1, "secret")
    cause.verify_code, cause.verify_message = code, "as OpenSSL says it"
    error = map_exception(connect_error(cause), "example.org")
    assert isinstance(error, CertificateError)
    assert reason in error.reason
    assert error.details == "as OpenSSL says it"


def test_unknown_reason_of_a_bad_certificate_is_the_general_one() -> None:
    cause = ssl.SSLCertVerificationError(1, "secret")
    cause.verify_code, cause.verify_message = 99, "unheard of"
    error = map_exception(connect_error(cause), "example.org")
    assert isinstance(error, CertificateError)
    assert error.reason == CertificateError.reason


@pytest.mark.parametrize(
    "cause", [ConnectionRefusedError(), socket.gaierror(socket.EAI_NONAME, "no"), OSError()]
)
def test_connecting_to_a_proxy_is_the_proxys_error(cause: Exception) -> None:
    assert type(map_exception(connect_error(cause), "example.org", is_proxied=True)) is ProxyError
