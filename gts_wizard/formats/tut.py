"""tut's `accounts.toml`, in `~/.config/tut/`, or `~/Library/Application Support/tut/` on macOS.

Its form is that of `auth/types.go` in https://github.com/RasmusLindroth/tut. A value that begins
with `!CMD!` is a command: tut runs it, and takes what it prints (`auth/file.go`). So none is
written, whatever a server handed out, and none is read.
"""

import tomllib
from collections.abc import Sequence

import tomli_w

from gts_wizard.formats.export_account import ExportAccount, NotExportable
from gts_wizard.formats.reader import ImportedAccount, InvalidFormat, Node
from gts_wizard.secret import Secret
from gts_wizard.validation import is_token_syntax, is_username

_COMMAND = "!CMD!"
# tomllib takes the square of a dotted key's parts, minutes for a long one, and a kilobyte for each.
_MAX_DOTS = 5_000


def write(accounts: Sequence[ExportAccount]) -> Secret:
    """Return the file with these accounts.

    Raises:
        NotExportable: tut would run what a server handed out.
    """
    return Secret(tomli_w.dumps({"Accounts": [_table(one) for one in accounts]}))


def read(text: str) -> list[ImportedAccount]:
    """Return the accounts in a file.

    Raises:
        InvalidFormat: it is not what tut writes, or a command stands for a secret.
    """
    if text.count(".") > _MAX_DOTS:
        raise InvalidFormat("it holds far too many dots")
    accounts = Node.parse(text, tomllib.loads, "TOML").children("Accounts")
    return [_imported(account) for account in accounts]


def _table(one: ExportAccount) -> dict[str, str]:
    handed_out = {
        "ClientID": one.client.client_id,
        "ClientSecret": one.client.client_secret.reveal(),
        "AccessToken": one.token.reveal(),
    }
    if any(map(_is_command, handed_out.values())):
        raise NotExportable(f"tut would run a secret of {one.label} as a command")
    return {"Name": one.account.username, "Server": one.origin, **handed_out}


def _imported(account: Node) -> ImportedAccount:
    return ImportedAccount(
        origin=account.origin("Server"),
        username=account.text("Name", is_username),
        client_id=_credential(account, "ClientID"),
        client_secret=Secret(_credential(account, "ClientSecret")),
        token=Secret(_credential(account, "AccessToken")),
    )


def _credential(account: Node, key: str) -> str:
    if _is_command(account.text(key, bool)):
        raise InvalidFormat(f"a command ({_COMMAND}) stands for “{key}”, and the wizard runs none")
    return account.text(key, is_token_syntax)


def _is_command(text: str) -> bool:
    return text.startswith(_COMMAND)
