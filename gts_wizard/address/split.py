"""Takes a single address apart, whichever way it is written: a domain, a URL, or a handle.

Addresses come in; pure functions. RFC 3986 for URLs, RFC 7565 for `acct:`.
"""

import ipaddress
import re
from typing import NamedTuple

from gts_wizard.address.hostname import Host, read_host
from gts_wizard.errors import AddressError

OTHER_SCHEME = "The address of an instance begins with https://, or right with its name."
CREDENTIALS = "There is a user name or a password inside this address."
NO_USER_NAME = "What stands in front of the last @ is not a user name."
_NO_PORT = "What follows the colon is not a port number."
_PORT_RANGE = "A port is a number from 1 to 65535."
_BRACKETS = "An IP address with a colon and a port needs brackets, like [2001:db8::1]:8080."

_MAX_PORT = 65535
_REPEATED_PREFIX = re.compile(r"^(?:/+|acct:|mailto:|web\+(?:ap|activitypub)://)", re.IGNORECASE)
# A slash or the colon is easily left out.
_SLOPPY_HTTP = re.compile(r"^(https?)(?::/{0,2}|//)(?=[^/])", re.IGNORECASE)
_USERNAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# `/@bob@elsewhere.example` shows somebody of another server, so it says nothing of who signs in.
_PROFILE_PATH = re.compile(
    r"(?:(?:web|deck)/)?(?:@|%40|users/|profile/)([A-Za-z0-9_.-]{1,64})(?=[/:]|$)"
)
_AUTHORITY = re.compile(r"(\[[^][]*\]|[^][:]*)(?::(.*))?")


class AddressParts(NamedTuple):
    """The parts of an address that say whom it means.

    Attributes:
        scheme: `http`, `https`, or nothing.
        host: the name or the IP address.
        port: a number, or nothing.
        username: whose handle or profile it is; empty for a server's address.
    """

    scheme: str
    host: Host
    port: str
    username: str


def split_address(word: str) -> AddressParts:
    """Take an address apart.

    Args:
        word: a text without spaces.

    Raises:
        AddressError: it is no address; the reason says why, and repeats nothing that could be a
            password.
    """
    word = _SLOPPY_HTTP.sub(r"\1://", _REPEATED_PREFIX.sub("", word))
    # Neither the query nor the fragment says anything of the server.
    text = re.split(r"[?#]", word, maxsplit=1)[0]
    scheme, rest = _split_scheme(text)
    authority, _, path = rest.partition("/")
    username = ""
    if not scheme:
        username, authority = _split_handle(authority)
    profile = _PROFILE_PATH.match(path)
    if profile and not username:
        username = profile[1]
    return AddressParts(scheme, *_host_and_port(authority), username)


def _split_scheme(text: str) -> tuple[str, str]:
    if "://" not in text:
        return "", text
    scheme, _, rest = text.partition("://")
    if scheme.lower() not in {"http", "https"}:
        raise AddressError(reason=OTHER_SCHEME)
    return scheme.lower(), rest


def _split_handle(text: str) -> tuple[str, str]:
    """Split a handle into its username and its server; a server has an empty username."""
    username, mark, server = text.removeprefix("@").rpartition("@")
    if ":" in username:
        raise AddressError(reason=CREDENTIALS)
    if text.startswith("@") and not mark:
        name = server if _USERNAME.fullmatch(server) else "you"
        raise AddressError(reason=f"A handle needs its server too, like @{name}@example.org.")
    if mark and not _USERNAME.fullmatch(username):
        raise AddressError(reason=NO_USER_NAME)
    return username, server


def _host_and_port(authority: str) -> tuple[Host, str]:
    if "@" in authority:
        raise AddressError(reason=CREDENTIALS)
    parts = _AUTHORITY.fullmatch(_with_brackets(authority))
    if parts is None:
        raise AddressError
    port = _port(parts[2] or "")
    return read_host(parts[1]), port


def _with_brackets(authority: str) -> str:
    """Put the brackets around a bare IPv6 address that RFC 3986 section 3.2.2 asks for."""
    if authority.count(":") <= 1 or "[" in authority:
        return authority
    address, _, end = authority.rpartition(":")
    if _is_ipv6(address) and end.isdecimal():
        # RFC 5952 section 6: nobody can tell whether the end is a port.
        raise AddressError(reason=_BRACKETS)
    return f"[{authority}]"


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _port(text: str) -> str:
    if not text:
        return ""
    if not (text.isascii() and text.isdecimal()):
        raise AddressError(reason=_NO_PORT)
    port = text.lstrip("0")
    if not port or len(port) > len(str(_MAX_PORT)) or int(port) > _MAX_PORT:
        raise AddressError(reason=_PORT_RANGE)
    return port
