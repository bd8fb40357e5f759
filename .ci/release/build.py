"""Builds what is released: the sdist, the wheel, and the program as one file that runs anywhere.

    python .ci/release/build.py FOLDER

Everything in them is dated 1980, the earliest that a zip file can say, so that the same sources
always make the same bytes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_ROOT = Path(__file__).parents[2]
_MAIN = Path(__file__).with_name("pyz_main.py")
# It has no pure Python: it is compiled for each system.
_LEFT_OUT = "pillow"
_DATES = {"SOURCE_DATE_EPOCH": "315532800"}
_PURE = ("--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none")


def build(folder: Path) -> None:
    """Build all three.

    Args:
        folder: where they are written; it may not exist yet, and must hold no wheel.
    """
    _run("build", "--outdir", str(folder), str(_ROOT))
    [wheel] = folder.glob("*.whl")
    with TemporaryDirectory() as downloads:
        _run("pip", "download", "--quiet", *_PURE, "--dest", downloads, *_requirements())
        _write_pyz(folder / "gts-wizard.pyz", [*sorted(Path(downloads).iterdir()), wheel])


def _run(module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, env={**os.environ, **_DATES}, check=True)


def _requirements() -> list[str]:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [name for name in project["dependencies"] if not name.startswith(_LEFT_OUT)]


def _write_pyz(path: Path, wheels: list[Path]) -> None:
    """Write the contents of all wheels into one file that Python runs (PEP 441)."""
    with path.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with ZipFile(file, "w", ZIP_DEFLATED) as pyz:
            _add(pyz, "__main__.py", _MAIN.read_bytes())
            for wheel in wheels:
                with ZipFile(wheel) as contents:
                    for name in contents.namelist():
                        _add(pyz, name, contents.read(name))
    path.chmod(0o755)


def _add(pyz: ZipFile, name: str, data: bytes) -> None:
    pyz.writestr(ZipInfo(name), data, ZIP_DEFLATED)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
