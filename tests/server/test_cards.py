"""The cards of GoToSocial's relatives and forks, in the shapes their software gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.rules.software import software_name
from tests.server.hostile import Hostile
from tests.server.papers import METADATA, V1, V2, card, nodeinfo
from tests.server.scripts import says, site
from tests.server.split import HIDDEN, found

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

CARDS = {
    "Mastodon 4.3.0": (
        V2,
        {"version": "4.3.0", "source_url": "https://github.com/mastodon/mastodon"},
        "domain",
    ),
    "Mastodon 4.3.0+glitch": (
        V2,
        {"version": "4.3.0+glitch", "source_url": "https://github.com/glitch-soc/mastodon"},
        "domain",
    ),
    "Akkoma 3.10.4": (V1, {"version": "2.7.2 (compatible; Akkoma 3.10.4)"}, "uri as a URL"),
    "Pleroma 2.6.0": (V1, {"version": "2.7.2 (compatible; Pleroma 2.6.0)"}, "uri as a URL"),
    "Iceshrimp.net 2024.1": (V2, {"version": "4.2.1 (compatible; Iceshrimp.NET 2024.1)"}, "domain"),
    "Pixelfed 0.12.3": (V1, {"version": "2.7.2 (compatible; Pixelfed 0.12.3)"}, "uri"),
    "Friendica 2024.12": (
        V2,
        {
            "version": "2.8.0 (compatible; Friendica 2024.12)",
            "source_url": "https://git.friendi.ca/friendica/friendica",
        },
        "domain",
    ),
    "GoToSocial 0.19.2": (
        V2,
        {
            "version": "0.19.2+git-a1b2c3d",
            "source_url": "https://codeberg.org/superseriousbusiness/gotosocial",
        },
        "account_domain",
    ),
}
# Their cards don't name them; NodeInfo does.
FORKS = {
    "GoToSocial": (V2, {"source_url": "https://git.example.org/me/my-gts"}, "gotosocial"),
    "Mastodon": (V1, {}, "mastodon"),
    "Hometown": (V2, {"source_url": "https://github.com/hometown-fork/hometown"}, "hometown"),
}


@pytest.mark.parametrize(("name", "shape"), CARDS.items(), ids=CARDS.keys())
async def test_a_relative_is_named_and_served_without_further_questions(
    transport: Transport, name: str, shape: tuple[str, dict[str, object], str]
) -> None:
    path, told, key = shape
    async with Hostile(says(404)) as host:
        domain = host.origin if key == "uri as a URL" else host.host
        host.script = site({path: card(**told, **{key.partition(" ")[0]: domain})})
        server = await found(transport, host)
        card_paths = [V2] if path == V2 else [V2, V1]
        assert host.paths == card_paths + [METADATA] * (server.software != "gotosocial")
    assert (server.origin, server.account_domain) == (host.origin, host.host)
    assert software_name(server).startswith(name)


@pytest.mark.parametrize(("name", "shape"), FORKS.items(), ids=FORKS.keys())
async def test_a_fork_is_named_by_its_nodeinfo_and_served(
    transport: Transport, name: str, shape: tuple[str, dict[str, object], str]
) -> None:
    path, told, software = shape
    async with Hostile(says(404)) as host:
        host.script = site({path: card(**told), **nodeinfo(host.origin, software)})
        server = await found(transport, host)
    assert (server.origin, software_name(server)) == (host.origin, f"{name} 0.19.2")


@pytest.mark.parametrize("software", ["gotosocial", "mastodon", "akkoma"])
async def test_a_relative_that_hides_its_card_is_named_and_served(
    transport: Transport, software: str
) -> None:
    async with Hostile(HIDDEN) as host:
        host.script = site(nodeinfo(host.origin, software), HIDDEN)
        server = await found(transport, host)
    assert (server.origin, server.account_domain) == (host.origin, host.host)
    assert server.software == software
