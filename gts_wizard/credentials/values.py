"""Single values of the file's tables: each is what it must be, or it is said where it is not.

`tables` and `schema` come in; pure functions.
"""

import re
from collections.abc import Mapping
from typing import Any

from gts_wizard.fit import is_credential

Table = dict[str, Any]

# How the wizard writes an origin (RFC 6454 section 6.2): neither a path nor a password in it.
_ORIGIN = re.compile(r"(https?)://(?:([A-Za-z0-9.-]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?")


class Damage(Exception):
    """A table is not of the shape it must have; the message says where."""


def text_of(table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return a text from a table.

    Args:
        table: any table.
        key: where it stands.
        default: what is meant where it does not; it must be there when this is None.

    Raises:
        Damage: it is missing, or no text.
    """
    value = table.get(key, default)
    if not isinstance(value, str):
        raise Damage(f"“{key}” is missing" if value is None else f"“{key}” is no text")
    return value


def credential_of(table: Mapping[str, Any], key: str) -> str:
    """Return an identifier or a secret that can stand in a header, a form or a link.

    Args:
        table: any table.
        key: where it stands.

    Raises:
        Damage: it can't, or is missing.
    """
    text = text_of(table, key)
    if not text:
        raise Damage(f"“{key}” is empty")
    if not is_credential(text):
        raise Damage(f"“{key}” is too long, or holds a character that can't be in it")
    return text


def origin_of(table: Mapping[str, Any]) -> str:
    """Return the origin of a server that may be asked: by https, or on this computer by http.

    Raises:
        Damage: it is none, or missing.
    """
    origin = text_of(table, "origin")
    found = _ORIGIN.fullmatch(origin)
    if found is None or (found[1] == "http" and not _is_here(found[2] or found[3])):
        raise Damage("“origin” is no address of a server")
    return origin


def _is_here(host: str) -> bool:
    # It takes time to import, and only the practice instance needs it.
    from gts_wizard.rules.address import is_loopback  # noqa: PLC0415

    return is_loopback(host)
