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
from tests.hostile import between, manners, standing
from tests.hostile.between import behind_a_proxy
from tests.hostile.computer.sitecustomize import OFFLINE, SILENT
from tests.hostile.modes import LATER, Mode, slow, way, with_status
from tests.hostile.standing import at_a_name, with_certificate, without_tls
from tests.server import scripts
from tests.server.papers import card
from tests.server.scripts import http, says

_HALF_A_BODY = http(200, b"{", Content_Length="99")
_AN_INSTANCE = says(200, scripts.json_bytes(card()))

WAYS = (
    way("a name that does not exist", NoSuchName, at_a_name()),
    way("no name server to ask", NoRoute, at_a_name(OFFLINE)),
    slow("a silent name server", None, at_a_name(SILENT)),
    way("nobody on the port", Refused, between.at_a_closed_port),
    way("half of IPv6", None, between.with_half_of_ipv6(_AN_INSTANCE)),
    slow("a port that drops all packets", None, between.at_a_black_hole),
    slow("a handshake that stays silent", None, between.in_a_silent_handshake),
    slow("no answer", scripts.never_answers),
    Mode("a connection closed at once", ConnectionLost, scripts.hangs_up),
    Mode("a connection reset at once", ConnectionLost, scripts.resets(b"")),
    Mode("a reset in the head", ConnectionLost, scripts.resets(b"HTTP/1.1 200 OK\r\nContent-Le")),
    Mode("a reset in the body", ConnectionLost, scripts.resets(_HALF_A_BODY)),
)

_UNKNOWN = "does not know the authority that vouches for it. If it is your own, add it to"

CERTIFICATES = (
    *(
        way(name, CertificateTrouble, opening, words)
        for name, opening, words in [
            ("an expired one", with_certificate(begins=-2, ends=-1), "certificate has expired"),
            (
                "one of the future",
                with_certificate(begins=1, ends=2),
                "not valid yet: is the clock",
            ),
            ("another's", with_certificate("a.example"), "certificate is for another name"),
            ("one of an unknown authority", with_certificate(settings={}), _UNKNOWN),
            ("one of its own", standing.vouching_for_itself, "It vouches for itself"),
            ("none, but http", without_tls(http(400)), "does not speak https"),
        ]
    ),
    way("none, and no word", ConnectionLost, without_tls(b"")),
    *(
        way(
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

_ASKS = says(407, b"<html>Who are you?", Proxy_Authenticate='Basic realm="hotel"')
_SOCKS = "socks5h://127.0.0.1:{port}"

PROXIES = (
    *(
        way(name, ProxyTrouble, behind_a_proxy(script, proxy))
        for name, script, proxy in [
            ("one that is not there", None, "http://127.0.0.1:{port}"),
            ("a SOCKS one that is not there", None, _SOCKS),
            ("one of no known name", None, "http://proxy.invalid:3128"),
            ("one that asks a password", _ASKS, "http://127.0.0.1:{port}"),
            ("one that wants another password", _ASKS, "http://alice:canary@127.0.0.1:{port}"),
            ("one that forbids it", says(403, b"<html>No"), "http://127.0.0.1:{port}"),
            ("one that gets nowhere", says(502), "http://127.0.0.1:{port}"),
            ("a SOCKS one that lets nobody through", b"\x05\xff", _SOCKS),
            ("a SOCKS one that makes no sense", b"\x00\xff\x00\xff", _SOCKS),
        ]
    ),
    *(
        way(name, leaf, behind_a_proxy(script))
        for name, leaf, script in [
            ("one that leads to no TLS", CertificateTrouble, manners.speaks_mail),
            ("one that leads nowhere", ProxyTrouble, manners.lets_through),
            ("one that hangs up", ConnectionLost, scripts.hangs_up),
            ("one with headers without end", TooMuchData, scripts.sends_headers_for_ever),
        ]
    ),
    slow("a silent one", None, behind_a_proxy(scripts.never_answers)),
    slow("a silent SOCKS one", None, behind_a_proxy(scripts.never_answers, _SOCKS)),
    *(
        way(f"{name}={value}", ProxyTrouble, at_a_name(**{name: value}))
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
    Mode("a hotel's page everywhere", WebPage, manners.PAGE),
    Mode(
        "a hotel's page at another address",
        WebPage,
        manners.shows_a_portal(),
        at=dict.fromkeys(LATER, NotAnInstance),
    ),
    with_status(511, WebPage, WebPage, page=True),
)
