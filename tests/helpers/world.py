"""A server and a credentials file without sockets and without delay, and what users were told.

Whatever the windows on the file do, each token that the server accepts must be in the file, or a
user must have been told that it still works or may exist.
"""

from __future__ import annotations

import email
import errno
import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from gts_wizard.practice.http import Request, parse_form
from gts_wizard.practice.routes import respond
from gts_wizard.practice.state import AuthorizationRequest, ServerState
from gts_wizard.practice.versions import EMULATED_SERVERS
from gts_wizard.secret import Secret
from gts_wizard.storage.store import Store
from tests.helpers.raw_responses import http_response
from tests.helpers.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gts_wizard.models import Token
    from tests.helpers.fake_keyring import FakeKeyring
    from tests.helpers.fake_network import FakeNetwork
    from tests.helpers.raw_server import RawRequest

HOST = "localhost:4000"


class Trouble(StrEnum):
    """What can be wrong with the world."""

    NONE = ""
    DISK_FULL = "the disk is full"
    NOT_REVOKED = "the server revokes nothing"
    TIMEOUT = "answers come too late"
    DISCONNECTED = "connections break"
    PROXY_TIMEOUT = "a proxy gives up waiting"


@dataclass
class Record:
    """What is known of one window.

    Attributes:
        meant: the handles and the `state`s of pending sign-ins that its user is changing.
        journeys: those in its hand so far; their links without a token may go at any time.
        unsaved: the tokens that the server has issued to it, until they are in the file.
        removed: the tokens that its present operation has removed from the file.
    """

    meant: set[str] = field(default_factory=set)
    journeys: set[str] = field(default_factory=set)
    unsaved: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)


class World:
    """One server, one credentials file, and the windows that use them.

    Args:
        folder: where the credentials file is; that of an earlier world is removed.
        keyring: the system's keyring.
        network: where the server is.
        emulates: the server to behave like, a key of `EMULATED_SERVERS`.

    Attributes:
        path: the credentials file.
        scheduler: lets the windows take their steps.
        records: what is known of each window, by its name.
        faults: what must not have happened, a sentence each.
    """

    def __init__(
        self, folder: Path, keyring: FakeKeyring, network: FakeNetwork, emulates: str = "0.20"
    ) -> None:
        self.path = folder / "credentials.toml"
        self.scheduler = Scheduler(self._look_at_file)
        self.records: dict[str, Record] = defaultdict(Record)
        self.faults: list[str] = []
        self._server = ServerState(
            EMULATED_SERVERS[emulates],
            lambda: self.now().timestamp(),
            restrict_instance=False,
            granted_scope=None,
        )
        self._server.address = self._server.account_domain = HOST
        self._store = Store(self.path)
        self._keyring = keyring
        self._file = b""
        self._entries: Mapping[str, str] = {}
        self._journeys: dict[str, str] = {}
        self._saved_tokens: set[str] = set()
        self._told: set[str] = set()
        self._names: dict[str, str] = {}
        network.serve(HOST, self._answer, "http")
        for left_over in (self.path, keyring.path):
            left_over.unlink(missing_ok=True)

    def now(self) -> datetime:
        """Return the time, which passes with every step."""
        return datetime(2026, 5, 1, tzinfo=UTC) + timedelta(seconds=len(self.scheduler.story))

    def issue_code(self, link: Mapping[str, str], username: str) -> Secret:
        """Return the code that a user gets who opens a link with this query and allows it."""
        names = ("client_id", "redirect_uri", "scope", "state")
        request = AuthorizationRequest(
            **{name: link[name] for name in names},
            challenge=link.get("code_challenge", ""),
            challenge_method=link.get("code_challenge_method", ""),
        )
        return Secret(self._server.issue_code(request, username))

    def refuse_code(self, window: str, state: str) -> None:
        """Note that a good code was refused; nobody may have ended its sign-in meanwhile."""
        if state in self._entries:
            self.faults.append(f"{window} was refused a good code")

    def tell(self, window: str) -> None:
        """Note that a user is told that what their window has in hand works, or may exist."""
        record = self.records[window]
        self._told |= (record.unsaved | record.removed) & self._lost_tokens()
        self.scheduler.tell("says that there may be a token")

    def check(self) -> None:
        """Check that nothing happened that must not, once all windows are closed.

        Raises:
            AssertionError: something did; the message is the whole story.
        """
        lost = [f"{self._names[token]} is lost" for token in self._lost_tokens() - self._told]
        assert not lost + self.faults, "\n".join(["", *self.scheduler.story, *self.faults, *lost])

    def sync(self, _descriptor: int) -> None:
        """Write to the disk, as `os.fsync` does."""
        if self.scheduler.trouble == Trouble.DISK_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _lost_tokens(self) -> set[str]:
        """Return the tokens that the server accepts and that are not in the file."""
        return set(self._server.tokens) - self._saved_tokens

    async def _answer(self, raw: RawRequest) -> None:
        start, _, header_lines = raw.head.partition(b"\r\n")
        method, target = start.split()[0].decode(), urlsplit(raw.path)
        window = await self.scheduler.step(f"sends {method} {target.path}")
        if target.path == "/oauth/revoke" and self.scheduler.trouble == Trouble.NOT_REVOKED:
            await raw.send(http_response(500))
            return
        request_headers = email.message_from_bytes(header_lines)
        query = parse_form(target.query)
        response = respond(
            self._server, Request(method, target.path, query, request_headers, raw.body)
        )
        for token in self._server.tokens.values():
            if token.value not in self._names:
                self._names[token.value] = f"token {len(self._names) + 1}, of {token.username},"
                self.scheduler.tell(f"is given {self._names[token.value]}")
                self.records[window].unsaved.add(token.value)
        await self.scheduler.step("receives the answer")
        match self.scheduler.trouble:
            case Trouble.TIMEOUT:
                raise httpx.ReadTimeout("")
            case Trouble.DISCONNECTED:
                raise httpx.ReadError("")
            case Trouble.PROXY_TIMEOUT:
                await raw.send(http_response(504))
            case _:
                headers = {name.replace("-", "_"): value for name, value in response.headers}
                await raw.send(http_response(response.status, response.body, **headers))

    def _look_at_file(self, window: str) -> None:
        """Find out what a window's step has changed in the file, and whether its user meant that.

        An account whose token works no more may be replaced by anybody.
        """
        file = self.path.read_bytes() if self.path.exists() else b""
        if file == self._file:
            return
        self._file = file
        entries, tokens = self._entries, self._saved_tokens
        self._read_file()
        for record in self.records.values():
            record.unsaved -= self._saved_tokens
        self.records[window].removed |= tokens - self._saved_tokens
        for key, token in entries.items():
            is_changed = key not in self._entries or token not in {"", self._entries[key]}
            is_dead = token and token not in self._server.tokens
            record = self.records[window]
            is_meant = key in record.meant or (
                not token and self._journeys.get(key) in record.journeys
            )
            if is_changed and not is_dead and not is_meant:
                what = self._names.get(token, "a link")
                self.faults.append(f"{window} has taken {what} out of the file unasked")

    def _read_file(self) -> None:
        """Read the tokens of the file, and by what they are found there.

        That is a handle, or the `state` of a pending sign-in; one with a link only has no token.
        """
        credentials = self._store.load()
        in_keyring = self._keyring.entries

        def reveal(token: Token) -> str:
            value = token.value
            return value.reveal() if isinstance(value, Secret) else in_keyring.get(value.name, "")

        self._saved_tokens = {reveal(token) for token in credentials.tokens}
        self._entries = {
            account.handle: reveal(account.token) for account in credentials.accounts
        } | {
            pending.state: reveal(pending.token) if pending.token else ""
            for pending in credentials.pending_sign_ins
            if pending.client_id
        }
        self._journeys |= {
            pending.state: pending.journey for pending in credentials.pending_sign_ins
        }
