"""The pages that the browser shows after the redirect.

They name nothing that came with it but a server's own words, have no script, and load nothing.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from gts_wizard.version import APP_NAME

if TYPE_CHECKING:
    from gts_wizard.loopback.response import AuthorizationResponse

_STYLE = files("gts_wizard.loopback").joinpath("style.css").read_text("utf-8")
_REASONS = {
    "access_denied": "You didn't allow access.",
    "invalid_scope": "Your server doesn't grant these permissions.",
}


def connected_page() -> str:
    """Return the page that says that the code has led to access."""
    return _page(
        "You are connected",
        "You can close this tab and go back to your terminal.",
        mark="done",
    )


def finishing_page() -> str:
    """Return the page that says that it is being finished, and looks again after a second."""
    return _page("Almost there", "Your terminal is finishing up.", refresh=True)


def failed_page() -> str:
    """Return the page that says that it could not be finished."""
    return _page(
        "That didn't work",
        "Your terminal says why, and what to do next.",
        "You can close this tab.",
    )


def error_page(response: AuthorizationResponse) -> str:
    """Return the page for an error response.

    Args:
        response: the error response.
    """
    said = response.reason.rstrip(".") or response.error
    reason = _REASONS.get(response.error, f"Your server said: “{said}”.")
    return _page(
        "You are not connected",
        reason,
        "Your terminal says what to do next.",
        "You can close this tab.",
    )


def unknown_page() -> str:
    """Return the page for every other request."""
    return _page("Nothing here", "Your terminal isn't waiting for anything at this address.")


def _page(title: str, *sentences: str, mark: str = "", refresh: bool = False) -> str:
    """Return a whole HTML document.

    Args:
        title: what has happened, as text.
        sentences: why, and what to do now, as text; each has a line of its own.
        mark: the class of the mark above the title; empty where there is none.
        refresh: whether the browser is to look again after a second.
    """
    refresh_tag = '<meta http-equiv="refresh" content="1">\n' if refresh else ""
    mark_tag = f'<p class="{mark}" aria-hidden="true">✓</p>\n' if mark else ""
    # All of it is the text of elements, where quotation marks mean nothing.
    title_text = escape(title, quote=False)
    sentence_tags = "\n".join(f"<p>{escape(sentence, quote=False)}</p>" for sentence in sentences)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{refresh_tag}<title>{title_text} - {APP_NAME}</title>
<style>
{_STYLE}</style>
</head>
<body>
<main>
{mark_tag}<h1>{title_text}</h1>
{sentence_tags}
</main>
<footer>{APP_NAME}, on this computer</footer>
</body>
</html>
"""
