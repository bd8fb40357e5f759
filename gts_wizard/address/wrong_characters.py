"""Names the character that an address can't have, so that a typing mistake is found. Pure."""

# ruff: noqa: RUF001 - the marks that are typed by mistake are the point here

import unicodedata

# By the word that people know it by; any other is quoted.
BY_NAME = {
    ",": "There is a comma (,) in this address.",
    ";": "There is a semicolon (;) in this address.",
    ":": "There is a colon (:) in this address.",
    "!": "There is an exclamation mark (!) in this address.",
    "'": "There is an apostrophe (') in this address.",
    "’": "There is an apostrophe (’) in this address.",
    "\\": "There is a backslash (\\) in this address.",
    "%": "There is a percent sign (%) in this address.",
    "–": "There is a long dash (–) in this address.",
    "—": "There is a long dash (—) in this address.",
}
_ALLOWED = frozenset("@._-")


def describe_wrong_character(text: str) -> str:
    """Return a sentence that names the first wrong character; empty if there is none.

    Letters and digits of any alphabet are never wrong: whether they make a name is for others to
    decide.

    Args:
        text: a username, a server's name or a handle.
    """
    for character in text:
        is_mark = unicodedata.category(character)[0] in {"P", "S", "Z"}
        if is_mark and character not in _ALLOWED:
            return BY_NAME.get(character) or f"There is a “{character}” in this address."
    return ""
