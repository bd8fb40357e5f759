"""Reads what a person typed for their instance: a name, a handle, the address of a profile.

Screens come in at every keystroke, the services once, the wire for every address that a server
names; pure functions.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from gts_wizard.address import hostname
from gts_wizard.address.split import CREDENTIALS, NO_USER_NAME, OTHER_SCHEME, split_address
from gts_wizard.errors import AddressError

_NOTHING = "There is no address yet."
_NO_ADDRESS = "None of these words is an address."
_SEVERAL = "There is more than one address in this."
_TOO_LONG = "This is too long for an address."
_UNSHOWABLE = "There are characters in this that can't be shown."
_HTTP = "This address begins with http://, where others on the way can read along."

# What no more typing could mend.
PERMANENT_ERRORS = frozenset(
    {_SEVERAL, _TOO_LONG, _UNSHOWABLE, _HTTP, CREDENTIALS, NO_USER_NAME, OTHER_SCHEME}
)

# Longer than any address, or any note around one.
_MAX_LENGTH = 4000
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_BREAKS = frozenset("\t\n\v\f\r\x85")
# East Asian keyboards give these where ASCII is meant.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0xFF61: "."}
_INVISIBLE = "\N{REPLACEMENT CHARACTER}"
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# Square brackets belong to IPv6 addresses, or else to Markdown, like much of what parts words.
_WORD = re.compile(
    r"(?:\[[0-9a-f.]*:[\w.:%]*\]|[^][\s<>(){}|*`\"“”„«»‹›])+",  # noqa: RUF001
    re.IGNORECASE,
)
# Quoted mail, and frames drawn in a terminal.
_QUOTE_MARKS = ">|│┃"
_PUNCTUATION = "'‘’‚,;!…、"  # noqa: RUF001
_HTML_ENTITY = re.compile(r"&#?\w{1,8};")
_HTML_LEFTOVERS = re.compile(r"(?:</?\w{1,10}>|&#?\w{1,8};|[<>\"().,;!]){1,9}$")
_ABBREVIATION = re.compile(r"[^\W\d](?:\.[^\W\d])+")


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
    unicode_host: str
    username: str = ""

    @property
    def warning(self) -> str:
        """A sentence on how the name could imitate another one; mostly empty."""
        return hostname.lookalike_warning(self.unicode_host)


def read_address(typed: str) -> Address:
    """Understand what was typed or pasted for an instance.

    Args:
        typed: a domain, a URL, the address of a profile, or a handle; or a text that holds one.

    Raises:
        AddressError: it is none of these, or several; the reason says why, and repeats nothing
            that could be a password.
    """
    text = join_wrapped(typed)
    if len(text) > _MAX_LENGTH:
        raise AddressError(reason=_TOO_LONG)
    if _INVISIBLE in text:
        raise AddressError(reason=_UNSHOWABLE)
    words = _words(text)
    if not words:
        raise AddressError(reason=_NOTHING)
    return _read(words[0]) if len(words) == 1 else _only_address(words)


def join_wrapped(pasted: str) -> str:
    """Return a paste as one line; an address that was broken over lines is put together.

    What is invisible is left out; what could confuse a terminal becomes `�`.

    Args:
        pasted: any text; of one that is too long for an address, only the beginning is kept.
    """
    shown = "".join(map(_showable, pasted.strip()[: _MAX_LENGTH + 1])).translate(_FULL_WIDTH)
    lines = [
        " ".join(word for word in line.split() if word.strip(_QUOTE_MARKS))
        for line in shown.splitlines()
    ]
    lines = [line for line in lines if line]
    return ("" if _is_one_address(lines) else " ").join(lines)


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


def _showable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category in {"Cc", "Cs", "Co", "Cn"} and character not in _BREAKS:
        return _INVISIBLE
    return character


def _is_one_address(lines: Sequence[str]) -> bool:
    """Tell whether lines are a single address that a narrow terminal or a mail has broken."""
    if len(lines) <= 1 or any("://" in line for line in lines[1:]):
        return False
    first, whole = _try_parse(lines[0]), _try_parse("".join(lines))
    if whole is None:
        return False
    if first is None and ("@" in lines[0] or "://" in lines[0]):
        return True
    if any(map(_try_parse, lines[1:])):
        return False
    # An address that is whole in the first line may be followed by a signature.
    goes_on = lines[1].startswith((".", ":")) or "/" in lines[1]
    return first is None or first.host == whole.host or goes_on


def _try_parse(text: str) -> Address | None:
    words = _words(text)
    try:
        return _read(words[0]) if len(words) == 1 else None
    except AddressError:
        return None


def _words(text: str) -> list[str]:
    if _WEB_ADDRESS.fullmatch(text):
        # Other programs would read it whole, so nothing is cut out of its middle.
        words = [_HTML_LEFTOVERS.sub("", text)]
    else:
        words = _WORD.findall(_HTML_ENTITY.sub(" ", text))
    tidy = (word.lstrip(_PUNCTUATION).rstrip(f".{_PUNCTUATION}") for word in words)
    return [word for word in tidy if word]


def _only_address(words: Sequence[str]) -> Address:
    """Return the one address in a text; a handle in it counts for more than a dotted word."""
    marked = [word for word in words if "://" in word or "@" in word]
    # What begins like a URL is meant as one, so a flaw in it is not passed over.
    one = _single(_read(word) if "://" in word else _try_parse(word) for word in marked)
    if one is None or not one.username:
        bare = (word for word in dict.fromkeys(words) if not _ABBREVIATION.fullmatch(word))
        one = _single(chain([one], map(_try_parse, bare)))
    if one is None:
        raise AddressError(reason=_NO_ADDRESS)
    return one


def _single(found: Iterable[Address | None]) -> Address | None:
    one: Address | None = None
    for address in filter(None, found):
        one = one or address
        names = {one.username.casefold(), address.username.casefold()} - {""}
        if one.origin != address.origin or len(names) > 1:
            raise AddressError(reason=_SEVERAL)
        if address.username:
            one = address
    return one


def _read(word: str) -> Address:
    scheme, host, port, username = split_address(word)
    loopback = is_loopback(host.ascii.strip("[]"))
    if scheme == "http" and not loopback:
        raise AddressError(reason=_HTTP)
    scheme = scheme or ("http" if loopback else "https")
    end = f":{port}" if port and port != _DEFAULT_PORTS[scheme] else ""
    origin = f"{scheme}://{host.ascii}{end}"
    return Address(origin, host.ascii + end, host.unicode + end, username)
