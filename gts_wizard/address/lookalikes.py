"""Notices domain names that can be mistaken for others.

UTS 39 for alphabets that share their looks (https://www.unicode.org/reports/tr39/), its table
confusables.txt for single letters, and the rules of Chromium for letters that look like a slash, a
hyphen or a dot: https://chromium.googlesource.com/chromium/src/+/main/docs/idn.md. Pure functions.
"""

# ruff: noqa: RUF001 - letters that look like others are the point here

import re
import unicodedata

_MIXED = "Careful: it mixes letters from different alphabets, so it could imitate another name."
_LOOKS_LATIN = "Careful: its letters only look like Latin ones, so it could imitate another name."
_ODD_LETTERS = "Careful: some of its letters look like others, so it could imitate another name."
_LOOKS_KNOWN = "Careful: it looks like {name}, but it isn't."

_HAN = frozenset({"CJK", "IDEOGRAPHIC"})
# The scripts that one label may mix by UTS 39 section 5.2, “highly restrictive”; any other label
# must be of one script.
_ALLOWED_SCRIPT_MIXES = (
    _HAN | {"LATIN", "HIRAGANA", "KATAKANA"},
    _HAN | {"LATIN", "BOPOMOFO"},
    _HAN | {"LATIN", "HANGUL"},
)
# Lower-case Cyrillic, Greek and Armenian letters that look like Latin ones in most fonts.
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуѵ" + "αικνορυχ" + "օոսհցզ")
_KANA = "ぁ-ゖゝゞァ-ヺ"
_EAST_ASIAN = f"{_KANA}ーㄅ-ㄯ々〆㐀-䶿一-鿿"
# Strokes that are a slash or a hyphen among Latin letters, and marks that follow no kana.
_PUNCTUATION_LIKE = re.compile(
    f"(?<![{_EAST_ASIAN}])[ノンソゾ丶丿乀乁一ㄧ]+(?![{_EAST_ASIAN}])"
    f"|(?<![{_KANA}ー])[ーヽヾ]|[a-z]・|・[a-z]"
)
# Phonetic letters that look like ordinary ones, and a second dot on a letter.
_PHONETIC = re.compile("[ɑɡɩɪɯɣʋʏƅᴄᴏᴠᴡᴢꜱ]|[ijlı]\N{COMBINING DOT ABOVE}")
# Letters of some languages that have no decomposition; what they are taken for.
_PLAIN_LETTERS = str.maketrans("ɡɑıłøđħŧŋþĸ", "gailodhtnpk")
# Servers that many people know, so that their names are worth imitating.
_WELL_KNOWN = frozenset(
    {
        "chaos.social",
        "fosstodon.org",
        "gotosocial.org",
        "hachyderm.io",
        "infosec.exchange",
        "mas.to",
        "mastodon.online",
        "mastodon.social",
        "mastodon.world",
        "misskey.io",
        "mstdn.jp",
        "mstdn.social",
        "pawoo.net",
        "pixelfed.social",
        "social.vivaldi.net",
        "techhub.social",
        "troet.cafe",
    }
)


def lookalike_warning(name: str) -> str:
    """Return a warning that a name could be mistaken for another one; empty if it could not.

    Args:
        name: a domain name in Unicode.
    """
    if name.isascii():
        return ""
    known = _known_name(_skeleton(name))
    if known and known != _known_name(name):
        return _LOOKS_KNOWN.format(name=known)
    labels = [_letters(label) for label in name.split(".")]
    if any(map(_is_mixed, labels)) or any(map(_has_stray_stroke, name.split("."))):
        return _MIXED
    if _PHONETIC.search(name):
        return _ODD_LETTERS
    has_imitation = any(letters and letters <= _LIKE_LATIN for letters in labels)
    if has_imitation and all(_reads_as_latin(letters) for letters in labels):
        return _LOOKS_LATIN
    return ""


def _letters(label: str) -> frozenset[str]:
    # Names are in lower case; digits, hyphens and modifiers are common to all scripts.
    return frozenset(
        character for character in label if unicodedata.category(character) in {"Ll", "Lo"}
    )


def _scripts(letters: frozenset[str]) -> frozenset[str]:
    # A letter's Unicode name begins with its script: CYRILLIC SMALL LETTER A.
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)


def _is_mixed(letters: frozenset[str]) -> bool:
    scripts = _scripts(letters)
    return len(scripts) > 1 and not any(scripts <= mix for mix in _ALLOWED_SCRIPT_MIXES)


def _reads_as_latin(letters: frozenset[str]) -> bool:
    return letters <= _LIKE_LATIN or _scripts(letters) <= {"LATIN"}


def _has_stray_stroke(label: str) -> bool:
    """Return whether a label in Latin letters has East Asian ones that look like punctuation."""
    return bool(re.search("[a-z]", label) and _PUNCTUATION_LIKE.search(label))


def _skeleton(name: str) -> str:
    """Return a name with its letters reduced to those that they are taken for at a glance."""
    letters = unicodedata.normalize("NFD", name).translate(_PLAIN_LETTERS)
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def _known_name(name: str) -> str:
    """Return the well-known name that a name, with an optional port, is or ends with; or empty."""
    host = name.partition(":")[0]
    return next((known for known in _WELL_KNOWN if f".{host}".endswith(f".{known}")), "")
