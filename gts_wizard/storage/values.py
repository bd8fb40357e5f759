"""Single values of the file's tables: each is what it must be, or it is said where it is not.

`tables` and `schema` come in; pure functions.
"""

import re
from collections.abc import Mapping
from typing import Any

from gts_wizard.validation import is_token_syntax

Table = dict[str, Any]

# How the wizard writes an origin (RFC 6454 section 6.2): neither a path nor a password in it.
_ORIGIN = re.compile(r"(https?)://(?:([A-Za-z0-9.-]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?")


class InvalidField(Exception):
    """A table is not of the shape it must have; the message says where."""


def get_text(table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return a text from a table.

    Args:
        table: any table.
        key: where it stands.
        default: what is meant where it does not; it must be there when this is None.

    Raises:
        InvalidField: it is missing, or no text.
    """
    value = table.get(key, default)
    if not isinstance(value, str):
        raise InvalidField(f"“{key}” is missing" if value is None else f"“{key}” is no text")
    return value


def get_token(table: Mapping[str, Any], key: str) -> str:
    """Return an identifier or a secret that can stand in a header, a form or a link.

    Args:
        table: any table.
        key: where it stands.

    Raises:
        InvalidField: it can't, or is missing.
    """
    text = get_text(table, key)
    if not text:
        raise InvalidField(f"“{key}” is empty")
    if not is_token_syntax(text):
        raise InvalidField(f"“{key}” is too long, or holds a character that can't be in it")
    return text


def get_origin(table: Mapping[str, Any]) -> str:
    """Return the origin of a server that may be asked: by https, or on this computer by http.

    Raises:
        InvalidField: it is none, or missing.
    """
    origin = get_text(table, "origin")
    found = _ORIGIN.fullmatch(origin)
    if found is None or (found[1] == "http" and not _is_loopback(found[2] or found[3])):
        raise InvalidField("“origin” is no address of a server")
    return origin


def _is_loopback(host: str) -> bool:
    # It takes time to import, and only the practice instance needs it.
    from gts_wizard.address import is_loopback  # noqa: PLC0415

    return is_loopback(host)
