"""Who somebody is, as their server tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from gts_wizard.oauth.server_features import allowed_in_words, software_name
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import SecretStorage
from gts_wizard.tui.widgets.portrait import Avatar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account
    from gts_wizard.services.verifying import SignInResult

_LONGEST_BIO = 110


class ProfileCard(Vertical):
    """Handle, name, bio, counts, role, what was granted, and where it is kept.

    Args:
        met: the saved account, and what the server says of it.
        path: the file it is saved in.
    """

    def __init__(self, met: SignInResult, path: str) -> None:
        super().__init__()
        self._account = met.account
        self._profile = met.profile
        self._is_renewed = met.is_renewed
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay out the handle first, then what confirms it, then the facts."""
        with Horizontal(classes="paragraph"):
            yield Avatar(self._profile.display_name)
            with Vertical(id="who"):
                renewed = "Renewed. " if self._is_renewed else ""
                told = f"{renewed}You are {self._account.handle}"
                yield Static(told, id="handle", markup=False)
                yield Static(self._person(), markup=False)
        for label, value in self._facts():
            with Horizontal():
                yield Static(label, classes="label", markup=False)
                yield Static(value, classes="value", markup=False)
        with Horizontal():
            yield Static("Saved in", classes="label", markup=False)
            yield Static(self._saved_in(), classes="value", id="saved-in", markup=False)

    def show_account(self, account: Account) -> None:
        """Show where the account is kept now."""
        self._account = account
        self.query_one("#saved-in", Static).update(self._saved_in())

    def _person(self) -> Content:
        profile = self._profile
        role = f"  {profile.role}" if profile.role not in {"", "user"} else ""
        lines = [Content.assemble((profile.display_name, "bold"), (role, "$primary"))]
        # However long it is, the name above it stays in sight.
        lines.append(Content.styled(sanitize_line(profile.bio, _LONGEST_BIO), "$foreground 80%"))
        lines.append(
            Content(
                f"{_counted(profile.posts, 'post')} · {profile.following:,} following · "
                f"{_counted(profile.followers, 'follower')}"
            )
        )
        return Content("\n").join(lines)

    def _facts(self) -> list[tuple[str, str]]:
        server = self._account.server
        allowed = allowed_in_words(server, self._account.token.scopes)
        return [
            ("Server", f"{server.title or server.host} · {software_name(server)}"),
            ("Allowed", allowed),
        ]

    def _saved_in(self) -> str:
        if self._account.token.storage is SecretStorage.KEYRING:
            return f"{self._path}, its secrets in the system's keyring"
        return self._path


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
