"""Reads what a person typed for their instance: a name, a handle, the address of a profile.

Screens come in at every keystroke, the services once; pure functions.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import idna

from gts_wizard.errors import AddressError
from gts_wizard.text import one_line

_EXAMPLE = "example.org"
# `/@bob@elsewhere.example` shows somebody of another server, so it says nothing of who signs in.
_PROFILE_PATH = re.compile(r"^/(?:@|users/|profile/)([A-Za-z0-9_.-]+)(?=/|$)")
_USERNAME = re.compile(r"^[A-Za-z0-9_.-]+$")
# What people's sentences wrap an address in; square brackets are a part of IPv6 addresses.
_ENCLOSING = "<>(){}\"'“”‘’«»,;!"  # noqa: RUF001
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Address:
    """An instance's address, as understood.

    Attributes:
        origin: scheme, host and port, such as `https://example.org`; the host in ASCII.
        host: the host with its port, as the wire knows it.
        readable: the same in the letters people read, such as `bücher.example`.
        username: whose handle or profile was typed; empty when only a server was.
    """

    origin: str
    host: str
    readable: str
    username: str = ""


def read_address(typed: str) -> Address:
    """Understand what was typed or pasted for an instance.

    Args:
        typed: a domain, a URL, the address of a profile, or a handle; capitals, surrounding
            spaces, a trailing dot or slash and a port are fine.

    Raises:
        AddressError: it is none of these; the reason says why.
    """
    text = _tidy(typed)
    if not text:
        raise AddressError(reason="There is no address yet.")
    if any(space in text for space in " \n\t"):
        raise AddressError(reason="An address has no spaces in it.")
    username, locator = _split_handle(text)
    parts = _split_locator(locator)
    profile = _PROFILE_PATH.match(parts.path)
    if profile and not username:
        username = profile.group(1)
    return _address(parts, username)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this computer itself, where http is allowed.

    Args:
        host: a name or an IP literal, without port or brackets.
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _tidy(typed: str) -> str:
    """Take off what an address never begins or ends with, invisible characters included."""
    return one_line(typed, limit=2048).strip(_ENCLOSING).rstrip(f".{_ENCLOSING}")


def _split_handle(text: str) -> tuple[str, str]:
    """Split a handle into its username and the rest; a locator has an empty username."""
    text = text.removeprefix("acct:").removeprefix("mailto:")
    if "://" in text or "@" not in text.split("/", 1)[0]:
        return "", text
    username, _, domain = text.removeprefix("@").rpartition("@")
    if not username:
        name = one_line(domain, 40) or "you"
        raise AddressError(reason=f"A handle needs its server too, like @{name}@{_EXAMPLE}.")
    if not _USERNAME.match(username):
        raise AddressError(reason=f"“{one_line(username, 40)}” is not a user name.")
    return username, domain


def _split_locator(locator: str) -> SplitResult:
    # A slash or the colon is easily left out.
    locator = re.sub(r"^(https?)(?::/|//)(?=[^/])", r"\1://", locator, flags=re.IGNORECASE)
    text = locator if "://" in locator else f"//{locator}"
    try:
        parts = urlsplit(text)
    except ValueError:
        raise AddressError from None
    try:
        port = parts.port
    except ValueError:
        raise AddressError(reason="The end of this address is not a port number.") from None
    if parts.scheme not in {"", "http", "https"}:
        scheme = one_line(parts.scheme, 40)
        raise AddressError(reason=f"An instance's address does not begin with {scheme}://.")
    if parts.username is not None or parts.password is not None:
        raise AddressError(reason="There is a user name or a password inside this address.")
    if port == 0:
        raise AddressError(reason=f"A port is a number from 1 to {_HIGHEST_PORT}.")
    return parts


def _address(parts: SplitResult, username: str) -> Address:
    host, readable = _host(parts.hostname or "")
    loopback = is_loopback(host.strip("[]"))
    if parts.scheme == "http" and not loopback:
        raise AddressError(
            reason="This address begins with http://, where others on the way can read along."
        )
    scheme = parts.scheme or ("http" if loopback else "https")
    default_port = {"http": 80, "https": 443}[scheme]
    port = f":{parts.port}" if parts.port and parts.port != default_port else ""
    return Address(f"{scheme}://{host}{port}", host + port, readable + port, username)


def _host(hostname: str) -> tuple[str, str]:
    """Return a host for the wire (ASCII, brackets around IPv6) and one for reading."""
    hostname = hostname.removesuffix(".")
    if not hostname:
        raise AddressError(reason="The name of the server is missing.")
    try:
        literal = ipaddress.ip_address(hostname)
    except ValueError:
        return _name(hostname)
    if "%" in hostname:
        raise AddressError(reason="An IP address with a network zone (%) can't be used here.")
    text = f"[{literal}]" if literal.version == 6 else str(literal)  # noqa: PLR2004
    return text, text


def _name(hostname: str) -> tuple[str, str]:
    try:
        ascii_name = idna.encode(hostname, uts46=True, transitional=False).decode("ascii").lower()
        readable = idna.decode(ascii_name)
    except (idna.IDNAError, UnicodeError):
        raise AddressError(
            reason=f"“{one_line(hostname, 60)}” can't be the name of a server."
        ) from None
    if "." not in ascii_name and not is_loopback(ascii_name):
        raise AddressError(reason=f"The address of a server has a dot in it, like {_EXAMPLE}.")
    if ascii_name.rpartition(".")[2].isdigit():
        raise AddressError(reason=f"“{ascii_name}” is neither a name nor an IP address.")
    return ascii_name, readable
