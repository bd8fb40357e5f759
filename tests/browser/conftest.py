"""A real headless Chromium, and an empty page in it.

`tox run -e browser` has what these tests need; elsewhere, and where no Chromium is installed, they
are skipped.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.browser.pages import PHONE

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_MILLISECONDS = 60_000
_ONLY_THIS_COMPUTER = (
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A running Chromium: the one that `CHROMIUM` names, or one that is installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs `tox run -e browser`")
    programs = map(shutil.which, (os.environ.get("CHROMIUM", ""), *_NAMES))
    program = next(filter(None, programs), None)
    if program is None:
        pytest.skip("no Chromium is installed, and CHROMIUM does not name one")
    # Its sandbox does not run as root, as in a container.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    home = str(tmp_path_factory.mktemp("chromium"))
    with playwright.sync_playwright() as tools:
        running = tools.chromium.launch(
            executable_path=program,
            args=[*sandbox, *_ONLY_THIS_COMPUTER],
            env={**os.environ, "HOME": home},
        )
        yield running
        running.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """An empty page on a phone, of somebody who has visited nothing yet.

    No page that it shows may load something from elsewhere, or have the browser complain.
    """
    context = chromium.new_context(viewport=PHONE)
    context.set_default_timeout(_PATIENCE_MILLISECONDS)
    page = context.new_page()
    hosts: set[str | None] = set()
    refused: set[str] = set()
    complaints: list[tuple[str, str]] = []

    def note_refusal(response: Any) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            refused.add(response.url)

    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("response", note_refusal)
    page.on("console", lambda said: complaints.append((said.location["url"], said.text)))
    yield page
    context.close()
    assert hosts <= {"localhost", "127.0.0.1"}
    # The browser also complains of the status of a page that says what is wrong.
    assert [said for url, said in complaints if url not in refused] == []
