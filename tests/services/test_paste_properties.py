"""Whatever is pasted: no code reaches a server that it is not meant for, and nothing crashes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gts_wizard.errors import WizardError
from gts_wizard.practice import PracticeServer
from tests.helpers.browser_user import BrowserUser
from tests.helpers.fuzz import tries
from tests.helpers.harness import EXCHANGE, exchange_paste, link_for, open_harness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gts_wizard.models import PendingSignIn

pytestmark = pytest.mark.fuzz

WRONG_CODES = ["WRONG" + "0" * 43, "Wr0ng-c0dE_" * 4]


@dataclass(frozen=True)
class PendingSignIns:
    """Two servers, a credentials file with pending sign-ins at both, and a user's browser.

    Attributes:
        own: the server of the sign-in at hand.
        other: another server.
        path: the credentials file, restored before every paste.
        saved: what is in it.
        at_hand: the sign-in that waits for a code.
        earlier: an earlier one at the same server.
        elsewhere: one at the other server.
        browser: where alice is signed in to both servers.
        codes: pages with codes that were not exchanged yet, by the `state` of the sign-in.
    """

    own: PracticeServer
    other: PracticeServer
    path: Path
    saved: bytes
    at_hand: PendingSignIn
    earlier: PendingSignIn
    elsewhere: PendingSignIn
    browser: BrowserUser
    codes: dict[str, str] = field(default_factory=dict)

    def text_for(self, piece: str) -> str:
        """Return what a placeholder stands for; any other piece stands for itself."""
        return PLACEHOLDERS[piece](self) if piece in PLACEHOLDERS else piece

    def code_page(self, pending: PendingSignIn) -> str:
        """Return the address of the page with a good code, one that no paste has used up."""
        if pending.state not in self.codes:
            page = self.browser.authorize(link_for(pending))
            assert "state=" not in page or f"state={pending.state}" in page
            self.codes[pending.state] = page
        return self.codes[pending.state]

    def code(self, pending: PendingSignIn) -> str:
        """Return a good code."""
        return self.code_page(pending).partition("code=")[2].partition("&")[0]

    def paste(self, pasted: str) -> tuple[PendingSignIn | None, list[str], list[str]]:
        """Exchange and verify a paste; return the sign-in, and the requests at both servers."""
        before = len(self.own.requests), len(self.other.requests)
        self.path.write_bytes(self.saved)
        exchanged = asyncio.run(self._exchange(pasted))
        requests = self.own.requests[before[0] :], self.other.requests[before[1] :]
        if any(requests):
            self.codes.clear()
        return exchanged, *requests

    async def _exchange(self, pasted: str) -> PendingSignIn | None:
        async with open_harness(self.path) as harness:
            try:
                exchanged = await exchange_paste(harness, self.at_hand, pasted)
                await harness.sign_in.verifier.verify(exchanged)
            except WizardError:
                return None
            return exchanged


PLACEHOLDERS: dict[str, Callable[[PendingSignIns], str]] = {
    "<code>": lambda pending: pending.code(pending.at_hand),
    "<earlier code>": lambda pending: pending.code(pending.earlier),
    "<other code>": lambda pending: pending.code(pending.elsewhere),
    "<page>": lambda pending: pending.code_page(pending.at_hand),
    "<earlier page>": lambda pending: pending.code_page(pending.earlier),
    "<other page>": lambda pending: pending.code_page(pending.elsewhere),
    "<link>": lambda pending: link_for(pending.at_hand),
    "<other link>": lambda pending: link_for(pending.elsewhere),
    "<state>": lambda pending: pending.at_hand.state,
    "<other state>": lambda pending: pending.elsewhere.state,
    "<origin>": lambda pending: pending.own.origin,
    "<other origin>": lambda pending: pending.other.origin,
}
FRAGMENTS = [
    *("/oauth/oob?code=", "/auth/sign_in", "&state=", "?code=", "&code=", "&error=access_denied"),
    *("alice@example.org", "practice", "https://", "urn:ietf:wg:oauth:2.0:oob", " ", "\n", "“"),
    *WRONG_CODES,
]
PASTES = st.lists(
    st.sampled_from([*PLACEHOLDERS, *FRAGMENTS]) | st.text(max_size=10), min_size=1, max_size=6
)


@pytest.fixture(
    scope="module", params=[("0.20", "mastodon"), ("mastodon", "0.19")], ids=" beside ".join
)
def pending(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PendingSignIns]:
    path = tmp_path_factory.mktemp("pending") / "credentials.toml"
    own_emulates, other_emulates = request.param
    with (
        PracticeServer(emulates=own_emulates) as own,
        PracticeServer(emulates=other_emulates) as other,
        BrowserUser() as browser,
    ):

        async def begin() -> tuple[PendingSignIn, PendingSignIn, PendingSignIn]:
            async with open_harness(path) as harness:
                earlier = await harness.to_link(own, "read")
                at_hand = await harness.sign_in.choose_scopes(earlier, ("read", "write"))
                return at_hand, earlier, await harness.to_link(other)

        pending_sign_ins = asyncio.run(begin())
        yield PendingSignIns(own, other, path, path.read_bytes(), *pending_sign_ins, browser)


@tries(25)
@given(PASTES)
@example(["<page>"])
@example(["<earlier code>"])
@example(["<other page>"])
@example(["<origin>", "/oauth/oob?code=", "<code>", "&state=", "<other state>"])
def test_pasted_code_reaches_one_server_at_most(pending: PendingSignIns, pieces: list[str]) -> None:
    pasted = "".join(map(pending.text_for, pieces))
    exchanged, at_own, at_other = pending.paste(pasted)
    assert not (at_own and at_other)
    if at_other:
        assert pending.elsewhere.state in pasted, "only its state leads to the other server"
    if exchanged is not None:
        is_own = exchanged.server.origin == pending.own.origin
        assert (at_own if is_own else at_other).count(EXCHANGE) >= 1


@tries(25)
@given(
    origin=st.sampled_from(["<origin>", "<other origin>", "http://localhost:1", "https://a.test"]),
    path=st.sampled_from(["/oauth/oob", "/oauth/authorize/native", "/"]),
    state=st.sampled_from(["", "<state>", "<earlier state>", "<other state>", "unknown"]),
    around=st.sampled_from(["{}", "“{}”", "See {} there.", "\n{}\n", "<a href='{}'>", "> {}"]),
)
def test_code_in_an_address_is_sent_only_where_its_state_belongs(
    pending: PendingSignIns, origin: str, path: str, state: str, around: str
) -> None:
    by_state = {
        "": pending.at_hand,
        "<state>": pending.at_hand,
        "<earlier state>": pending.earlier,
        "<other state>": pending.elsewhere,
    }
    meant = by_state.get(state)
    query = f"?code={WRONG_CODES[0]}"
    if state:
        query += f"&state={meant.state if meant else state}"
    origin = pending.text_for(origin)
    _, at_own, at_other = pending.paste(around.replace("{}", f"{origin}{path}{query}"))
    is_sent = meant is not None and meant.server.origin == origin
    assert set(at_own) == ({EXCHANGE} if is_sent and origin == pending.own.origin else set())
    assert set(at_other) == ({EXCHANGE} if is_sent and origin == pending.other.origin else set())


@tries(8)
@given(
    st.lists(st.sampled_from(["", "\n", "\u200b", "\r\n"]), min_size=3, max_size=3),
    st.sampled_from(["{}", "“{}”", "Code: {}", "**{}**", "`{}`", "{}."]),
)
def test_code_page_is_used_however_it_is_decorated(
    pending: PendingSignIns, breaks: list[str], around: str
) -> None:
    page = pending.code_page(pending.at_hand)
    size = len(page) // 4 + 1
    pieces = [page[at : at + size] for at in range(0, len(page), size)]
    broken = "".join(map("".join, zip(pieces, [*breaks, ""], strict=True)))
    exchanged, at_own, at_other = pending.paste(around.replace("{}", broken))
    assert exchanged is not None
    assert exchanged.state == pending.at_hand.state
    assert (at_own.count(EXCHANGE), at_other) == (1, [])
