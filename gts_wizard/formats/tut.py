"""Writes and reads tut's `accounts.toml`.

It is in `~/.config/tut/`, or in `~/Library/Application Support/tut/` on macOS. Its format is
defined by `auth/types.go` of https://github.com/RasmusLindroth/tut. If a value begins with `!CMD!`,
tut runs the rest as a command and uses its output (`auth/file.go`). Such a value, which a server
could have issued as a token, is neither written nor read.
"""

from collections.abc import Sequence

import tomli
import tomli_w

from gts_wizard.formats.export_account import ExportAccount, NotExportable
from gts_wizard.formats.reader import ImportedAccount, parse_table, read_client, read_origin
from gts_wizard.secret import Secret
from gts_wizard.table_reader import InvalidFormat, TableReader
from gts_wizard.validation import is_token_syntax, is_username

_COMMAND_PREFIX = "!CMD!"
# tomli takes four kilobytes per part of a dotted key: without this limit, half a gigabyte.
_MAX_DOTS = 5_000


def write(accounts: Sequence[ExportAccount]) -> Secret:
    """Return the file with these accounts.

    tut uses the client only to sign in, so it may be empty.

    Raises:
        NotExportable: tut would run a value from a server as a command.
    """
    return Secret(tomli_w.dumps({"Accounts": [_table(account) for account in accounts]}))


def read(text: str) -> list[ImportedAccount]:
    """Return the accounts in the text of a file.

    Raises:
        InvalidFormat: it is not in tut's format, or has a command instead of a secret.
    """
    if text.count(".") > _MAX_DOTS:
        raise InvalidFormat("it has far too many dots")
    accounts = parse_table(text, tomli.loads, "TOML").tables("Accounts")
    return [_read_account(account) for account in accounts]


def _table(account: ExportAccount) -> dict[str, str]:
    issued_by_server = {
        "ClientID": account.client_id,
        "ClientSecret": account.client_secret.reveal(),
        "AccessToken": account.token.reveal(),
    }
    if any(map(_is_command, issued_by_server.values())):
        raise NotExportable(f"tut would run a secret of {account.label} as a command.")
    return {"Name": account.account.username, "Server": account.origin, **issued_by_server}


def _read_account(account: TableReader) -> ImportedAccount:
    for key in ("ClientID", "ClientSecret", "AccessToken"):
        if _is_command(account.text(key, "")):
            reason = "“{key}” is a command ({prefix}), and the wizard doesn't run any"
            raise account.invalid(key, reason, prefix=_COMMAND_PREFIX)
    origin = read_origin(account, "Server")
    return ImportedAccount(
        origin=origin,
        username=account.valid_text("Name", is_username),
        client=read_client(account, origin, "ClientID", "ClientSecret"),
        token=Secret(account.valid_text("AccessToken", is_token_syntax)),
    )


def _is_command(text: str) -> bool:
    return text.startswith(_COMMAND_PREFIX)
