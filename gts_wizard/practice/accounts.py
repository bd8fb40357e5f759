"""The accounts of the practice server: profiles, e-mail addresses, the password, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

PASSWORD = "practice"  # noqa: S105 - the sign-in page shows it
"""The password of every account."""
_PICTURES = {
    picture.name: picture
    for picture in files("gts_wizard.practice").joinpath("data", "pictures").iterdir()
}


@dataclass(frozen=True, slots=True)
class Account:
    """A made-up account.

    Attributes:
        username: the name in `@username@domain`, and in the e-mail address.
        display_name: the name the profile shows.
        bio: the profile's text, plain.
        fields: the profile's rows, name and plain text value.
        post: the plain text of one of the account's statuses.
        followers: how many accounts follow this one.
        following: how many accounts this one follows.
        statuses: how many statuses the account has.
        admin: whether the account may administer the server.
        locked: whether followers have to ask.
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

    @property
    def email(self) -> str:
        """The e-mail address to sign in with."""
        return f"{self.username}@example.org"


ACCOUNTS: dict[str, Account] = {
    account.username: account
    for account in (
        Account(
            username="alice",
            display_name="Alice",
            bio="I look after this server. Gardens, trains and tea.",
            fields=(("Pronouns", "she/her"), ("Garden", "Tomatoes, mostly")),
            post="The first tomatoes are ripe. Come by and take some!",
            followers=48,
            following=31,
            statuses=212,
            admin=True,
            locked=True,
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
        ),
    )
}
"""Every account by its username."""


def find_account(email: str, password: str) -> Account | None:
    """Return the account with this e-mail address and password, or None.

    Args:
        email: the e-mail address as typed; its case and spaces around it do not matter.
        password: the password as typed.
    """
    wanted = email.strip().casefold()
    match = next((account for account in ACCOUNTS.values() if account.email == wanted), None)
    return match if password == PASSWORD else None


def read_picture(name: str) -> bytes | None:
    """Return the PNG of a picture, or None when there is none of that name.

    Args:
        name: `USERNAME.png` for an avatar, `USERNAME-header.png` for a header, or `instance.png`.
    """
    picture = _PICTURES.get(name)
    return picture.read_bytes() if picture else None
