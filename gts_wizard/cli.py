"""The door: arguments in, exit codes out. The only module that prints.

Everything else is imported where it is needed, so that a fast command loads no screen and no
network.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from gts_wizard import __version__
from gts_wizard.errors import WizardError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gts_wizard.services.accounts import Accounts

_FAILED = 1
_MISUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command `gts-wizard`.

    Args:
        arguments: the command line without the program's name; the process's own when left out.

    Returns:
        The exit code: 0 done, 1 failed, 2 misused or cancelled, 4 sign-in needed.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except WizardError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return _MISUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gts-wizard",
        description="Sign in to a GoToSocial account from a terminal. "
        "Without a command, the wizard starts.",
    )
    parser.add_argument("--version", action="version", version=f"gts-wizard {__version__}")
    parser.set_defaults(run=_wizard)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    token = commands.add_parser(
        "token",
        help="print an account's access token, for scripts",
        description="Print the access token of an account and nothing else.",
        epilog="""Example: printf 'Authorization: Bearer %%s' "$(gts-wizard token)" | """
        "curl -H @- https://example.org/api/v1/notifications",
    )
    token.add_argument(
        "account",
        nargs="?",
        type=_account,
        metavar="ACCOUNT",
        help="a handle, or a user name or server alone; the default account when left out",
    )
    token.set_defaults(run=_token)

    secrets = commands.add_parser(
        "secrets",
        help="keep secrets in the file, or in the system's keyring",
        description="Keep the access tokens in the file, or in the system's keyring, which needs "
        "the extra gts-wizard[keyring]. Without an account: those of all accounts, and of all "
        "that will come.",
        epilog="Example: gts-wizard secrets keyring @alice@example.org",
    )
    secrets.add_argument("place", choices=("file", "keyring"), help="where they are kept")
    whose = secrets.add_mutually_exclusive_group()
    whose.add_argument(
        "account",
        nargs="?",
        type=_account,
        metavar="ACCOUNT",
        help="a handle, or a user name or server alone; all accounts when left out",
    )
    whose.add_argument(
        "--new",
        action="store_true",
        help="only accounts that are signed in to from now on; those that are here stay",
    )
    secrets.set_defaults(run=_secrets)

    practice = commands.add_parser(
        "practice",
        help="try the wizard on a pretend instance on this computer",
        description="Run the wizard against a pretend instance on this computer: no account and "
        "no network needed, and nothing is kept.",
    )
    practice.add_argument(
        "--serve", action="store_true", help="only serve the pretend instance, without the wizard"
    )
    practice.add_argument(
        "--port", type=_port, default=0, metavar="N", help="its port; 0 picks a free one"
    )
    practice.add_argument(
        "--like",
        choices=("0.17", "0.19", "0.20"),
        default="0.20",
        help="the version of GoToSocial it behaves like (default: 0.20)",
    )
    practice.set_defaults(run=_practice)
    return parser


def _account(name: str) -> str:
    if not name.strip():
        raise argparse.ArgumentTypeError("the name is empty; leave it out instead")
    return name


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:  # noqa: PLR2004
        raise ValueError
    return port


_port.__name__ = "port"  # What argparse calls the value when it is wrong.


def _wizard(_: argparse.Namespace) -> int:
    return _run_wizard(None, "")


def _token(options: argparse.Namespace) -> int:
    from gts_wizard.services.wiring import open_services  # noqa: PLC0415

    accounts = open_services().accounts
    account = accounts.find(options.account or "")
    _print_notices(accounts)
    return _print_result(accounts.token(account).reveal())


def _secrets(options: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415

    from gts_wizard.models import Place  # noqa: PLC0415
    from gts_wizard.services.wiring import open_services  # noqa: PLC0415

    accounts = open_services().accounts
    place = Place(options.place)
    there = {Place.FILE: accounts.path, Place.KEYRING: "the system's keyring"}[place]
    if options.account:
        account = accounts.find(options.account)
        asyncio.run(accounts.keep_secrets_in(place, account))
        told = f"The secrets of {account.handle} are in {there} now."
    elif options.new:
        asyncio.run(accounts.keep_new_secrets_in(place))
        told = f"The secrets of accounts you sign in to from now on go to {there}."
    else:
        asyncio.run(accounts.keep_all_secrets_in(place))
        told = f"All secrets are in {there} now, and those of accounts to come go there too."
    _print_notices(accounts)
    return _print_result(told)


def _print_notices(accounts: Accounts) -> None:
    for notice in accounts.take_notices():
        print(notice, file=sys.stderr)


def _print_result(result: str) -> int:
    """Print what a command was for; a reader that has gone away is no failure."""
    if sys.stdout is None:
        return _FAILED
    try:
        print(result, flush=True)
    except BrokenPipeError:
        code = 0
    except OSError as failure:
        print(f"The result could not be written: {failure.strerror}.", file=sys.stderr)
        code = _FAILED
    else:
        return 0
    # Python would try once more to write it when it ends, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _practice(options: argparse.Namespace) -> int:
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from gts_wizard.practice import PracticeInstance  # noqa: PLC0415

    try:
        instance = PracticeInstance(like=options.like, port=options.port).start()
    except OSError as failure:
        print(f"Port {options.port} can't be used: {failure.strerror}.", file=sys.stderr)
        return _MISUSED
    with instance:
        if options.serve:
            return _serve(instance.origin)
        with tempfile.TemporaryDirectory(prefix="gts-wizard-practice-") as folder:
            return _run_wizard(Path(folder) / "credentials.toml", instance.address)


def _serve(origin: str) -> int:
    import threading  # noqa: PLC0415

    print(f"The practice instance answers at {origin}", flush=True)
    print("Ctrl+C stops it.", file=sys.stderr)
    threading.Event().wait()
    return 0


def _run_wizard(path: Path | None, practice: str) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        print(
            "The wizard needs a terminal to show its screens in. "
            "To use an account from a script, run: gts-wizard token",
            file=sys.stderr,
        )
        return _MISUSED
    from gts_wizard.services.wiring import open_services  # noqa: PLC0415
    from gts_wizard.tui.app import WizardApp  # noqa: PLC0415

    app = WizardApp(open_services(path), practice)
    app.run()
    return app.return_code or 0
