"""Cases on the way to a server: names, ports, certificates, proxies and captive portals."""

from __future__ import annotations

from gts_wizard.errors import (
    CertificateError,
    ConnectionLost,
    ConnectionRefused,
    HostNotFound,
    NetworkSignIn,
    NetworkUnreachable,
    NotAnInstance,
    ProxyError,
    ResponseTooLarge,
    UnexpectedHtml,
)
from tests.helpers import odd_responses, raw_responses
from tests.helpers.hostile import environments, proxies
from tests.helpers.hostile.case import LATER_STAGES, Case, network_case, slow_case, status_case
from tests.helpers.hostile.environments import at_hostname, not_tls, with_certificate
from tests.helpers.hostile.fake_dns.sitecustomize import OFFLINE, SILENT
from tests.helpers.hostile.proxies import behind_proxy
from tests.helpers.raw_responses import http_response, respond
from tests.helpers.samples import instance_document

_HALF_RESPONSE = http_response(200, b"{", Content_Length="99")
_INSTANCE = respond(200, raw_responses.json_bytes(instance_document()))

NETWORK = (
    network_case("name that does not exist", HostNotFound, at_hostname()),
    network_case("no name server can be asked", NetworkUnreachable, at_hostname(OFFLINE)),
    slow_case("name server that never responds", None, at_hostname(SILENT)),
    network_case("nobody listens on the port", ConnectionRefused, proxies.closed_port),
    network_case("broken IPv6 beside working IPv4", None, proxies.broken_ipv6(_INSTANCE)),
    slow_case("port that drops all packets", None, proxies.black_hole),
    slow_case("TLS handshake without a response", None, proxies.silent_handshake),
    slow_case("no response", raw_responses.never_respond),
    Case("connection closed before the response", ConnectionLost, raw_responses.close_at_once),
    Case("connection reset before the response", ConnectionLost, raw_responses.reset_after(b"")),
    Case(
        "connection reset within the headers",
        ConnectionLost,
        raw_responses.reset_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
    ),
    Case(
        "connection reset within the body",
        ConnectionLost,
        raw_responses.reset_after(_HALF_RESPONSE),
    ),
)

_UNKNOWN = "doesn't know the authority that vouches for it. If it's yours, add it to"

CERTIFICATES = (
    *(
        network_case(name, CertificateError, factory, words)
        for name, factory, words in [
            (
                "expired certificate",
                with_certificate(begins=-2, ends=-1),
                "certificate has expired",
            ),
            (
                "certificate not valid yet",
                with_certificate(begins=1, ends=2),
                "isn't valid yet: is this computer's clock",
            ),
            (
                "certificate for another name",
                with_certificate("a.example"),
                "certificate is for another name",
            ),
            ("certificate of an unknown authority", with_certificate(settings={}), _UNKNOWN),
            ("self-signed certificate", environments.self_signed, "self-signed"),
            (
                "plain HTTP where TLS is due",
                not_tls(http_response(400)),
                "https doesn't work as it should",
            ),
        ]
    ),
    network_case("connection closed in the TLS handshake", ConnectionLost, not_tls(b"")),
    *(
        network_case(
            f"{name}={value}",
            CertificateError,
            with_certificate(settings={name: value}),
            _UNKNOWN,
        )
        for name, value in [
            ("SSL_CERT_FILE", "FOLDER/missing.pem"),
            ("SSL_CERT_FILE", "FOLDER"),
            ("SSL_CERT_FILE", "/proc/self/cmdline"),
            ("SSL_CERT_DIR", "FOLDER/missing"),
            ("SSLKEYLOGFILE", "FOLDER/missing/log"),
            ("REQUESTS_CA_BUNDLE", "FOLDER/missing.pem"),
        ]
    ),
)

_PROXY_AUTHENTICATION = respond(
    407, b"<html>Who are you?", Proxy_Authenticate='Basic realm="network"'
)
_SOCKS = "socks5h://127.0.0.1:{port}"

PROXIES = (
    *(
        network_case(name, ProxyError, behind_proxy(script, proxy))
        for name, script, proxy in [
            ("no proxy listens", None, "http://127.0.0.1:{port}"),
            ("no SOCKS proxy listens", None, _SOCKS),
            ("proxy whose name does not exist", None, "http://proxy.invalid:3128"),
            ("proxy asks for a password", _PROXY_AUTHENTICATION, "http://127.0.0.1:{port}"),
            (
                "proxy rejects the password",
                _PROXY_AUTHENTICATION,
                "http://alice:canary@127.0.0.1:{port}",
            ),
            ("proxy forbids the connection", respond(403, b"<html>No"), "http://127.0.0.1:{port}"),
            ("proxy that responds with 502", respond(502), "http://127.0.0.1:{port}"),
            ("SOCKS proxy accepts no method", b"\x05\xff", _SOCKS),
            ("SOCKS proxy responds with nonsense", b"\x00\xff\x00\xff", _SOCKS),
        ]
    ),
    *(
        network_case(name, error, behind_proxy(script))
        for name, error, script in [
            ("proxy leads to an SMTP server", CertificateError, odd_responses.smtp_banner),
            ("proxy closes the tunnel", ProxyError, odd_responses.connect_then_close),
            ("proxy hangs up", ConnectionLost, raw_responses.close_at_once),
            ("proxy sends headers without end", ResponseTooLarge, raw_responses.endless_headers),
        ]
    ),
    slow_case("proxy that never responds", None, behind_proxy(raw_responses.never_respond)),
    slow_case(
        "SOCKS proxy that never responds", None, behind_proxy(raw_responses.never_respond, _SOCKS)
    ),
    *(
        network_case(f"{name}={value}", ProxyError, at_hostname(**{name: value}))
        for name, value in [
            ("HTTPS_PROXY", "http://[::1"),
            ("HTTPS_PROXY", "gopher://127.0.0.1"),
            ("ALL_PROXY", "socks://alice:canary@127.0.0.1:1"),
            ("ALL_PROXY", "socks4://127.0.0.1:1"),
            ("https_proxy", "http://127.0.0.1:99999"),
        ]
    ),
)

CAPTIVE_PORTALS = (
    Case("captive portal page at every path", UnexpectedHtml, odd_responses.HTML_PAGE),
    Case(
        "captive portal redirects to its page",
        UnexpectedHtml,
        odd_responses.captive_portal(),
        at=dict.fromkeys(LATER_STAGES, NotAnInstance),
    ),
    status_case(511, NetworkSignIn, NetworkSignIn, page=True),
)
