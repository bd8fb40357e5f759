"""Parses what a user types for their server: a domain, a URL, a handle or a profile's URL.

It is called at every keystroke, and for every URL that a server sends. Pure functions.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from gts_wizard.address import lookalikes, split, wrong_characters
from gts_wizard.errors import AddressError
from gts_wizard.validation import is_loopback

_EMPTY = "There's no address yet."
_NO_ADDRESS = "None of these words is an address."
_SEVERAL_ADDRESSES = "There is more than one address here."
_TOO_LONG = "This is too long for an address."
_SPACE = "There is a space in this address."
_UNSHOWABLE = "Some of these characters can't be shown."
_INSECURE = "This address starts with http://, so others on the network could read what you send."

# Errors that no further typing can correct.
PERMANENT_ERRORS = frozenset(
    {
        _SEVERAL_ADDRESSES,
        _TOO_LONG,
        _UNSHOWABLE,
        _INSECURE,
        split.HAS_USERINFO,
        split.INVALID_USERNAME,
        split.UNSUPPORTED_SCHEME,
        *wrong_characters.BY_NAME.values(),
    }
)

# Longer than any address, and than any text pasted around one.
_MAX_INPUT_LENGTH = 4000
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_LINE_BREAKS_AND_TABS = frozenset("\t\n\v\f\r\x85")
# East Asian keyboards produce these where ASCII is meant.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0xFF61: "."}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_USERNAME = re.compile(r"@[^@]+")
# Square brackets belong to IPv6 addresses, or else to Markdown, like many of the separators here.
_WORD = re.compile(
    r"(?:\[[0-9a-f.]*:[\w.:%]*\]|[^][\s<>(){}|*`\"“”„«»‹›])+",  # noqa: RUF001
    re.IGNORECASE,
)
# Of quoted mail, and of boxes drawn in a terminal.
_QUOTE_MARKS = ">|│┃"
_PUNCTUATION = "'‘’‚,;!…、"  # noqa: RUF001
_HTML_ENTITY = re.compile(r"&#?\w{1,8};")
_HTML_LEFTOVERS = re.compile(r"(?:</?\w{1,10}>|&#?\w{1,8};|[<>\"().,;!]){1,9}$")
# The last part of a text, after a comma, and the word before it.
_AFTER_COMMA = re.compile(r"(?<!\S)(\S+?)\s*,(\s*)([^\s,]+?)[.!]?$")
_ABBREVIATION = re.compile(r"[^\W\d](?:\.[^\W\d])+")
# What is no word of its own after an address, but its port or its path.
_CONTINUATION = re.compile(r"[.:/]|\d+$")


@dataclass(frozen=True)
class Address:
    """A parsed server address.

    Attributes:
        origin: scheme, host and port, such as `https://example.org`; the host in ASCII.
        host: the host in ASCII, with its port.
        unicode_host: the same in Unicode, such as `bücher.example`.
        username: the username in a handle or a profile's URL; empty if only a server was typed.
    """

    origin: str
    host: str
    unicode_host: str
    username: str = ""

    @property
    def warning(self) -> str:
        """A sentence on how the name could imitate another one; usually empty."""
        return lookalikes.lookalike_warning(self.unicode_host)

    def __str__(self) -> str:
        """Return the handle, or else the server's name with its port."""
        return f"@{self.username}@{self.unicode_host}" if self.username else self.unicode_host


def read_address(typed: str) -> Address:
    """Parse what was typed or pasted for a server.

    Args:
        typed: a domain, a URL, a profile's URL, or a handle; or a text that contains one.

    Raises:
        AddressError: it is none of these, or several; the reason says why, and quotes nothing
            that could be a password.
    """
    text = join_wrapped(typed)
    if len(text) > _MAX_INPUT_LENGTH:
        raise AddressError(reason=_TOO_LONG)
    if _REPLACEMENT in text:
        raise AddressError(reason=_UNSHOWABLE)
    words = _split_words(text)
    if not words:
        raise AddressError(reason=_EMPTY)
    without_comma = _read_despite_comma(text)
    if without_comma is not None:
        raise AddressError(
            reason=wrong_characters.BY_NAME[","], remedy=f"Did you mean {without_comma}?"
        )
    if len(words) == 1:
        return _parse_word(words[0])
    meant = _read_despite_space(text)
    if len(meant) == 1 and meant[0] in map(_try_parse, words):
        # With the space or without it is the same.
        return meant[0]
    if meant:
        first, *others = dict.fromkeys(map(str, meant))
        if not others:
            raise AddressError(reason=_SPACE, remedy=f"Did you mean {first}?")
        offered = ", ".join((first, *others))
        raise AddressError(reason=_SPACE, remedy=f"Did you mean one of these: {offered}?")
    return _only_address(words)


def join_wrapped(pasted: str) -> str:
    """Return pasted text as one line; an address that was wrapped over several lines is joined.

    Invisible characters are removed; control characters and the like become `�`.

    Args:
        pasted: any text; if it is too long for an address, only its beginning is kept.
    """
    text = "".join(map(_to_printable, pasted.strip()[: _MAX_INPUT_LENGTH + 1])).translate(
        _FULL_WIDTH
    )
    lines = [
        " ".join(word for word in line.split() if word.strip(_QUOTE_MARKS))
        for line in text.splitlines()
    ]
    lines = [line for line in lines if line]
    return ("" if _is_single_address(lines) else " ").join(lines)


def _to_printable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category in {"Cc", "Cs", "Co", "Cn"} and character not in _LINE_BREAKS_AND_TABS:
        return _REPLACEMENT
    return character


def _is_single_address(lines: Sequence[str]) -> bool:
    """Return whether lines are one address that a narrow terminal or an e-mail has wrapped."""
    if len(lines) <= 1 or any("://" in line for line in lines[1:]):
        return False
    first, whole = _try_parse(lines[0]), _try_parse("".join(lines))
    if whole is None:
        return False
    if first is None and ("@" in lines[0] or "://" in lines[0]):
        return True
    if any(map(_try_parse, lines[1:])):
        return False
    # If the first line is an address of its own, the second may be an e-mail signature.
    continues = lines[1].startswith((".", ":")) or "/" in lines[1]
    return first is None or first.host == whole.host or continues


def _try_parse(text: str) -> Address | None:
    words = _split_words(text)
    try:
        return _parse_word(words[0]) if len(words) == 1 else None
    except AddressError:
        return None


def _read_despite_space(text: str) -> list[Address]:
    """Return what is meant by an address with a space in it, which also stands for a dot or an @.

    Two words may be one address, and what is dropped of it can lead to another server. More words
    are a sentence around an address, and so are two where no joining them makes one.
    """
    first, *rest = text.split()
    if len(rest) != 1 or _ABBREVIATION.fullmatch(first.rstrip(".")):
        return []
    second, begins = rest[0], _try_parse(first)
    ends = _try_parse(second)
    is_url_or_handle = begins is not None and ("://" in first or "@" in first)
    if (begins and ends) or (is_url_or_handle and not _CONTINUATION.match(second)):
        return []
    joined = [_try_parse(f"{first}{between}{second}") for between in _betweens(first, second)]
    meant = [address for address in dict.fromkeys((*joined, begins, ends)) if address]
    return meant if any(joined) else []


def _read_despite_comma(text: str) -> Address | None:
    """Return what is meant by an address with a comma for a colon, an @ or a dot, if it has one.

    The comma of a sentence is followed by a space, and by neither a port nor a handle's server.
    """
    found = _AFTER_COMMA.search(text)
    if found is None:
        return None
    first, space, second = found.groups()
    if second.isdecimal():
        between = ":"
    elif _USERNAME.fullmatch(first):
        between = "@"
    else:
        between = "."
    before = _try_parse(first)
    if between == "." and (space or before is not None):
        return None
    meant = _try_parse(f"{first}{between}{second}")
    # What is in a URL's path doesn't matter.
    return meant if meant != before else None


def _betweens(first: str, second: str) -> tuple[str, ...]:
    """Return what may belong between two words in place of the space."""
    if second.isdecimal():
        return (":",)
    if "@" in second:
        return ("",)
    return ("@",) if _USERNAME.fullmatch(first) else ("", ".")


def _split_words(text: str) -> list[str]:
    if _WEB_ADDRESS.fullmatch(text):
        # Other programs would take the whole of it, so nothing is cut out of its middle.
        words = [_HTML_LEFTOVERS.sub("", text)]
    else:
        words = _WORD.findall(_HTML_ENTITY.sub(" ", text))
    tidy = (word.lstrip(_PUNCTUATION).rstrip(f".{_PUNCTUATION}") for word in words)
    return [word for word in tidy if word]


def _only_address(words: Sequence[str]) -> Address:
    """Return the only address in a text; a URL or handle takes precedence over a dotted word.

    Raises:
        AddressError: there is no address, or several.
    """
    explicit = [word for word in words if "://" in word or "@" in word]
    # What begins like a URL is meant as one, so an error in it is not ignored.
    result = _single(_parse_word(word) if "://" in word else _try_parse(word) for word in explicit)
    if result is None or not result.username:
        bare = (word for word in dict.fromkeys(words) if not _ABBREVIATION.fullmatch(word))
        result = _single(chain([result], map(_try_parse, bare)))
    if result is None:
        raise AddressError(reason=_NO_ADDRESS)
    return result


def _single(addresses: Iterable[Address | None]) -> Address | None:
    """Return the only address among several results, if any; one with a username is preferred.

    Raises:
        AddressError: the addresses differ.
    """
    result: Address | None = None
    for address in filter(None, addresses):
        result = result or address
        usernames = {result.username.casefold(), address.username.casefold()} - {""}
        if result.origin != address.origin or len(usernames) > 1:
            raise AddressError(reason=_SEVERAL_ADDRESSES)
        if address.username:
            result = address
    return result


def _parse_word(word: str) -> Address:
    scheme, host, port, username = split.split_address(word)
    is_local = is_loopback(host.ascii.strip("[]"))
    if scheme == "http" and not is_local:
        raise AddressError(reason=_INSECURE)
    scheme = scheme or ("http" if is_local else "https")
    suffix = f":{port}" if port and port != _DEFAULT_PORTS[scheme] else ""
    origin = f"{scheme}://{host.ascii}{suffix}"
    return Address(origin, host.ascii + suffix, host.unicode + suffix, username)
