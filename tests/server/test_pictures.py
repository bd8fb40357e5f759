"""Pictures: which address is believed, and what fetching one sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance, ServerTrouble
from gts_wizard.secret import Secret
from gts_wizard.server import api
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer, tls_context
from tests.helpers.samples import TOKEN, account_document

if TYPE_CHECKING:
    import trustme

    from gts_wizard.server.transport import Transport


@pytest.mark.parametrize(
    ("avatar", "kept"),
    [
        ("https://files.example/a.png", "https://files.example/a.png"),
        ("http://127.0.0.1:9/admin", ""),
        ("http://files.example/a.png", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        (None, ""),
        (["https://files.example/a.png"], ""),
    ],
)
async def test_a_server_names_only_pictures_that_may_be_fetched(
    transport: Transport, trusted: trustme.CA, avatar: object, kept: str
) -> None:
    said = json_bytes(account_document(avatar=avatar, avatar_static=avatar))
    tls = tls_context(trusted.issue_cert("127.0.0.1"))
    async with RawServer(respond(200, said), tls=tls) as server:
        profile = await api.verify(transport, server.origin, Secret(TOKEN))
    assert profile.picture == kept


async def test_a_picture_is_asked_for_as_one_and_with_nothing_secret(transport: Transport) -> None:
    async with RawServer(respond(200, b"\x89PNG")) as server:
        assert await api.picture(transport, f"{server.origin}/a.png") == b"\x89PNG"
        (visit,) = server.received_requests
        head = visit.head.lower()
        assert b"accept: image/*" in head
        assert b"authorization" not in head


async def test_a_picture_that_is_not_there_is_a_failure(transport: Transport) -> None:
    async with RawServer(respond(500, b"")) as server:
        with pytest.raises(ServerTrouble):
            await api.picture(transport, f"{server.origin}/a.png")
    with pytest.raises(NotAnInstance):
        await api.picture(transport, "")
