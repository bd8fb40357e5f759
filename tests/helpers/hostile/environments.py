"""Environments of hostile servers: names, addresses, certificates and environment variables.

async with at_server(script)(network) as environment:
    ...  # look up `environment.typed`, in a process with `environment.variables`
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
SOON, PATIENT = 0.1, 10.0
_DAY = timedelta(days=1)


@dataclass
class Deadline:
    """The deadline of requests on connections that are opened from now on; 15 s would be slow."""

    seconds: float = PATIENT


class EnterEnvironment(Protocol):
    """Applies the names and variables of an environment to this process."""

    def __call__(self, environment: Environment) -> AbstractContextManager[None]:
        """Apply them for the time of a `with`."""
        ...


@dataclass(frozen=True)
class FakeNetwork:
    """What environments are made with.

    Attributes:
        authority: issues certificates; trusted where `SSL_CERT_FILE` names its file.
        folder: for the test's own files.
    """

    authority: trustme.CA
    folder: Path

    @property
    def trusting(self) -> dict[str, str]:
        """The environment variables of a computer that trusts the authority."""
        file = self.folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(file))
        return {"SSL_CERT_FILE": str(file)}

    def with_folder(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return environment variables with this folder in place of the word FOLDER."""
        return {name: text.replace("FOLDER", str(self.folder)) for name, text in settings.items()}


@dataclass(frozen=True)
class Environment:
    """Where a look-up meets a case.

    Attributes:
        typed: the address that a user types.
        host: the host that messages name.
        names: the names that exist, with their addresses.
        settings: environment variables.
        server: the server that listens, if there is one.
    """

    typed: str
    host: str
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    server: RawServer | None = None

    @property
    def variables(self) -> dict[str, str]:
        """All environment variables for a process of its own."""
        names = json.dumps({name: list(found) for name, found in self.names.items()})
        fake_dns = str(Path(__file__).with_name("fake_dns"))
        return {"PYTHONPATH": fake_dns, VARIABLE: names, **self.settings}


EnvironmentFactory = Callable[[FakeNetwork], AbstractAsyncContextManager[Environment]]


def at_server(script: Responder) -> EnvironmentFactory:
    """Make a server on this computer, over plain http."""

    @asynccontextmanager
    async def opened(_network: FakeNetwork) -> AsyncIterator[Environment]:
        async with RawServer(script) as server:
            yield Environment(server.host, server.host, server=server)

    return opened


def at_hostname(*addresses: str, **settings: str) -> EnvironmentFactory:
    """Make a name with these addresses, or one that does not exist."""

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
    """Make a server with a certificate of an authority that is trusted.

    Args:
        name: the name in the certificate.
        begins: the start of its validity, in days from now.
        ends: the end of its validity, in days from now.
        script: how the server responds; with 200 when left out.
        settings: environment variables in place of `SSL_CERT_FILE`; FOLDER stands for a folder.
    """

    @asynccontextmanager
    async def opened(network: FakeNetwork) -> AsyncIterator[Environment]:
        now = datetime.now(UTC)
        first, last = (now + days * _DAY for days in (begins, ends))
        tls = tls_context(network.authority.issue_cert(name, not_before=first, not_after=last))
        async with RawServer(script or respond(200, b"{}"), tls=tls) as server:
            known = network.trusting if settings is None else network.with_folder(settings)
            yield Environment(server.origin, server.host, settings=known, server=server)

    return opened


@asynccontextmanager
async def self_signed(network: FakeNetwork) -> AsyncIterator[Environment]:
    """Make a server with a self-signed certificate."""
    key, certificate = network.folder / "key.pem", network.folder / "certificate.pem"
    network.authority.private_key_pem.write_to_path(str(key))
    network.authority.cert_pem.write_to_path(str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    async with RawServer(respond(200, b"{}"), tls=tls) as server:
        yield Environment(server.origin, server.host, server=server)


def not_tls(banner: bytes) -> EnvironmentFactory:
    """Make a server that sends other bytes than TLS, or none."""

    @asynccontextmanager
    async def opened(_network: FakeNetwork) -> AsyncIterator[Environment]:
        async with BannerServer(banner) as server:
            yield Environment(f"https://{server.host}", server.host)

    return opened
