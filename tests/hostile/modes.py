"""What a mode of the catalogue is: one way to misbehave, and what it must become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from gts_wizard.errors import Nonsense, ToldToWait, TooSlow, WebPage, WizardError
from tests.hostile.standing import Opening, at_a_server
from tests.server.hostile import Script
from tests.server.papers import V2
from tests.server.scripts import says

FACT = re.compile(r"\{\w+\}")
"""Where a sentence of a leaf names a fact."""
Leaf = type[WizardError] | None
"""What it ends with; None where it works all the same."""


class Stage(Enum):
    """A step at which a server is asked, by what it is asked for."""

    LOOK_UP = V2
    REGISTER = "/api/v1/apps"
    EXCHANGE = "/oauth/token"
    VERIFY = "/api/v1/accounts/verify_credentials"
    NOTIFICATIONS = "/api/v1/notifications"
    TOKENS = "/api/v1/tokens"
    REVOKE = "/oauth/revoke"


SIGNED = (Stage.VERIFY, Stage.NOTIFICATIONS, Stage.TOKENS)
LATER = tuple(Stage)[1:]
# Revoking succeeds with any body but a page (RFC 7009 section 2.2).
ANY_BODY: Mapping[Stage, Leaf] = {Stage.REVOKE: None}
NOWHERE: Mapping[Stage, Leaf] = {}


@dataclass(frozen=True)
class Mode:
    """One way to misbehave.

    Attributes:
        name: what it is, as the end of “a server, or a network, with …”.
        leaf: how the look-up ends.
        script: what happens to a request; None where none arrives.
        opening: where this is met; at a server of this computer when left out.
        at: how other steps end, where that differs.
        words: what the person reads besides the leaf's own sentences.
        is_slow: whether only the deadline ends it.
    """

    name: str
    leaf: Leaf
    script: Script | None = None
    opening: Opening | None = None
    at: Mapping[Stage, Leaf] = field(default_factory=dict)
    words: str = ""
    is_slow: bool = False

    def __str__(self) -> str:
        return self.name

    def leaf_at(self, stage: Stage) -> Leaf:
        """Return how a step ends."""
        return self.at.get(stage, self.leaf)

    @property
    def stands(self) -> Opening:
        """Where this is met."""
        if self.opening is not None:
            return self.opening
        assert self.script is not None
        return at_a_server(self.script)


def slow(name: str, script: Script | None, opening: Opening | None = None) -> Mode:
    """Return a mode that only the deadline ends."""
    return Mode(name, TooSlow, script, opening, is_slow=True)


def way(name: str, leaf: Leaf, opening: Opening, words: str = "") -> Mode:
    """Return a mode in which no request arrives at a server of this computer."""
    return Mode(name, leaf, None, opening, words=words)


def with_body(name: str, body: bytes, leaf: Leaf = Nonsense, **headers: str) -> Mode:
    """Return a mode of success with a strange body."""
    at = {} if leaf is WebPage else ANY_BODY
    return Mode(f"a body that is {name}", leaf, says(200, body, **headers), at=at)


def with_status(
    number: int,
    look_up: Leaf,
    call: Leaf,
    *,
    page: bool = False,
    at: Mapping[Stage, Leaf] = NOWHERE,
) -> Mode:
    """Return a mode for a status.

    Args:
        number: the status.
        look_up: how the look-up ends.
        call: how the other steps end.
        page: whether a web page comes with it.
        at: which of those steps end otherwise.
    """
    body = b"<!doctype html>" if page else b"" if number in {204, 304} else b"{}"
    name = f"the status {number}{' and a page' if page else ''}"
    return Mode(name, look_up, says(number, body), at={**dict.fromkeys(LATER, call), **at})


def waits(status: int, words: str, **headers: str) -> Mode:
    """Return a mode that asks for patience, and what a person reads of it."""
    said = ", ".join(f"{name} {value[:32]}" for name, value in headers.items()) or "no time"
    script = says(status, b"{}", **headers)
    return Mode(f"{status} with {said}", ToldToWait, script, words=words)
