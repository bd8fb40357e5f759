"""Tells the ways a request can fail apart.

Only the transport comes in; no network here. An exception's own text is shown only where it can't
hold anything of the request.
"""

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

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

_TRUST_IT = "If it is your own, add it to the certificates that this computer trusts."
# X509_V_ERR_* of OpenSSL's x509_vfy.h, as SSLCertVerificationError.verify_code gives them.
_CERTIFICATE_REASONS = {
    9: "Its certificate is not valid yet: is the clock of this computer right?",
    10: "Its certificate has expired.",
    18: f"It vouches for itself, and this computer does not know it. {_TRUST_IT}",
    19: f"This computer does not trust the authority that vouches for it. {_TRUST_IT}",
    20: f"This computer does not know the authority that vouches for it. {_TRUST_IT}",
    21: f"This computer does not know the authority that vouches for it. {_TRUST_IT}",
    62: "Its certificate is for another name.",
    64: "Its certificate is for another name.",
}
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
# httpcore and h11 raise one type for an answer that ends early and for one that is no HTTP.
_ENDED_EARLY = ("Server disconnected", "peer closed connection")
_TOO_LARGE = 431

_Causes = tuple[BaseException, ...]


def map_exception(failure: Exception, host: str, *, proxied: bool = False) -> ServerError:
    """Return the leaf of the error tree for what a request raised.

    Args:
        failure: what was raised.
        host: whom the request was for.
        proxied: whether the connection led to a proxy.
    """
    roots = tuple(_cause_chain(failure))
    details = ", ".join(dict.fromkeys(type(root).__name__ for root in roots))
    if isinstance(failure, TimeoutError | httpx.TimeoutException):
        return Timeout(host=host, details=details)
    if isinstance(failure, httpx.RemoteProtocolError):
        return _protocol_error(failure, roots, host, details)
    if isinstance(failure, httpx.ReadError | httpx.WriteError):
        return ConnectionLost(host=host, details=details)
    certificate = _certificate_error(roots, host, details)
    if certificate is not None:
        return certificate
    if proxied or isinstance(failure, httpx.ProxyError):
        return ProxyError(host=host, details=details)
    return _connect_error(roots, host, details)


def _protocol_error(failure: Exception, roots: _Causes, host: str, details: str) -> ServerError:
    if str(failure).startswith(_ENDED_EARLY):
        return ConnectionLost(host=host, details=details)
    if any(getattr(root, "error_status_hint", 0) == _TOO_LARGE for root in roots):
        return ResponseTooLarge(host=host, details=details)
    return InvalidResponse(host=host, details=f"not HTTP: {details}")


def _certificate_error(roots: _Causes, host: str, details: str) -> ServerError | None:
    for root in roots:
        if isinstance(root, ssl.SSLCertVerificationError):
            reason = _CERTIFICATE_REASONS.get(root.verify_code, CertificateError.reason)
            return CertificateError(host=host, reason=reason, details=root.verify_message)
    for root in roots:
        if isinstance(root, ssl.SSLError) and not isinstance(root, ssl.SSLEOFError):
            reason = "It does not speak https as it should."
            return CertificateError(host=host, reason=reason, details=root.reason or details)
    return None


def _connect_error(roots: _Causes, host: str, details: str) -> ServerError:
    """Tell apart why no connection came about; of several tried addresses the nearest counts."""
    names = [root.errno for root in roots if isinstance(root, socket.gaierror)]
    if socket.EAI_AGAIN in names:
        # Nobody could be asked for the name: this computer is offline.
        return NetworkUnreachable(host=host, details=details)
    if names:
        return HostNotFound(host=host, details=details)
    if any(isinstance(root, ConnectionRefusedError) for root in roots):
        return ConnectionRefused(host=host, details=details)
    if any(isinstance(root, TimeoutError) for root in roots):
        return Timeout(host=host, details=details)
    if any(isinstance(root, OSError) and root.errno in _NO_ROUTE for root in roots):
        return NetworkUnreachable(host=host, details=details)
    if any(isinstance(root, ConnectionError | ssl.SSLEOFError) for root in roots):
        return ConnectionLost(host=host, details=details)
    return Unreachable(host=host, details=details)


def _cause_chain(failure: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all it came from, those of several tried addresses included."""
    pending, seen = [failure], set[int]()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending.extend(cause for cause in (current.__cause__, current.__context__) if cause)
        if isinstance(current, BaseExceptionGroup):
            pending.extend(current.exceptions)
