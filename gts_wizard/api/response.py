"""An HTTP response: what its status and body mean, and for how long the server asks to wait.

Pure functions, but for the clock that a date is measured against.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import quote_plus

from gts_wizard import errors
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import MASK, Secret

_DEFAULT_WAIT_SECONDS = 30
_MAX_WAIT_SECONDS = 3600
Document = dict[str, Any]
# A JSON value of three bytes can take two hundred in memory: without this limit, 1 MiB of JSON
# would take more than 50 MiB.
_MAX_JSON_VALUES = 50_000
# Redirected, or not found: the server has no such endpoint.
_NO_ENDPOINT_STATUSES = frozenset({301, 302, 303, 307, 308, 404, 405, 410})


def parse_retry_after(headers: Mapping[str, str], now: datetime | None = None) -> int:
    """Return how many seconds to wait, between 1 and 3,600; 30 if the server does not say.

    Args:
        headers: the response headers, names in lower case: `retry-after` (RFC 9110 section
            10.2.3, seconds or a date) or `x-ratelimit-reset` (GoToSocial: an ISO 8601 time;
            elsewhere Unix seconds, or seconds from now).
        now: the time that dates are compared with; the present by default.
    """
    now = now or datetime.now(UTC)
    for name in ("retry-after", "x-ratelimit-reset"):
        seconds = _parse_seconds(headers.get(name, "").strip(), now)
        if seconds is not None:
            return max(1, min(_MAX_WAIT_SECONDS, seconds))
    return _DEFAULT_WAIT_SECONDS


def _parse_seconds(text: str, now: datetime) -> int | None:
    # A GoToSocial that is just starting sends seconds and a date in one header (measured).
    number = re.match(r"(\d{1,12})(?:,|$)", text, re.ASCII)
    if number:
        seconds = int(number.group(1))
        # A number this large is a Unix time, not a duration.
        return seconds if seconds < 10**9 else seconds - int(now.timestamp())
    moment = _parse_time(text)
    return None if moment is None else int((moment - now).total_seconds()) + 1


def _parse_time(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


@dataclass(frozen=True)
class Response:
    """A complete HTTP response.

    Attributes:
        url: the URL it came from, after any redirects that were followed.
        host: the host with its port, for error messages.
        status: the HTTP status.
        headers: the response headers, names in lower case, without `location`.
        body: the body, at most 1 MiB.
        location: the `Location` header; empty if there is none.
        authenticated: whether a token was sent with the request.
        redact: the secrets of the request, to be masked where the response repeats them.
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
        """Whether the status is 200, the only one that the API calls succeed with."""
        return self.status == 200  # noqa: PLR2004

    def json_object(self) -> Document:
        """Return the JSON object of a successful response.

        Raises:
            ServerError: the status is not 200, or the body is not a JSON object.
        """
        self.require_success()
        document = self._json()
        if not isinstance(document, dict):
            raise errors.InvalidResponse(host=self.host, details="not a JSON object")
        return cast("Document", document)

    def json_list(self) -> list[Document]:
        """Return the JSON list of objects of a successful response.

        Raises:
            ServerError: the status is not 200, or the body is not a JSON list of objects.
        """
        self.require_success()
        documents = self._json()
        if not isinstance(documents, list) or not all(isinstance(item, dict) for item in documents):
            raise errors.InvalidResponse(host=self.host, details="not a JSON list of objects")
        return cast("list[Document]", documents)

    def require_success(self) -> None:
        """Raise the error that the status means, unless it is 200.

        Raises:
            ServerError: the status is not 200.
        """
        if not self.ok:
            raise self.to_error()

    def to_error(self) -> errors.ServerError:
        """Return the error that an unsuccessful status means."""
        details = self.error_summary()
        match self.status:
            case 401 if self.authenticated:
                return errors.TokenRevoked(host=self.host, details=details)
            case 403 if self.authenticated:
                return errors.InsufficientScope(host=self.host, details=details)
            case 511:
                # RFC 6585 section 6: sent by the network, which wants its log-in page opened.
                return errors.UnexpectedHtml(host=self.host, details=details)
            case 429 | 503:
                seconds = parse_retry_after(self.headers)
                return errors.RateLimited(host=self.host, seconds=seconds, details=details)
            case status if status >= 500:  # noqa: PLR2004
                return errors.ServerFailure(host=self.host, status=status, details=details)
            case status if status in _NO_ENDPOINT_STATUSES:
                return errors.NotAnInstance(host=self.host, details=details)
            case status:
                return errors.RequestRejected(host=self.host, status=status, details=details)

    def error_summary(self) -> str:
        """Return the status and the server's own `error`, quoted."""
        error = self.oauth_error()
        if not error:
            return f"HTTP {self.status}"
        return f"HTTP {self.status}, “{error}” in the server's words"

    def oauth_error(self) -> str:
        """Return the `error` of a JSON body (RFC 6749 section 5.2), safe to show; empty if none."""
        try:
            document = _parse_json(self.body)
        except (ValueError, RecursionError):
            return ""
        error = document.get("error") if isinstance(document, dict) else ""
        if not isinstance(error, str):
            return ""
        # Sanitizing removes characters, which could join a secret that was sent back in pieces: so
        # it comes before the secrets are masked, too.
        return sanitize_line(self._mask_secrets(sanitize_line(error, len(error))))

    def is_web_page(self) -> bool:
        """Return whether the body is HTML or XML rather than JSON."""
        content_type = self.headers.get("content-type", "").lower()
        return "html" in content_type or self.body.lstrip()[:1] == b"<"

    def _mask_secrets(self, text: str) -> str:
        for secret in self.redact:
            # Forms are sent percent-encoded, and the server may repeat them that way.
            for variant in (secret.reveal(), quote_plus(secret.reveal())):
                text = text.replace(variant, MASK)
        return text

    def _json(self) -> object:
        if self.is_web_page():
            raise errors.UnexpectedHtml(host=self.host)
        try:
            return _parse_json(self.body)
        except RecursionError:
            details = "JSON nested too deeply"
        except ValueError as error:
            details = f"no usable JSON: {sanitize_line(str(error))}"
        raise errors.InvalidResponse(host=self.host, details=details)


def _parse_json(body: bytes) -> object:
    if sum(map(body.count, (b"[", b"{", b","))) > _MAX_JSON_VALUES:
        raise ValueError(f"more than {_MAX_JSON_VALUES} values")
    return json.loads(body)
