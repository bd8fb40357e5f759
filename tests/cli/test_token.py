"""`gts-wizard token`, `use` and `path`: what scripts get, and from which file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import AccountStatus
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    run,
    run_in_process,
    save_accounts,
)

if TYPE_CHECKING:
    from pathlib import Path


def _save_alice_and_bob(home: Path) -> None:
    save_accounts(
        home, *(make_account(name, token=f"token-of-{name}") for name in ("alice", "bob"))
    )


def test_token_prints_the_token_and_nothing_else(tmp_path: Path, credentials_path: Path) -> None:
    _save_alice_and_bob(tmp_path)
    elsewhere = {"GTS_WIZARD_CREDENTIALS": str(tmp_path / "elsewhere.toml")}
    credentials_path.rename(tmp_path / "elsewhere.toml")
    done = run(tmp_path, "token", **elsewhere)
    assert (done.returncode, done.stdout, done.stderr) == (0, "token-of-alice\n", "")
    for name in ("bob", "@bob@example.org", "BOB@example.org"):
        done = run_in_process(tmp_path, "token", name, **elsewhere)
        assert (done.returncode, done.stdout, done.stderr) == (0, "token-of-bob\n", "")
    ambiguous = run_in_process(tmp_path, "token", "example.org", **elsewhere)
    assert (ambiguous.returncode, ambiguous.stdout) == (2, "")
    assert "@alice@example.org, @bob@example.org" in ambiguous.stderr
    unknown = run_in_process(tmp_path, "token", "carol", **elsewhere)
    assert (unknown.returncode, unknown.stdout) == (4, "")


def test_revoked_token_is_not_printed(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account()._replace(status=AccountStatus.REVOKED))
    done = run_in_process(tmp_path, "token")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "Access to @alice@example.org has ended. "
        "To renew it, run: gts-wizard renew @alice@example.org\n"
    )


def test_token_without_an_account_says_how_to_sign_in(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "token")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == ("You're not signed in to any account yet. To sign in, run: gts-wizard\n")


@pytest.mark.parametrize(
    "damage",
    ["", f"{TOKEN}\\nX-Evil: 1", f"{TOKEN}\\r", f"{TOKEN} x"],
    ids=["empty", "header", "carriage return", "space"],
)
def test_token_that_no_header_can_hold_is_not_printed(
    tmp_path: Path, credentials_path: Path, damage: str
) -> None:
    save_accounts(tmp_path, make_account())
    text = credentials_path.read_text("utf-8").replace(f'"{TOKEN}"', f'"{damage}"')
    credentials_path.write_text(text, "utf-8")
    done = run_in_process(tmp_path, "token")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is damaged: “value” is" in done.stderr
    assert "(accounts #1, " in done.stderr
    assert TOKEN not in done.stderr
    assert credentials_path.read_text("utf-8") == text


@pytest.mark.slow
def test_use_makes_an_account_the_default(tmp_path: Path) -> None:
    _save_alice_and_bob(tmp_path)

    def token(*arguments: str, **variables: str) -> str:
        return run_in_process(tmp_path, "token", *arguments, **variables).stdout

    assert token() == "token-of-alice\n"
    done = run(tmp_path, "use", "bob")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Scripts use @bob@example.org now unless they name another account.\n"
    assert token() == "token-of-bob\n"
    assert token(GTS_WIZARD_ACCOUNT="alice") == "token-of-alice\n"
    assert token("bob", GTS_WIZARD_ACCOUNT="alice") == "token-of-bob\n"
    assert token(GTS_WIZARD_ACCOUNT="") == "token-of-bob\n"
    ambiguous = run_in_process(tmp_path, "use", "example.org")
    assert (ambiguous.returncode, ambiguous.stdout) == (2, "")


def test_path_is_printed_in_full(tmp_path: Path) -> None:
    done = run(tmp_path, "path")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{default_credentials_path(tmp_path)}\n"
    named = run_in_process(tmp_path, "path", GTS_WIZARD_CREDENTIALS="here.toml")
    assert named.stdout == f"{tmp_path}/here.toml\n"


def test_mended_permissions_are_told_even_where_the_command_fails(
    tmp_path: Path, credentials_path: Path
) -> None:
    _save_alice_and_bob(tmp_path)
    credentials_path.chmod(0o644)
    done = run_in_process(tmp_path, "token", "carol")
    assert done.returncode == 4
    notice, _, error = done.stderr.partition("\n")
    assert notice.endswith("credentials.toml. Now only you can.")
    assert error.startswith("There is no account called carol here.")
