"""The formats that `export` and `import` offer, by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gts_wizard.formats import environment, feediverse, toot, tut, wizard_json, writers
from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.formats.reader import ImportedAccount
from gts_wizard.secret import Secret


@dataclass(frozen=True)
class Format:
    """A file format for export.

    Attributes:
        holds_many: whether a file holds any number of accounts, which must have names; otherwise it
            holds exactly one, which needs none.
        write: returns the text of the file, or raises `NotExportable`.
    """

    holds_many: bool
    write: Callable[[Sequence[ExportAccount]], Secret]


def _single_account_format(write: Callable[[ExportAccount], Secret]) -> Format:
    def write_single(accounts: Sequence[ExportAccount]) -> Secret:
        (account,) = accounts
        return write(account)

    return Format(holds_many=False, write=write_single)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "env": _single_account_format(environment.write_env),
        "curl": _single_account_format(writers.write_curl),
        "mastodon.py": _single_account_format(writers.write_mastodon_py),
        "mastodon.py-client": _single_account_format(writers.write_mastodon_py_client),
        "feediverse": _single_account_format(feediverse.write),
        "toot": Format(holds_many=True, write=toot.write),
        "tut": Format(holds_many=True, write=tut.write),
        "json": Format(holds_many=True, write=wizard_json.write),
    }
)

READERS: Mapping[str, Callable[[str], list[ImportedAccount]]] = MappingProxyType(
    {"toot": toot.read, "tut": tut.read, "json": wizard_json.read}
)
"""Functions that return the accounts in the text of a tool's file, or raise `InvalidFormat`."""
