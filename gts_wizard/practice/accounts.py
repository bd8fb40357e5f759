"""The people who have accounts on the pretend server, and their pictures."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cache

PASSWORD = "practice"  # noqa: S105 - told to everybody on the sign-in page
"""The password of every account."""
Colour = tuple[int, int, int]
_SIDE = 96
_INK: Colour = (43, 38, 36)
_HEADER_SIZE = (600, 200)
_INSTANCE_COLOURS: tuple[Colour, Colour] = ((74, 120, 92), (58, 99, 148))


@dataclass(frozen=True, slots=True)
class Account:
    """One made-up person.

    Attributes:
        username: The name in `@username@domain`, and in the e-mail address.
        display_name: The name the person shows.
        bio: About the person, as plain text.
        fields: The profile's rows, name and plain text value.
        post: A status the person wrote, as plain text.
        followers: How many follow this account.
        following: How many this account follows.
        statuses: How many statuses the person wrote.
        admin: Whether the person looks after the instance.
        locked: Whether followers have to ask.
        skin: The face's colour in the avatar, red, green and blue, 0 to 255 each.
        backdrop: The avatar's and the header's background colour, alike.
    """

    username: str
    display_name: str
    bio: str
    fields: tuple[tuple[str, str], ...]
    post: str
    followers: int
    following: int
    statuses: int
    admin: bool
    locked: bool
    skin: tuple[int, int, int]
    backdrop: tuple[int, int, int]

    @property
    def email(self) -> str:
        """The address the person signs in with."""
        return f"{self.username}@example.org"


ACCOUNTS: dict[str, Account] = {
    account.username: account
    for account in (
        Account(
            username="alice",
            display_name="Alice",
            bio="I look after this instance. Gardens, trains and tea.",
            fields=(("Pronouns", "she/her"), ("Garden", "Tomatoes, mostly")),
            post="The first tomatoes are ripe. Come by and take some!",
            followers=48,
            following=31,
            statuses=212,
            admin=True,
            locked=True,
            skin=(244, 197, 153),
            backdrop=(74, 120, 92),
        ),
        Account(
            username="bob",
            display_name="Bob",
            bio="Bakes bread, mends bicycles.",
            fields=(("Pronouns", "he/him"), ("Bread", "Rye on Tuesdays")),
            post="Rye bread is out of the oven. It smells like a good Tuesday.",
            followers=27,
            following=40,
            statuses=96,
            admin=False,
            locked=False,
            skin=(176, 124, 88),
            backdrop=(58, 99, 148),
        ),
        Account(
            username="carol",
            display_name="Carol",
            bio="Draws birds and writes down what they say.",
            fields=(("Pronouns", "she/they"), ("Favourite bird", "Wren")),
            post="A wren sang on the fence for ten minutes. I drew every one of them.",
            followers=63,
            following=22,
            statuses=340,
            admin=False,
            locked=False,
            skin=(222, 168, 120),
            backdrop=(146, 84, 110),
        ),
    )
}


"""Every account by its username."""


def account_signing_in(email: str, password: str) -> Account | None:
    """Give the account that an e-mail address and a password open, or None.

    Args:
        email: The address as typed; capitals and spaces around it do not matter.
        password: The password as typed.
    """
    wanted = email.strip().casefold()
    found = next((one for one in ACCOUNTS.values() if one.email == wanted), None)
    return found if password == PASSWORD else None


@cache
def picture(name: str) -> bytes | None:
    """Give the PNG of a picture, or None when there is none of that name.

    Args:
        name: `USERNAME.png` for an avatar, `USERNAME-header.png` for a header, `instance.png`.
    """
    if name == "instance.png":
        return _gradient(*_INSTANCE_COLOURS)
    for account in ACCOUNTS.values():
        if name == f"{account.username}.png":
            return _face(account)
        if name == f"{account.username}-header.png":
            return _gradient(account.backdrop, account.skin)
    return None


def _face(account: Account) -> bytes:
    side = range(_SIDE)
    rows = [b"".join(bytes(_face_pixel(account, x, y)) for x in side) for y in side]
    return _png(_SIDE, rows)


def _face_pixel(account: Account, x: int, y: int) -> Colour:
    from_middle = abs(x - _SIDE / 2 + 0.5)
    eye = _within(from_middle - 13, y - 44, 4.5)
    smile = _within(from_middle, y - 54, 17) and not _within(from_middle, y - 50, 17)
    if eye or smile:
        return _INK
    if _within(from_middle, y - 50, 34):
        return account.skin
    return account.backdrop


def _within(x: float, y: float, radius: float) -> bool:
    return x * x + y * y <= radius * radius


def _gradient(top: Colour, bottom: Colour) -> bytes:
    width, height = _HEADER_SIZE
    rows = []
    for y in range(height):
        share = y / (height - 1)
        mixed = (round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        rows.append(bytes(mixed) * width)
    return _png(width, rows)


def _png(width: int, rows: list[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    # Each row of a PNG begins with its filter; 0 is none.
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
