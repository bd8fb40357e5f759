"""The three people of the practice instance: alice, bob and carol.

Whoever needs an account finds it here, by username or by e-mail address. Nothing here changes while
the instance runs, and nothing here is anybody real. Imports nothing of the other modules.
"""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "practice"  # noqa: S105 - told to everybody on the sign-in page
"""The password of every account."""


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
