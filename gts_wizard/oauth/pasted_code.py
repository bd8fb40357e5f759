"""Reads the authorization code in what was pasted: bare, broken, in a sentence or an address."""

import re
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import parse_qs, unquote

from gts_wizard.address import read_address
from gts_wizard.errors import AddressError, AuthorizationDenied, EmptyCode, NotACode, SignInError
from gts_wizard.sanitize import sanitize_line, sanitize_text
from gts_wizard.secret import Secret

_GOTOSOCIAL_LENGTH = 48
_MIN_CODE_LENGTH = 24
_MAX_CODE_LENGTH = 2048
# An underscore beside a code is Markdown's.
_WHOLE = re.compile(rf"(?<![^\W_])[A-Z0-9]{{{_GOTOSOCIAL_LENGTH}}}(?![^\W_])")
_IN_PIECES = re.compile(
    rf"(?<![^\W_])(?:[A-Z0-9][ \n]{{0,2}}){{{_GOTOSOCIAL_LENGTH - 1}}}[A-Z0-9](?![^\W_])"
)
_ANY_CASE = re.compile(rf"(?<![^\W_])[A-Za-z0-9]{{{_GOTOSOCIAL_LENGTH}}}(?![^\W_])")
_CAPITALS = re.compile(r"[A-Z0-9]+")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
# No line of a terminal is narrower than this, but the label above a code is.
_WRAPPED = re.compile(r"^([A-Za-z0-9_-]{16,})\n(?=[A-Za-z0-9_-]+$)", re.MULTILINE)
# A random code of base64url changes its kind of character all the time; a passphrase has words.
_WORDS = re.compile(r"(?:[A-Z][a-z]{2,}+|[a-z]{3,}+|[A-Z]{3,}+|[0-9]++|[-_\s])+")
_HANDLE = re.compile(r"(?<!\S)(?:@[^\s@]|[^\s@]+@[^\s@]+\.[^\s@])")
_TRAILING_PUNCTUATION = ".,;[]"
_SMALL_LETTERS = (
    "There are small letters in this, but the code has only capitals, "
    "and the server tells them apart."
)
_TOO_SHORT = "That is too short for a code."
_PAGE = "That is the address of a page without a code."
_FILE = "That looks like the name of a file, not like a code."
_MISTAKES = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r"[?&]client_id=",
            "That is the link that leads to the code, not the code itself.",
        ),
        (
            r"/oauth/authorize",
            "That is the address of the page with “Allow”, which comes before the code.",
        ),
        (
            r"/auth/sign_in|/login\b",
            "That is the address of the page where you sign in, which comes before the code.",
        ),
        (r"https?:|\burn:|\A/?oauth/", _PAGE),
        (_HANDLE.pattern, "That looks like an e-mail address or a handle."),
        (r"\A(?:file:|~?/|\.\.?/|[a-z]:\\)", _FILE),
        (r"\.(?:png|jpe?g|gif|webp|heic|pdf|txt|html?|json|toml)\Z", _FILE),
        (r"\A(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?\Z", _PAGE),
        (
            r"\A(?:(?:the|your|my) )?code\W*\Z",
            "That is only the word “code”, not the code itself.",
        ),
    )
)
_MAX_PASTE_LENGTH = 50_000
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
_MAX_PIECES = 50


def is_code(text: str, *, is_gotosocial: bool) -> bool:
    """Tell whether a text has the form of a whole code.

    Where the software is not known to be GoToSocial, words, numbers and dashes alone are not
    taken for a code: they may be a passphrase, and that must not be sent anywhere.

    Args:
        text: what stands where a code is expected.
        is_gotosocial: whether the code's server runs GoToSocial.
    """
    if _WHOLE.fullmatch(text):
        return True
    return (
        not is_gotosocial
        and _MIN_CODE_LENGTH <= len(text) <= _MAX_CODE_LENGTH
        and _BASE64URL.fullmatch(text) is not None
        and _WORDS.fullmatch(text) is None
    )


def codes_in(text: str, *, is_gotosocial: bool) -> set[str]:
    """Return the codes that stand in a text, whatever surrounds them.

    A code in pieces is put together only where it can't be a passphrase: in GoToSocial's form,
    or broken over lines that hold nothing else.

    Args:
        text: a tidy text, without addresses.
        is_gotosocial: whether the code's server runs GoToSocial.
    """
    form = _WHOLE if _WHOLE.search(text) else _IN_PIECES
    codes = {"".join(found[0].split()) for found in form.finditer(text)}
    # What stands beside an e-mail address is easily the password to it.
    if is_gotosocial or _HANDLE.search(text):
        return codes
    words = re.split(r"[\s:]+", _WRAPPED.sub(r"\1", form.sub(" ", text)))
    stripped = {word.strip(_TRAILING_PUNCTUATION) for word in words}
    return codes | {word for word in stripped if is_code(word, is_gotosocial=False)}


def why_no_code(text: str, *, is_gotosocial: bool) -> str:
    """Return the sentence that says why there is no code in a text; it repeats none of it.

    Args:
        text: a tidy text in which `codes_in` finds nothing.
        is_gotosocial: whether the code's server runs GoToSocial.
    """
    for mistake, reason in _MISTAKES:
        if mistake.search(text):
            return reason
    if is_gotosocial:
        return _why_not_of_gotosocial(text) or _why_not_of_any(text, _GOTOSOCIAL_LENGTH)
    return _why_not_of_any(text, _MIN_CODE_LENGTH)


def _why_not_of_gotosocial(text: str) -> str:
    """Say what is wrong with an almost good code; empty when it is nothing of the kind."""
    row = "".join(text.rpartition(":")[2].split()).strip(_TRAILING_PUNCTUATION + "…")
    if _CAPITALS.fullmatch(row):
        if len(row) < _GOTOSOCIAL_LENGTH:
            return f"That is only {len(row)} of the code's {_GOTOSOCIAL_LENGTH} characters."
        return f"That is {len(row)} characters, but the code has only {_GOTOSOCIAL_LENGTH}."
    if _ANY_CASE.search(text) or _ANY_CASE.fullmatch(row):
        return _SMALL_LETTERS
    return ""


def _why_not_of_any(text: str, shortest: int) -> str:
    is_one_word = not re.search(r"\s", text)
    if is_one_word and len(text) < _MIN_CODE_LENGTH:
        return _TOO_SHORT
    if _WORDS.fullmatch(text):
        return "That looks like plain words, not like a code."
    if not is_one_word:
        return "There is no code in what you pasted."
    if not _BASE64URL.fullmatch(text):
        return "There are characters in this that no code has."
    return _TOO_SHORT if len(text) < shortest else "That is too long for a code."


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
    if len(text) > _MAX_PASTE_LENGTH:
        raise NotACode(reason="That is far more text than a code comes with.")
    # Terminals hand a pasted line break over as a carriage return.
    text = sanitize_text("\n".join(text.splitlines()), limit=_MAX_PASTE_LENGTH)
    text = _REFERENCE.sub(lambda found: unescape(found[0]), text)
    if _ENCODED_ANSWER.search(text) and not _ANSWER.search(text):
        text = unquote(text)
    # What was encoded may be unsafe, too.
    text = sanitize_text(text.replace("**", " ").translate(_ENCLOSURES), limit=_MAX_PASTE_LENGTH)
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


class CodeAssembler:
    """Reads pastes, and remembers those that hold no code by themselves: a break may part it.

    Only GoToSocial's codes are put together, whose length is known: elsewhere the next piece could
    as well be a password from the wrong clipboard.

    Args:
        is_gotosocial: whether the code's server is known to run GoToSocial.
    """

    def __init__(self, *, is_gotosocial: bool) -> None:
        self._is_gotosocial = is_gotosocial
        self._pieces: list[str] = []

    def add(self, pasted: str) -> PastedCode:
        """Find the code in a paste, or else in all that came since there was one.

        Raises:
            SignInError: there is none in either; it is about the paste alone.
        """
        try:
            found = parse_paste(pasted, is_gotosocial=self._is_gotosocial)
        except NotACode as refusal:
            self._pieces = [*self._pieces, pasted][-_MAX_PIECES:]
            found = self._join(refusal)
        self.reset()
        return found

    def reset(self) -> None:
        """Begin anew: what came before belongs to no code that may still come."""
        self._pieces.clear()

    def _join(self, refusal: NotACode) -> PastedCode:
        if not self._is_gotosocial or len(self._pieces) == 1:
            raise refusal
        try:
            return parse_paste("\n".join(self._pieces), is_gotosocial=True)
        except SignInError:
            raise refusal from None
