"""Reads WebFinger (RFC 7033): at which server an account lives, and under which domain.

The discovery comes in; the transport does the asking. GoToSocial on split domains:
https://docs.gotosocial.org/en/latest/advanced/host-account-domain/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from gts_wizard.api.jrd import first_link
from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import ServerError
from gts_wizard.sanitize import sanitize_line

if TYPE_CHECKING:
    from gts_wizard.address import Address
    from gts_wizard.api.look_up import DeadlineClient
    from gts_wizard.api.response import Document, Response

WEBFINGER_ACCEPT = "application/jrd+json, application/json"
_ACTIVITY = "application/activity+json"
# ActivityPub section 3.2: the other name of the same type.
_LINKED_DATA = 'application/ld+json;profile="https://www.w3.org/ns/activitystreams"'


def webfinger_url(asked: Address, address: Address) -> str:
    """Return the URL that asks one server for the account an address means.

    Where only a domain was typed it asks for the actor of the server itself, which GoToSocial
    calls by the name of its host.

    Args:
        asked: the server that shall answer.
        address: the account's domain, and its user name if that is known.
    """
    resource = quote(_resource(asked, address), safe="")
    return f"{asked.origin}/.well-known/webfinger?resource={resource}"


def actor_url(answer: Response) -> str:
    """Return the address of the account's actor, which is at its server; empty if not told."""
    return first_link(answer, _is_actor)


async def owns_account(look_up: DeadlineClient, host: Address, address: Address) -> bool:
    """Tell whether a server says itself that the account an address means is one of its own."""
    try:
        answer = await look_up.get(webfinger_url(host, address), WEBFINGER_ACCEPT)
        subject = str(answer.json_object().get("subject"))
    except ServerError:
        return False
    answered = parse_safe_url(answer.url)
    # After a redirect it is somebody else who says so, perhaps the domain in question.
    is_its_own_word = answered is not None and answered.origin == host.origin
    return is_its_own_word and subject.lower() == _resource(host, address).lower()


def _resource(asked: Address, address: Address) -> str:
    return f"acct:{address.username or asked.host}@{address.host}"


def _is_actor(link: Document) -> bool:
    kind = sanitize_line(link.get("type")).replace(" ", "")
    return link.get("rel") == "self" and kind in {_ACTIVITY, _LINKED_DATA}
