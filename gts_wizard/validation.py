"""Syntax checks for tokens, usernames, hosts and origins. Pure functions.

API responses, the credentials file, and the files of other tools are all checked by these.
"""

import ipaddress
import re
from typing import TypeGuard

# VSCHAR (RFC 6749 appendix A) without the space, capped at what is accepted in a response.
_TOKEN = re.compile(r"[!-~]{1,4096}")
# What GoToSocial, Mastodon and similar servers allow. Handles are part of shell commands that the
# wizard prints, so a username must not hold an "@" or shell syntax.
_USERNAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_HOST = re.compile(r"[^\s/?#@\\]{1,300}")


def is_token_syntax(value: object) -> TypeGuard[str]:
    """Return whether a value is a string that can be a client identifier, a secret or a token.

    Such a string can safely be put into a header, a form or a link.
    """
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def is_username(text: str) -> bool:
    """Return whether a text can be a username: the part of a handle before the domain."""
    return _USERNAME.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Return whether a text can be a host with an optional port; hostname syntax is not checked."""
    return text.isprintable() and _HOST.fullmatch(text) is not None


def is_origin(text: str) -> bool:
    """Return whether a text can be an http or https origin (RFC 6454 section 6.2)."""
    scheme, _, host = text.partition("://")
    return scheme in {"http", "https"} and is_host(host)


def is_localhost_name(host: str) -> bool:
    """Return whether a host is `localhost` or a name under it (RFC 6761 section 6.3)."""
    return host == "localhost" or host.endswith(".localhost")


def is_loopback(host: str) -> bool:
    """Return whether a host is this computer itself, where http is allowed.

    Args:
        host: a name or an IP literal, without port or brackets.
    """
    if is_localhost_name(host):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
