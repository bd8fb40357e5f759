"""Host names and IP addresses in what was typed: validated, converted, look-alikes noticed."""

import ipaddress
import re
import unicodedata
from typing import NamedTuple

import idna

from gts_wizard.errors import AddressError
from gts_wizard.sanitize import sanitize_line

_NAMELESS = "The name of the server is missing."
_DOTLESS = "The address of a server has a dot in it, like example.org."
_NO_NAME = "This can't be the name of a server."
_NO_IP = "This is neither a name nor a whole IP address."
_ZONE = "An IP address with a network zone (%) can't be used here."
_RESERVED_ADDRESS = "No server can have this IP address: it does not mean one single computer."
_NAME_TOO_LONG = "The name of a server has at most 253 characters."
_IDNA_ERRORS = (
    (re.compile(r"_"), "There can be no underscore (_) in the name of a server."),
    (re.compile(r"^\.|\.\.|\.$"), "A part of the server's name is missing in front of a dot."),
    (re.compile(r"^-|-$|\.-|-\."), "No part of a server's name begins or ends with a hyphen."),
    (re.compile(r"[^.]{64}"), "No part of a server's name has more than 63 characters."),
)
_MAX_NAME_LENGTH = 253
_PLAIN_NAME = re.compile(r"[a-z0-9.-]+")
# Some programs read `127.1` or `0x7f.1` as an IP address, so no name may end like that:
# https://url.spec.whatwg.org/#ends-in-a-number-checker
_ENDS_IN_A_NUMBER = re.compile(r"\.(?:[0-9]+|0x[0-9a-f]*)$")
# “This network”; multicast, reserved and broadcast; and the same of IPv6.
_RESERVED = tuple(
    ipaddress.ip_network(network) for network in ("0.0.0.0/8", "224.0.0.0/3", "::/128", "ff00::/8")
)
_HAN = frozenset({"CJK", "IDEOGRAPHIC"})
# What one label may mix by UTS 39 section 5.2, “highly restrictive”; all else is one script alone.
_TOGETHER = (
    _HAN | {"LATIN", "HIRAGANA", "KATAKANA"},
    _HAN | {"LATIN", "BOPOMOFO"},
    _HAN | {"LATIN", "HANGUL"},
)
# Small Cyrillic, Greek and Armenian letters that most fonts draw like Latin ones.
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуѵ" + "αικνορυχ" + "օոսհցզ")  # noqa: RUF001


class Host(NamedTuple):
    """A host in its two forms; they differ for an international name.

    Attributes:
        wire: in ASCII, with brackets around an IPv6 address.
        readable: in the letters people read, such as `bücher.example`.
    """

    ascii: str
    unicode: str


def read_host(host: str) -> Host:
    """Understand a host as it stands in an address.

    Args:
        host: a name in any alphabet, an IPv4 address, or an IPv6 address in brackets.

    Raises:
        AddressError: it can't be a server; the reason says why, without repeating any of it.
    """
    host = host.removesuffix(".")
    if not host:
        raise AddressError(reason=_NAMELESS)
    if host.startswith("["):
        return _ip_host(_ipv6(host[1:-1]))
    try:
        literal = ipaddress.IPv4Address(host)
    except ValueError:
        return _named_host(host)
    return _ip_host(literal)


def _ipv6(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        literal = ipaddress.IPv6Address(text)
    except ValueError:
        raise AddressError(reason=_NO_IP) from None
    if literal.scope_id is not None:
        raise AddressError(reason=_ZONE)
    # It is the same computer (RFC 4291 section 2.5.5.2), and Pythons differ in how they write it.
    return literal.ipv4_mapped or literal


def _ip_host(literal: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Host:
    if any(literal in network for network in _RESERVED):
        raise AddressError(reason=_RESERVED_ADDRESS)
    text = f"[{literal}]" if isinstance(literal, ipaddress.IPv6Address) else str(literal)
    return Host(text, text)


def _named_host(name: str) -> Host:
    if len(name) > _MAX_NAME_LENGTH:
        raise AddressError(reason=_NAME_TOO_LONG)
    for flaw, reason in _IDNA_ERRORS:
        if flaw.search(name):
            raise AddressError(reason=reason)
    if "." not in name and name.lower() != "localhost":
        raise AddressError(reason=_DOTLESS)
    wire = _in_ascii(name)
    if _ENDS_IN_A_NUMBER.search(wire):
        raise AddressError(reason=_NO_IP)
    readable = idna.decode(wire) if "xn--" in wire else wire
    # A joiner, which some languages need within a word, could as well hide there.
    return Host(wire, readable if sanitize_line(readable) == readable else wire)


def _in_ascii(name: str) -> str:
    # Names like `r3---sn.example` are in use, though no international name may look like that.
    plain = name.lower()
    if _PLAIN_NAME.fullmatch(plain) and "xn--" not in plain:
        return plain
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise AddressError(reason=_NO_NAME) from None


def lookalike_warning(name: str) -> str:
    """Return a sentence on how a name could be taken for another one; empty if it could not.

    Args:
        name: a domain name in the letters people read.
    """
    labels = [_letters(label) for label in name.split(".")]
    if any(_is_mixed(letters) for letters in labels):
        return "Careful: it mixes letters of different alphabets, which can imitate another name."
    imitating = any(letters and letters <= _LIKE_LATIN for letters in labels)
    if imitating and all(_reads_as_latin(letters) for letters in labels):
        return "Careful: its letters only look like Latin ones, which can imitate another name."
    return ""


def _letters(label: str) -> frozenset[str]:
    # Names are in lower case; digits, hyphens and modifiers belong to every script.
    return frozenset(one for one in label if unicodedata.category(one) in {"Ll", "Lo"})


def _scripts(letters: frozenset[str]) -> frozenset[str]:
    # The name of a letter begins with its script: CYRILLIC SMALL LETTER A.
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)


def _is_mixed(letters: frozenset[str]) -> bool:
    scripts = _scripts(letters)
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def _reads_as_latin(letters: frozenset[str]) -> bool:
    return letters <= _LIKE_LATIN or _scripts(letters) <= {"LATIN"}
