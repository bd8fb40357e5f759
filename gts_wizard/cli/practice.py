"""`gts-wizard practice`: runs the wizard against the practice server, or that server alone."""

from __future__ import annotations

import tempfile
import threading
from argparse import ArgumentTypeError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gts_wizard.cli.launch import open_wizard
from gts_wizard.cli.output import DONE, USAGE_ERROR, print_error, print_result
from gts_wizard.practice import EMULATED_SERVERS, PracticeServer
from gts_wizard.program import program

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Try the wizard with a practice server on this computer. You don't need\n"
        "an account or a network, and nothing is kept.",
        example="gts-wizard practice",
    )
    parser.add_argument(
        "--serve", action="store_true", help="run only the practice server, without the wizard"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        metavar="N",
        help="port of the practice server; 0 picks a free one",
    )
    parser.add_argument(
        "--like",
        choices=tuple(EMULATED_SERVERS),
        default="0.20",
        help="what it behaves like: a version of GoToSocial, or Mastodon (default: 0.20)",
    )


def _port(text: str) -> int:
    with suppress(ValueError):
        if 0 <= (port := int(text)) <= 65535:  # noqa: PLR2004
            return port
    raise ArgumentTypeError("A port is a number from 0 to 65535.")


def _run(options: Namespace) -> int:
    try:
        server = PracticeServer(emulates=options.like, port=options.port).start()
    except OSError as error:
        print_error(f"Port {options.port} can't be used: {error.strerror}.")
        return USAGE_ERROR
    with server:
        if options.serve:
            return _serve(server)
        with tempfile.TemporaryDirectory(prefix="gts-wizard-practice-") as folder:
            return open_wizard(
                Path(folder) / "credentials.toml", server.address, verbose=options.verbose
            )


def _serve(server: PracticeServer) -> int:
    print_result(f"The practice server is running at {server.origin}")
    print_error(f"In another terminal, run: {program()} sign-in {server.address}")
    print_error("Press Ctrl+C to stop the server.")
    threading.Event().wait()
    return DONE
