"""Hypothesis strategies for the answers to a look-up: recorded ones, most of them intact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.helpers.fuzz import mutated_bytes, mutated_document
from tests.helpers.raw_responses import http_response
from tests.helpers.recordings import PORT, RecordedResponse, responses_named
from tests.helpers.samples import METADATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.raw_server import RawRequest, Responder

HOST_NAMES = ("localhost", "127.0.0.1")
"""One server under two names of the same length, as the two halves of a split deployment."""

Responses = dict[str, bytes]
"""Whole answers by path."""

_ORIGIN = f"http://{HOST_NAMES[0]}:{PORT}"
_INSTANCE_DOCUMENTS = {"/api/v2/instance": "instance-v2", "/api/v1/instance": "instance-v1"}
_LEADS = {
    "/.well-known/nodeinfo": "nodeinfo-index",
    "/nodeinfo/2.0": "nodeinfo-2.0",
    "/.well-known/webfinger": "webfinger",
    "/.well-known/host-meta": "host-meta",
}
_METADATA = {
    "issuer": f"{_ORIGIN}/",
    "authorization_endpoint": f"{_ORIGIN}/oauth/authorize",
    "token_endpoint": f"{_ORIGIN}/oauth/token/",
    "revocation_endpoint": f"{_ORIGIN}/oauth/revoke",
    "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["read", "write:statuses", "admin:read"],
}
_SEEDS = {path: responses_named(name)[-1] for path, name in (_INSTANCE_DOCUMENTS | _LEADS).items()}
_SEEDS[METADATA] = RecordedResponse("metadata", 200, "application/json", _METADATA)
_TARGETS = [
    "/",
    "/end",
    f"//{HOST_NAMES[0]}:{PORT}/",
    f"http://{HOST_NAMES[1]}:{PORT}/api",
    "urn:x",
]


def responses_for(path: str) -> st.SearchStrategy[bytes]:
    """Return what may be answered where something else is expected."""
    seed = _SEEDS[path]
    return st.one_of(
        mutated_document(seed.document).map(
            lambda document: _whole(replace(seed, document=document))
        ),
        mutated_bytes(seed.body).map(seed.with_body),
        st.sampled_from([401, 404, 429, 500]).map(lambda status: http_response(status, b"{}")),
        st.sampled_from(_TARGETS).map(lambda target: http_response(302, Location=target)),
    )


@st.composite
def server_responses(draw: st.DrawFn) -> Responses:
    """A server of another software, or one that hides, with up to three pages that are spoilt."""
    responses = {path: _whole(seed) for path, seed in _SEEDS.items()}
    elsewhere = draw(st.sampled_from([{}, {}, {"account_domain": "elsewhere.example"}]))
    for path in _INSTANCE_DOCUMENTS:
        seed = _SEEDS[path]
        named_document = _whole(replace(seed, document=seed.document | elsewhere))
        nameless = seed.document | elsewhere | {"source_url": "", "version": "4.3.0"}
        nameless_document = _whole(replace(seed, document=nameless))
        responses[path] = draw(
            st.sampled_from([nameless_document, http_response(401, b"{}"), named_document])
        )
    for path in draw(st.sets(st.sampled_from(list(responses)), max_size=3)):
        responses[path] = draw(responses_for(path))
    return responses


def respond_from(responses: Mapping[str, bytes], *, split_from: str = "") -> Responder:
    """Answer with these responses, at `PORT`.

    Args:
        responses: the whole responses by path.
        split_from: the name under which there are accounts but no API; none when left out.
    """

    async def script(request: RawRequest) -> None:
        path = request.path.partition("?")[0]
        response = responses.get(path, http_response(404))
        if split_from and f"\r\nhost: {split_from}".encode() in request.head.lower():
            response = response if path in _LEADS else http_response(404)
        elif split_from and path in _INSTANCE_DOCUMENTS:
            domain = b'"account_domain": "'
            named, account_domain = (name.encode() for name in (HOST_NAMES[0], split_from))
            response = response.replace(domain + named, domain + account_domain)
        await request.send(response)

    return script


def _whole(seed: RecordedResponse) -> bytes:
    return seed.with_body(seed.body)
