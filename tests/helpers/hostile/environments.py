"""Where a person meets a hostile server: by which name, and with which certificate.

async with at_a_server(script)(world) as place:
    ...  # type `place.typed`, in an environment with `place.variables`
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tests.helpers.hostile.fake_dns.sitecustomize import VARIABLE
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import BannerServer, RawServer, Responder, tls_context

if TYPE_CHECKING:
    import trustme

OTHER_HOST = "social.example"
SOON, PATIENT = 0.15, 10.0
_DAY = timedelta(days=1)


@dataclass
class Deadline:
    """How long the next connections give a request; 15 seconds would make slow tests."""

    seconds: float = PATIENT


class Visiting(Protocol):
    """Makes this process live on the computer that a place describes."""

    def __call__(self, environment: Environment) -> AbstractContextManager[None]:
        """Live there for a while."""
        ...


@dataclass(frozen=True)
class FakeNetwork:
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
class Environment:
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
    server: RawServer | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process that is there."""
        names = json.dumps({name: list(found) for name, found in self.names.items()})
        fake_dns = str(Path(__file__).with_name("fake_dns"))
        return {"PYTHONPATH": fake_dns, VARIABLE: names, **self.settings}


EnvironmentFactory = Callable[[FakeNetwork], AbstractAsyncContextManager[Environment]]


def at_server(script: Responder) -> EnvironmentFactory:
    """Stand at a server on this computer, over plain http."""

    @asynccontextmanager
    async def opened(_network: FakeNetwork) -> AsyncIterator[Environment]:
        async with RawServer(script) as server:
            yield Environment(server.host, server.host, server=server)

    return opened


def at_hostname(*addresses: str, **settings: str) -> EnvironmentFactory:
    """Stand before a name that has these addresses, or none."""

    @asynccontextmanager
    async def opened(_network: FakeNetwork) -> AsyncIterator[Environment]:
        yield Environment(OTHER_HOST, OTHER_HOST, {OTHER_HOST: addresses}, settings)

    return opened


def with_certificate(
    name: str = "127.0.0.1",
    begins: int = -1,
    ends: int = 1,
    script: Responder | None = None,
    settings: Mapping[str, str] | None = None,
) -> EnvironmentFactory:
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
    async def opened(network: FakeNetwork) -> AsyncIterator[Environment]:
        now = datetime.now(UTC)
        first, last = (now + days * _DAY for days in (begins, ends))
        tls = tls_context(network.authority.issue_cert(name, not_before=first, not_after=last))
        async with RawServer(script or respond(200, b"{}"), tls=tls) as server:
            known = network.trusting if settings is None else network.settled(settings)
            yield Environment(server.origin, server.host, settings=known, server=server)

    return opened


@asynccontextmanager
async def self_signed(network: FakeNetwork) -> AsyncIterator[Environment]:
    """Stand before a server whose certificate is its own authority."""
    key, certificate = network.folder / "key.pem", network.folder / "certificate.pem"
    network.authority.private_key_pem.write_to_path(str(key))
    network.authority.cert_pem.write_to_path(str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    async with RawServer(respond(200, b"{}"), tls=tls) as server:
        yield Environment(server.origin, server.host, server=server)


def not_tls(words: bytes) -> EnvironmentFactory:
    """Stand before a server that says something else than TLS, or nothing."""

    @asynccontextmanager
    async def opened(_network: FakeNetwork) -> AsyncIterator[Environment]:
        async with BannerServer(words) as server:
            yield Environment(f"https://{server.host}", server.host)

    return opened
