"""curl itself reads the config."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.formats import curl
from tests.helpers.sample_exports import TRICKS, make_export_account

if TYPE_CHECKING:
    from tests.formats.conftest import Listener

CURL = shutil.which("curl")
pytestmark = pytest.mark.skipif(CURL is None, reason="curl is not installed")

NOT_IN_THE_BUILD = 1


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
def test_curl_sends_the_token(listener: Listener, token: str) -> None:
    config = curl.write(make_export_account(origin=listener.origin, token=token)).reveal()
    done = run(config, f"{listener.origin}/api/v1/accounts/verify_credentials")
    assert (done.returncode, done.stderr) == (0, "")
    assert listener.headers == [f"Bearer {token}"]


def test_curl_does_not_send_it_in_the_clear(listener: Listener) -> None:
    done = run(curl.write(make_export_account()).reveal(), listener.origin)
    assert done.returncode == NOT_IN_THE_BUILD
    assert listener.headers == []


def test_it_says_whose_it_is() -> None:
    first = curl.write(make_export_account()).reveal().splitlines()[0]
    assert first == "# @alice@example.org: for https://example.org only."
