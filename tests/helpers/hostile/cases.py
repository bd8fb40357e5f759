"""Everything that a server, or a network, can do to the wizard, and what becomes of it.

`CATALOGUE` is by kind. A mode with a script can also begin in the middle of a journey; the others
are about the way to a server.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.helpers.hostile import cases_bodies, cases_network, cases_status
from tests.helpers.hostile.case import Case

CASES_BY_KIND: Mapping[str, tuple[Case, ...]] = {
    "ways": cases_network.NETWORK,
    "certificates": cases_network.CERTIFICATES,
    "proxies": cases_network.PROXIES,
    "portals": cases_network.PORTALS,
    "bodies": cases_bodies.BODIES,
    "heads": cases_bodies.HEADS,
    "redirects": cases_bodies.REDIRECTS,
    "statuses": cases_status.STATUSES,
    "patience": cases_status.RATE_LIMITS,
}
ALL_CASES = tuple(mode for kind in CASES_BY_KIND.values() for mode in kind)

_NASTIEST_NAMES = {
    "a body that drips",
    "a body that is packed with lists in lists",
    "a reset in the body",
    "headers without end",
    "a refusal that repeats the question",
    "a redirect to “urn:ietf:wg:oauth:2.0:oob?code=canary”",
}
NASTIEST = tuple(mode for mode in ALL_CASES if mode.name in _NASTIEST_NAMES)
"""A few for where the whole catalogue would take too long."""
