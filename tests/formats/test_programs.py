"""Programs of others post for an account, with the file that is exported for them.

feed2toot needs a Python before 3.12, and feediverse a Mastodon.py before 2: each is found on the
PATH, where pipx or a virtual environment of its own puts it, or beside this Python.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mastodon import Mastodon

from gts_wizard.formats.registry import FORMATS
from tests.helpers.sample_exports import make_export_account, without_client
from tests.helpers.subprocess_cli import default_credentials_path, sign_in

if TYPE_CHECKING:
    from gts_wizard.formats.export_account import ExportAccount
    from gts_wizard.practice import PracticeServer

pytestmark = pytest.mark.slow

_FEED = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>News</title><id>urn:feed</id><updated>{now}</updated>
<entry><title>New</title><id>https://example.org/new</id><updated>{now}</updated>
<link href="https://example.org/new"/></entry>
<entry><title>Old</title><id>https://example.org/old</id><updated>2001-01-01T00:00:00Z</updated>
<link href="https://example.org/old"/></entry>
</feed>
"""
_FEED2TOOT = """[mastodon]
instance_url={origin}
user_credentials=user.txt
client_credentials=client.txt
[cache]
cachefile=cache
[lock]
lock_file=lock
[rss]
uri=feed.xml
toot={{title}} {{link}}
"""


@pytest.fixture(params=["with a client", "without a client"])
def exported(
    request: pytest.FixtureRequest, tmp_path: Path, practice: PracticeServer
) -> ExportAccount:
    """Alice on a practice server, with a token that may post."""
    path = default_credentials_path(tmp_path)
    token = asyncio.run(sign_in(path, practice, "alice@example.org", "read", "write"))
    account = make_export_account(origin=practice.origin, token=token)
    return account if request.param == "with a client" else without_client(account)


def save(tool: str, account: ExportAccount, file: Path) -> None:
    """Export an account to a file."""
    file.write_text(FORMATS[tool].write([account]).reveal(), "utf-8")


def run_program(name: str, *arguments: str, folder: Path) -> None:
    """Run another program to its end; the folder is its home and its working directory."""
    beside = str(Path(sys.executable).parent)
    program = shutil.which(name, path=os.pathsep.join((beside, os.environ["PATH"])))
    if program is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def save_feed(folder: Path) -> None:
    """Write a feed with an entry of now and an old one."""
    (folder / "feed.xml").write_text(_FEED.format(now=datetime.now(UTC).isoformat()), "utf-8")


def count_posts(practice: PracticeServer) -> int:
    """Return how many posts the server was sent."""
    return practice.requests.count("POST /api/v1/statuses")


def test_toot_posts(tmp_path: Path, practice: PracticeServer, exported: ExportAccount) -> None:
    (tmp_path / "toot").mkdir()
    save("toot", exported, tmp_path / "toot" / "config.json")
    run_program("toot", "post", "Hello", folder=tmp_path)
    assert count_posts(practice) == 1


def test_mastodon_py_posts_with_both_files(
    tmp_path: Path, practice: PracticeServer, exported: ExportAccount
) -> None:
    save("mastodon.py", exported, tmp_path / "user.txt")
    save("mastodon.py-client", exported, tmp_path / "client.txt")
    mastodon = Mastodon(
        client_id=str(tmp_path / "client.txt"), access_token=str(tmp_path / "user.txt")
    )
    with mastodon.session:
        mastodon.status_post("Hello")
    assert mastodon.api_base_url == practice.origin
    assert mastodon.client_id == exported.client_id
    assert mastodon.client_secret == exported.client_secret.reveal()
    assert count_posts(practice) == 1


def test_feed2toot_posts(tmp_path: Path, practice: PracticeServer, exported: ExportAccount) -> None:
    save("mastodon.py", exported, tmp_path / "user.txt")
    save("mastodon.py-client", exported, tmp_path / "client.txt")
    (tmp_path / "feed2toot.ini").write_text(_FEED2TOOT.format(origin=practice.origin), "utf-8")
    save_feed(tmp_path)
    run_program("feed2toot", "-c", "feed2toot.ini", folder=tmp_path)
    assert count_posts(practice) == 2


def test_feediverse_posts_what_is_newer_than_the_export(
    tmp_path: Path, practice: PracticeServer, exported: ExportAccount
) -> None:
    config = tmp_path / ".feediverse"
    save("feediverse", exported, config)
    run_program("feediverse", folder=tmp_path)
    assert count_posts(practice) == 0
    save("feediverse", exported, config)
    text = config.read_text("utf-8").replace("# {", "{")
    config.write_text(text.replace("https://example.org/feed.xml", "feed.xml"), "utf-8")
    save_feed(tmp_path)
    run_program("feediverse", folder=tmp_path)
    assert count_posts(practice) == 1
