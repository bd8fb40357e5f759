"""Everything that a server, or a network, can do to the wizard, and what becomes of it.

`CATALOGUE` is by kind. A mode with a script can also begin in the middle of a journey; the others
are about the way to a server.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.hostile import answers, refusals, ways
from tests.hostile.modes import Mode

CATALOGUE: Mapping[str, tuple[Mode, ...]] = {
    "ways": ways.WAYS,
    "certificates": ways.CERTIFICATES,
    "proxies": ways.PROXIES,
    "portals": ways.PORTALS,
    "bodies": answers.BODIES,
    "heads": answers.HEADS,
    "redirects": answers.REDIRECTS,
    "statuses": refusals.STATUSES,
    "patience": refusals.PATIENCE,
}
EVERY_MODE = tuple(mode for kind in CATALOGUE.values() for mode in kind)

_WORST = {
    "a body that drips",
    "a body that is packed with lists in lists",
    "a reset in the body",
    "headers without end",
    "a refusal that repeats the question",
    "a redirect to “urn:ietf:wg:oauth:2.0:oob?code=canary”",
}
NASTIEST = tuple(mode for mode in EVERY_MODE if mode.name in _WORST)
"""A few for where the whole catalogue would take too long."""
