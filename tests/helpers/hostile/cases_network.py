"""What can happen on the way to a server: names, ports, certificates, proxies and portals."""

from __future__ import annotations

from gts_wizard.errors import (
    CertificateTrouble,
    ConnectionLost,
    NoRoute,
    NoSuchName,
    NotAnInstance,
    ProxyTrouble,
    Refused,
    TooMuchData,
    WebPage,
)
from tests.helpers import odd_responses, raw_responses
from tests.helpers.hostile import environments, proxies
from tests.helpers.hostile.case import LATER_STAGES, Case, network_case, slow_case, status_case
from tests.helpers.hostile.environments import at_hostname, not_tls, with_certificate
from tests.helpers.hostile.fake_dns.sitecustomize import OFFLINE, SILENT
from tests.helpers.hostile.proxies import behind_proxy
from tests.helpers.raw_responses import http_response, respond
from tests.helpers.samples import instance_document

_HALF_A_BODY = http_response(200, b"{", Content_Length="99")
_AN_INSTANCE = respond(200, raw_responses.json_bytes(instance_document()))

NETWORK = (
    network_case("a name that does not exist", NoSuchName, at_hostname()),
    network_case("no name server to ask", NoRoute, at_hostname(OFFLINE)),
    slow_case("a silent name server", None, at_hostname(SILENT)),
    network_case("nobody on the port", Refused, proxies.closed_port),
    network_case("half of IPv6", None, proxies.broken_ipv6(_AN_INSTANCE)),
    slow_case("a port that drops all packets", None, proxies.black_hole),
    slow_case("a handshake that stays silent", None, proxies.silent_handshake),
    slow_case("no answer", raw_responses.never_respond),
    Case("a connection closed at once", ConnectionLost, raw_responses.close_at_once),
    Case("a connection reset at once", ConnectionLost, raw_responses.reset_after(b"")),
    Case(
        "a reset in the head",
        ConnectionLost,
        raw_responses.reset_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
    ),
    Case("a reset in the body", ConnectionLost, raw_responses.reset_after(_HALF_A_BODY)),
)

_UNKNOWN = "does not know the authority that vouches for it. If it is your own, add it to"

CERTIFICATES = (
    *(
        network_case(name, CertificateTrouble, opening, words)
        for name, opening, words in [
            ("an expired one", with_certificate(begins=-2, ends=-1), "certificate has expired"),
            (
                "one of the future",
                with_certificate(begins=1, ends=2),
                "not valid yet: is the clock",
            ),
            ("another's", with_certificate("a.example"), "certificate is for another name"),
            ("one of an unknown authority", with_certificate(settings={}), _UNKNOWN),
            ("one of its own", environments.self_signed, "It vouches for itself"),
            ("none, but http", not_tls(http_response(400)), "does not speak https"),
        ]
    ),
    network_case("none, and no word", ConnectionLost, not_tls(b"")),
    *(
        network_case(
            f"{name}={value}",
            CertificateTrouble,
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

_ASKS = respond(407, b"<html>Who are you?", Proxy_Authenticate='Basic realm="hotel"')
_SOCKS = "socks5h://127.0.0.1:{port}"

PROXIES = (
    *(
        network_case(name, ProxyTrouble, behind_proxy(script, proxy))
        for name, script, proxy in [
            ("one that is not there", None, "http://127.0.0.1:{port}"),
            ("a SOCKS one that is not there", None, _SOCKS),
            ("one of no known name", None, "http://proxy.invalid:3128"),
            ("one that asks a password", _ASKS, "http://127.0.0.1:{port}"),
            ("one that wants another password", _ASKS, "http://alice:canary@127.0.0.1:{port}"),
            ("one that forbids it", respond(403, b"<html>No"), "http://127.0.0.1:{port}"),
            ("one that gets nowhere", respond(502), "http://127.0.0.1:{port}"),
            ("a SOCKS one that lets nobody through", b"\x05\xff", _SOCKS),
            ("a SOCKS one that makes no sense", b"\x00\xff\x00\xff", _SOCKS),
        ]
    ),
    *(
        network_case(name, leaf, behind_proxy(script))
        for name, leaf, script in [
            ("one that leads to no TLS", CertificateTrouble, odd_responses.smtp_banner),
            ("one that leads nowhere", ProxyTrouble, odd_responses.connect_then_close),
            ("one that hangs up", ConnectionLost, raw_responses.close_at_once),
            ("one with headers without end", TooMuchData, raw_responses.endless_headers),
        ]
    ),
    slow_case("a silent one", None, behind_proxy(raw_responses.never_respond)),
    slow_case("a silent SOCKS one", None, behind_proxy(raw_responses.never_respond, _SOCKS)),
    *(
        network_case(f"{name}={value}", ProxyTrouble, at_hostname(**{name: value}))
        for name, value in [
            ("HTTPS_PROXY", "http://[::1"),
            ("HTTPS_PROXY", "gopher://127.0.0.1"),
            ("ALL_PROXY", "socks://alice:canary@127.0.0.1:1"),
            ("ALL_PROXY", "socks4://127.0.0.1:1"),
            ("https_proxy", "http://127.0.0.1:99999"),
        ]
    ),
)

PORTALS = (
    Case("a hotel's page everywhere", WebPage, odd_responses.HTML_PAGE),
    Case(
        "a hotel's page at another address",
        WebPage,
        odd_responses.captive_portal(),
        at=dict.fromkeys(LATER_STAGES, NotAnInstance),
    ),
    status_case(511, WebPage, WebPage, page=True),
)
