"""Which applications have access to an account, as its server lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from gts_wizard.oauth.scopes import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from gts_wizard.models import AuthorizedApp


class AuthorizedApps(Vertical):
    """A heading, and below it the applications, or why they are not known."""

    def compose(self) -> ComposeResult:
        """Lay out what stands there until the server has answered."""
        yield Static("Applications with access", id="access-head", markup=False)
        yield Static("Asking your server…", id="access", markup=False)

    def show(self, tokens: Sequence[AuthorizedApp], own: AuthorizedApp | None) -> None:
        """Show the accesses.

        Args:
            tokens: what the server listed.
            own: the one among them that is the wizard's own, where that is certain.
        """
        entries = [_entry(one, is_own=one is own) for one in tokens]
        self._update(Content("\n\n").join(entries) if entries else "Your server lists none.")

    def show_message(self, words: str) -> None:
        """Say why they are not known."""
        self._update(words)

    def _update(self, content: Content | str) -> None:
        self.query_one("#access", Static).update(content)


def _entry(token: AuthorizedApp, *, is_own: bool) -> Content:
    return Content.assemble(
        (token.application or "An application without a name", "bold"),
        ("  ● this one" if is_own else "", "$success"),
        f"\n{describe(token.scopes) or 'It is not said what it may do'}\n",
        (_times(token), "$foreground 75%"),
    )


def _times(token: AuthorizedApp) -> str:
    # GoToSocial knows the last use to the hour only.
    issued = token.created_at and f"{token.created_at.astimezone():%Y-%m-%d %H:%M}"
    used = token.last_used and f"{token.last_used.astimezone():%Y-%m-%d}"
    return f"Issued {issued or 'at an unknown time'} · last used {used or 'never, as far as known'}"
