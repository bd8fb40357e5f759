"""Host names and IP addresses in what was typed: validated, and converted.

RFC 3986 section 3.2.2 for the forms, RFC 1123 section 2.1 for plain names, RFC 5891 and UTS 46 for
international ones, RFC 6890 for special IP addresses. Pure functions.
"""

import ipaddress
import re
from typing import NamedTuple

import idna

from gts_wizard.address.wrong_characters import describe_wrong_character
from gts_wizard.errors import AddressError
from gts_wizard.sanitize import sanitize_line

_NAME_MISSING = "The server's name is missing."
_DOT_MISSING = "A server's address has a dot in it, like example.org."
_INVALID_NAME = "This can't be a server's name."
_INVALID_IP = "This is neither a name nor a complete IP address."
_ZONE_UNSUPPORTED = "An IP address with a network zone (%) can't be used here."
_RESERVED_ADDRESS = "No server can have this IP address: it doesn't stand for one computer."
_NAME_TOO_LONG = "A server's name has at most 253 characters."
_NAME_ERRORS = (
    (re.compile(r"_"), "A server's name can't have an underscore (_) in it."),
    (re.compile(r"^\.|\.\.|\.$"), "Part of the server's name is missing before a dot."),
    (re.compile(r"^-|-$|\.-|-\."), "No part of a server's name starts or ends with a hyphen."),
    (re.compile(r"[^.]{64}"), "No part of a server's name has more than 63 characters."),
)
_MAX_NAME_LENGTH = 253
_ASCII_NAME = re.compile(r"[a-z0-9.-]+")
# Some programs read `127.1` or `0x7f.1` as an IP address, so no name may end like that:
# https://url.spec.whatwg.org/#ends-in-a-number-checker
_ENDS_IN_A_NUMBER = re.compile(r"\.(?:[0-9]+|0x[0-9a-f]*)$")
# “This network”; multicast, reserved and broadcast; and their IPv6 counterparts.
_RESERVED = tuple(
    ipaddress.ip_network(network) for network in ("0.0.0.0/8", "224.0.0.0/3", "::/128", "ff00::/8")
)


class Host(NamedTuple):
    """A host in two forms, which differ for an internationalized name.

    Attributes:
        ascii: in ASCII, with brackets around an IPv6 address.
        unicode: in Unicode, such as `bücher.example`.
    """

    ascii: str
    unicode: str


def read_host(host: str) -> Host:
    """Parse the host of an address.

    Args:
        host: a name in any alphabet, an IPv4 address, or an IPv6 address in brackets.

    Raises:
        AddressError: it can't be a server; the reason says why, without quoting it.
    """
    host = host.removesuffix(".")
    if not host:
        raise AddressError(reason=_NAME_MISSING)
    if host.startswith("["):
        return _ip_host(_parse_ipv6(host[1:-1]))
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return _name_host(host)
    return _ip_host(address)


def _parse_ipv6(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        raise AddressError(reason=_INVALID_IP) from None
    if address.scope_id is not None:
        raise AddressError(reason=_ZONE_UNSUPPORTED)
    # It is the same computer (RFC 4291 section 2.5.5.2), and Python versions format it differently.
    return address.ipv4_mapped or address


def _ip_host(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Host:
    if any(address in network for network in _RESERVED):
        raise AddressError(reason=_RESERVED_ADDRESS)
    text = f"[{address}]" if isinstance(address, ipaddress.IPv6Address) else str(address)
    return Host(text, text)


def _name_host(name: str) -> Host:
    if len(name) > _MAX_NAME_LENGTH:
        raise AddressError(reason=_NAME_TOO_LONG)
    for pattern, reason in _NAME_ERRORS:
        if pattern.search(name):
            raise AddressError(reason=reason)
    ascii_name = _to_ascii(name)
    if "." not in ascii_name and ascii_name != "localhost":
        raise AddressError(reason=_DOT_MISSING)
    if _ENDS_IN_A_NUMBER.search(ascii_name):
        raise AddressError(reason=_INVALID_IP)
    unicode_name = idna.decode(ascii_name) if "xn--" in ascii_name else ascii_name
    # Zero-width joiners, which some languages need within words, could also hide in a name.
    return Host(
        ascii_name, unicode_name if sanitize_line(unicode_name) == unicode_name else ascii_name
    )


def _to_ascii(name: str) -> str:
    # Names such as `r3---sn.example` are in use, though IDNA forbids `--` in the third place.
    lower = name.lower()
    if _ASCII_NAME.fullmatch(lower) and "xn--" not in lower:
        return lower
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise AddressError(reason=describe_wrong_character(name) or _INVALID_NAME) from None
