"""The services opened together over one credentials file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer


async def test_services_share_one_credentials_file(
    practice: PracticeServer, tmp_path: Path
) -> None:
    services = open_services(tmp_path / "credentials.toml")
    pending = await services.sign_in.look_up(practice.address)
    assert services.accounts.display_path == str(tmp_path / "credentials.toml")
    await services.aclose()
    again = open_services(tmp_path / "credentials.toml")
    assert await again.sign_in.pending_sign_ins.list() == [pending]
    await again.aclose()
