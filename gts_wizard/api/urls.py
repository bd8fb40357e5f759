"""Judges the addresses that servers hand over, to go on to.

The transport, the discovery and the calls come in; pure functions.
"""

import re
from urllib.parse import urljoin, urlsplit

from gts_wizard.address import Address, is_loopback, read_address
from gts_wizard.errors import AddressError

_ENDS_WITH_HOST = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


def parse_safe_url(url: str) -> Address | None:
    """Return whom a whole address names; nothing if it must not be asked.

    Only https may be asked, and http on this computer itself; an address with a password in it,
    or with characters that are read differently by different programs, may not.
    """
    if not _is_plain(url) or not url.lower().startswith(("https://", "http://")):
        return None
    # The comma that a person types behind an address is part of its host for other programs.
    whole = f"{url}/" if _ENDS_WITH_HOST.fullmatch(url) else url
    try:
        return read_address(whole)
    except AddressError:
        return None


def resolve_redirect(source: str, target: str) -> str:
    """Return the whole address a redirect or link leads to; empty if it must not be followed.

    It leads neither down to http nor from elsewhere to this computer itself.

    Args:
        source: the address it was found at.
        target: what it says, perhaps relative to the source.
    """
    try:
        url = urljoin(source, target)
    except ValueError:
        return ""
    found, asked = parse_safe_url(source), parse_safe_url(url)
    if not target or not found or not asked:
        return ""
    goes_down = found.origin.startswith("https:") and asked.origin.startswith("http:")
    comes_home = _is_loopback(asked) and not _is_loopback(found)
    return "" if goes_down or comes_home else url


def _is_loopback(address: Address) -> bool:
    return is_loopback(urlsplit(address.origin).hostname or "")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
