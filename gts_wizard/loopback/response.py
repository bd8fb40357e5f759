"""The authorization response that the browser brings (RFC 6749 section 4.1.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Container

# VSCHAR (appendix A.11), with a bound on the length.
_CODE = re.compile(r"[\x20-\x7e]{1,2048}")
_MAX_FIELDS = 20


class AuthorizationResponse(NamedTuple):
    """An authorization response, or an error response (section 4.1.2.1).

    Attributes:
        state: the `state` of the link that it answers.
        code: the authorization code; None in an error response.
        error: the error code, such as `access_denied`; empty where there is a code.
        reason: the error description, already safe to show; empty where there is none.
    """

    state: str
    code: Secret | None
    error: str = ""
    reason: str = ""


def parse_response(query: str, states: Container[str]) -> AuthorizationResponse | None:
    """Return the response in the query of a redirect; None where it is not one of ours.

    Args:
        query: the query, without the question mark.
        states: each `state` that a link of this program has.
    """
    try:
        fields = parse_qs(query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    if any(len(values) > 1 for values in fields.values()):
        return None
    # A response has exactly one of the two, be it empty.
    if ("code" in fields) is ("error" in fields):
        return None
    code, error, state, reason = (
        fields.get(name, [""])[0] for name in ("code", "error", "state", "error_description")
    )
    if state not in states:
        return None
    if "code" in fields:
        return AuthorizationResponse(state, Secret(code)) if _CODE.fullmatch(code) else None
    error = sanitize_line(error)
    return AuthorizationResponse(state, None, error, sanitize_line(reason)) if error else None
