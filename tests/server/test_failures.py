"""Which error an exception of the HTTP client becomes."""

from __future__ import annotations

import errno
import socket
import ssl
from functools import reduce

import httpx
import pytest

from gts_wizard.errors import (
    CertificateTrouble,
    ConnectionLost,
    Nonsense,
    NoRoute,
    NoSuchName,
    ProxyTrouble,
    Refused,
    TooMuchData,
    TooSlow,
    Unreachable,
    WireError,
)
from gts_wizard.server.failures import translate


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
        (errno.ENETUNREACH, NoRoute),
        (errno.EHOSTUNREACH, NoRoute),
        (errno.ENETDOWN, NoRoute),
        (errno.EHOSTDOWN, NoRoute),
        (errno.ECONNREFUSED, Refused),
        (errno.ETIMEDOUT, TooSlow),
        (errno.ECONNRESET, ConnectionLost),
        (errno.EACCES, Unreachable),
        (errno.EMFILE, Unreachable),
    ],
    ids=lambda value: errno.errorcode[value] if isinstance(value, int) else value.__name__,
)
def test_system_error_of_connecting(number: int, expected: type[WireError]) -> None:
    error = translate(connect_error(OSError(number, "secret")), "example.org")
    assert type(error) is expected
    assert "example.org" in error.what_happened
    assert "secret" not in repr(error)


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        (TimeoutError(), TooSlow),
        (httpx.ReadTimeout("secret"), TooSlow),
        (httpx.PoolTimeout("secret"), TooSlow),
        (httpx.ReadError("secret"), ConnectionLost),
        (httpx.WriteError("secret"), ConnectionLost),
        (httpx.RemoteProtocolError("Server disconnected without sending"), ConnectionLost),
        (httpx.RemoteProtocolError("peer closed connection early"), ConnectionLost),
        (httpx.RemoteProtocolError("illegal status line: secret"), Nonsense),
        (httpx.ProxyError("secret"), ProxyTrouble),
        (httpx.ConnectError("secret"), Unreachable),
        (RuntimeError("secret"), Unreachable),
        (connect_error(socket.gaierror(socket.EAI_NONAME, "secret")), NoSuchName),
        (connect_error(socket.gaierror(socket.EAI_AGAIN, "secret")), NoRoute),
        (connect_error(ssl.SSLEOFError(8, "secret")), ConnectionLost),
    ],
    ids=lambda value: f"{value!r}"[:40] if isinstance(value, Exception) else value.__name__,
)
def test_exception_of_a_request(exception: Exception, expected: type[WireError]) -> None:
    error = translate(exception, "example.org")
    assert type(error) is expected
    assert "secret" not in repr(error)


def test_too_large_head_is_too_much_data() -> None:
    cause = RuntimeError()
    cause.error_status_hint = 431  # type: ignore[attr-defined]
    error = translate(raised_from(httpx.RemoteProtocolError("too long"), cause), "example.org")
    assert type(error) is TooMuchData


def test_of_several_addresses_the_nearest_error_counts() -> None:
    far, near = OSError(errno.ENETUNREACH, "no"), OSError(errno.ECONNREFUSED, "no")
    for causes in ((far, near), (near, far)):
        assert type(translate(connect_error(*causes), "example.org")) is Refused


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (9, "not valid yet"),
        (10, "has expired"),
        (18, "vouches for itself"),
        (19, "does not trust the authority"),
        (20, "does not know the authority"),
        (21, "does not know the authority"),
        (62, "for another name"),
        (64, "for another name"),
    ],
)
def test_reason_of_a_bad_certificate(code: int, reason: str) -> None:
    cause = ssl.SSLCertVerificationError(1, "secret")
    cause.verify_code, cause.verify_message = code, "as OpenSSL says it"
    error = translate(connect_error(cause), "example.org")
    assert isinstance(error, CertificateTrouble)
    assert reason in error.reason
    assert error.details == "as OpenSSL says it"


def test_unknown_reason_of_a_bad_certificate_is_the_general_one() -> None:
    cause = ssl.SSLCertVerificationError(1, "secret")
    cause.verify_code, cause.verify_message = 99, "unheard of"
    error = translate(connect_error(cause), "example.org")
    assert isinstance(error, CertificateTrouble)
    assert error.reason == CertificateTrouble.reason


@pytest.mark.parametrize(
    "cause", [ConnectionRefusedError(), socket.gaierror(socket.EAI_NONAME, "no"), OSError()]
)
def test_connecting_to_a_proxy_is_the_proxys_error(cause: Exception) -> None:
    assert type(translate(connect_error(cause), "example.org", proxied=True)) is ProxyTrouble
