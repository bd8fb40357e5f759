"""Splits an address (a domain, a URL or a handle) into scheme, host, port and username.

RFC 3986 for URLs, RFC 7565 for `acct:`. Pure functions.
"""

import ipaddress
import re
from typing import NamedTuple

from gts_wizard.address.hostname import Host, read_host
from gts_wizard.address.wrong_characters import describe_wrong_character
from gts_wizard.errors import AddressError

UNSUPPORTED_SCHEME = "An address starts with https:// or with the server's name."
HAS_USERINFO = "There is a username or a password in this address."
INVALID_USERNAME = "The part before the last @ isn't a username."
_INVALID_PORT = "The part after the colon isn't a port number."
_PORT_OUT_OF_RANGE = "A port is a number from 1 to 65535."
_BRACKETS_MISSING = "An IPv6 address with a port needs brackets, like [2001:db8::1]:8080."

_MAX_PORT = 65535
_REPEATED_PREFIX = re.compile(r"^(?:/+|acct:|mailto:|web\+(?:ap|activitypub)://)", re.IGNORECASE)
# The colon or a slash is easily forgotten.
_SLOPPY_HTTP = re.compile(r"^(https?)(?::/{0,2}|//)(?=[^/])", re.IGNORECASE)
_USERNAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# `/@bob@elsewhere.example` is the profile of an account on another server, not of who signs in.
_PROFILE_PATH = re.compile(
    r"(?:(?:web|deck)/)?(?:@|%40|users/|profile/)([A-Za-z0-9_.-]{1,64})(?=[/:]|$)"
)
# What follows a single @ and is no username: those have no port, and hardly ever a dot.
_SERVER = re.compile(r"localhost|[^:]+\.[^\W\d_][\w-]+|[^:]+:\d+")
_AUTHORITY = re.compile(r"(\[[^][]*\]|[^][:]*)(?::(.*))?")


class AddressParts(NamedTuple):
    """The parts of an address.

    Attributes:
        scheme: `http` or `https`; empty if there is none.
        host: the host name or the IP address.
        port: a decimal number; empty if there is none.
        username: the username of a handle or a profile's URL; empty if there is none.
    """

    scheme: str
    host: Host
    port: str
    username: str


def split_address(word: str) -> AddressParts:
    """Split an address into its parts.

    Args:
        word: a text without spaces.

    Raises:
        AddressError: it is not an address; the reason says why, and quotes nothing that could be
            a password.
    """
    word = _SLOPPY_HTTP.sub(r"\1://", _REPEATED_PREFIX.sub("", word))
    # Neither the query nor the fragment has anything to do with the server.
    text = re.split(r"[?#]", word, maxsplit=1)[0]
    scheme, rest = _split_scheme(text)
    authority, _, path = rest.partition("/")
    username = ""
    if not scheme:
        username, authority = _split_handle(authority)
    profile = _PROFILE_PATH.match(path)
    if profile and not username:
        username = profile[1]
    return AddressParts(scheme, *_parse_host_and_port(authority), username)


def _split_scheme(text: str) -> tuple[str, str]:
    if "://" not in text:
        return "", text
    scheme, _, rest = text.partition("://")
    if scheme.lower() not in {"http", "https"}:
        raise AddressError(reason=UNSUPPORTED_SCHEME)
    return scheme.lower(), rest


def _split_handle(text: str) -> tuple[str, str]:
    """Split a handle into username and server; the username is empty if it is only a server."""
    username, at_sign, server = text.removeprefix("@").rpartition("@")
    if ":" in username:
        raise AddressError(reason=HAS_USERINFO)
    if text.startswith("@") and not at_sign and not _SERVER.fullmatch(server):
        name = server if _USERNAME.fullmatch(server) else "you"
        server_missing = f"A handle needs its server too, like @{name}@example.org."
        raise AddressError(reason=describe_wrong_character(server) or server_missing)
    if at_sign and not _USERNAME.fullmatch(username):
        raise AddressError(reason=describe_wrong_character(username) or INVALID_USERNAME)
    return username, server


def _parse_host_and_port(authority: str) -> tuple[Host, str]:
    if "@" in authority:
        raise AddressError(reason=HAS_USERINFO)
    parts = _AUTHORITY.fullmatch(_add_brackets(authority))
    if parts is None:
        raise AddressError
    port = _parse_port(parts[2] or "")
    return read_host(parts[1]), port


def _add_brackets(authority: str) -> str:
    """Put a bare IPv6 address in brackets, as RFC 3986 section 3.2.2 requires."""
    if authority.count(":") <= 1 or "[" in authority:
        return authority
    address, _, last_part = authority.rpartition(":")
    if _is_ipv6(address) and last_part.isdecimal():
        # RFC 5952 section 6: the last part could be a port or part of the address.
        raise AddressError(reason=_BRACKETS_MISSING)
    return f"[{authority}]"


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _parse_port(text: str) -> str:
    if not text:
        return ""
    if not (text.isascii() and text.isdecimal()):
        raise AddressError(reason=_INVALID_PORT)
    port = text.lstrip("0")
    if not port or len(port) > len(str(_MAX_PORT)) or int(port) > _MAX_PORT:
        raise AddressError(reason=_PORT_OUT_OF_RANGE)
    return port
