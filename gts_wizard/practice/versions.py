"""What differs between the servers that can be practised with, decided in this one place.

Every other module of the practice instance asks a `Version` and never compares numbers itself.
The differences were measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1. Mastodon 4.4 was read,
not measured: its documentation (docs.joinmastodon.org), its source, and that of Doorkeeper 5.8.
Only `ids` is imported.
"""

from __future__ import annotations

from dataclasses import dataclass

from gts_wizard.practice.ids import GOTOSOCIAL_SHAPES, MASTODON_SHAPES, Shapes

_YEAR = 365 * 24 * 3600
_MEDIA_TYPES = (
    "image/jpeg",
    "image/gif",
    "image/webp",
    "audio/mp2",
    "audio/mp3",
    "video/x-msvideo",
    "audio/flac",
    "audio/x-flac",
    "image/png",
    "image/apng",
    "audio/ogg",
    "video/ogg",
    "audio/mp4",
    "video/mp4",
    "video/quicktime",
    "audio/x-ms-wma",
    "video/x-ms-wmv",
    "video/webm",
    "audio/x-matroska",
    "video/x-matroska",
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a server's software, told by what it does.

    Attributes:
        number: The version's name, such as `0.19.2`.
        reported: The version as the instance documents tell it.
        enforces_scopes: Whether a token or an application is held to its scopes.
        manages_tokens: Whether GoToSocial's `/oauth/revoke` and `/api/v1/tokens` exist.
        tells_registration: Whether a registration answers with scopes, times and redirect URIs.
        tells_terms: Whether the instance document links its terms and its sign-up rules.
        nodeinfo_schemas: The NodeInfo schema versions that are served.
        nodeinfo_max_age: How long a NodeInfo document may be cached, in seconds.
        source_url: Where the instance document says the source code is.
        media_types: The media types an upload may have.
        software: The software as NodeInfo names it, such as `gotosocial`.
        product: The software as people name it, such as `GoToSocial`.
        is_mastodon: Whether applications, pages and tokens are those of the `mastodon` package.
        reuses_tokens: Whether somebody who allows the same again is given the token they have.
        session_lifetime: How long a browser's session lasts from opening the link, in seconds.
        shapes: How client IDs, secrets, codes and tokens look.
        tells_account_domain: Whether the instance document has `account_domain` beside the host.
        unauthorized: What is said to a token that is missing, wrong or revoked.
        forbidden: What is said to a token whose scope is too small.
        lost_session_status: The HTTP status when the browser's session lacks what is needed.
        lost_application: What the page says of a vanished registration; has `{client_id}`.
        lost_key: What the page says of a vanished session; has `{key}`.
        long_name: What is said of a `client_name` that is too long; has `{length}`.
    """

    number: str
    reported: str
    enforces_scopes: bool
    manages_tokens: bool
    tells_registration: bool
    tells_terms: bool
    nodeinfo_schemas: tuple[str, ...]
    nodeinfo_max_age: int
    source_url: str
    media_types: tuple[str, ...]
    # What follows is as in the newest GoToSocial, unless a version says otherwise.
    software: str = "gotosocial"
    product: str = "GoToSocial"
    is_mastodon: bool = False
    reuses_tokens: bool = False
    session_lifetime: int = 120
    shapes: Shapes = GOTOSOCIAL_SHAPES
    tells_account_domain: bool = True
    unauthorized: str = "Unauthorized: token not supplied"
    forbidden: str = "Forbidden: token has insufficient scope permission"
    lost_session_status: int = 500
    lost_application: str = "db error getting app for clientID {client_id}"
    lost_key: str = "key {key} not found in session"
    long_name: str = (
        "client_name must be less than 1024 characters, "
        "provided client_name was {length} characters"
    )


def _older() -> Version:
    return Version(
        number="0.17.4",
        reported="0.17.4",
        enforces_scopes=False,
        manages_tokens=False,
        tells_registration=False,
        tells_terms=False,
        nodeinfo_schemas=("2.0",),
        nodeinfo_max_age=120,
        source_url="https://github.com/superseriousbusiness/gotosocial",
        media_types=_MEDIA_TYPES,
        lost_session_status=400,
        lost_application="application for client_id {client_id} could not be retrieved",
        lost_key="key {key} was not found in session",
        long_name="client_name must be less than 1024 characters",
    )


def _newer(number: str, reported: str, tells_terms: bool, added_types: set[str]) -> Version:
    return Version(
        number=number,
        reported=reported,
        enforces_scopes=True,
        manages_tokens=True,
        tells_registration=True,
        tells_terms=tells_terms,
        nodeinfo_schemas=("2.0", "2.1"),
        nodeinfo_max_age=86400,
        source_url="https://codeberg.org/superseriousbusiness/gotosocial",
        media_types=_media_types(added_types),
    )


def _mastodon() -> Version:
    return Version(
        software="mastodon",
        product="Mastodon",
        number="4.4.0",
        reported="4.4.0",
        is_mastodon=True,
        enforces_scopes=True,
        manages_tokens=False,
        reuses_tokens=True,
        session_lifetime=_YEAR,
        shapes=MASTODON_SHAPES,
        tells_registration=True,
        tells_terms=True,
        tells_account_domain=False,
        nodeinfo_schemas=("2.0",),
        nodeinfo_max_age=1800,
        source_url="https://github.com/mastodon/mastodon",
        media_types=_MEDIA_TYPES,
        unauthorized="The access token is invalid",
        forbidden="This action is outside the authorized scopes",
    )


def _media_types(added: set[str]) -> tuple[str, ...]:
    after = {"image/webp": "image/avif", "audio/mp3": "audio/mpeg"}
    types: list[str] = []
    for known in _MEDIA_TYPES:
        types.append(known)
        if after.get(known) in added:
            types.append(after[known])
    return tuple(types)


_GOTOSOCIAL = {
    "0.17": _older(),
    "0.19": _newer("0.19.2", "0.19.2", False, {"audio/mpeg"}),
    "0.20": _newer("0.20.0-rc1", "0.20.0-rc1+git-57cb4fe", True, {"audio/mpeg", "image/avif"}),
}

_ALL = {**_GOTOSOCIAL, "mastodon": _mastodon()}

VERSIONS: dict[str, str] = {like: version.number for like, version in _GOTOSOCIAL.items()}
"""The values of `like` for GoToSocial, and the version each stands for."""

LIKES: tuple[str, ...] = tuple(_ALL)
"""Everything `like` may be: the keys of `VERSIONS`, and `mastodon`."""


def version_like(like: str) -> Version:
    """Give the version that one of `LIKES` stands for.

    Args:
        like: One of `LIKES`, such as `0.20`.

    Raises:
        ValueError: It is none of them.
    """
    if like not in LIKES:
        raise ValueError(f"like must be one of {', '.join(LIKES)}, not {like!r}")
    return _ALL[like]
