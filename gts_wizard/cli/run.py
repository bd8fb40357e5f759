"""`gts-wizard run`: runs a program with an account's token in its environment."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from typing import TYPE_CHECKING

from gts_wizard.cli.output import USAGE_ERROR, print_error
from gts_wizard.cli.parser import add_account
from gts_wizard.environment import ACCOUNT_VARIABLE, SERVER_VARIABLE, without_token
from gts_wizard.formats.environment import environment_variables
from gts_wizard.services.account_store import open_account_store

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.models import Account
    from gts_wizard.secret import Secret

# What shells exit with (POSIX, Shell Command Language, 2.8.2).
_NOT_RUNNABLE = 126
_NOT_FOUND = 127
_NOT_FOUND_ERRORS = frozenset({errno.ENOENT, errno.ENOTDIR})
# Python ignores these from its start on, and a program would inherit that.
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_NO_COMMAND = "There is no command {name!r}."
_NO_INTERPRETER = "{name!r} can't be run: its first line names a program that isn't installed."
_COMMAND_MISSING = "Put the command to run after --, as in: gts-wizard run -- COMMAND"


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command; `main` puts what follows the first `--` into `program`."""
    parser.describe(
        _run,
        description="Run a command with an account in its environment: MASTODON_BASE_URL,\n"
        "MASTODON_API_BASE_URL and MASTODON_ACCESS_TOKEN. Without ACCOUNT, it uses\n"
        "the one from GTS_WIZARD_TOKEN or GTS_WIZARD_ACCOUNT, or else your default\n"
        "account.\n"
        "\n"
        "The exit code is the command's own, 126 if it can't be run, or 127 if it\n"
        "isn't found.",
        example="gts-wizard run @alice@example.org -- python3 bot.py",
    )
    parser.usage = "gts-wizard run [-h] [ACCOUNT] -- COMMAND [ARG ...]"
    add_account(parser)


def _run(options: Namespace) -> int:
    # An empty name is that of a variable that is not set in a script.
    if not options.program or not options.program[0]:
        print_error(_COMMAND_MISSING)
        return USAGE_ERROR
    store = open_account_store(on_warning=print_error)
    account = store.resolve(options.account)
    token = store.usable_token(account)
    return _replace_process(options.program, _environment(account, token))


def _environment(account: Account, token: Secret) -> Mapping[str, str]:
    """Return the environment of the program: this one, with the account's variables.

    `gts-wizard` and `open_account` mean the same account there: a saved one is named in it, and
    what gives one that is in no file stays.
    """
    environment = dict(os.environ)
    if account.handle:
        environment = without_token(environment) | {ACCOUNT_VARIABLE: account.handle}
        environment.pop(SERVER_VARIABLE, None)
    return environment | environment_variables(account.server.origin, token)


def _replace_process(program: Sequence[str], environment: Mapping[str, str]) -> int:
    """Replace this process by a program, which is searched for in `PATH`.

    Args:
        program: its name and its arguments.
        environment: its environment.

    Returns:
        The exit code, where it could not be run.
    """
    for number in _IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(program[0], list(program), environment)  # noqa: S606 - as it was typed
    except OSError as error:
        if error.errno in _NOT_FOUND_ERRORS:
            is_script = shutil.which(program[0], path=environment.get("PATH")) is not None
            print_error((_NO_INTERPRETER if is_script else _NO_COMMAND).format(name=program[0]))
            return _NOT_FOUND
        print_error(f"{program[0]!r} can't be run: {os.strerror(error.errno or 0).lower()}.")
        return _NOT_RUNNABLE
