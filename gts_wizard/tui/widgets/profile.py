"""The profile of an account: avatar, name, bio and counts."""

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
from gts_wizard.tui.textual_patches import write_to_terminal

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account
    from gts_wizard.services.verification import SignInResult


_COLUMNS, _ROWS = 12, 6
# Each image has an id of its own: the deletion of an old one must not delete a newer one.
_image_ids = count(0x675401)
_MAX_BIO_LENGTH = 110


class Avatar(Static):
    """The avatar of an account: its initial until the picture is loaded.

    Args:
        name: the display name.
    """

    PIXELS: ClassVar[tuple[int, int]] = (_COLUMNS, _ROWS * 2)
    """Width and height in pixels in half blocks: a character holds two, one above the other."""
    IMAGE_PIXELS: ClassVar[tuple[int, int]] = (240, 240)
    """Width and height in pixels where the terminal can show images."""

    def __init__(self, name: str) -> None:
        super().__init__(name[:1].upper(), markup=False)
        self._image_id = 0

    def show(self, picture: list[list[Pixel]]) -> None:
        """Draw a picture in half blocks.

        Args:
            picture: its rows of pixels, of the size `PIXELS`.
        """
        lines = zip(picture[::2], picture[1::2], strict=True)
        self.update(Content("\n").join(_half_block_line(upper, lower) for upper, lower in lines))

    def show_image(self, png: bytes) -> None:
        """Show a picture with kitty's graphics protocol.

        Args:
            png: the picture, made by `png_of`.
        """
        self._image_id = next(_image_ids)
        write_to_terminal(self.app, transmission(self._image_id, png, _COLUMNS, _ROWS))
        self.update(placeholders(self._image_id, _COLUMNS, _ROWS))

    def on_unmount(self) -> None:
        """Delete the picture in the terminal."""
        if self._image_id:
            write_to_terminal(self.app, deletion(self._image_id))


def _half_block_line(upper: list[Pixel], lower: list[Pixel]) -> Content:
    return Content.assemble(
        *(
            ("▀", Style(foreground=Color(*above), background=Color(*below)))
            for above, below in zip(upper, lower, strict=True)
        )
    )


class ProfileCard(Vertical):
    """Handle, avatar, name, role, bio and counts, then server, permissions and file.

    Args:
        result: the saved account and its profile.
        path: the credentials file, as it is shown.
    """

    def __init__(self, result: SignInResult, path: str) -> None:
        super().__init__()
        self._account = result.account
        self._profile = result.profile
        self._is_renewed = result.is_renewed
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay out the handle first, then the profile, then the rows."""
        with Horizontal(classes="paragraph"):
            yield Avatar(self._profile.display_name)
            with Vertical(id="who"):
                yield Static(self._who(), id="handle", markup=False)
                yield Static(self._profile_text(), markup=False)
        for label, value in self._rows():
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
        """Update the row that says where the account is saved.

        Args:
            account: the account after the change.
        """
        self._account = account
        self.query_one("#saved-in", Static).update(saved_in(self._path, self._account.token))

    def _who(self) -> str:
        handle = self._account.handle
        return f"Renewed. You are {handle}" if self._is_renewed else f"You are {handle}"

    def _profile_text(self) -> Content:
        profile = self._profile
        role = f"  {profile.role}" if profile.role not in {"", "user"} else ""
        lines = [Content.assemble((profile.display_name, "bold"), (role, "$primary"))]
        # Shortened, so that the name above it stays visible.
        lines.append(Content.styled(sanitize_line(profile.bio, _MAX_BIO_LENGTH), "$foreground 80%"))
        posts = "1 post" if profile.posts == 1 else f"{profile.posts:,} posts"
        followers = "1 follower" if profile.followers == 1 else f"{profile.followers:,} followers"
        lines.append(Content(f"{posts} · {profile.following:,} following · {followers}"))
        return Content("\n").join(lines)

    def _rows(self) -> list[tuple[str, str]]:
        server = self._account.server
        return [
            ("Server", f"{server.title or server.host} · {software_name(server)}"),
            ("Allowed", allowed(server, self._account.token.scopes)),
        ]
