"""Maps the exceptions of httpx, ssl and sockets to `ServerError` classes.

An exception's own text is used only where it can't contain anything of the request.
"""

import errno
import os
import socket
import ssl
from collections.abc import Iterator

import httpx

from gts_wizard import errors
from gts_wizard.api.proxies import read_proxy_settings

_TRUST_IT = "If it's yours, add it to the certificates this computer trusts."
# X509_V_ERR_* of OpenSSL's x509_vfy.h, as SSLCertVerificationError.verify_code gives them.
_CERTIFICATE_REASONS = {
    9: "Its certificate isn't valid yet: is this computer's clock right?",
    10: "Its certificate has expired.",
    18: f"Its certificate is self-signed, and this computer doesn't know it. {_TRUST_IT}",
    19: f"This computer doesn't trust the authority that vouches for it. {_TRUST_IT}",
    20: f"This computer doesn't know the authority that vouches for it. {_TRUST_IT}",
    21: f"This computer doesn't know the authority that vouches for it. {_TRUST_IT}",
    62: "Its certificate is for another name.",
    64: "Its certificate is for another name.",
}
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
# httpcore and h11 raise the same type for a response that ends early and for one that isn't HTTP.
_ENDED_EARLY = ("Server disconnected", "peer closed connection")
_TOO_LARGE = 431

_Causes = tuple[BaseException, ...]


def map_exception(
    exception: Exception, host: str, *, is_proxied: bool = False
) -> errors.ServerError:
    """Return the error for an exception that a request raised.

    Args:
        exception: the exception.
        host: the host that the request was for.
        is_proxied: whether the connection went to a proxy.
    """
    causes = tuple(_cause_chain(exception))
    details = _describe(causes)
    if isinstance(exception, TimeoutError | httpx.TimeoutException):
        return errors.Timeout(host=host, details=details)
    if isinstance(exception, httpx.RemoteProtocolError):
        return _protocol_error(exception, causes, host, details)
    if isinstance(exception, httpx.ReadError | httpx.WriteError):
        return errors.ConnectionLost(host=host, details=details)
    certificate = _certificate_error(causes, host, details)
    if certificate is not None:
        return certificate
    if is_proxied or isinstance(exception, httpx.ProxyError):
        return errors.ProxyError(
            host=host, details=details, unreadable=read_proxy_settings().unreadable
        )
    return _connect_error(causes, host, details)


def _describe(causes: _Causes) -> str:
    """Return the system's words for the causes that it has numbered, and the types of all."""
    types = ", ".join(dict.fromkeys(type(cause).__name__ for cause in causes))
    # The numbers of look-ups and of TLS are others, and the exception's own text may name anything.
    numbers = dict.fromkeys(
        cause.errno
        for cause in causes
        if isinstance(cause, OSError) and not isinstance(cause, socket.gaierror | ssl.SSLError)
    )
    words = ", ".join(os.strerror(number) for number in numbers if number)
    return f"{words}: {types}" if words else types


def _protocol_error(
    exception: Exception, causes: _Causes, host: str, details: str
) -> errors.ServerError:
    if str(exception).startswith(_ENDED_EARLY):
        return errors.ConnectionLost(host=host, details=details)
    if any(getattr(cause, "error_status_hint", 0) == _TOO_LARGE for cause in causes):
        return errors.ResponseTooLarge(host=host, details=details)
    return errors.InvalidResponse(host=host, details=f"not HTTP: {details}")


def _certificate_error(causes: _Causes, host: str, details: str) -> errors.ServerError | None:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = _CERTIFICATE_REASONS.get(cause.verify_code, errors.CertificateError.reason)
            return errors.CertificateError(host=host, reason=reason, details=cause.verify_message)
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            reason = "Its https doesn't work as it should."
            details = getattr(cause, "reason", "") or details
            return errors.CertificateError(host=host, reason=reason, details=details)
    return None


def _connect_error(causes: _Causes, host: str, details: str) -> errors.ServerError:
    """Return why no connection was made.

    Where several IP addresses were tried, the failure that came closest to a connection counts.
    """
    lookup_errors = [cause.errno for cause in causes if isinstance(cause, socket.gaierror)]
    if socket.EAI_AGAIN in lookup_errors:
        # No name server could be reached: this computer is offline.
        return errors.NetworkUnreachable(host=host, details=details)
    if lookup_errors:
        return errors.HostNotFound(host=host, details=details)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return errors.ConnectionRefused(host=host, details=details)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return errors.Timeout(host=host, details=details)
    if any(isinstance(cause, OSError) and cause.errno in _NO_ROUTE for cause in causes):
        return errors.NetworkUnreachable(host=host, details=details)
    if any(isinstance(cause, ConnectionError | ssl.SSLEOFError) for cause in causes):
        return errors.ConnectionLost(host=host, details=details)
    return errors.Unreachable(host=host, details=details)


def _cause_chain(exception: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all its causes, those of several IP addresses included."""
    pending, seen = [exception], set[int]()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending.extend(cause for cause in (current.__cause__, current.__context__) if cause)
        if isinstance(current, BaseExceptionGroup):
            pending.extend(current.exceptions)
