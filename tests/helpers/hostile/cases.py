"""The catalogue: what servers and networks can do wrong, and the error that each case becomes.

A case with a script can also begin in the middle of a sign-in; the others are met by a look-up
only.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.helpers.hostile import cases_bodies, cases_network, cases_status
from tests.helpers.hostile.case import Case

CASES_BY_KIND: Mapping[str, tuple[Case, ...]] = {
    "network": cases_network.NETWORK,
    "certificates": cases_network.CERTIFICATES,
    "proxies": cases_network.PROXIES,
    "captive portals": cases_network.CAPTIVE_PORTALS,
    "bodies": cases_bodies.BODIES,
    "headers": cases_bodies.HEADERS,
    "redirects": cases_bodies.REDIRECTS,
    "statuses": cases_status.STATUSES,
    "rate limits": cases_status.RATE_LIMITS,
}
ALL_CASES = tuple(case for cases in CASES_BY_KIND.values() for case in cases)
CASES_BY_NAME: Mapping[str, Case] = {case.name: case for case in ALL_CASES}

_NASTIEST_NAMES: Mapping[str, tuple[str, ...]] = {
    "network": (
        "no name server can be asked",
        "nobody listens on the port",
        "broken IPv6 beside working IPv4",
        "connection reset within the body",
    ),
    "certificates": ("self-signed certificate",),
    "proxies": (
        "proxy rejects the password",
        "ALL_PROXY=socks://alice:canary@127.0.0.1:1",
    ),
    "captive portals": (
        "captive portal redirects to its page",
        "status 511 with a web page",
    ),
    "bodies": ("body that drips", "mebibyte of lists in lists"),
    "headers": ("headers without end", "response in no encoding"),
    "redirects": (
        "redirect to urn:ietf:wg:oauth:2.0:oob?code=canary",
        "redirect to a name that does not exist",
    ),
    "statuses": (
        "status 400 that repeats the request",
        "status 403 with a web page",
        "status 999",
    ),
    "rate limits": (f"status 429 with Retry-After {'9' * 32}",),
}
NASTIEST_BY_KIND: Mapping[str, tuple[Case, ...]] = {
    kind: tuple(CASES_BY_NAME[name] for name in names) for kind, names in _NASTIEST_NAMES.items()
}
NASTIEST = tuple(case for cases in NASTIEST_BY_KIND.values() for case in cases)
"""A few of each kind, for where the whole catalogue would take too long."""
