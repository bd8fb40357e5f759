"""The out-of-band part of the authorization code flow: the link out, and the code coming back.

Screens come in to read what was pasted, services to make a link; pure functions, apart from the
randomness of a new `state`. RFC 6749 section 4.1; the out-of-band redirect URI is GoToSocial's
(https://docs.gotosocial.org/en/latest/api/authentication/).
"""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from gts_wizard.errors import Declined, NotACode, NothingPasted
from gts_wizard.models import Scopes, Secret
from gts_wizard.text import one_line, paragraphs

OOB_REDIRECT_URI = "urn:ietf:wg:oauth:2.0:oob"

# Mastodon, Akkoma and others use 43 or more characters of base64url; passwords are mostly shorter.
# A code in pieces is put together only where it can't be a passphrase: in GoToSocial's form
# (measured: 48 capitals and digits), or broken over lines.
_SHORTEST = 24
_CODE = re.compile(rf"[A-Za-z0-9_-]{{{_SHORTEST},512}}")
_GOTOSOCIAL_CODE = re.compile(r"[A-Z0-9]{48}")
_CODE_PIECE = re.compile(r"[A-Za-z0-9_-]+")
# Browsers hide the scheme, so a part of the address may come without it.
_ADDRESS = re.compile(r"\b(?:https?://|urn:)|/oauth/oob\?", re.IGNORECASE)
_QUOTES = "\"'`“”‘’«»‹›„<>()[]"  # noqa: RUF001 - quotation marks of several languages
_PASTE_LIMIT = 20_000


@dataclass(frozen=True)
class Paste:
    """What was found in a paste.

    Attributes:
        code: the authorization code.
        state: the attempt the page was for, where the paste said so; empty otherwise.
    """

    code: Secret
    state: str = ""


def new_state() -> str:
    """Return a fresh, unguessable `state` of 128 bits (RFC 6749 section 10.10)."""
    return secrets.token_urlsafe(16)


def authorize_link(origin: str, client_id: str, scopes: Scopes, state: str) -> str:
    """Return the address a person opens to allow the access (RFC 6749 section 4.1.1)."""
    query = urlencode(
        {
            "client_id": client_id,
            "redirect_uri": OOB_REDIRECT_URI,
            "response_type": "code",
            "scope": " ".join(scopes),
            "state": state,
        },
        # A shorter link makes a smaller QR code, and a query may hold colons (RFC 3986, 3.4).
        safe=":",
    )
    return f"{origin}/oauth/authorize?{query}"


def read_paste(pasted: str) -> Paste:
    """Find the authorization code in what was pasted.

    Args:
        pasted: the bare code, perhaps with spaces, quotes or line breaks; the sentence it stood
            in; or the address of the page that showed it.

    Raises:
        NothingPasted: there is nothing.
        Declined: it is the dead `urn:` address by which a server says no.
        NotACode: it holds no code; the reason says what it looks like instead.
    """
    text = paragraphs(pasted, limit=_PASTE_LIMIT)
    if not text:
        raise NothingPasted
    address = _ADDRESS.search(text)
    if address:
        return _from_address(text, address.start())
    if "@" in text:
        raise NotACode(reason="That looks like an e-mail address or a handle.")
    return Paste(_bare_code(text))


def _from_address(text: str, start: int) -> Paste:
    # A narrow terminal breaks an address over lines, and an address has no spaces of its own.
    address = "".join(text[start:].split()).strip(_QUOTES)
    query = parse_qs(address.partition("?")[2].partition("#")[0])
    if "error" in query:
        words = query.get("error_description", query["error"])[0]
        raise Declined(reason=one_line(words).rstrip("."))
    code = query.get("code", [""])[0].strip(_QUOTES)
    if not code:
        raise NotACode(reason="That is the address of a page without a code.")
    if not _CODE.fullmatch(code):
        raise NotACode(reason="The code in that address is incomplete.")
    return Paste(Secret(code), one_line(query.get("state", [""])[0]))


def _bare_code(text: str) -> Secret:
    tail = [word.strip(_QUOTES) for word in text.rpartition(":")[2].split()]
    if _GOTOSOCIAL_CODE.fullmatch("".join(tail)):
        return Secret("".join(tail))
    lines = text.split("\n")
    if len(lines) > 1 and all(_CODE_PIECE.fullmatch(line) for line in lines):
        return _whole("".join(lines))
    words = [word.strip(_QUOTES + ".,;:!") for word in text.split()]
    codes = {word for word in words if _CODE.fullmatch(word)}
    if len(codes) > 1:
        raise NotACode(reason="There is more than one code in this.")
    return _whole(codes.pop() if codes else text)


def _whole(text: str) -> Secret:
    if _CODE.fullmatch(text):
        return Secret(text)
    if len(text) < _SHORTEST:
        raise NotACode(reason="That is too short for a code.")
    raise NotACode(reason="There is no code in this.")
