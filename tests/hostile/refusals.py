"""How whoever answers can refuse: every kind of status, and asking for patience."""

from __future__ import annotations

from gts_wizard.errors import (
    AccessEnded,
    CanNotRevoke,
    CodeRefused,
    Nonsense,
    NotAnInstance,
    NotPermitted,
    ServerTrouble,
    TurnedDown,
)
from tests.hostile import manners
from tests.hostile.modes import LATER, SIGNED, Mode, Stage, waits, with_status
from tests.server.scripts import says

_ENDED = {**dict.fromkeys(SIGNED, AccessEnded), Stage.EXCHANGE: CodeRefused}
_REFUSED = {**dict.fromkeys(LATER, TurnedDown), Stage.EXCHANGE: CodeRefused}
_TOO_SMALL = dict.fromkeys(SIGNED, NotPermitted)

STATUSES = (
    *(
        with_status(number, NotAnInstance, TurnedDown)
        for number in (201, 204, 206, 300, 304, 305, 402, 406, 418, 451)
    ),
    *(with_status(number, NotAnInstance, NotAnInstance) for number in (301, 405, 410)),
    *(
        with_status(number, ServerTrouble, ServerTrouble)
        for number in (500, 501, 502, 504, 520, 599, 999)
    ),
    Mode(
        "the status 204 and a body all the same",
        Nonsense,
        says(204, b"{}"),
        at=dict.fromkeys(LATER, TurnedDown),
    ),
    with_status(400, NotAnInstance, TurnedDown, at=_REFUSED),
    Mode("a refusal that repeats the question", NotAnInstance, manners.echoes, at=_REFUSED),
    with_status(404, NotAnInstance, NotAnInstance, at={Stage.REVOKE: CanNotRevoke}),
    # An instance may show its card to members only; then it says so, and not by a page.
    with_status(401, None, TurnedDown, at=_ENDED),
    with_status(403, None, TurnedDown, at=_TOO_SMALL),
    with_status(401, NotAnInstance, TurnedDown, page=True, at=_ENDED),
    with_status(403, NotAnInstance, TurnedDown, page=True, at=_TOO_SMALL),
)

_SPANS: list[tuple[str, dict[str, str]]] = [
    ("in 30 seconds", {}),
    ("in 7 seconds", {"Retry_After": "7"}),
    ("in 7 seconds", {"Retry_After": "7, Wed, 21 Oct 2099 07:28:00 GMT"}),
    ("in about an hour", {"Retry_After": "Wed, 21 Oct 2099 07:28:00 GMT"}),
    ("in 1 second.", {"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    ("in about an hour", {"Retry_After": "999999999999"}),
    ("in 30 seconds", {"Retry_After": "in a while"}),
]
# GoToSocial says the first when it is only starting, the second when one has asked too much.
_LIMITS = [
    ("in 1 second.", {"Retry_After": "0"}),
    ("in about 10 minutes", {"Retry_After": "600"}),
    ("in 30 seconds", {"Retry_After": "Wed, 99 Oct 99999999 07:28:00 +9999999"}),
    ("in 30 seconds", {"Retry_After": "9" * 5000}),
    ("in 30 seconds", {"Retry_After": "-5"}),
    ("in about an hour", {"X_Ratelimit_Reset": "2099-01-01T00:00:00.000Z"}),
    ("in 1 second.", {"X_Ratelimit_Reset": "2015-01-01T00:00:00.000Z"}),
    ("in 45 seconds", {"X_Ratelimit_Reset": "45"}),
    ("in about an hour", {"X_Ratelimit_Reset": "4070908800"}),
    ("in 1 second.", {"X_Ratelimit_Reset": "1420070400"}),
    ("in 30 seconds", {"X_Ratelimit_Reset": "soon"}),
]

PATIENCE = (
    *(waits(503, words, **headers) for words, headers in _SPANS),
    *(waits(429, words, **headers) for words, headers in _SPANS + _LIMITS),
)
