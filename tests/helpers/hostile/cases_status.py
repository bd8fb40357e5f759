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
from tests.helpers import odd_responses
from tests.helpers.hostile.case import (
    AUTHENTICATED,
    LATER_STAGES,
    Case,
    Stage,
    rate_limit_case,
    status_case,
)
from tests.helpers.raw_responses import respond

_REVOKED = {**dict.fromkeys(AUTHENTICATED, AccessEnded), Stage.EXCHANGE: CodeRefused}
_REFUSED = {**dict.fromkeys(LATER_STAGES, TurnedDown), Stage.EXCHANGE: CodeRefused}
_TOO_SMALL = dict.fromkeys(AUTHENTICATED, NotPermitted)

STATUSES = (
    *(
        status_case(number, NotAnInstance, TurnedDown)
        for number in (201, 204, 206, 300, 304, 305, 402, 406, 418, 451)
    ),
    *(status_case(number, NotAnInstance, NotAnInstance) for number in (301, 405, 410)),
    *(
        status_case(number, ServerTrouble, ServerTrouble)
        for number in (500, 501, 502, 504, 520, 599, 999)
    ),
    Case(
        "the status 204 and a body all the same",
        Nonsense,
        respond(204, b"{}"),
        at=dict.fromkeys(LATER_STAGES, TurnedDown),
    ),
    status_case(400, NotAnInstance, TurnedDown, at=_REFUSED),
    Case(
        "a refusal that repeats the question",
        NotAnInstance,
        odd_responses.echo_request,
        at=_REFUSED,
    ),
    status_case(404, NotAnInstance, NotAnInstance, at={Stage.REVOKE: CanNotRevoke}),
    # An instance may show its card to members only; then it says so, and not by a page.
    status_case(401, None, TurnedDown, at=_REVOKED),
    status_case(403, None, TurnedDown, at=_TOO_SMALL),
    status_case(401, NotAnInstance, TurnedDown, page=True, at=_REVOKED),
    status_case(403, NotAnInstance, TurnedDown, page=True, at=_TOO_SMALL),
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

RATE_LIMITS = (
    *(rate_limit_case(503, words, **headers) for words, headers in _SPANS),
    *(rate_limit_case(429, words, **headers) for words, headers in _SPANS + _LIMITS),
)
