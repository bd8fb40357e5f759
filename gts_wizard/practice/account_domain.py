"""The account domain of a split deployment: somebody's web site, which leads on to the host.

Accounts are `@alice@example.org` while the server is `social.example.org`. After GoToSocial's page
on split-domain deployments (docs.gotosocial.org/en/latest/advanced/host-account-domain): three
documents are redirected for good, and nothing of the API is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice.answers import Response, moved, page
from gts_wizard.practice.pages import website_page

if TYPE_CHECKING:
    from collections.abc import Collection

    from gts_wizard.practice.requests import Request

WELL_KNOWN = ("webfinger", "host-meta", "nodeinfo")
"""The well-known documents by which an account domain can lead to its host."""


def answer(host: str, documents: Collection[str], request: Request) -> Response:
    """Answer whatever the account domain is asked.

    Args:
        host: Where the server is, such as `http://localhost:8080`.
        documents: Those of `WELL_KNOWN` that are redirected there.
        request: The request; its query goes along.
    """
    if request.path not in {f"/.well-known/{name}" for name in documents}:
        return page(website_page(), 404)
    query = f"?{urlencode(request.query)}" if request.query else ""
    return moved(f"{host}{request.path}{query}")
