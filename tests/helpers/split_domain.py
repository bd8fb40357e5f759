"""Split deployments: what the host answers, and how the account domain can lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from gts_wizard.address import read_address
from gts_wizard.api.discovery import find_server
from tests.helpers.raw_responses import http_response, json_bytes, respond
from tests.helpers.samples import INSTANCE_V2, instance_document, nodeinfo_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gts_wizard.api.http import HttpClient
    from gts_wizard.models import Server
    from tests.helpers.fake_network import FakeServer
    from tests.helpers.raw_server import RawRequest, RawServer, Responder

    AnyServer = RawServer | FakeServer

WEBFINGER = "/.well-known/webfinger"
HOST_META = "/.well-known/host-meta"
NODEINFO = "/.well-known/nodeinfo"
DISCOVERY_PATHS = {WEBFINGER, HOST_META, NODEINFO}
RESTRICTED = respond(401, b'{"error": "Unauthorized: token not supplied"}')
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
    return http_response(200, document.encode(), Content_Type="application/xrd+xml")


def redirect_to(origin: str) -> Responder:
    """Redirect every request to the same path of another server."""

    async def script(request: RawRequest) -> None:
        await request.send(http_response(301, Location=origin + request.path))

    return script


def respond_webfinger(names: Collection[str], domain: str, origin: str) -> Responder:
    """Answer WebFinger for a server's own accounts only."""

    async def script(request: RawRequest) -> None:
        resource = parse_qs(urlsplit(request.path).query).get("resource", [""])[0]
        known = {f"acct:{name}@{domain}" for name in names}
        document = jrd(resource, f"{origin}/users/alice")
        discover = http_response(200, json_bytes(document), Content_Type="application/jrd+json")
        await request.send(
            discover if resource in known else http_response(404, b'{"error": "Not Found"}')
        )

    return script


def host_documents(domain: AnyServer, host: AnyServer) -> Pages:
    """Return what a GoToSocial answers at the host of a split deployment."""
    return {
        INSTANCE_V2: instance_document(account_domain=domain.host, domain=host.host),
        WEBFINGER: respond_webfinger({"alice", host.host}, domain.host, host.origin),
        HOST_META: xrd(f"{host.origin}{WEBFINGER}?resource={{uri}}"),
        **nodeinfo_documents(host.origin),
    }


DISCOVERY_METHODS: dict[str, Callable[[str], Pages]] = {
    "webfinger": lambda origin: {WEBFINGER: jrd("acct:alice@example.org", f"{origin}/users/alice")},
    "webfinger, moved": lambda origin: {WEBFINGER: redirect_to(origin)},
    "host-meta": lambda origin: {HOST_META: xrd(f"{origin}{WEBFINGER}?resource={{uri}}")},
    "host-meta, moved": lambda origin: {HOST_META: redirect_to(origin)},
    "nodeinfo": lambda origin: {NODEINFO: nodeinfo_documents(origin)[NODEINFO]},
    "nodeinfo, moved": lambda origin: {NODEINFO: redirect_to(origin)},
}


async def discover(http: HttpClient, server: AnyServer, username: str = "alice") -> Server:
    """Return what is found for a handle at a server, or for its name without a username."""
    handle = f"@{username}@{server.host}" if username else server.host
    return await find_server(http, read_address(handle))


def requested_paths(server: AnyServer) -> set[str]:
    """Return the paths that were asked for, without their queries."""
    return {path.partition("?")[0] for path in server.paths}
