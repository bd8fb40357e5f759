"""Reads what people paste when they come back from the browser: somewhere in it is the code.

Screens come in; pure functions. What was pasted may be a password, so no failure repeats any of
it, but for the server's own words in an address. The code comes back as in RFC 6749 section
4.1.2, by the out-of-band page of GoToSocial
(https://docs.gotosocial.org/en/latest/api/authentication/).
"""

import re
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import parse_qs, unquote

from gts_wizard.address import read_address
from gts_wizard.errors import AddressError, AuthorizationDenied, EmptyCode, NotACode
from gts_wizard.oauth.codes import codes_in, is_code, why_no_code
from gts_wizard.sanitize import sanitize_line, sanitize_text
from gts_wizard.secret import Secret

_MAX_LENGTH = 50_000

# Quotation marks of several languages, the marks of Markdown, HTML, JSON and quoted mail, and the
# boxes that terminals draw. Square brackets stay: IPv6 addresses have them.
_ENCLOSURES = str.maketrans(
    dict.fromkeys("\"'`´“”„‟‘’‚‛«»‹›「」『』<>(){}|", " ")  # noqa: RUF001
    | {chr(box): " " for box in range(0x2500, 0x25A0)}
)
_PUNCTUATION = ".,;:!]…"

# Only what ends with its semicolon: `unescape` alone would take the beginning of a name as well.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_ANSWER = re.compile(r"\b(?:code|error)=", re.IGNORECASE)
_ENCODED_ANSWER = re.compile(r"\b(?:code|error)%3D|%(?:3F|23|26)(?:code|error)%3D", re.IGNORECASE)

# Browsers hide the scheme, so an address may come without it, or as its last part alone. A narrow
# terminal breaks it: it goes on over lines that hold nothing else, unless that is a whole code.
_STATE = re.compile(r"\bstate=([\w.~-]+)", re.ASCII)
_SCHEME = r"(?:https?://|\burn:)"
_PART = rf"(?:(?!{_SCHEME})\S)"
_ADDRESS = re.compile(
    rf"(?:{_SCHEME}|(?<!\S)(?:{_PART}*?[?&#])?(?:code|error)=){_PART}*+"
    rf"(?:\n(?!(?-i:[A-Z0-9]{{48}})[^\w\n]*$){_PART}++(?=[^\w\n]*$))*+",
    re.IGNORECASE | re.MULTILINE,
)
_WEB = re.compile(r"(?:(https?)://)?(?:[^/?#]*@)?([^/?#]+)(?=[/?#])", re.IGNORECASE)


@dataclass(frozen=True)
class PastedCode:
    """What was found in a paste.

    Attributes:
        code: the authorization code.
        state: the attempt the page was for, where the paste said so; empty otherwise.
        origin: whose page it was, in the form of `Server.origin`, where the paste said so; empty
            otherwise. What can't be an instance's origin is given as pasted, in small letters.
    """

    code: Secret
    state: str = ""
    origin: str = ""


def parse_paste(pasted: str, *, is_gotosocial: bool = False) -> PastedCode:
    """Find the authorization code in what was pasted.

    Args:
        pasted: the code, perhaps in quotes or over several lines; the sentence or the page it
            stood in; or the address of that page.
        is_gotosocial: whether the server is known to run GoToSocial, whose codes have one form.

    Raises:
        EmptyCode: there is nothing.
        AuthorizationDenied: it is an address by which a server says no (RFC 6749 section 4.1.2.1).
        NotACode: it holds no code, or several; the reason says what it looks like instead.
    """
    text = _tidy(pasted)
    named = [paste for found in _ADDRESS.finditer(text) for paste in _in_address(found[0])]
    whole = [one for one in named if is_code(one.code.reveal(), is_gotosocial=is_gotosocial)]
    beside = codes_in(_ADDRESS.sub("\n", text), is_gotosocial=is_gotosocial)
    whole += [PastedCode(Secret(code)) for code in beside]
    if not whole:
        nearest = named[0].code.reveal() if named else text
        raise NotACode(reason=why_no_code(nearest, is_gotosocial=is_gotosocial))
    if len({one.code for one in whole}) > 1:
        raise NotACode(reason="There is more than one code in this.")
    best = max(whole, key=lambda one: (one.state != "", one.origin != ""))
    # Junk between the two may have cut the address, but not what it was for.
    stated = _STATE.search(text)
    return best if best.state or stated is None else replace(best, state=stated[1])


def _tidy(pasted: str) -> str:
    text = pasted.strip()
    if len(text) > _MAX_LENGTH:
        raise NotACode(reason="That is far more text than a code comes with.")
    # Terminals hand a pasted line break over as a carriage return.
    text = sanitize_text("\n".join(text.splitlines()), limit=_MAX_LENGTH)
    text = _REFERENCE.sub(lambda found: unescape(found[0]), text)
    if _ENCODED_ANSWER.search(text) and not _ANSWER.search(text):
        text = unquote(text)
    # What was encoded may be unsafe, too.
    text = sanitize_text(text.replace("**", " ").translate(_ENCLOSURES), limit=_MAX_LENGTH)
    if not text:
        raise EmptyCode
    return text


def _in_address(broken: str) -> list[PastedCode]:
    """Return what an address names: no code, one, or several.

    Raises:
        AuthorizationDenied: it names an error.
    """
    address = "".join(broken.split()).rstrip(_PUNCTUATION)
    head, *tail = re.split(r"[?#]", address)
    # Providers answer in the fragment, too, and a selection may begin behind the question mark.
    fields = parse_qs("&".join(tail) if tail else head)
    if "error" in fields:
        description, error = (
            sanitize_line(fields.get(name, [""])[0]).rstrip(".")
            for name in ("error_description", "error")
        )
        raise AuthorizationDenied(reason=description or error or "it did not say why", error=error)
    state, origin = sanitize_line(fields.get("state", [""])[0]), _origin(address)
    codes = {"".join(code.split()).rstrip(_PUNCTUATION) for code in fields.get("code", [])}
    return [PastedCode(Secret(code), state, origin) for code in codes]


def _origin(address: str) -> str:
    web = _WEB.match(address)
    scheme, host = web.groups(default="") if web else ("", "")
    try:
        return read_address(f"{scheme}://{host}" if scheme else host).origin
    except AddressError:
        return f"{scheme}://{host}".lower() if scheme else ""
