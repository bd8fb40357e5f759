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
_BEARER_CHALLENGE = re.compile(r"(?:^|,)\s*bearer\b", re.IGNORECASE)
_NAMES_TOKEN = re.compile(r"\b(?:token|invalid_token)\b", re.IGNORECASE)
# GoToSocial knows the token, but its user is disabled, suspended, unconfirmed or not approved
# (measured); an unknown token is “token not supplied”.
_NAMES_ACCOUNT = re.compile(r"\b(?:application|user|account) not supplied\b", re.IGNORECASE)
_MAX_ERROR_LENGTH = 200
# GoToSocial's own descriptions take up to 300.
_MAX_DESCRIPTION_LENGTH = _MAX_WORDS_LENGTH = 300
# Redirected, or not found: the server has no such endpoint.
_NO_ENDPOINT_STATUSES = frozenset({301, 302, 303, 307, 308, 404, 405, 410})


def secret_spellings(secret: Secret) -> set[str]:
    """Return the ways in which a server may repeat a secret: as it is, and as a form has it."""
    return {secret.reveal(), quote_plus(secret.reveal())}


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
        """Whether the status is one of success (2xx)."""
        return 200 <= self.status < 300  # noqa: PLR2004

    def json_object(self) -> Document:
        """Return the JSON object of a successful response.

        Raises:
            ServerError: the status is none of success, or the body is not a JSON object.
        """
        self.require_success()
        document = self._json()
        if not isinstance(document, dict):
            raise errors.InvalidResponse(host=self.host, details="not a JSON object")
        return cast("Document", document)

    def json_list(self) -> list[Document]:
        """Return the JSON list of objects of a successful response.

        Raises:
            ServerError: the status is none of success, or the body is not a JSON list of objects.
        """
        self.require_success()
        documents = self._json()
        if not isinstance(documents, list) or not all(isinstance(item, dict) for item in documents):
            raise errors.InvalidResponse(host=self.host, details="not a JSON list of objects")
        return cast("list[Document]", documents)

    def require_success(self) -> None:
        """Raise the error that the response means, unless its status is one of success.

        Raises:
            ServerError: the status is none of success.
        """
        if not self.ok:
            raise self.to_error()

    def to_error(self) -> errors.ServerError:
        """Return the error that an unsuccessful response means.

        A status alone says little: gateways and bot protections send 401 and 403, too.
        """
        details = self.error_summary()
        if self.authenticated and self._rejects_token():
            return errors.TokenRevoked(host=self.host, details=details)
        match self.status:
            case 401 | 403 as status if not self.is_from_api():
                return errors.ProgramsBlocked(host=self.host, status=status, details=details)
            case 401 | 403 if self.authenticated:
                reason = self.error_text().rstrip(".")
                # Its message quotes the server already.
                return errors.AccountRefused(host=self.host, reason=reason, details=str(details))
            case 511:
                return errors.NetworkSignIn(host=self.host, details=details)
            case 429 | 503:
                seconds = parse_retry_after(self.headers)
                return errors.RateLimited(host=self.host, seconds=seconds, details=details)
            case status if status >= 500:  # noqa: PLR2004
                return errors.ServerFailure(host=self.host, status=status, details=details)
            case status if status in _NO_ENDPOINT_STATUSES:
                return errors.NotAnInstance(host=self.host, details=details)
            case status:
                return errors.RequestRejected(host=self.host, status=status, details=details)

    def error_summary(self) -> errors.StatusDetails:
        """Return the status and the server's own words: its `error` and `error_description`."""
        error, description = self.error_text(), self._error_description()
        # GoToSocial repeats the one in the other.
        words = [description] if error in description else [error, description]
        text = sanitize_line(": ".join(filter(None, words)), _MAX_WORDS_LENGTH)
        return errors.StatusDetails(self.status, text)

    def oauth_error(self) -> str:
        """Return the `error` of a JSON body (RFC 6749 section 5.2), safe to show; empty if none."""
        return self._safe((self._error_document() or {}).get("error"))

    def error_text(self) -> str:
        """Return what the server says of the error, in JSON or as a short plain text."""
        return self.oauth_error() or self._safe(self._plain_text())

    def is_from_api(self) -> bool:
        """Return whether an unsuccessful response is from the API, which speaks JSON.

        It may also name the scheme that it wants a token in (RFC 6750 section 3).
        """
        challenge = self.headers.get("www-authenticate", "")
        return self._error_document() is not None or bool(_BEARER_CHALLENGE.search(challenge))

    def is_web_page(self) -> bool:
        """Return whether the body is HTML or XML rather than JSON; an empty one is neither."""
        body = self.body.strip()
        content_type = self.headers.get("content-type", "").lower()
        return bool(body) and ("html" in content_type or body.startswith(b"<"))

    def _rejects_token(self) -> bool:
        """Return whether the token is refused, rather than the account or all programs."""
        match self.status:
            case 400:
                # Takahe: a short text, not JSON (measured).
                return bool(_NAMES_TOKEN.search(self.error_text()))
            case 401:
                return self.is_from_api() and not _NAMES_ACCOUNT.search(self.error_text())
            case _:
                return False

    def _error_document(self) -> Document | None:
        try:
            document = _parse_json(self.body)
        except (ValueError, RecursionError):
            return None
        return document if isinstance(document, dict) else None

    def _plain_text(self) -> str:
        body = self.body.strip()
        if len(body) > _MAX_ERROR_LENGTH or body.startswith((b"<", b"{", b"[")):
            return ""
        return body.decode("utf-8", "ignore")

    def _safe(self, text: object, limit: int = _MAX_ERROR_LENGTH) -> str:
        """Return the server's words as a safe line, without the secrets of the request."""
        # Sanitizing removes characters, which could join a secret that was sent back in pieces: so
        # it comes before the secrets are masked, too.
        line = sanitize_line(text, len(text) if isinstance(text, str) else 0)
        return sanitize_line(self._mask_secrets(line), limit)

    def _error_description(self) -> str:
        description = (self._error_document() or {}).get("error_description")
        return self._safe(description, _MAX_DESCRIPTION_LENGTH)

    def _mask_secrets(self, text: str) -> str:
        for secret in self.redact:
            for spelling in secret_spellings(secret):
                text = text.replace(spelling, MASK)
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
