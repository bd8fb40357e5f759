"""The cards of GoToSocial's relatives and forks, in the shapes their software gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.rules.software import software_name
from tests.helpers.raw_responses import respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import (
    INSTANCE_V1,
    INSTANCE_V2,
    METADATA,
    instance_document,
    nodeinfo_documents,
)
from tests.helpers.split_domain import RESTRICTED, discover

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

CARDS = {
    "Mastodon 4.3.0": (
        INSTANCE_V2,
        {"version": "4.3.0", "source_url": "https://github.com/mastodon/mastodon"},
        "domain",
    ),
    "Mastodon 4.3.0+glitch": (
        INSTANCE_V2,
        {"version": "4.3.0+glitch", "source_url": "https://github.com/glitch-soc/mastodon"},
        "domain",
    ),
    "Akkoma 3.10.4": (
        INSTANCE_V1,
        {"version": "2.7.2 (compatible; Akkoma 3.10.4)"},
        "uri as a URL",
    ),
    "Pleroma 2.6.0": (
        INSTANCE_V1,
        {"version": "2.7.2 (compatible; Pleroma 2.6.0)"},
        "uri as a URL",
    ),
    "Iceshrimp.net 2024.1": (
        INSTANCE_V2,
        {"version": "4.2.1 (compatible; Iceshrimp.NET 2024.1)"},
        "domain",
    ),
    "Pixelfed 0.12.3": (INSTANCE_V1, {"version": "2.7.2 (compatible; Pixelfed 0.12.3)"}, "uri"),
    "Friendica 2024.12": (
        INSTANCE_V2,
        {
            "version": "2.8.0 (compatible; Friendica 2024.12)",
            "source_url": "https://git.friendi.ca/friendica/friendica",
        },
        "domain",
    ),
    "GoToSocial 0.19.2": (
        INSTANCE_V2,
        {
            "version": "0.19.2+git-a1b2c3d",
            "source_url": "https://codeberg.org/superseriousbusiness/gotosocial",
        },
        "account_domain",
    ),
}
# Their cards don't name them; NodeInfo does.
FORKS = {
    "GoToSocial": (INSTANCE_V2, {"source_url": "https://git.example.org/me/my-gts"}, "gotosocial"),
    "Mastodon": (INSTANCE_V1, {}, "mastodon"),
    "Hometown": (
        INSTANCE_V2,
        {"source_url": "https://github.com/hometown-fork/hometown"},
        "hometown",
    ),
}


@pytest.mark.parametrize(("name", "shape"), CARDS.items(), ids=CARDS.keys())
async def test_a_relative_is_named_and_served_without_further_questions(
    transport: Transport, name: str, shape: tuple[str, dict[str, object], str]
) -> None:
    path, told, key = shape
    async with RawServer(respond(404)) as host:
        domain = host.origin if key == "uri as a URL" else host.host
        host.script = respond_by_path(
            {path: instance_document(**told, **{key.partition(" ")[0]: domain})}
        )
        server = await discover(transport, host)
        card_paths = [INSTANCE_V2] if path == INSTANCE_V2 else [INSTANCE_V2, INSTANCE_V1]
        assert host.paths == card_paths + [METADATA] * (server.software != "gotosocial")
    assert (server.origin, server.account_domain) == (host.origin, host.host)
    assert software_name(server).startswith(name)


@pytest.mark.parametrize(("name", "shape"), FORKS.items(), ids=FORKS.keys())
async def test_a_fork_is_named_by_its_nodeinfo_and_served(
    transport: Transport, name: str, shape: tuple[str, dict[str, object], str]
) -> None:
    path, told, software = shape
    async with RawServer(respond(404)) as host:
        host.script = respond_by_path(
            {path: instance_document(**told), **nodeinfo_documents(host.origin, software)}
        )
        server = await discover(transport, host)
    assert (server.origin, software_name(server)) == (host.origin, f"{name} 0.19.2")


@pytest.mark.parametrize("software", ["gotosocial", "mastodon", "akkoma"])
async def test_a_relative_that_hides_its_card_is_named_and_served(
    transport: Transport, software: str
) -> None:
    async with RawServer(RESTRICTED) as host:
        host.script = respond_by_path(nodeinfo_documents(host.origin, software), RESTRICTED)
        server = await discover(transport, host)
    assert (server.origin, server.account_domain) == (host.origin, host.host)
    assert server.software == software
