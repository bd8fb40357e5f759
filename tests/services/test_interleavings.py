"""No token is ever lost, whatever several windows do with one credentials file.

The long form, thousands of interleavings:
`GTS_WIZARD_LONG_TESTS=1 pytest tests/services/test_interleavings.py`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.helpers.fake_keyring import installed
from tests.helpers.fake_network import FakeNetwork
from tests.helpers.scheduler import Burst
from tests.helpers.subprocesses import LONG_TESTS
from tests.helpers.windows import OPERATIONS, Operation, Window
from tests.helpers.world import Trouble, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

pytestmark = pytest.mark.fuzz

Work: TypeAlias = "Sequence[Operation]"
Play: TypeAlias = "Callable[[str, Work, Sequence[Work], Sequence[Burst]], None]"

ALICE = {name: Operation(name, "alice") for name in OPERATIONS}
SIGN_IN, RENEW = [ALICE["sign in"]], [ALICE["renew"]]
IN_KEYRING = [*SIGN_IN, ALICE["move to keyring"]]
FIRST, SECOND, _ = WINDOWS = ("window 1", "window 2", "window 3")
CHANGES, TO_ITS_END = "changes the file", 1000
# What was done before, what the windows do, and in which order; what is left of them follows.
STORIES: dict[str, tuple[Work, Sequence[Work], Sequence[Burst]]] = {
    "renewed while it is signed out": (
        SIGN_IN,
        ([ALICE["sign out"]], RENEW, []),
        [Burst(FIRST, 0, "sends POST"), Burst(SECOND, TO_ITS_END)],
    ),
    "renewed, and the server fails to revoke": (
        SIGN_IN,
        (RENEW, [], []),
        [Burst(FIRST, TO_ITS_END, trouble=Trouble.NOT_REVOKED)],
    ),
    "two people sign in": (
        [],
        (SIGN_IN, [Operation("sign in", "bob")], []),
        [Burst(FIRST, 0, "waits"), Burst(SECOND, TO_ITS_END)],
    ),
    "signed in twice at once": (
        [],
        (SIGN_IN, SIGN_IN, []),
        [Burst(FIRST, 3, CHANGES), Burst(SECOND, TO_ITS_END)],
    ),
    "renewed twice at once": (
        SIGN_IN,
        (RENEW, RENEW, []),
        [Burst(FIRST, 2, CHANGES), Burst(SECOND, TO_ITS_END)],
    ),
    "signed in anew before undo": (
        SIGN_IN,
        ([ALICE["sign out and undo"]], SIGN_IN, []),
        [Burst(FIRST, 0, "waits", Trouble.NOT_REVOKED), Burst(SECOND, TO_ITS_END)],
    ),
    "signed in already": (SIGN_IN, (SIGN_IN, [], []), []),
    **{
        f"code exchange, and {trouble}": (
            [],
            (SIGN_IN, [], []),
            [Burst(FIRST, 0, "sends POST /oauth/token"), Burst(FIRST, 2, trouble=trouble)],
        )
        for trouble in (Trouble.TIMEOUT, Trouble.DISCONNECTED, Trouble.PROXY_TIMEOUT)
    },
    "token comes while it is discarded": (
        [],
        (SIGN_IN, [ALICE["discard"]], []),
        [
            Burst(FIRST, 2, CHANGES),
            Burst(SECOND, 0, CHANGES),
            Burst(FIRST, 1, CHANGES, Trouble.TIMEOUT),
        ],
    ),
    "two codes for one link": (
        [],
        (SIGN_IN, [ALICE["resume"]], []),
        [
            Burst(FIRST, 2, CHANGES),
            Burst(SECOND, 0, "sends GET"),
            Burst(SECOND, TO_ITS_END, trouble=Trouble.TIMEOUT),
        ],
    ),
    "the browser comes back twice at once": (
        [],
        ([ALICE["sign in in the browser"]], [ALICE["resume in the browser"]], []),
        [Burst(FIRST, 3, CHANGES), Burst(SECOND, 2, CHANGES), Burst(FIRST, TO_ITS_END)],
    ),
    "discarded before the browser comes back": (
        [],
        ([ALICE["sign in in the browser"]], [ALICE["discard"]], []),
        [Burst(FIRST, 0, "waits"), Burst(SECOND, TO_ITS_END)],
    ),
    "secrets move while a token is verified": (
        IN_KEYRING,
        (RENEW, [ALICE["move to file"], ALICE["move to keyring"]], []),
        [Burst(FIRST, 2, CHANGES), Burst(SECOND, TO_ITS_END)],
    ),
}
# Mastodon issues the same token again; GoToSocial 0.17 revokes none.
SERVERS = ["0.20", "0.20", "mastodon", "0.17"]
# What concerns the same account, and has more steps than the rest, comes more often.
NAMES = [*OPERATIONS, "sign in", "sign in", "renew", "renew", "resume"]
USERS = ["alice", "alice", "alice", "bob"]
WORK = st.lists(st.builds(Operation, st.sampled_from(NAMES), st.sampled_from(USERS)), max_size=3)
# A window is best disturbed when it is about to act on what it has read before.
KINDS = [CHANGES, CHANGES, "sends POST", "receives", "waits", ""]
BURSTS = st.lists(
    st.builds(
        Burst,
        st.sampled_from(WINDOWS),
        st.integers(0, 5),
        st.sampled_from(KINDS),
        st.just(Trouble.NONE) | st.sampled_from(Trouble),
    ),
    max_size=10,
)


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Let users do something in one window, and then in several at once; check what came of it."""
    folder = tmp_path_factory.mktemp("interleavings")
    with pytest.MonkeyPatch.context() as patch, installed(folder, patch) as keyring:
        network = FakeNetwork(patch)

        def play(
            server: str, earlier: Work, windows: Sequence[Work], bursts: Sequence[Burst]
        ) -> None:
            world = World(folder, keyring, network, server)
            patch.setattr(os, "fsync", world.sync)

            def run(work: Mapping[str, Work], order: Sequence[Burst]) -> None:
                world.scheduler.run(
                    {
                        name: Window(name, world, network.http).run(operations)
                        for name, operations in work.items()
                    },
                    order,
                )

            run({"earlier window": earlier}, ())
            run(dict(zip(WINDOWS, windows, strict=True)), bursts)
            world.check()

        yield play


@pytest.mark.parametrize("story", STORIES)
def test_no_token_is_lost_in_a_known_story(play: Play, story: str) -> None:
    play("0.20", *STORIES[story])


@settings(
    max_examples=3000 if LONG_TESTS else 15, deadline=None, phases=set(Phase) - {Phase.explain}
)
@given(
    st.sampled_from(SERVERS),
    st.sampled_from([[], SIGN_IN, IN_KEYRING]),
    st.tuples(WORK, WORK, WORK),
    BURSTS,
)
def test_no_token_is_lost_whatever_several_windows_do(
    play: Play, server: str, earlier: Work, windows: Sequence[Work], bursts: Sequence[Burst]
) -> None:
    play(server, earlier, windows, bursts)
