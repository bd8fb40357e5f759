"""The formats by name: what `export` and `import` offer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gts_wizard.formats import toot, tut, writers
from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.formats.reader import ImportedAccount
from gts_wizard.secret import Secret


@dataclass(frozen=True)
class Format:
    """A kind of file that accounts can be written as.

    Attributes:
        title: what it is, for a list of them.
        several: whether it takes several accounts; otherwise it takes exactly one.
        write: makes the text of the file, or raises `NotExportable`.
    """

    title: str
    multiple: bool
    write: Callable[[Sequence[ExportAccount]], Secret]


def _of_one(title: str, write: Callable[[ExportAccount], Secret]) -> Format:
    def write_the_one(accounts: Sequence[ExportAccount]) -> Secret:
        (account,) = accounts
        return write(account)

    return Format(title, multiple=False, write=write_the_one)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "env": _of_one("environment variables, for a shell", writers.write_env),
        "curl": _of_one("a config file for curl -K", writers.write_curl),
        "mastodon.py": _of_one("a user-secret file for Mastodon.py", writers.write_mastodon_py),
        "toot": Format("the config.json of toot", multiple=True, write=toot.write),
        "tut": Format("the accounts.toml of tut", multiple=True, write=tut.write),
        "json": Format("JSON, with everything in it", multiple=True, write=writers.write_json),
    }
)

READERS: Mapping[str, Callable[[str], list[ImportedAccount]]] = MappingProxyType(
    {"toot": toot.read, "tut": tut.read}
)
"""What reads the text of another tool's file, or raises `InvalidFormat`."""
