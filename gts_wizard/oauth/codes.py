"""What an authorization code looks like, and what people mistake for one.

`paste` comes in; pure functions. A GoToSocial code is exactly 48 capitals and digits (measured on
0.17.4, 0.19.2 and 0.20.0-rc1). Elsewhere RFC 6749 leaves the form to the server (appendix A.11);
Mastodon, Akkoma and others use 43 or more characters of base64url.
"""

import re

_GOTOSOCIAL_LENGTH = 48
_MIN_LENGTH = 24
_MAX_LENGTH = 2048

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
        and _MIN_LENGTH <= len(text) <= _MAX_LENGTH
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
    return _why_not_of_any(text, _MIN_LENGTH)


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
    if is_one_word and len(text) < _MIN_LENGTH:
        return _TOO_SHORT
    if _WORDS.fullmatch(text):
        return "That looks like plain words, not like a code."
    if not is_one_word:
        return "There is no code in what you pasted."
    if not _BASE64URL.fullmatch(text):
        return "There are characters in this that no code has."
    return _TOO_SHORT if len(text) < shortest else "That is too long for a code."
