"""curl reads the exported config."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.formats import writers
from tests.helpers.sample_exports import TRICKS, make_export_account

if TYPE_CHECKING:
    from tests.formats.conftest import AuthorizationRecorder

CURL = shutil.which("curl")
pytestmark = pytest.mark.skipif(CURL is None, reason="curl is not installed")

_PROTOCOL_DISABLED = 1


def run(config: str, url: str) -> subprocess.CompletedProcess[str]:
    assert CURL is not None
    return subprocess.run(
        [CURL, "-q", "-sS", "-K", "-", url],
        input=config,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("token", ["alice-token", "a\"b\\c'd", *TRICKS])
def test_curl_sends_the_token(recorder: AuthorizationRecorder, token: str) -> None:
    config = writers.write_curl(make_export_account(origin=recorder.origin, token=token)).reveal()
    done = run(config, f"{recorder.origin}/api/v1/accounts/verify_credentials")
    assert (done.returncode, done.stderr) == (0, "")
    assert recorder.headers == [f"Bearer {token}"]


def test_curl_sends_no_https_token_over_http(recorder: AuthorizationRecorder) -> None:
    done = run(writers.write_curl(make_export_account()).reveal(), recorder.origin)
    assert done.returncode == _PROTOCOL_DISABLED
    assert recorder.headers == []


@pytest.mark.parametrize(
    ("username", "comment"),
    [
        ("alice", "# @alice@example.org: for https://example.org only."),
        ("", "# For https://example.org only."),
    ],
)
def test_config_begins_with_its_server(username: str, comment: str) -> None:
    assert writers.write_curl(make_export_account(username)).reveal().splitlines()[0] == comment
