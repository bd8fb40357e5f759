"""Makes strangers' text safe to show: what a server sent, or what somebody pasted.

Everything a server words goes through here before a model holds it. Pure functions; nothing is
imported from the house.
"""

import re
import unicodedata
from html.parser import HTMLParser

# Cf holds the bidirectional overrides and zero-width characters, Cs lone surrogates, Co and Cn
# what no font can show. U+200C and U+200D stay out too: emoji fall apart, but nobody is fooled.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLOCK_TAGS = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3"})
_SILENT_TAGS = frozenset({"script", "style"})


def one_line(text: object, limit: int = 200) -> str:
    """Return `text` as one safe line.

    Args:
        text: a stranger's value; anything that is no string becomes an empty line.
        limit: the most characters kept; a cut is shown by an ellipsis.
    """
    return _cap(" ".join(_safe_characters(text).split()), limit)


def paragraphs(text: object, limit: int = 2000) -> str:
    """Return `text` as safe lines, with at most one empty line between two.

    Args:
        text: a stranger's value; anything that is no string becomes empty.
        limit: the most characters kept; a cut is shown by an ellipsis.
    """
    lines = [" ".join(line.split()) for line in _safe_characters(text).split("\n")]
    return _cap(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit)


def from_html(markup: object, limit: int = 2000) -> str:
    """Return the readable text of a server's HTML, such as a bio, safe to show.

    Args:
        markup: a stranger's HTML; anything that is no string becomes empty.
        limit: the most characters kept.
    """
    if not isinstance(markup, str):
        return ""
    reader = _TextOfHtml()
    # A bio of a mebibyte is nobody's bio, and parsing takes time that grows with it.
    reader.feed(markup[: limit * 20])
    reader.close()
    return paragraphs("".join(reader.pieces), limit)


def _safe_characters(text: object) -> str:
    if not isinstance(text, str):
        return ""
    spaced = re.sub(r"[\t\r\v\f\u2028\u2029]", " ", text.replace("\r\n", "\n"))
    return "".join(
        character
        for character in spaced
        if character == "\n" or unicodedata.category(character) not in _UNSAFE_CATEGORIES
    )


def _cap(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


class _TextOfHtml(HTMLParser):
    """Collects the text between the tags, with line breaks where blocks begin and end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT_TAGS:
            self._silent += 1
        elif tag == "br" or tag in _BLOCK_TAGS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT_TAGS:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCK_TAGS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)
