"""The authorize link: whole, clickable where the terminal can, and without borders to select."""

from textual.content import Content
from textual.style import Style
from textual.widgets import Static


class LinkBox(Static):
    """A link that wraps over as many lines as it needs.

    Args:
        url: the address, of our own making.
    """

    def __init__(self, url: str) -> None:
        super().__init__(Content.styled(url, Style(link=url, underline=True)), markup=False)
        self.url = url
