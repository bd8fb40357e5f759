"""Cases of statuses, and of how servers say for how long to wait."""

from __future__ import annotations

from gts_wizard.errors import (
    AccountRefused,
    CodeRefused,
    InvalidResponse,
    NotAnInstance,
    ProgramsBlocked,
    RequestRejected,
    RevocationUnsupported,
    ServerFailure,
    TokenMayExist,
    TokenRevoked,
)
from tests.helpers import odd_responses
from tests.helpers.hostile.case import (
    ANY_BODY,
    AUTHENTICATED,
    LATER_STAGES,
    Case,
    Stage,
    rate_limit_case,
    status_case,
)
from tests.helpers.raw_responses import respond

_ACCESS_ENDED = {**dict.fromkeys(AUTHENTICATED, TokenRevoked), Stage.EXCHANGE: CodeRefused}
_TURNED_DOWN = {**dict.fromkeys(LATER_STAGES, RequestRejected), Stage.EXCHANGE: CodeRefused}
_REFUSED = dict.fromkeys(AUTHENTICATED, AccountRefused)

STATUSES = (
    *(
        status_case(status, NotAnInstance, RequestRejected)
        for status in (300, 304, 305, 402, 406, 418, 451)
    ),
    *(
        status_case(status, NotAnInstance, InvalidResponse, at=ANY_BODY)
        for status in (201, 202, 206)
    ),
    status_case(204, InvalidResponse, InvalidResponse, at=ANY_BODY),
    *(status_case(status, NotAnInstance, NotAnInstance) for status in (301, 405, 410)),
    *(status_case(status, ServerFailure, ServerFailure) for status in (500, 501, 520, 599, 999)),
    *(
        status_case(status, ServerFailure, ServerFailure, at={Stage.EXCHANGE: TokenMayExist})
        for status in (502, 504)
    ),
    status_case(400, NotAnInstance, RequestRejected, at=_TURNED_DOWN),
    Case(
        "status 400 that repeats the request",
        NotAnInstance,
        odd_responses.echo_request,
        at=_TURNED_DOWN,
    ),
    status_case(404, NotAnInstance, NotAnInstance, at={Stage.REVOKE: RevocationUnsupported}),
    # A server may show its instance document to its accounts only, and says so by these statuses.
    status_case(401, None, RequestRejected, at=_ACCESS_ENDED),
    status_case(403, None, RequestRejected, at=_REFUSED),
    status_case(401, ProgramsBlocked, ProgramsBlocked, page=True),
    status_case(403, ProgramsBlocked, ProgramsBlocked, page=True),
    # The last: its body stays on the connection, where the next request would find it.
    Case(
        "status 204 with a body",
        InvalidResponse,
        respond(204, b"{}"),
        at=ANY_BODY,
    ),
)

_RETRY_AFTER: list[tuple[str, dict[str, str]]] = [
    ("in 30 seconds", {}),
    ("in 7 seconds", {"Retry_After": "7"}),
    ("in 7 seconds", {"Retry_After": "7, Wed, 21 Oct 2099 07:28:00 GMT"}),
    ("in about an hour", {"Retry_After": "Wed, 21 Oct 2099 07:28:00 GMT"}),
    ("in 1 second.", {"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    ("in about an hour", {"Retry_After": "999999999999"}),
    ("in 30 seconds", {"Retry_After": "in a while"}),
]
# GoToSocial says 0 while it starts, and 600 after too many requests.
_ONLY_WITH_429 = [
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
    *(rate_limit_case(503, words, **headers) for words, headers in _RETRY_AFTER),
    *(rate_limit_case(429, words, **headers) for words, headers in _RETRY_AFTER + _ONLY_WITH_429),
)
