"""A real GoToSocial on loopback, from an unpacked release; whatever it writes is thrown away."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EMAIL = "alice@example.org"
PASSWORD = "a Practice-horse 7 staple!"
_START_SECONDS = 120.0


@contextmanager
def run_gotosocial(home: Path, folder: Path) -> Iterator[str]:
    """Run the server with one account, alice, and give its address.

    Args:
        home: the unpacked release: the binary and its `web/`.
        folder: where its database and files go.
    """
    port = _free_port()
    settings = _settings(home, folder, port)
    binary = str(home / "gotosocial")
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [binary, "server", "start"], env=settings, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(server, port, folder / "server.log")
            _create_account(binary, settings)
            yield f"localhost:{port}"
        finally:
            server.terminate()
            server.wait(30)


def _settings(home: Path, folder: Path, port: int) -> Mapping[str, str]:
    ours = {
        "GTS_HOST": f"localhost:{port}",
        "GTS_PROTOCOL": "http",
        "GTS_BIND_ADDRESS": "127.0.0.1",
        "GTS_PORT": str(port),
        "GTS_DB_TYPE": "sqlite",
        "GTS_DB_ADDRESS": str(folder / "sqlite.db"),
        "GTS_STORAGE_LOCAL_BASE_PATH": str(folder / "storage"),
        "GTS_WEB_TEMPLATE_BASE_DIR": f"{home / 'web' / 'template'}/",
        "GTS_WEB_ASSET_BASE_DIR": f"{home / 'web' / 'assets'}/",
        "GTS_LETSENCRYPT_ENABLED": "false",
    }
    return {"PATH": os.environ["PATH"], "HOME": str(folder), **ours}


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    # While it migrates its database, GoToSocial answers 503.
    deadline = time.monotonic() + _START_SECONDS
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < deadline and server.poll() is None:
            try:
                answer = client.get(f"http://127.0.0.1:{port}/api/v1/instance")
                if answer.status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            with suppress(subprocess.TimeoutExpired):
                server.wait(0.1)
    raise AssertionError(f"GoToSocial did not start:\n{log.read_text()[-2000:]}")


def _create_account(binary: str, settings: Mapping[str, str]) -> None:
    command = [binary, "admin", "account", "create"]
    who = ["--username", "alice", "--email", EMAIL, "--password", PASSWORD]
    done = subprocess.run(
        [*command, *who], env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
