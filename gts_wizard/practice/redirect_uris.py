"""How the server software reads `redirect_uris`, and which redirect URIs it accepts then.

GoToSocial was measured, with applications registered in each way. 0.17 keeps everything that was
sent as one URI, and compares only the end of the host and port with it: whatever is asked for ends
with those of a URI without a host, and nothing fits where a line break keeps the URI from being
parsed. Since 0.19 every line is a URI, and has to be matched exactly. Of Mastodon the source of its
library Doorkeeper was read: white space separates, and the port of a loopback address may differ
(RFC 8252 section 7.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class RedirectRules:
    """The rules of one server software.

    Attributes:
        split: returns the URIs in the field `redirect_uris` of a registration.
        matches: whether a registered URI, first, covers the one that a link asks for.
    """

    split: Callable[[str], tuple[str, ...]]
    matches: Callable[[str, str], bool]

    def accept(self, wanted: str, registered: Iterable[str]) -> bool:
        """Return whether a link may ask for a redirect URI.

        Args:
            wanted: the redirect URI of the link.
            registered: those of the application.
        """
        return any(self.matches(uri, wanted) for uri in registered)


def _keep_whole(field: str) -> tuple[str, ...]:
    return (field,) if field else ()


def _split_lines(field: str) -> tuple[str, ...]:
    lines = (line.strip() for line in field.split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))


def _split_words(field: str) -> tuple[str, ...]:
    return tuple(field.split())


def _matches_host_end(registered: str, wanted: str) -> bool:
    if "\n" in registered:
        return False
    try:
        return urlsplit(wanted).netloc.endswith(urlsplit(registered).netloc)
    except ValueError:
        return False


def _matches_exactly(registered: str, wanted: str) -> bool:
    return registered == wanted


def _matches_but_for_loopback_port(registered: str, wanted: str) -> bool:
    try:
        return _without_loopback_port(registered) == _without_loopback_port(wanted)
    except ValueError:
        return False


def _without_loopback_port(uri: str) -> SplitResult:
    parts = urlsplit(uri)
    host = parts.hostname or ""
    return parts._replace(netloc=host) if _is_loopback(host) else parts


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


GOTOSOCIAL_0_17_REDIRECTS = RedirectRules(_keep_whole, _matches_host_end)
"""One URI, of which only the host and the port count."""

GOTOSOCIAL_REDIRECTS = RedirectRules(_split_lines, _matches_exactly)
"""One URI a line, matched exactly."""

MASTODON_REDIRECTS = RedirectRules(_split_words, _matches_but_for_loopback_port)
"""White space between the URIs, any port on a loopback address."""
