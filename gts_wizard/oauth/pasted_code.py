"""Reads the authorization code in what was pasted: bare, broken, in a sentence or an address.

What was pasted may be a password, so no error repeats any of it, but for the server's own words in
an address. A GoToSocial code is exactly 48 capitals and digits (measured on 0.17.4, 0.19.2 and
0.20.0-rc1). Elsewhere RFC 6749 leaves the form to the server (appendix A.11); Mastodon, Akkoma and
others use 43 or more characters of base64url. The address comes back as in RFC 6749 section 4.1.2.
Pure functions.
"""

import re
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import parse_qs, unquote

from gts_wizard.address import read_address
from gts_wizard.errors import (
    AddressError,
    AuthorizationDenied,
    EmptyCode,
    NotACode,
    ShortCode,
    SignInError,
)
from gts_wizard.sanitize import sanitize_line, sanitize_text
from gts_wizard.secret import Secret

_GOTOSOCIAL_CODE_LENGTH = 48
_MIN_CODE_LENGTH = 24
_MAX_CODE_LENGTH = 2048
# Codes of 12 and of 22 characters have been seen; a short password looks like that, too.
_SHORT_CODE = re.compile(r"[A-Za-z0-9_-]{8,23}")
# An underscore next to a code is Markdown.
_GOTOSOCIAL_CODE = re.compile(rf"(?<![^\W_])[A-Z0-9]{{{_GOTOSOCIAL_CODE_LENGTH}}}(?![^\W_])")
_SPACED_GOTOSOCIAL_CODE = re.compile(
    rf"(?<![^\W_])(?:[A-Z0-9][ \n]{{0,2}}){{{_GOTOSOCIAL_CODE_LENGTH - 1}}}[A-Z0-9](?![^\W_])"
)
_CODE_IN_ANY_CASE = re.compile(rf"(?<![^\W_])[A-Za-z0-9]{{{_GOTOSOCIAL_CODE_LENGTH}}}(?![^\W_])")
_CAPITALS_AND_DIGITS = re.compile(r"[A-Z0-9]+")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
# No terminal is narrower than 16 columns, but a label above a code is.
_WRAPPED_LINE = re.compile(r"^([A-Za-z0-9_-]{16,})\n(?=[A-Za-z0-9_-]+$)", re.MULTILINE)
# A random base64url code mixes cases and digits all over; a passphrase consists of words.
_PLAIN_WORDS = re.compile(r"(?:[A-Z][a-z]{2,}+|[a-z]{3,}+|[A-Z]{3,}+|[0-9]++|[-_\s])+")
_HANDLE = re.compile(r"(?<!\S)(?:@[^\s@]|[^\s@]+@[^\s@]+\.[^\s@])")
_TRAILING_PUNCTUATION = ".,;[]"
_LOWER_CASE = "There are lowercase letters in this, but the code has only capitals."
_TOO_SHORT = "That's too short for a code."
_PAGE_WITHOUT_CODE = "That's the address of a page without a code."
_FILE_NAME = "That looks like a file name, not a code."
_COMMON_MISTAKES = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r"[?&]client_id=",
            "That's the link to the code, not the code itself.",
        ),
        (
            r"/oauth/authorize",
            "That's the address of the page with “Allow”, one step before the code.",
        ),
        (
            r"/auth/sign_in|/login\b",
            "That's the address of the sign-in page, which comes before the code.",
        ),
        (r"https?:|\burn:|\A/?oauth/", _PAGE_WITHOUT_CODE),
        (_HANDLE.pattern, "That looks like an email address or a handle."),
        (r"\A(?:file:|~?/|\.\.?/|[a-z]:\\)", _FILE_NAME),
        (r"\.(?:png|jpe?g|gif|webp|heic|pdf|txt|html?|json|toml)\Z", _FILE_NAME),
        (r"\A(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?\Z", _PAGE_WITHOUT_CODE),
        (
            r"\A(?:(?:the|your|my) )?code\W*\Z",
            "That's only the word “code”, not the code itself.",
        ),
    )
)
_MAX_PASTE_LENGTH = 50_000
# Quotation marks of several languages, the markup of Markdown, HTML, JSON and quoted mail, and the
# box-drawing characters of terminals. Square brackets stay: IPv6 addresses have them.
_ENCLOSURES = str.maketrans(
    dict.fromkeys("\"'`´“”„‟‘’‚‛«»‹›「」『』<>(){}|", " ")  # noqa: RUF001
    | {chr(box): " " for box in range(0x2500, 0x25A0)}
)
_PUNCTUATION = ".,;:!]…"
# Only with the semicolon: `unescape` alone would replace the beginning of a parameter name, too.
_CHARACTER_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_RESPONSE_PARAMETER = re.compile(r"\b(?:code|error)=", re.IGNORECASE)
_ENCODED_RESPONSE_PARAMETER = re.compile(
    r"\b(?:code|error)%3D|%(?:3F|23|26)(?:code|error)%3D", re.IGNORECASE
)
_STATE = re.compile(r"\bstate=([\w.~-]+)", re.ASCII)
# Browsers hide the scheme, so a URL may come without it, or only its query. Narrow terminals wrap
# it: it continues over lines that contain nothing else, unless that is a whole code.
_URL_SCHEME = r"(?:https?://|\burn:)"
_URL_CHARACTER = rf"(?:(?!{_URL_SCHEME})\S)"
_RESPONSE_URL = re.compile(
    rf"(?:{_URL_SCHEME}|(?<!\S)(?:{_URL_CHARACTER}*?[?&#])?(?:code|error)=){_URL_CHARACTER}*+"
    rf"(?:\n(?!(?-i:[A-Z0-9]{{48}})[^\w\n]*$){_URL_CHARACTER}++(?=[^\w\n]*$))*+",
    re.IGNORECASE | re.MULTILINE,
)
_URL_ORIGIN = re.compile(r"(?:(https?)://)?(?:[^/?#]*@)?([^/?#]+)(?=[/?#])", re.IGNORECASE)
_MAX_PIECES = 50


def is_code(text: str, *, is_gotosocial: bool) -> bool:
    """Return whether a text has the form of a complete code.

    Where the software is not known to be GoToSocial, words, numbers and dashes alone are not
    accepted: they may be a passphrase, which must not be sent anywhere.

    Args:
        text: a possible code.
        is_gotosocial: whether the code's server is known to run GoToSocial.
    """
    if _GOTOSOCIAL_CODE.fullmatch(text):
        return True
    return (
        not is_gotosocial
        and _MIN_CODE_LENGTH <= len(text) <= _MAX_CODE_LENGTH
        and _BASE64URL.fullmatch(text) is not None
        and _PLAIN_WORDS.fullmatch(text) is None
    )


def find_codes(text: str, *, is_gotosocial: bool) -> set[str]:
    """Return the codes in a text, whatever surrounds them.

    A code in pieces is joined only where it can't be a passphrase: in GoToSocial's form, or broken
    over lines that contain nothing else.

    Args:
        text: a normalized text, without URLs.
        is_gotosocial: whether the code's server is known to run GoToSocial.
    """
    form = _GOTOSOCIAL_CODE if _GOTOSOCIAL_CODE.search(text) else _SPACED_GOTOSOCIAL_CODE
    codes = {"".join(match[0].split()) for match in form.finditer(text)}
    # A word next to an e-mail address may well be its password.
    if is_gotosocial or _HANDLE.search(text):
        return codes
    words = re.split(r"[\s:]+", _WRAPPED_LINE.sub(r"\1", form.sub(" ", text)))
    stripped = {word.strip(_TRAILING_PUNCTUATION) for word in words}
    return codes | {word for word in stripped if is_code(word, is_gotosocial=False)}


def explain_missing_code(text: str, *, is_gotosocial: bool) -> str:
    """Return a sentence on why there is no code in a text; it quotes nothing of the text.

    Args:
        text: a normalized text in which `find_codes` finds nothing.
        is_gotosocial: whether the code's server is known to run GoToSocial.
    """
    for mistake, reason in _COMMON_MISTAKES:
        if mistake.search(text):
            return reason
    if is_gotosocial:
        return _explain_gotosocial(text) or _explain_any(text, _GOTOSOCIAL_CODE_LENGTH)
    return _explain_any(text, _MIN_CODE_LENGTH)


def _explain_gotosocial(text: str) -> str:
    """Return what is wrong with an almost valid GoToSocial code; empty if it isn't one."""
    candidate = "".join(text.rpartition(":")[2].split()).strip(_TRAILING_PUNCTUATION + "…")
    if _CAPITALS_AND_DIGITS.fullmatch(candidate):
        if len(candidate) < _GOTOSOCIAL_CODE_LENGTH:
            return (
                f"That's only {len(candidate)} of the code's {_GOTOSOCIAL_CODE_LENGTH} characters."
            )
        return (
            f"That's {len(candidate)} characters, but the code has only {_GOTOSOCIAL_CODE_LENGTH}."
        )
    if _CODE_IN_ANY_CASE.search(text) or _CODE_IN_ANY_CASE.fullmatch(candidate):
        return _LOWER_CASE
    return ""


def _explain_any(text: str, min_length: int) -> str:
    is_single_word = not re.search(r"\s", text)
    if is_single_word and len(text) < _MIN_CODE_LENGTH:
        return _TOO_SHORT
    if _PLAIN_WORDS.fullmatch(text):
        return "That looks like plain words, not a code."
    if not is_single_word:
        return "There is no code in what you pasted."
    if not _BASE64URL.fullmatch(text):
        return "There are characters in this that a code never has."
    return _TOO_SHORT if len(text) < min_length else "That's too long for a code."


@dataclass(frozen=True)
class AuthorizationCode:
    """An authorization code, and what came with it.

    Attributes:
        code: the authorization code.
        state: the `state` that came with it, which identifies the pending sign-in; empty if none
            did.
        origin: the origin of the pasted URL, in the form of `Server.origin`; empty if there is
            none. One that can't be a server's origin is kept as pasted, in lower case, and cut.
    """

    code: Secret
    state: str = ""
    origin: str = ""


def parse_paste(pasted: str, *, is_gotosocial: bool = False) -> AuthorizationCode:
    """Return the authorization code in pasted text.

    Args:
        pasted: the code, perhaps in quotes or over several lines; the sentence or the page that
            contains it; or the URL of that page.
        is_gotosocial: whether the server is known to run GoToSocial, whose codes have one form.

    Raises:
        EmptyCode: the text is empty.
        AuthorizationDenied: it is a URL with an error response (RFC 6749 section 4.1.2.1).
        NotACode: it contains no code, or several; the reason says what it looks like instead.
    """
    text = _normalize(pasted)
    from_urls = [paste for match in _RESPONSE_URL.finditer(text) for paste in _parse_url(match[0])]
    valid = [
        paste for paste in from_urls if is_code(paste.code.reveal(), is_gotosocial=is_gotosocial)
    ]
    bare_codes = find_codes(_RESPONSE_URL.sub("\n", text), is_gotosocial=is_gotosocial)
    valid += [AuthorizationCode(Secret(code)) for code in bare_codes]
    if not valid:
        nearest = from_urls[0].code.reveal() if from_urls else text
        raise NotACode(reason=explain_missing_code(nearest, is_gotosocial=is_gotosocial))
    if len({paste.code for paste in valid}) > 1:
        raise NotACode(reason="There is more than one code here.")
    best = max(valid, key=lambda paste: (paste.state != "", paste.origin != ""))
    # Other text in the middle of the URL may have separated its `state` from its `code`.
    state = _STATE.search(text)
    return best if best.state or state is None else replace(best, state=state[1])


def _normalize(pasted: str) -> str:
    text = pasted.strip()
    if len(text) > _MAX_PASTE_LENGTH:
        raise NotACode(reason="That's far too much text for a code.")
    # Terminals send a pasted line break as a carriage return.
    text = sanitize_text("\n".join(text.splitlines()), limit=_MAX_PASTE_LENGTH)
    text = _CHARACTER_REFERENCE.sub(lambda match: unescape(match[0]), text)
    if _ENCODED_RESPONSE_PARAMETER.search(text) and not _RESPONSE_PARAMETER.search(text):
        text = unquote(text)
    # Decoding may have produced unsafe characters.
    text = sanitize_text(text.replace("**", " ").translate(_ENCLOSURES), limit=_MAX_PASTE_LENGTH)
    if not text:
        raise EmptyCode
    return text


def _parse_url(wrapped: str) -> list[AuthorizationCode]:
    """Return the codes in a URL, which may be wrapped over several lines.

    Raises:
        AuthorizationDenied: the URL holds an error response.
    """
    url = "".join(wrapped.split()).rstrip(_PUNCTUATION)
    head, *tail = re.split(r"[?#]", url)
    # Some servers respond in the fragment, and a selection may begin after the question mark.
    fields = parse_qs("&".join(tail) if tail else head)
    if "error" in fields:
        description, error = (
            sanitize_line(fields.get(name, [""])[0]) for name in ("error_description", "error")
        )
        raise AuthorizationDenied(reason=description, error=error)
    state, origin = sanitize_line(fields.get("state", [""])[0]), _parse_origin(url)
    codes = {"".join(code.split()).rstrip(_PUNCTUATION) for code in fields.get("code", [])}
    return [AuthorizationCode(Secret(code), state, origin) for code in codes]


def _parse_origin(url: str) -> str:
    match = _URL_ORIGIN.match(url)
    scheme, host = match.groups(default="") if match else ("", "")
    try:
        return read_address(f"{scheme}://{host}" if scheme else host).origin
    except AddressError:
        return sanitize_line(f"{scheme}://{host}".lower()) if scheme else ""


class CodeAssembler:
    """Parses pastes, and joins a code that was pasted in several pieces.

    Only GoToSocial's codes, whose length is known, are joined: elsewhere the next piece could as
    well be a password that happened to be in the clipboard.

    Args:
        is_gotosocial: whether the code's server is known to run GoToSocial.
    """

    def __init__(self, *, is_gotosocial: bool) -> None:
        self._is_gotosocial = is_gotosocial
        self._pieces: list[str] = []
        self._questioned = ""

    def add(self, pasted: str) -> AuthorizationCode:
        """Return the code in a paste, or else in all pastes since the last code.

        What is unusually short is taken for a code when it comes the second time.

        Raises:
            ShortCode: it is unusually short.
            SignInError: there is no code in either; the error is about this paste alone.
        """
        try:
            paste = parse_paste(pasted, is_gotosocial=self._is_gotosocial)
        except NotACode as error:
            if not self._is_gotosocial and _SHORT_CODE.fullmatch(pasted.strip()):
                return self._question(pasted.strip())
            self._pieces = [*self._pieces, pasted][-_MAX_PIECES:]
            paste = self._join(error)
        self.reset()
        return paste

    def reset(self) -> None:
        """Forget all pieces; they are not part of the next code."""
        self._pieces.clear()
        self._questioned = ""

    def _question(self, text: str) -> AuthorizationCode:
        if text != self._questioned:
            self.reset()
            self._questioned = text
            raise ShortCode
        self.reset()
        return AuthorizationCode(Secret(text))

    def _join(self, error: NotACode) -> AuthorizationCode:
        if not self._is_gotosocial or len(self._pieces) == 1:
            raise error
        try:
            return parse_paste("\n".join(self._pieces), is_gotosocial=True)
        except SignInError:
            raise error from None
