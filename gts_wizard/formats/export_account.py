"""An account with its secrets revealed and its texts checked: the input of every format."""

from dataclasses import dataclass

from gts_wizard.models import Account, ClientCredentials
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_host, is_origin, is_token_syntax, is_username


class NotExportable(ValueError):
    """An account can't be written in a format; the message is a sentence that says why."""


@dataclass(frozen=True)
class ExportAccount:
    """An account with its client secret and access token revealed.

    Every text that a format writes is checked to be a single line of visible characters; after
    the credentials file was edited by hand it might not be.

    Attributes:
        account: the account; the value in its own token is not used. Where only the server and the
            token are known, it has no username, which formats for one account do without.
        client: the client that its token was issued to; None where that is not known.
        token: the access token.

    Raises:
        NotExportable: a text is empty or has other characters.
    """

    account: Account
    client: ClientCredentials | None
    token: Secret

    def __post_init__(self) -> None:
        server = self.account.server
        checks = {
            "server": is_origin(server.origin),
            "access_token": is_token_syntax(self.token.reveal()),
        }
        if self.account.username:
            checks["username"] = is_username(self.account.username)
            checks["domain"] = is_host(server.account_domain)
        if self.client is not None:
            checks["client_id"] = is_token_syntax(self.client.client_id)
            checks["client_secret"] = is_token_syntax(self.client.client_secret.reveal())
        for name, is_valid in checks.items():
            if not is_valid:
                raise NotExportable(
                    f"“{name}” of {self.label} is empty, or has characters that no tool can read."
                )

    @property
    def origin(self) -> str:
        """The origin of the account's server, such as `https://example.org`."""
        return self.account.server.origin

    @property
    def label(self) -> str:
        """The handle, or the server where there is none; safe to show and to write in a comment."""
        return sanitize_line(self.account.handle or self.account.server.host, 100)

    @property
    def client_id(self) -> str:
        """The client identifier; empty where there is no client."""
        return self.client.client_id if self.client else ""

    @property
    def client_secret(self) -> Secret:
        """The client secret; empty where there is no client."""
        return self.client.client_secret if self.client else Secret("")
