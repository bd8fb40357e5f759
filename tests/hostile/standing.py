"""Where a person meets a hostile server: by which name, and with which certificate.

async with at_a_server(script)(world) as place:
    ...  # type `place.typed`, in an environment with `place.variables`
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hostile.computer.sitecustomize import VARIABLE
from tests.server.conftest import speaking_tls
from tests.server.hostile import Hostile, PlainTalker, Script
from tests.server.scripts import says

if TYPE_CHECKING:
    import trustme

ELSEWHERE = "social.example"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What a place is made of.

    Attributes:
        authority: makes certificates; it is known where `SSL_CERT_FILE` names its file.
        folder: for files of a test's own.
    """

    authority: trustme.CA
    folder: Path

    @property
    def trusting(self) -> dict[str, str]:
        """The variables of a computer that knows the authority."""
        file = self.folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(file))
        return {"SSL_CERT_FILE": str(file)}

    def settled(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return settings with this folder for the word FOLDER."""
        return {name: text.replace("FOLDER", str(self.folder)) for name, text in settings.items()}


@dataclass(frozen=True)
class Place:
    """What a person meets.

    Attributes:
        typed: what they type.
        host: what it is called in words.
        names: the names that exist, with their addresses.
        settings: what is set in their environment.
        server: who listens, if it is one that remembers.
    """

    typed: str
    host: str
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    server: Hostile | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process that is there."""
        names = json.dumps({name: list(found) for name, found in self.names.items()})
        computer = str(Path(__file__).with_name("computer"))
        return {"PYTHONPATH": computer, VARIABLE: names, **self.settings}


Opening = Callable[[World], AbstractAsyncContextManager[Place]]


def at_a_server(script: Script) -> Opening:
    """Stand at a server on this computer, over plain http."""

    @asynccontextmanager
    async def opened(_world: World) -> AsyncIterator[Place]:
        async with Hostile(script) as server:
            yield Place(server.host, server.host, server=server)

    return opened


def at_a_name(*addresses: str, **settings: str) -> Opening:
    """Stand before a name that has these addresses, or none."""

    @asynccontextmanager
    async def opened(_world: World) -> AsyncIterator[Place]:
        yield Place(ELSEWHERE, ELSEWHERE, {ELSEWHERE: addresses}, settings)

    return opened


def with_certificate(
    name: str = "127.0.0.1",
    begins: int = -1,
    ends: int = 1,
    script: Script | None = None,
    settings: Mapping[str, str] | None = None,
) -> Opening:
    """Stand before a server with a certificate of an authority that is known.

    Args:
        name: whom it is for.
        begins: from when on it is good, in days from now.
        ends: until when.
        script: what the server does; it answers 200 when left out.
        settings: what is set in the environment instead of the authority's file; FOLDER stands
            for a folder.
    """

    @asynccontextmanager
    async def opened(world: World) -> AsyncIterator[Place]:
        now = datetime.now(UTC)
        first, last = (now + days * _DAY for days in (begins, ends))
        tls = speaking_tls(world.authority.issue_cert(name, not_before=first, not_after=last))
        async with Hostile(script or says(200, b"{}"), tls=tls) as server:
            known = world.trusting if settings is None else world.settled(settings)
            yield Place(server.origin, server.host, settings=known, server=server)

    return opened


@asynccontextmanager
async def vouching_for_itself(world: World) -> AsyncIterator[Place]:
    """Stand before a server whose certificate is its own authority."""
    key, certificate = world.folder / "key.pem", world.folder / "certificate.pem"
    world.authority.private_key_pem.write_to_path(str(key))
    world.authority.cert_pem.write_to_path(str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    async with Hostile(says(200, b"{}"), tls=tls) as server:
        yield Place(server.origin, server.host, server=server)


def without_tls(words: bytes) -> Opening:
    """Stand before a server that says something else than TLS, or nothing."""

    @asynccontextmanager
    async def opened(_world: World) -> AsyncIterator[Place]:
        async with PlainTalker(words) as server:
            yield Place(f"https://{server.host}", server.host)

    return opened
