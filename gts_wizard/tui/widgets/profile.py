"""The profile: avatar, name, bio and counts."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, ClassVar

from textual.color import Color
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from gts_wizard.messages import allowed, saved_in
from gts_wizard.oauth.server_features import software_name
from gts_wizard.sanitize import sanitize_line
from gts_wizard.tui.images import Pixel, deletion, placeholders, transmission

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account
    from gts_wizard.services.sign_in import SignInResult


_COLUMNS, _ROWS = 12, 6
# One that is taken away must not take its successor along.
_numbers = count(0x675401)
_LONGEST_BIO = 110


class Avatar(Static):
    """Shows an initial, and in its place the picture once it has come.

    Args:
        name: whose portrait it is.
    """

    PIXELS: ClassVar[tuple[int, int]] = (_COLUMNS, _ROWS * 2)
    """Pixels across and down in half blocks: a character holds one above another."""
    SHARP_PIXELS: ClassVar[tuple[int, int]] = (240, 240)
    """Pixels across and down where the terminal draws real pictures."""

    def __init__(self, name: str) -> None:
        super().__init__(name[:1].upper(), markup=False)
        self._number = 0

    def show(self, picture: list[list[Pixel]]) -> None:
        """Show a picture of as many pixels as `PIXELS` says, in half blocks."""
        lines = zip(picture[::2], picture[1::2], strict=True)
        self.update(Content("\n").join(_line(upper, lower) for upper, lower in lines))

    def show_sharply(self, png: bytes) -> None:
        """Show a picture of our own making as it is, in a terminal that draws pictures."""
        self._number = next(_numbers)
        self._write(transmission(self._number, png, _COLUMNS, _ROWS))
        self.update(placeholders(self._number, _COLUMNS, _ROWS))

    def on_unmount(self) -> None:
        """Have the terminal forget the picture."""
        if self._number:
            self._write(deletion(self._number))

    def _write(self, escape: str) -> None:
        # Textual's own way to the terminal beside the screen; it has none that is public.
        if self.app._driver is not None:
            self.app._driver.write(escape)


def _line(upper: list[Pixel], lower: list[Pixel]) -> Content:
    return Content.assemble(
        *(
            ("▀", Style(foreground=Color(*above), background=Color(*below)))
            for above, below in zip(upper, lower, strict=True)
        )
    )


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
            yield Static(
                saved_in(self._path, self._account.token),
                classes="value",
                id="saved-in",
                markup=False,
            )

    def show_account(self, account: Account) -> None:
        """Show where the account is kept now."""
        self._account = account
        self.query_one("#saved-in", Static).update(saved_in(self._path, self._account.token))

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
        return [
            ("Server", f"{server.title or server.host} · {software_name(server)}"),
            ("Allowed", allowed(server, self._account.token.scopes)),
        ]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
