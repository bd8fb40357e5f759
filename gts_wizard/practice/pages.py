"""The pretend server's web pages."""

from __future__ import annotations

from html import escape

from gts_wizard.practice.accounts import ACCOUNTS, PASSWORD
from gts_wizard.practice.ids import new_request_id

STYLE = """
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f2ee, #1b1d20);
  --paper: light-dark(#ffffff, #25282c);
  --ink: light-dark(#23211f, #eceae6);
  --quiet: light-dark(#5e5a55, #b3afa8);
  --line: light-dark(#d5d0c8, #45494f);
  --accent: light-dark(#2c6a4c, #8fd0ae);
  --on-accent: light-dark(#ffffff, #14231b);
  --trouble: light-dark(#8f2a1f, #f3a79d);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 38rem;
  background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, sans-serif;
}
header { color: var(--quiet); font-size: .9375rem; margin: 0 0 1rem; }
main, aside {
  background: var(--paper); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1.5rem 1.75rem;
}
aside { background: none; margin-top: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.0625rem; margin: 1.5rem 0 .75rem; }
aside h2:first-child { margin-top: 0; }
p { margin: 0 0 1rem; }
main > :last-child, aside > :last-child, form > :last-child { margin-bottom: 0; }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
input, button { font: inherit; border-radius: .5rem; padding: .55rem .8rem; }
input {
  display: block; width: 100%; margin: 0 0 1.1rem;
  background: var(--ground); color: var(--ink); border: 1px solid var(--quiet);
}
button {
  background: var(--accent); color: var(--on-accent); border: 0; font-weight: 600;
  padding: .6rem 1.6rem; cursor: pointer;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
b, em, code { overflow-wrap: anywhere; }
em { font-weight: 600; font-style: normal; }
code { font: .9375em ui-monospace, monospace; }
.code code {
  display: block; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--ground); font-size: 1rem; user-select: all;
}
.trouble { color: var(--trouble); border-left: 4px solid var(--trouble); padding-left: .8rem; }
.quiet { color: var(--quiet); font-size: .9375rem; }
.people { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: .6rem; }
.people li { display: flex; gap: .8rem; align-items: center; line-height: 1.35; }
.people img { border-radius: 50%; }
"""


def home_page(origin: str, software: str) -> str:
    """Give the front page, which says what this is and who lives here.

    Args:
        origin: Where the instance is, such as `http://localhost:8080`.
        software: What it behaves like, such as `GoToSocial 0.19.2`.
    """
    return layout(
        "Practice instance",
        f"""
        <h1>Practice instance</h1>
        <p>This little server behaves like {escape(software)}, so that you can try
        signing in without touching a real account. It runs on this computer only, at
        <code>{escape(origin)}</code>, and forgets everything when it stops.</p>
        <h2>Who you can be</h2>
        {_people()}""",
    )


def sign_in_page(email: str = "", trouble: str = "") -> str:
    """Give the page that asks for e-mail address and password.

    Args:
        email: The address to fill in again after a mistake.
        trouble: What went wrong the last time, or ``""``.
    """
    alert = f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    # After a mistake it is the password that is typed again.
    on_email, on_password = ("", " autofocus") if email else (" autofocus", "")
    return layout(
        "Sign in",
        f"""
        <h1>Sign in</h1>
        {alert}
        <form method="post" action="/auth/sign_in">
        <label for="username">Email</label>
        <input id="username" name="username" type="email" autocomplete="username"
          value="{escape(email)}" required{on_email}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password"
          required{on_password}>
        <button type="submit">Sign in</button>
        </form>""",
        f"<h2>Who you can be here</h2>{_people()}",
    )


def authorize_page(username: str, application: str, scope: str, redirect_uri: str) -> str:
    """Give the page with the button "Allow".

    Args:
        username: Who signed in.
        application: The name the application registered with; a stranger's text.
        scope: What the link asks for; a stranger's text.
        redirect_uri: Where the code goes; a stranger's text.
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
    """Give the page that shows the out-of-band code.

    Args:
        username: Who signed in.
        scope: What was allowed.
        code: The code from the address; a stranger's text.
    """
    return layout(
        "Your code",
        f"""
        <h1>Hi <b>{escape(username)}</b>!</h1>
        <p>Here's your out-of-band token with scope "<em>{escape(scope)}</em>", use it wisely:</p>
        <p class="code"><code>{escape(code)}</code></p>""",
        "<p>Copy the code and paste it where you came from. It is good for ten minutes, once.</p>",
    )


def error_page(error: str) -> str:
    """Give the page that tells an error, in the server's words."""
    return layout(
        "Something went wrong",
        f"""
        <h1>An error occured:</h1>
        <p class="trouble">{escape(error)}</p>
        <p class="quiet">Request ID: <code>{new_request_id()}</code></p>""",
        "<p>Nothing is lost. Go back to where you came from and open a fresh link.</p>",
    )


def not_found_page() -> str:
    """Give the page for a path where nothing is."""
    return layout(
        "Not found",
        """
        <h1>404: Not Found</h1>
        <p>There is nothing at this address.
        The <a href="/">front page</a> says what this server is.</p>""",
    )


def website_page() -> str:
    """Give the page of the web site that an account domain is to people who visit it."""
    return layout(
        "A web site",
        """
        <h1>A web site</h1>
        <p>The names of the accounts end in this address. The server itself is elsewhere, and this
        web site has no such page.</p>""",
    )


def _people() -> str:
    rows = "".join(
        f'<li><img src="/pictures/{one.username}.png" alt="" width="40" height="40">'
        f"<span><b>{escape(one.display_name)}</b>{' (administrator)' if one.admin else ''}<br>"
        f"<code>{escape(one.email)}</code></span></li>"
        for one in ACCOUNTS.values()
    )
    return (
        f'<ul class="people">{rows}</ul>'
        f"<p>The password is <code>{escape(PASSWORD)}</code> for each of them.</p>"
    )


def layout(title: str, main: str, aside: str = "") -> str:
    """Give a whole page.

    Args:
        title: The title, as text.
        main: The main section, as HTML.
        aside: What stands beside it, as HTML, or ``""``.
    """
    beside = f"<aside>{aside}</aside>" if aside else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} - practice instance</title>
<style>{STYLE}</style>
</head>
<body>
<header>This is a practice instance. Nothing here is real.</header>
<main>{main}
</main>
{beside}
</body>
</html>
"""
