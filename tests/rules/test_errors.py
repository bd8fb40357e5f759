"""Every failure has its sentences, and the drawing of the tree tells the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

import pytest

from gts_wizard import errors
from gts_wizard.errors import ToldToWait, WizardError

FACTS: dict[str, object] = {"seconds": 17, "status": 500, "reason": "This is {why}."}


def subclasses(of: type[WizardError]) -> Iterator[type[WizardError]]:
    for one in of.__subclasses__():
        if one.__module__ == errors.__name__:
            yield one
            yield from subclasses(one)


ALL = list(subclasses(WizardError))
LEAVES = [one for one in ALL if not one.__subclasses__()]


def drawn_tree() -> dict[str, str]:
    """Read the drawing: each class's name and that of the one it hangs on."""
    above: dict[int, str] = {0: "WizardError"}
    tree = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"    ((?:[│ ]   )*)[├└]── (\w+)", line)
        if match:
            depth = len(match[1]) // 4 + 1
            above[depth] = match[2]
            tree[match[2]] = above[depth - 1]
    return tree


def test_the_drawing_shows_exactly_the_classes_there_are() -> None:
    assert drawn_tree() == {one.__name__: one.__bases__[0].__name__ for one in ALL}


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_failure_says_what_happened_and_what_to_do(leaf: type[WizardError]) -> None:
    names = [one.name for one in fields(leaf)]
    bare = leaf()
    told = leaf(**{name: FACTS.get(name, f"<{name}>") for name in names})  # type: ignore[arg-type]
    for failure in (bare, told):
        assert failure.what_to_do.endswith((".", "gts-wizard"))
        assert str(failure) == f"{failure.what_happened} {failure.what_to_do}"
    assert told.what_happened.endswith((".", ")."))
    assert told.what_happened[0] == "<" or told.what_happened[0].isupper()


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_fact_but_the_details_is_told(leaf: type[WizardError]) -> None:
    told = leaf(
        **{one.name: FACTS.get(one.name, f"<{one.name}>") for one in fields(leaf)}  # type: ignore[arg-type]
    )
    shown = str(told)
    assert "<details>" not in shown
    for fact in re.findall(r"\{(\w+)\}", leaf.cause + leaf.advice):
        assert str(getattr(told, fact)) in shown


@pytest.mark.parametrize("leaf", LEAVES)
def test_exit_codes_are_the_three_that_scripts_know(leaf: type[WizardError]) -> None:
    assert leaf.exit_code in {1, 2, 4}


def test_the_patience_a_server_asks_for_is_told() -> None:
    failure = ToldToWait(host="example.org", seconds=17)
    assert failure.what_to_do == "Try again in 17 seconds. Nothing is lost meanwhile."
