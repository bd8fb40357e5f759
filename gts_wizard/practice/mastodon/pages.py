"""Mastodon's pages: its words, our looks. Every value that comes from outside is escaped here."""

from __future__ import annotations

from html import escape

from gts_wizard.practice.pages import layout


def authorize_page(application: str, scope: str) -> str:
    """Give the page with the button "Authorize".

    Args:
        application: The name the application registered with; a stranger's text.
        scope: What the link asks for; a stranger's text.
    """
    permissions = "".join(f"<li><code>{escape(one)}</code></li>" for one in scope.split())
    return layout(
        "Authorization required",
        f"""
        <h1>Authorization required</h1>
        <p><b>{escape(application)}</b> would like permission to access your account.
        <b>Only approve this request if you recognize and trust this source.</b></p>
        <h2>Review permissions</h2>
        <ul>{permissions}</ul>
        <form method="post" action="/oauth/authorize">
        <button type="submit" autofocus>Authorize</button>
        </form>""",
    )


def code_page(code: str) -> str:
    """Give the page that shows the out-of-band code, and nothing else.

    Args:
        code: The code from the address; a stranger's text.
    """
    return layout(
        "Authorization code",
        f"""
        <p>Copy this authorization code and paste it to the application.</p>
        <p class="code"><code>{escape(code)}</code></p>""",
    )


def error_page(error: str) -> str:
    """Give the page that tells why a link is refused, in the server's words."""
    return layout(
        "An error has occurred",
        f"""
        <p class="trouble">{escape(error)}</p>""",
    )
