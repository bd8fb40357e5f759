"""The differences between the server versions; no other module compares version numbers.

GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1 were measured. Mastodon 4.4 was not: its documentation
(docs.joinmastodon.org), its source, and that of Doorkeeper 5.8 were read.
"""

from __future__ import annotations

from dataclasses import dataclass

from gts_wizard.practice.ids import GOTOSOCIAL_IDS, MASTODON_IDS, IdGenerators
from gts_wizard.practice.redirect_uris import (
    GOTOSOCIAL_0_17_REDIRECTS,
    GOTOSOCIAL_REDIRECTS,
    MASTODON_REDIRECTS,
    RedirectRules,
)

_YEAR_SECONDS = 365 * 24 * 3600
_NEWER_MEDIA_TYPES = frozenset({"audio/mpeg", "image/avif"})


@dataclass(frozen=True, slots=True)
class ServerBehavior:
    """How one version of a server software behaves.

    Attributes:
        version: the version, such as `0.19.2`.
        reported_version: the version as instance documents and NodeInfo give it.
        enforces_scopes: whether a token or an application is held to its scopes.
        has_token_management: whether GoToSocial's `/oauth/revoke` and `/api/v1/tokens` exist.
        has_registration_details: whether a registration returns scopes, time and redirect URIs.
        has_terms: whether the instance document links terms and sign-up rules.
        nodeinfo_schemas: the NodeInfo schema versions that are served.
        nodeinfo_max_age: how long a NodeInfo document may be cached, in seconds.
        source_url: the URL of the source code, as the instance document gives it.
        unsupported_media_types: those of `data/instance_limits.json` that it does not accept.
        software: the software's name in NodeInfo, such as `gotosocial`.
        product: the software's name on pages, such as `GoToSocial`.
        is_mastodon: whether the module `mastodon` handles registration, pages and tokens.
        reuses_tokens: whether allowing the same again returns the existing token.
        session_lifetime: how long a browser's session lasts from opening the link, in seconds.
        ids: generates client IDs, secrets, codes and tokens.
        redirects: reads and matches redirect URIs.
        default_limit: how many entries a page has, as its links say; None: they do not say it.
        has_account_domain: whether the instance document has `account_domain` beside the host.
        unauthorized: the error for a token that is missing, wrong or revoked.
        forbidden: the error for a token whose scope is too small.
        empty_status: the HTTP status and the error for posting a status without text.
        session_error_status: the HTTP status when the browser's session is incomplete.
        missing_application: the error for a registration that is gone; has `{client_id}`.
        missing_key: the error for a session that is gone; has `{key}`.
        name_too_long: the error for a `client_name` that is too long; has `{length}`.
    """

    version: str
    reported_version: str
    enforces_scopes: bool
    has_token_management: bool
    has_registration_details: bool
    has_terms: bool
    nodeinfo_schemas: tuple[str, ...]
    nodeinfo_max_age: int
    source_url: str
    unsupported_media_types: frozenset[str]
    # The defaults are those of the newest GoToSocial.
    software: str = "gotosocial"
    product: str = "GoToSocial"
    is_mastodon: bool = False
    reuses_tokens: bool = False
    session_lifetime: int = 120
    ids: IdGenerators = GOTOSOCIAL_IDS
    redirects: RedirectRules = GOTOSOCIAL_REDIRECTS
    default_limit: int | None = 20
    has_account_domain: bool = True
    unauthorized: str = "Unauthorized: token not supplied"
    forbidden: str = "Forbidden: token has insufficient scope permission"
    empty_status: tuple[int, str] = (400, "Bad Request: status contains no text, media or poll")
    session_error_status: int = 500
    missing_application: str = "db error getting app for clientID {client_id}"
    missing_key: str = "key {key} not found in session"
    name_too_long: str = (
        "client_name must be less than 1024 characters, "
        "provided client_name was {length} characters"
    )


def _gotosocial_0_17() -> ServerBehavior:
    return ServerBehavior(
        version="0.17.4",
        reported_version="0.17.4",
        enforces_scopes=False,
        has_token_management=False,
        has_registration_details=False,
        has_terms=False,
        nodeinfo_schemas=("2.0",),
        nodeinfo_max_age=120,
        source_url="https://github.com/superseriousbusiness/gotosocial",
        unsupported_media_types=_NEWER_MEDIA_TYPES,
        redirects=GOTOSOCIAL_0_17_REDIRECTS,
        empty_status=(
            400,
            "Bad Request: no status content, content warning, media, or poll provided",
        ),
        session_error_status=400,
        missing_application="application for client_id {client_id} could not be retrieved",
        missing_key="key {key} was not found in session",
        name_too_long="client_name must be less than 1024 characters",
    )


def _gotosocial(
    version: str, reported_version: str, has_terms: bool, unsupported_media_types: frozenset[str]
) -> ServerBehavior:
    return ServerBehavior(
        version=version,
        reported_version=reported_version,
        enforces_scopes=True,
        has_token_management=True,
        has_registration_details=True,
        has_terms=has_terms,
        nodeinfo_schemas=("2.0", "2.1"),
        nodeinfo_max_age=86400,
        source_url="https://codeberg.org/superseriousbusiness/gotosocial",
        unsupported_media_types=unsupported_media_types,
    )


def _mastodon() -> ServerBehavior:
    return ServerBehavior(
        software="mastodon",
        product="Mastodon",
        version="4.4.0",
        reported_version="4.4.0",
        is_mastodon=True,
        enforces_scopes=True,
        has_token_management=False,
        reuses_tokens=True,
        session_lifetime=_YEAR_SECONDS,
        ids=MASTODON_IDS,
        redirects=MASTODON_REDIRECTS,
        default_limit=None,
        has_registration_details=True,
        has_terms=True,
        has_account_domain=False,
        nodeinfo_schemas=("2.0",),
        nodeinfo_max_age=1800,
        source_url="https://github.com/mastodon/mastodon",
        unsupported_media_types=_NEWER_MEDIA_TYPES,
        unauthorized="The access token is invalid",
        forbidden="This action is outside the authorized scopes",
        empty_status=(422, "Validation failed: Text can't be blank"),
    )


_GOTOSOCIAL = {
    "0.17": _gotosocial_0_17(),
    "0.19": _gotosocial("0.19.2", "0.19.2", False, frozenset({"image/avif"})),
    "0.20": _gotosocial("0.20.0-rc1", "0.20.0-rc1+git-57cb4fe", True, frozenset()),
}

EMULATED_SERVERS: dict[str, ServerBehavior] = {**_GOTOSOCIAL, "mastodon": _mastodon()}
"""The behavior for each value of `emulates`: the keys of `GOTOSOCIAL_VERSIONS`, and `mastodon`."""

GOTOSOCIAL_VERSIONS: dict[str, str] = {
    name: behavior.version for name, behavior in _GOTOSOCIAL.items()
}
"""The GoToSocial version for each value of `emulates`, without Mastodon."""
