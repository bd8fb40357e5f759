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
    CertificateTrouble,
    ConnectionLost,
    NoRoute,
    NoSuchName,
    ProxyTrouble,
    Refused,
    TooSlow,
    Unreachable,
    WireError,
)

# X509_V_ERR_* of OpenSSL's x509_vfy.h, as SSLCertVerificationError.verify_code gives them.
_CERTIFICATE_REASONS = {
    9: "Its certificate is not valid yet: is the clock of this computer right?",
    10: "Its certificate has expired.",
    18: "It vouches for itself, and this computer does not know it.",
    19: "This computer does not trust the authority that vouches for it.",
    20: "This computer does not know the authority that vouches for it.",
    21: "This computer does not know the authority that vouches for it.",
    62: "Its certificate is for another name.",
}
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})


def translate(failure: Exception, host: str) -> WireError:
    """Return the leaf of the error tree for what a request to `host` raised."""
    roots = tuple(_roots(failure))
    details = ", ".join(dict.fromkeys(type(root).__name__ for root in roots))
    if isinstance(failure, TimeoutError | httpx.TimeoutException):
        return TooSlow(host=host, details=details)
    if isinstance(failure, httpx.ProxyError):
        return ProxyTrouble(host=host, details=details)
    for root in roots:
        if isinstance(root, ssl.SSLCertVerificationError):
            reason = _CERTIFICATE_REASONS.get(root.verify_code, CertificateTrouble.reason)
            return CertificateTrouble(host=host, reason=reason, details=root.verify_message)
        if isinstance(root, socket.gaierror):
            return NoSuchName(host=host, details=details)
    for root in roots:
        if isinstance(root, ssl.SSLError):
            reason = "It does not speak https as it should."
            return CertificateTrouble(host=host, reason=reason, details=root.reason or details)
        if isinstance(root, ConnectionRefusedError):
            return Refused(host=host, details=details)
        if isinstance(root, OSError) and root.errno in _NO_ROUTE:
            return NoRoute(host=host, details=details)
    if isinstance(failure, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError):
        return ConnectionLost(host=host, details=details)
    return Unreachable(host=host, details=details)


def _roots(failure: BaseException) -> Iterator[BaseException]:
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
