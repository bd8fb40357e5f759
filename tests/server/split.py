"""Split deployments: what a host answers, and the ways in which a domain can lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from gts_wizard.rules.address import read_address
from gts_wizard.server.discovery import find_server
from tests.server.papers import V2, card, nodeinfo
from tests.server.scripts import http, json_bytes, says

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gts_wizard.models import Server
    from gts_wizard.server.transport import Transport
    from tests.server.hostile import Hostile, Script, Visit

FINGER = "/.well-known/webfinger"
META = "/.well-known/host-meta"
NODEINFO = "/.well-known/nodeinfo"
ALL_WAYS = {FINGER, META, NODEINFO}
HIDDEN = says(401, b'{"error": "Unauthorized: token not supplied"}')
ACTIVITY = "application/activity+json"
LINKED_DATA = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

Pages = dict[str, object]


def jrd(subject: str, actor: str, kind: str = ACTIVITY) -> dict[str, object]:
    """Return what WebFinger says of an account, in the shape recorded from GoToSocial."""
    page = {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": actor}
    return {"subject": subject, "links": [page, {"rel": "self", "type": kind, "href": actor}]}


def xrd(template: str, before: str = "") -> bytes:
    """Return a host-meta answer, in the shape recorded from GoToSocial."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" '
        f'type="application/xrd+xml" template="{template}"></Link></XRD>'
    )
    return http(200, document.encode(), Content_Type="application/xrd+xml")


def moved(origin: str) -> Script:
    """Send every question on to the same path of another server."""

    async def script(visit: Visit) -> None:
        await visit.send(http(301, Location=origin + visit.path))

    return script


def fingers(names: Collection[str], domain: str, origin: str) -> Script:
    """Answer WebFinger for a server's own accounts only."""

    async def script(visit: Visit) -> None:
        resource = parse_qs(urlsplit(visit.path).query).get("resource", [""])[0]
        known = {f"acct:{name}@{domain}" for name in names}
        document = jrd(resource, f"{origin}/users/alice")
        found = http(200, json_bytes(document), Content_Type="application/jrd+json")
        await visit.send(found if resource in known else http(404, b'{"error": "Not Found"}'))

    return script


def host_pages(domain: Hostile, host: Hostile) -> Pages:
    """Return what a GoToSocial answers at the host of a split deployment."""
    return {
        V2: card(account_domain=domain.host, domain=host.host),
        FINGER: fingers({"alice", host.host}, domain.host, host.origin),
        META: xrd(f"{host.origin}{FINGER}?resource={{uri}}"),
        **nodeinfo(host.origin),
    }


WAYS: dict[str, Callable[[str], Pages]] = {
    "webfinger": lambda origin: {FINGER: jrd("acct:alice@localhost", f"{origin}/users/alice")},
    "webfinger, moved": lambda origin: {FINGER: moved(origin)},
    "host-meta": lambda origin: {META: xrd(f"{origin}{FINGER}?resource={{uri}}")},
    "host-meta, moved": lambda origin: {META: moved(origin)},
    "nodeinfo": lambda origin: {NODEINFO: nodeinfo(origin)[NODEINFO]},
    "nodeinfo, moved": lambda origin: {NODEINFO: moved(origin)},
}


async def found(transport: Transport, server: Hostile, username: str = "alice") -> Server:
    """Return what is found for a handle at a server, or for the server alone."""
    handle = f"@{username}@{server.host}" if username else server.host
    return await find_server(transport, read_address(handle))


def asked(server: Hostile) -> set[str]:
    """Return the paths that were asked for, without their queries."""
    return {path.partition("?")[0] for path in server.paths}
