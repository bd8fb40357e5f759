"""A request as the handlers see it, and the reading of what it carries.

Whatever arrives here is a stranger's: it is decoded forgivingly, and a body that makes no sense is
refused in the words GoToSocial uses. Imports nothing of the other modules.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

_JSON = "application/json"
_MAX_FIELDS = 100


class UnreadableBodyError(Exception):
    """The body is not what its content type says; the message tells why, as Go's decoder would."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        method: `GET`, `POST` and so on; a `HEAD` arrives as `GET`.
        path: The path without the query.
        query: The query's fields; of a repeated one the first counts, as in Go.
        headers: The headers; names in any capitals.
        body: The body as it came.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes

    @property
    def wants_page(self) -> bool:
        """Whether a person's browser is asking, to be answered with a page rather than JSON."""
        return "text/html" in self.headers.get("Accept", "")

    @property
    def sends_json(self) -> bool:
        """Whether the body is said to be JSON."""
        content_type = self.headers.get("Content-Type", "")
        return content_type.partition(";")[0].strip().lower() == _JSON

    def bearer_token(self) -> str:
        """Give the token of the `Authorization` header (RFC 6750, section 2.1), or ``""``."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def cookie(self, name: str) -> str:
        """Give the value of a cookie, or ``""``."""
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return ""
        return cookies[name].value if name in cookies else ""

    def fields(self) -> dict[str, str]:
        """Give the body's fields, sent as JSON or as a form.

        Raises:
            UnreadableBodyError: The body is not a JSON object of strings, or not a form.
        """
        return self._json_fields() if self.sends_json else self.form_fields()

    def form_fields(self) -> dict[str, str]:
        """Give the fields of a form body, none when the body is something else.

        Raises:
            UnreadableBodyError: There are more fields than any form has.
        """
        if self.sends_json:
            return {}
        return first_fields(self.body.decode("utf-8", "replace"))

    def _json_fields(self) -> dict[str, str]:
        text = self.body.decode("utf-8", "replace")
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise UnreadableBodyError(_as_go_says(text, error)) from None
        except (ValueError, RecursionError):
            raise UnreadableBodyError("exceeded max depth") from None
        if not isinstance(document, dict):
            raise UnreadableBodyError("json: cannot unmarshal into Go value of type struct")
        for name, value in document.items():
            if not isinstance(value, str):
                raise UnreadableBodyError(
                    f"json: cannot unmarshal into Go struct field {_writable(name)} of type string"
                )
        return {name: _writable(value) for name, value in document.items()}


def first_fields(encoded: str) -> dict[str, str]:
    """Read URL-encoded fields, keeping the first of a repeated name.

    Args:
        encoded: A query or a form body.

    Raises:
        UnreadableBodyError: There are more fields than any form has.
    """
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise UnreadableBodyError("too many fields") from None
    return dict(reversed(pairs))


def _writable(text: str) -> str:
    # JSON can carry lone surrogates, which no answer could be encoded with.
    return text.encode("utf-8", "replace").decode("utf-8")


def _as_go_says(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text):
        return "unexpected EOF" if text else "EOF"
    found = f"invalid character {_writable(text[error.pos])!r}"
    if error.msg.startswith("Expecting property name"):
        return f"{found} looking for beginning of object key string"
    return f"{found} looking for beginning of value"
