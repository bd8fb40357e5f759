"""Points out names that may be mistaken for others, because alphabets share their looks.

Addresses come in; pure functions. UTS 39, https://www.unicode.org/reports/tr39/.
"""

import unicodedata

_HAN = frozenset({"CJK", "IDEOGRAPHIC"})
# What one label may mix by UTS 39 section 5.2, “highly restrictive”; all else is one script alone.
_TOGETHER = (
    _HAN | {"LATIN", "HIRAGANA", "KATAKANA"},
    _HAN | {"LATIN", "BOPOMOFO"},
    _HAN | {"LATIN", "HANGUL"},
)
# Small Cyrillic, Greek and Armenian letters that most fonts draw like Latin ones.
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуѵ" + "αικνορυχ" + "օոսհցզ")  # noqa: RUF001


def warning(name: str) -> str:
    """Return a sentence on how a name could be taken for another one; empty if it could not.

    Args:
        name: a domain name in the letters people read.
    """
    labels = [_letters(label) for label in name.split(".")]
    if any(_is_mixed(letters) for letters in labels):
        return "Careful: it mixes letters of different alphabets, which can imitate another name."
    imitating = any(letters and letters <= _LIKE_LATIN for letters in labels)
    if imitating and all(_reads_as_latin(letters) for letters in labels):
        return "Careful: its letters only look like Latin ones, which can imitate another name."
    return ""


def _letters(label: str) -> frozenset[str]:
    # Names are in lower case; digits, hyphens and modifiers belong to every script.
    return frozenset(one for one in label if unicodedata.category(one) in {"Ll", "Lo"})


def _scripts(letters: frozenset[str]) -> frozenset[str]:
    # The name of a letter begins with its script: CYRILLIC SMALL LETTER A.
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)


def _is_mixed(letters: frozenset[str]) -> bool:
    scripts = _scripts(letters)
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def _reads_as_latin(letters: frozenset[str]) -> bool:
    return letters <= _LIKE_LATIN or _scripts(letters) <= {"LATIN"}
