"""The practice server's web pages; they work without JavaScript.

The words of each main section are those GoToSocial shows (measured on 0.17.4, 0.19.2 and
0.20.0-rc1); the looks are our own. Every value that comes from outside is escaped here and nowhere
else.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files

from gts_wizard.practice.accounts import ACCOUNTS, PASSWORD, Account
from gts_wizard.practice.ids import new_request_id

_STYLE = files("gts_wizard.practice").joinpath("data", "style.css").read_text("utf-8")


def home_page(origin: str, software: str) -> str:
    """Return the front page, which explains the server and lists its accounts.

    Args:
        origin: the server's origin, such as `http://localhost:8080`.
        software: the software and version it behaves like, such as `GoToSocial 0.19.2`.
    """
    return layout(
        "Practice server",
        f"""
        <h1>Practice server</h1>
        <p>This little server behaves like {escape(software)}, so that you can try
        signing in without touching a real account. It runs on this computer only, at
        <code>{escape(origin)}</code>, and forgets everything when it stops.</p>
        <h2>Who you can be</h2>
        {_account_list()}""",
    )


def sign_in_page(email: str = "", error: str = "") -> str:
    """Return the page that asks for e-mail address and password.

    Args:
        email: the e-mail address to fill in again after an error.
        error: what was wrong with the last input; empty if nothing was.
    """
    alert = f'<p class="trouble" role="alert">{escape(error)}</p>' if error else ""
    # After an error the password has to be typed again.
    email_focus, password_focus = ("", " autofocus") if email else (" autofocus", "")
    return layout(
        "Sign in",
        f"""
        <h1>Sign in</h1>
        {alert}
        <form method="post" action="/auth/sign_in">
        <label for="username">Email</label>
        <input id="username" name="username" type="email" autocomplete="username"
          value="{escape(email)}" required{email_focus}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password"
          required{password_focus}>
        <button type="submit">Sign in</button>
        </form>""",
        f"<h2>Who you can be here</h2>{_account_list()}",
    )


def authorize_page(username: str, application: str, scope: str, redirect_uri: str) -> str:
    """Return the page with the button "Allow".

    Args:
        username: the account that is signed in.
        application: the name the application registered with; untrusted text.
        scope: the scope the link asks for; untrusted text.
        redirect_uri: where the code goes; untrusted text.
    """
    return layout(
        "Authorize app",
        f"""
        <h1>Authorize app</h1>
        <form method="post" action="/oauth/authorize">
        <p>Hi <b>{escape(username)}</b>!</p>
        <p>Application <b>{escape(application)}</b> would like to perform actions on your behalf,
        with scope <em>{escape(scope)}</em>.</p>
        <p>To continue, the application will redirect to:
        <code>{escape(redirect_uri)}</code></p>
        <button type="submit" autofocus>Allow</button>
        </form>""",
    )


def code_page(username: str, scope: str, code: str) -> str:
    """Return the page that shows the out-of-band code.

    Args:
        username: the account that is signed in.
        scope: the scope that was allowed.
        code: the code from the URL's query; untrusted text.
    """
    return layout(
        "Your code",
        f"""
        <h1>Hi <b>{escape(username)}</b>!</h1>
        <p>Here's your out-of-band token with scope "<em>{escape(scope)}</em>", use it wisely:</p>
        <p class="code"><code>{escape(code)}</code></p>""",
        "<p>Copy the code and paste it where you came from. It works once, for ten minutes.</p>",
    )


def error_page(error: str) -> str:
    """Return the page that shows an error, in the server's words."""
    return layout(
        "Something went wrong",
        f"""
        <h1>An error occured:</h1>
        <p class="trouble">{escape(error)}</p>
        <p class="quiet">Request ID: <code>{new_request_id()}</code></p>""",
        "<p>Nothing is lost. Go back to where you came from and open a fresh link.</p>",
    )


def not_found_page() -> str:
    """Return the page for an unknown path."""
    return layout(
        "Not found",
        """
        <h1>404: Not Found</h1>
        <p>There is nothing at this address.
        The <a href="/">front page</a> says what this server is.</p>""",
    )


def account_domain_page() -> str:
    """Return the page that an account domain shows for every other path."""
    return layout(
        "A website",
        """
        <h1>A website</h1>
        <p>Handles end with this address, but the server itself is elsewhere, and this website
        has no such page.</p>""",
    )


def _account_list() -> str:
    rows = "".join(
        f'<li><img src="/pictures/{account.username}.png" alt="" width="40" height="40">'
        f"<span>{_account_name(account)}<br>"
        f"<code>{escape(account.email)}</code></span></li>"
        for account in ACCOUNTS.values()
    )
    return (
        f'<ul class="people">{rows}</ul>'
        f"<p>The password is <code>{escape(PASSWORD)}</code> for all of them.</p>"
    )


def _account_name(account: Account) -> str:
    name = f"<b>{escape(account.display_name)}</b>"
    return f"{name} (administrator)" if account.admin else name


def layout(title: str, main: str, aside: str = "") -> str:
    """Return a whole HTML document.

    Args:
        title: the title, as text.
        main: the content of the main element, as HTML.
        aside: the content of the aside element, as HTML; empty for none.
    """
    aside_element = f"<aside>{aside}</aside>" if aside else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{escape(title)} - practice server</title>
<style>
{_STYLE}</style>
</head>
<body>
<header>This is a practice server. Nothing here is real.</header>
<main>{main}
</main>
{aside_element}
</body>
</html>
"""
