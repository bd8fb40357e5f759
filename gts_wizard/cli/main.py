"""The entry point of the command `gts-wizard`: parses arguments, returns the exit code.

Only the module of the command that the command line names is imported, so `token` loads neither
screens nor network. The names and summaries for `--help` and completion are in a table here.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from gts_wizard.cli.output import FAILED, USAGE_ERROR, print_error
from gts_wizard.cli.parser import CommandParser, PrintAndExit, add_verbose
from gts_wizard.errors import WizardError
from gts_wizard.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "sign-in": "sign in to an account",
    "renew": "get new access to an account, and revoke the old",
    "accounts": "list your accounts",
    "check": "ask the servers whether your accounts still work",
    "run": "run a command with an account in its environment",
    "token": "print an account's access token, for scripts",
    "use": "choose the default account",
    "sign-out": "revoke access to an account, and forget the account here",
    "secrets": "keep secrets in the file or in the system's keyring",
    "export": "write accounts in the formats of other tools",
    "import": "import accounts from another tool",
    "path": "print where your accounts are kept",
    "practice": "try the wizard with a practice server on this computer",
    "completion": "print a script that makes your shell complete commands",
    "help": "explain a command",
}
"""The commands with their summaries, in the order of `--help`.

Each is a module of this package with a function `configure`, its hyphens underscores; `import`, a
word of Python's own, is `import_`.
"""

_EPILOG = """\
examples:
  gts-wizard                        start the wizard
  gts-wizard sign-in example.org    sign in to an account on example.org
  gts-wizard practice               try it out with a practice server

environment variables, explained in the manual page:
  GTS_WIZARD_ACCOUNT                   the account to use when you name none
  GTS_WIZARD_TOKEN, GTS_WIZARD_SERVER  use an account that isn't saved
  GTS_WIZARD_CREDENTIALS               use another credentials file
  GTS_WIZARD_DEBUG                     1 or a file, to log all requests

exit codes:
  0 done, 1 failed, 2 wrong usage or cancelled, 4 sign-in needed
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command `gts-wizard`.

    Args:
        arguments: the command line without the program's name; the process's own when left out.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage or cancelled, 4 sign-in needed.
    """
    if "_ARGCOMPLETE" in os.environ:
        _complete()
    if arguments is None:
        arguments = sys.argv[1:]
    name = _named_command(arguments)
    if name is not None and name not in COMMANDS:
        from gts_wizard.cli.suggestions import unknown_command  # noqa: PLC0415

        print_error(unknown_command(name, COMMANDS))
        return USAGE_ERROR
    arguments, program = _split_program(arguments) if name == "run" else (arguments, ())
    options = _parser(name).parse_args(arguments, argparse.Namespace(program=program))
    try:
        return int(options.run(options))
    except WizardError as error:
        print_error(error)
        return error.exit_code
    except SystemExit:
        # The end of `help`, which must not wait for what the next line imports.
        raise
    except _interruptions():
        return USAGE_ERROR
    except Exception:  # noqa: BLE001 - its text, and the variables around it, may hold a secret
        from gts_wizard.crash_report import format_crash_report  # noqa: PLC0415

        print_error(format_crash_report())
        return FAILED


def _interruptions() -> tuple[type[BaseException], ...]:
    """Return the exceptions of a Ctrl+C; CancelledError comes just before the loop's first task."""
    from asyncio import CancelledError  # noqa: PLC0415

    return KeyboardInterrupt, CancelledError


def _complete() -> None:
    """Print the completions that the shell asks for in the environment, and exit."""
    words = os.environ.get("COMP_LINE", "").split()
    name = _named_command(words[1:])
    if name == "run" and "--" in words:
        # What follows is the program's: without an answer, bash completes names of files.
        sys.exit()
    from gts_wizard.cli.completing import print_completions  # noqa: PLC0415

    print_completions(_parser(name))


def _named_command(arguments: Sequence[str]) -> str | None:
    """Return the first word but `--verbose`, which names the command; None if it is an option."""
    first = next((word for word in arguments if word != "--verbose"), None)
    # Some versions of argparse take `--` for a command, and others the word after it.
    is_option = first is None or (first.startswith("-") and first != "--")
    return None if is_option else first


def _split_program(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the arguments before the first `--`, and the command line of a program after it.

    argparse would take the program's options for the command's own. Without a `--` there is no
    program, and nothing but a request for help is left of the arguments.
    """
    if "--" not in arguments:
        return [word for word in arguments if word in {"run", "-h", "--help"}], ()
    start = list(arguments).index("--")
    return arguments[:start], arguments[start + 1 :]


def _parser(named_command: str | None) -> argparse.ArgumentParser:
    """Return the parser of all commands, of which only the named one is configured."""
    parser = CommandParser(
        prog="gts-wizard",
        description="Sign in to a GoToSocial account from a terminal.\n"
        "Without a command, the wizard starts.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        # `_named_command` knows the one option before a command by its whole name.
        allow_abbrev=False,
    )
    add_verbose(parser)
    parser.add_argument(
        "-V",
        "--version",
        action=PrintAndExit,
        nargs=0,
        const=f"gts-wizard {VERSION}",
        help="print the version",
    )
    parser.set_defaults(run=_open_wizard)
    commands = parser.add_subparsers(
        # Without its name, argparse would format a usage line to find it out.
        title="commands",
        metavar="COMMAND",
        parser_class=CommandParser,
        prog=parser.prog,
    )
    # Making a parser for each of them would take longer than most commands.
    for name in [named_command] if named_command in COMMANDS else COMMANDS:
        command = commands.add_parser(name, help=COMMANDS[name])
        if name == named_command:
            module = "import_" if name == "import" else name.replace("-", "_")
            import_module(f"gts_wizard.cli.{module}").configure(command)
            # Without a default, which would undo the option before the command.
            add_verbose(command, default=argparse.SUPPRESS)
    return parser


def _open_wizard(options: argparse.Namespace) -> int:
    from gts_wizard.cli.launch import open_wizard  # noqa: PLC0415

    return open_wizard(verbose=options.verbose)
