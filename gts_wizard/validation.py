"""Tells what is plain enough to stand in any of the files, and to be sent to a server.

The wire, the shelf and the formats of other tools come in, so that one yard measures what arrives,
what is kept and what is handed on. Pure functions.
"""

import re
from typing import TypeGuard

# The visible part of VSCHAR (RFC 6749 appendix A), as much of it as the wire accepts.
_CREDENTIAL = re.compile(r"[!-~]{1,4096}")
# What GoToSocial, Mastodon and their relatives allow. A handle is made of it, and stands in lines
# for a shell, so it holds no other server and no code.
_USERNAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_HOST = re.compile(r"[^\s/?#@\\]{1,300}")


def is_token_syntax(value: object) -> TypeGuard[str]:
    """Tell whether something is a text that can be an identifier, a secret or a token.

    It can safely go into a header, a form or a link.
    """
    return isinstance(value, str) and _CREDENTIAL.fullmatch(value) is not None


def is_username(text: str) -> bool:
    """Tell whether a text can be the part of a handle before the domain."""
    return _USERNAME.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Tell whether a text can be a host, perhaps with its port; its grammar is not looked at."""
    return text.isprintable() and _HOST.fullmatch(text) is not None


def is_origin(text: str) -> bool:
    """Tell whether a text can be an origin (RFC 6454 section 6.2) on the web."""
    scheme, _, host = text.partition("://")
    return scheme in {"http", "https"} and is_host(host)
