"""An account with its secrets at hand: what every format is made from."""

from dataclasses import dataclass

from gts_wizard.fit import is_credential, is_host, is_origin, is_username
from gts_wizard.models import Account, Client
from gts_wizard.secret import Secret
from gts_wizard.text import one_line


class Unfit(ValueError):
    """An account can't be written in a format; the message is a clause that says why."""


@dataclass(frozen=True)
class Unlocked:
    """An account whose secrets were fetched from wherever they are kept.

    Every text of it that a format writes is one line without characters that can't be seen.

    Attributes:
        account: the account; the secret in its token is not looked at.
        client: the registration its token belongs to.
        token: the access token.

    Raises:
        Unfit: one of the texts is more than that. A shelf edited by hand can bring it about.
    """

    account: Account
    client: Client
    token: Secret

    def __post_init__(self) -> None:
        server = self.account.server
        fits = {
            "user name": is_username(self.account.username),
            "domain": is_host(server.account_domain),
            "server": is_origin(server.origin),
            "client identifier": is_credential(self.client.client_id),
            "client secret": is_credential(self.client.client_secret.reveal()),
            "access token": is_credential(self.token.reveal()),
        }
        for name, fit in fits.items():
            if not fit:
                raise Unfit(f"the {name} of {self.shown} is empty, or holds what no tool can read")

    @property
    def origin(self) -> str:
        """The origin of the account's server, such as `https://example.org`."""
        return self.account.server.origin

    @property
    def shown(self) -> str:
        """The handle, safe to show."""
        return one_line(self.account.handle, 100)
