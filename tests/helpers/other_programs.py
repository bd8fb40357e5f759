"""Tokens of programs other than the wizard, as somebody gives them to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.helpers.browser_user import OOB, BrowserUser, PracticeClient

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer


def token_of_other_program(
    practice: PracticeServer, scopes: str = "read", username: str = "alice"
) -> str:
    """Let a user allow another program something, and return its token."""
    with PracticeClient(practice) as client, BrowserUser(f"{username}@example.org") as user:
        application = client.register(scopes)
        query = {
            "client_id": application["client_id"],
            "redirect_uri": OOB,
            "response_type": "code",
            "scope": scopes,
        }
        code = user.get_code(f"{practice.origin}/oauth/authorize?{urlencode(query)}")
        return str(client.exchange(application, code).json()["access_token"])
