"""What a mode of the catalogue is: one way to misbehave, and what it must become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from gts_wizard.errors import Nonsense, ToldToWait, TooSlow, WebPage, WizardError
from tests.helpers.hostile.environments import EnvironmentFactory, at_server
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import Responder
from tests.helpers.samples import INSTANCE_V2

PLACEHOLDER = re.compile(r"\{\w+\}")
"""Where a sentence of a leaf names a fact."""
ExpectedError = type[WizardError] | None
"""What it ends with; None where it works all the same."""


class Stage(Enum):
    """A step at which a server is asked, by what it is asked for."""

    LOOK_UP = INSTANCE_V2
    REGISTER = "/api/v1/apps"
    EXCHANGE = "/oauth/token"
    VERIFY = "/api/v1/accounts/verify_credentials"
    NOTIFICATIONS = "/api/v1/notifications"
    TOKENS = "/api/v1/tokens"
    REVOKE = "/oauth/revoke"


AUTHENTICATED = (Stage.VERIFY, Stage.NOTIFICATIONS, Stage.TOKENS)
LATER_STAGES = tuple(Stage)[1:]
# Revoking succeeds with any body but a page (RFC 7009 section 2.2).
ANY_BODY: Mapping[Stage, ExpectedError] = {Stage.REVOKE: None}
NO_STAGES: Mapping[Stage, ExpectedError] = {}


@dataclass(frozen=True)
class Case:
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
    error: ExpectedError
    script: Responder | None = None
    opening: EnvironmentFactory | None = None
    at: Mapping[Stage, ExpectedError] = field(default_factory=dict)
    words: str = ""
    is_slow: bool = False

    def __str__(self) -> str:
        return self.name

    def error_at(self, stage: Stage) -> ExpectedError:
        """Return how a step ends."""
        return self.at.get(stage, self.error)

    @property
    def environment(self) -> EnvironmentFactory:
        """Where this is met."""
        if self.opening is not None:
            return self.opening
        assert self.script is not None
        return at_server(self.script)


def slow_case(
    name: str, script: Responder | None, opening: EnvironmentFactory | None = None
) -> Case:
    """Return a mode that only the deadline ends."""
    return Case(name, TooSlow, script, opening, is_slow=True)


def network_case(
    name: str, leaf: ExpectedError, opening: EnvironmentFactory, words: str = ""
) -> Case:
    """Return a mode in which no request arrives at a server of this computer."""
    return Case(name, leaf, None, opening, words=words)


def body_case(name: str, body: bytes, leaf: ExpectedError = Nonsense, **headers: str) -> Case:
    """Return a mode of success with a strange body."""
    at = {} if leaf is WebPage else ANY_BODY
    return Case(f"a body that is {name}", leaf, respond(200, body, **headers), at=at)


def status_case(
    number: int,
    look_up: ExpectedError,
    call: ExpectedError,
    *,
    page: bool = False,
    at: Mapping[Stage, ExpectedError] = NO_STAGES,
) -> Case:
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
    return Case(
        name, look_up, respond(number, body), at={**dict.fromkeys(LATER_STAGES, call), **at}
    )


def rate_limit_case(status: int, words: str, **headers: str) -> Case:
    """Return a mode that asks for patience, and what a person reads of it."""
    said = ", ".join(f"{name} {value[:32]}" for name, value in headers.items()) or "no time"
    script = respond(status, b"{}", **headers)
    return Case(f"{status} with {said}", ToldToWait, script, words=words)
