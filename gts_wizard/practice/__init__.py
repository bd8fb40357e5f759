"""A practice server on this computer, so that signing in can be tried without a real account.

It responds as GoToSocial 0.17.4, 0.19.2 or 0.20.0-rc1 does, misleading responses included, or much
as Mastodon 4.4 does, and it forgets everything when it stops. It uses the standard library only
and nothing of the rest of the package, so that it can't share a mistake with the client it is
tried with.

    with PracticeServer(emulates="0.20") as practice:
        print(practice.origin)
"""

from gts_wizard.practice.discovery import WELL_KNOWN
from gts_wizard.practice.http import Response
from gts_wizard.practice.overrides import Override
from gts_wizard.practice.server import PracticeServer
from gts_wizard.practice.versions import EMULATED_SERVERS, GOTOSOCIAL_VERSIONS

__all__ = [
    "EMULATED_SERVERS",
    "GOTOSOCIAL_VERSIONS",
    "WELL_KNOWN",
    "Override",
    "PracticeServer",
    "Response",
]
