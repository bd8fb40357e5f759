"""Decides which URLs received from a server (redirects, links, endpoints) may be requested.

Pure functions.
"""

import re
from urllib.parse import urljoin, urlsplit

from gts_wizard.address import Address, read_address
from gts_wizard.errors import AddressError
from gts_wizard.validation import is_loopback

_ENDS_WITH_HOST = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


def parse_safe_url(url: str) -> Address | None:
    """Return the address of a URL's server; None if the URL must not be requested.

    Allowed are https, and http on this computer itself. A URL is refused if it is not absolute, if
    there is a password in it, or characters that programs interpret differently.
    """
    if not _is_printable_ascii(url) or not url.lower().startswith(("https://", "http://")):
        return None
    # `read_address` drops a comma typed at the end, which other programs take for part of the host.
    absolute = f"{url}/" if _ENDS_WITH_HOST.fullmatch(url) else url
    try:
        return read_address(absolute)
    except AddressError:
        return None


def resolve_redirect(source: str, target: str) -> str:
    """Return the absolute URL of a redirect or link; empty if it must not be followed.

    A step from https down to http is refused, and one from a remote server to this computer itself.

    Args:
        source: the URL of the response that holds it.
        target: the URL in the response, perhaps relative to `source`.
    """
    try:
        url = urljoin(source, target)
    except ValueError:
        return ""
    source_address, target_address = parse_safe_url(source), parse_safe_url(url)
    if not target or not source_address or not target_address:
        return ""
    is_downgrade = source_address.origin.startswith("https:") and target_address.origin.startswith(
        "http:"
    )
    enters_loopback = _is_loopback(target_address) and not _is_loopback(source_address)
    return "" if is_downgrade or enters_loopback else url


def _is_loopback(address: Address) -> bool:
    return is_loopback(urlsplit(address.origin).hostname or "")


def _is_printable_ascii(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
