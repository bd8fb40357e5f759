"""Whatever is pasted: no code reaches a server that it is not meant for, and nothing crashes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.errors import WizardError
from gts_wizard.practice import PracticeInstance
from tests.helpers.browser_user import BrowserUser
from tests.helpers.code_entry import open_harness, redeem_paste
from tests.helpers.harness import link_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gts_wizard.models import Attempt

EXCHANGE = "POST /oauth/token"
CODES = ["WRONG" + "0" * 43, "Wr0ng-c0dE_" * 4]


@dataclass(frozen=True)
class Scene:
    """Two servers, and a wizard with attempts at both that nobody has redeemed yet.

    Attributes:
        own: the server of the attempt at hand.
        other: another one.
        path: the wizard's file, put back as it was before every paste.
        saved: what is in it.
        at_hand: the attempt that waits for a code.
        earlier: an earlier one at the same server.
        theirs: one at the other server.
    """

    own: PracticeInstance
    other: PracticeInstance
    path: Path
    saved: bytes
    at_hand: Attempt
    earlier: Attempt
    theirs: Attempt

    def say(self, piece: str) -> str:
        """Return what a piece of a paste stands for; itself, if it stands for nothing."""
        return MEANINGS[piece](self) if piece in MEANINGS else piece

    def paste(self, pasted: str) -> tuple[Attempt | None, list[str], list[str]]:
        """Hand a paste in; return what came of it, and what either server was asked for that."""
        before = len(self.own.requests), len(self.other.requests)
        self.path.write_bytes(self.saved)
        came = asyncio.run(self._hand_in(pasted))
        return came, self.own.requests[before[0] :], self.other.requests[before[1] :]

    async def _hand_in(self, pasted: str) -> Attempt | None:
        async with open_harness(self.path) as wizard:
            try:
                redeemed = await redeem_paste(wizard, self.at_hand, pasted)
                await wizard.sign_in.verify(redeemed)
            except WizardError:
                return None
            return redeemed


def page_of(attempt: Attempt) -> str:
    with BrowserUser() as person:
        return person.authorize(link_for(attempt))


def code_for(attempt: Attempt) -> str:
    with BrowserUser() as person:
        return person.get_code(link_for(attempt))


MEANINGS: dict[str, Callable[[Scene], str]] = {
    "<code>": lambda scene: code_for(scene.at_hand),
    "<earlier code>": lambda scene: code_for(scene.earlier),
    "<their code>": lambda scene: code_for(scene.theirs),
    "<page>": lambda scene: page_of(scene.at_hand),
    "<earlier page>": lambda scene: page_of(scene.earlier),
    "<their page>": lambda scene: page_of(scene.theirs),
    "<link>": lambda scene: link_for(scene.at_hand),
    "<their link>": lambda scene: link_for(scene.theirs),
    "<state>": lambda scene: scene.at_hand.state,
    "<their state>": lambda scene: scene.theirs.state,
    "<origin>": lambda scene: scene.own.origin,
    "<their origin>": lambda scene: scene.other.origin,
}
WORDS = [
    *("/oauth/oob?code=", "/auth/sign_in", "&state=", "?code=", "&code=", "&error=access_denied"),
    *("alice@example.org", "practice", "https://", "urn:ietf:wg:oauth:2.0:oob", " ", "\n", "“"),
    *CODES,
]
PASTES = st.lists(
    st.sampled_from([*MEANINGS, *WORDS]) | st.text(max_size=10), min_size=1, max_size=6
)


@pytest.fixture(
    scope="module", params=[("0.20", "mastodon"), ("mastodon", "0.19")], ids=" beside ".join
)
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    path = tmp_path_factory.mktemp("wizard") / "credentials.toml"
    like, elsewhere = request.param
    with PracticeInstance(like=like) as own, PracticeInstance(like=elsewhere) as other:

        async def begin() -> tuple[Attempt, Attempt, Attempt]:
            async with open_harness(path) as wizard:
                earlier = await wizard.linked(own, "read")
                at_hand = await wizard.sign_in.choose(earlier, ("read", "write"))
                return at_hand, earlier, await wizard.linked(other)

        attempts = asyncio.run(begin())
        yield Scene(own, other, path, path.read_bytes(), *attempts)


@settings(max_examples=60, deadline=None)
@given(PASTES)
def test_whatever_is_pasted_goes_to_one_server_at_most_and_nothing_crashes(
    scene: Scene, pieces: list[str]
) -> None:
    pasted = "".join(map(scene.say, pieces))
    came, own, other = scene.paste(pasted)
    assert not (own and other)
    if other:
        assert scene.theirs.state in pasted, "only its own link's state leads to the other server"
    if came is not None:
        asked = own if came.server.origin == scene.own.origin else other
        assert asked.count(EXCHANGE) >= 1


@settings(max_examples=60, deadline=None)
@given(
    origin=st.sampled_from(["<origin>", "<their origin>", "http://localhost:1", "https://a.test"]),
    path=st.sampled_from(["/oauth/oob", "/oauth/authorize/native", "/"]),
    state=st.sampled_from(["", "<state>", "<earlier state>", "<their state>", "nobodys"]),
    around=st.sampled_from(["{}", "“{}”", "See {} there.", "\n{}\n", "<a href='{}'>", "> {}"]),
)
def test_a_code_in_an_address_goes_to_that_server_alone_and_only_if_it_is_meant(
    scene: Scene, origin: str, path: str, state: str, around: str
) -> None:
    known = {
        "": scene.at_hand,
        "<state>": scene.at_hand,
        "<earlier state>": scene.earlier,
        "<their state>": scene.theirs,
    }
    meant = known.get(state)
    query = f"?code={CODES[0]}"
    if state:
        query += f"&state={meant.state if meant else state}"
    origin = scene.say(origin)
    _, own, other = scene.paste(around.replace("{}", f"{origin}{path}{query}"))
    is_meant = meant is not None and meant.server.origin == origin
    assert set(own) == ({EXCHANGE} if is_meant and origin == scene.own.origin else set())
    assert set(other) == ({EXCHANGE} if is_meant and origin == scene.other.origin else set())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["", " ", "\n", "\u200b", "\r\n"]), min_size=4, max_size=4),
    st.sampled_from(["{}", "“{}”", "Code: {}", "**{}**", "`{}`", "{}."]),
)
def test_a_good_page_is_used_however_it_is_decorated(
    scene: Scene, breaks: list[str], around: str
) -> None:
    page = page_of(scene.at_hand)
    size = len(page) // len(breaks) + 1
    pieces = [page[at : at + size] for at in range(0, len(page), size)]
    broken = "".join(
        piece + ("" if piece is pieces[-1] else gap.strip(" "))
        for piece, gap in zip(pieces, breaks, strict=False)
    )
    came, own, other = scene.paste(around.replace("{}", broken))
    assert came is not None
    assert came.state == scene.at_hand.state
    assert (own.count(EXCHANGE), other) == (1, [])
