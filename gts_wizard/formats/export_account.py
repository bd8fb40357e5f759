"""An account with its secrets at hand: what every format is made from."""

from dataclasses import dataclass

from gts_wizard.models import Account, ClientCredentials
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_host, is_origin, is_token_syntax, is_username


class NotExportable(ValueError):
    """An account can't be written in a format; the message is a clause that says why."""


@dataclass(frozen=True)
class ExportAccount:
    """An account whose secrets were fetched from wherever they are kept.

    Every text of it that a format writes is one line without characters that can't be seen.

    Attributes:
        account: the account; the secret in its token is not looked at.
        client: the registration its token belongs to.
        token: the access token.

    Raises:
        NotExportable: one of the texts is more than that, as a file edited by hand may have it.
    """

    account: Account
    client: ClientCredentials
    token: Secret

    def __post_init__(self) -> None:
        server = self.account.server
        fits = {
            "user name": is_username(self.account.username),
            "domain": is_host(server.account_domain),
            "server": is_origin(server.origin),
            "client identifier": is_token_syntax(self.client.client_id),
            "client secret": is_token_syntax(self.client.client_secret.reveal()),
            "access token": is_token_syntax(self.token.reveal()),
        }
        for name, fit in fits.items():
            if not fit:
                raise NotExportable(
                    f"the {name} of {self.label} is empty, or holds what no tool can read"
                )

    @property
    def origin(self) -> str:
        """The origin of the account's server, such as `https://example.org`."""
        return self.account.server.origin

    @property
    def label(self) -> str:
        """The handle, safe to show."""
        return sanitize_line(self.account.handle, 100)
