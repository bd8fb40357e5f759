"""An HTTP response: what its status and body mean, and for how long the server asks to wait."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import quote_plus

from gts_wizard.errors import (
    InsufficientScope,
    InvalidResponse,
    NotAnInstance,
    RateLimited,
    RequestRejected,
    ServerError,
    ServerFailure,
    TokenRevoked,
    UnexpectedHtml,
)
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import MASK, Secret

_DEFAULT_SECONDS = 30
_MAX_SECONDS = 3600
Document = dict[str, Any]
# A value of three bytes may unpack into two hundred: unbounded, a mebibyte would take fifty.
_MAX_VALUES = 50_000
# Moved, or not there: the server has no such call.
_NO_SUCH_CALL_STATUSES = frozenset({301, 302, 303, 307, 308, 404, 405, 410})


def parse_retry_after(headers: Mapping[str, str], now: datetime | None = None) -> int:
    """Return how many seconds to wait, between 1 and 3,600.

    Args:
        headers: the answer's headers, names in lower case: `retry-after` (RFC 9110 section
            10.2.3, seconds or a date) or `x-ratelimit-reset` (GoToSocial: an ISO 8601 time;
            elsewhere Unix seconds, or seconds from now).
        now: the time a date is measured against; the present when left out.
    """
    now = now or datetime.now(UTC)
    for name in ("retry-after", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name, "").strip(), now)
        if seconds is not None:
            return max(1, min(_MAX_SECONDS, seconds))
    return _DEFAULT_SECONDS


def _seconds(text: str, now: datetime) -> int | None:
    # A GoToSocial that is just starting says seconds and a date in one line (measured).
    number = re.match(r"(\d{1,12})(?:,|$)", text, re.ASCII)
    if number:
        seconds = int(number.group(1))
        # A number this large is a moment in Unix time, not a span.
        return seconds if seconds < 10**9 else seconds - int(now.timestamp())
    moment = _moment(text)
    return None if moment is None else int((moment - now).total_seconds()) + 1


def _moment(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


@dataclass(frozen=True)
class Response:
    """A whole HTTP answer.

    Attributes:
        url: where it came from in the end, after any redirect that was followed.
        host: the host with its port, for messages.
        status: the HTTP status.
        headers: the response headers, names in lower case, without `location`.
        body: the body, at most 1 MiB.
        location: where a redirect leads; empty where there is none.
        signed: whether a token was sent with the question.
        sent: what was secret in the question, lest the answer repeats it.
    """

    url: str
    host: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    location: str = field(default="", repr=False)
    authenticated: bool = False
    redact: tuple[Secret, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the status is 200, the only one these calls succeed with."""
        return self.status == 200  # noqa: PLR2004

    def json_object(self) -> Document:
        """Return the JSON object of a successful answer.

        Raises:
            ServerError: the status says otherwise, or the body is something else.
        """
        self.require_success()
        document = self._json()
        if not isinstance(document, dict):
            raise InvalidResponse(host=self.host, details="not a JSON object")
        return cast("Document", document)

    def json_list(self) -> list[Document]:
        """Return the JSON list of objects of a successful answer.

        Raises:
            ServerError: the status says otherwise, or the body is something else.
        """
        self.require_success()
        documents = self._json()
        if not isinstance(documents, list) or not all(isinstance(one, dict) for one in documents):
            raise InvalidResponse(host=self.host, details="not a JSON list of objects")
        return cast("list[Document]", documents)

    def require_success(self) -> None:
        """Raise what the status means, unless it is 200.

        Raises:
            ServerError: the leaf for that status.
        """
        if not self.ok:
            raise self.failure()

    def failure(self) -> ServerError:
        """Return what an unsuccessful status means."""
        details = self.error_summary()
        match self.status:
            case 401 if self.authenticated:
                return TokenRevoked(host=self.host, details=details)
            case 403 if self.authenticated:
                return InsufficientScope(host=self.host, details=details)
            case 511:
                # RFC 6585 section 6: it is the network that answers, and wants its page seen.
                return UnexpectedHtml(host=self.host, details=details)
            case 429 | 503:
                seconds = parse_retry_after(self.headers)
                return RateLimited(host=self.host, seconds=seconds, details=details)
            case status if status >= 500:  # noqa: PLR2004
                return ServerFailure(host=self.host, status=status, details=details)
            case status if status in _NO_SUCH_CALL_STATUSES:
                return NotAnInstance(host=self.host, details=details)
            case status:
                return RequestRejected(host=self.host, status=status, details=details)

    def error_summary(self) -> str:
        """Return the status and, as a quotation, what the server says about it."""
        word = self.oauth_error()
        return (
            f"HTTP {self.status}, “{word}” in the server's words" if word else f"HTTP {self.status}"
        )

    def oauth_error(self) -> str:
        """Return the `error` of a JSON body (RFC 6749 section 5.2), safe to show, or nothing."""
        try:
            document = _parse_json(self.body)
        except (ValueError, RecursionError):
            return ""
        word = document.get("error") if isinstance(document, dict) else ""
        if not isinstance(word, str):
            return ""
        # What makes a word safe could also put a secret together that was sent back in pieces.
        return sanitize_line(self._without_secrets(sanitize_line(word, len(word))))

    def is_web_page(self) -> bool:
        """Tell whether this is HTML rather than data."""
        content_type = self.headers.get("content-type", "").lower()
        return "html" in content_type or self.body.lstrip()[:1] == b"<"

    def _without_secrets(self, text: str) -> str:
        for secret in self.redact:
            # Forms are sent in the second way, and may be repeated as they came.
            for written in (secret.reveal(), quote_plus(secret.reveal())):
                text = text.replace(written, MASK)
        return text

    def _json(self) -> object:
        if self.is_web_page():
            raise UnexpectedHtml(host=self.host)
        try:
            return _parse_json(self.body)
        except RecursionError:
            details = "JSON nested too deeply"
        except ValueError as failure:
            details = f"no usable JSON: {sanitize_line(str(failure))}"
        raise InvalidResponse(host=self.host, details=details)


def _parse_json(body: bytes) -> object:
    if sum(map(body.count, (b"[", b"{", b","))) > _MAX_VALUES:
        raise ValueError(f"more than {_MAX_VALUES} values")
    return json.loads(body)
