"""What differs between GoToSocial versions, decided in this one place.

Every other module of the practice instance asks a `Version` and never compares numbers itself.
The differences were measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1. Imports nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """One GoToSocial version, told by what it does.

    Attributes:
        number: The version's name, such as `0.19.2`.
        reported: The version as the instance documents tell it.
        enforces_scopes: Whether a token or an application is held to its scopes.
        manages_tokens: Whether `/oauth/revoke` and `/api/v1/tokens` exist.
        tells_registration: Whether a registration answers with scopes, times and redirect URIs.
        tells_terms: Whether the instance document links its terms and its sign-up rules.
        nodeinfo_schemas: The NodeInfo schema versions that are served.
        nodeinfo_max_age: How long a NodeInfo document may be cached, in seconds.
        source_url: Where the instance document says the source code is.
        media_types: The media types an upload may have.
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
    lost_session_status: int
    lost_application: str
    lost_key: str
    long_name: str


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
        lost_session_status=500,
        lost_application="db error getting app for clientID {client_id}",
        lost_key="key {key} not found in session",
        long_name=(
            "client_name must be less than 1024 characters, "
            "provided client_name was {length} characters"
        ),
    )


def _media_types(added: set[str]) -> tuple[str, ...]:
    after = {"image/webp": "image/avif", "audio/mp3": "audio/mpeg"}
    types: list[str] = []
    for known in _MEDIA_TYPES:
        types.append(known)
        if after.get(known) in added:
            types.append(after[known])
    return tuple(types)


_ALL = {
    "0.17": _older(),
    "0.19": _newer("0.19.2", "0.19.2", False, {"audio/mpeg"}),
    "0.20": _newer("0.20.0-rc1", "0.20.0-rc1+git-57cb4fe", True, {"audio/mpeg", "image/avif"}),
}

VERSIONS: dict[str, str] = {like: version.number for like, version in _ALL.items()}
"""What `like` may be, and the GoToSocial version each stands for."""


def version_like(like: str) -> Version:
    """Give the version behind a key of `VERSIONS`.

    Args:
        like: A key of `VERSIONS`, such as `0.20`.

    Raises:
        ValueError: There is no such key.
    """
    if like not in _ALL:
        raise ValueError(f"like must be one of {', '.join(_ALL)}, not {like!r}")
    return _ALL[like]
