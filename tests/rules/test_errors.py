"""Every failure has its sentences, and the drawing of the tree tells the truth."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from gts_wizard import errors
from gts_wizard.errors import Declined, ToldToWait, WizardError
from tests.helpers.error_examples import CLASSES, LEAF_CLASSES, class_name, example_of

_FACTS: dict[str, object] = {"seconds": 17, "status": 500, "reason": "This is {why}."}
# What a person has never heard of, and what only one of the faces has.
_NOT_FOR_PEOPLE = re.compile(
    r"client_id|oauth|bearer|\bscopes?\b|json|exception|traceback|this screen|\bbuttons?\b|"
    r"\bdetails\b|\bf[0-9]\b|\besc\b|\btui\b",
    re.IGNORECASE,
)


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


def with_all_facts(leaf: type[WizardError]) -> WizardError:
    """Return a failure whose every fact can be found again in its sentences."""
    return leaf(
        **{one.name: _FACTS.get(one.name, f"<{one.name}>") for one in fields(leaf)}  # type: ignore[arg-type]
    )


def test_the_drawing_shows_exactly_the_classes_there_are() -> None:
    assert drawn_tree() == {one.__name__: one.__bases__[0].__name__ for one in CLASSES}


@pytest.mark.parametrize("leaf", LEAF_CLASSES, ids=class_name)
def test_a_failure_says_what_happened_and_what_to_do(leaf: type[WizardError]) -> None:
    told = with_all_facts(leaf)
    for failure in (leaf(), told):
        assert failure.what_to_do.endswith((".", "gts-wizard", "pip install keyring"))
        assert str(failure) == f"{failure.what_happened} {failure.what_to_do}"
    assert told.what_happened.endswith((".", ")."))
    assert told.what_happened[0] == "<" or told.what_happened[0].isupper()


@pytest.mark.parametrize("leaf", LEAF_CLASSES, ids=class_name)
def test_every_fact_but_the_details_is_told(leaf: type[WizardError]) -> None:
    told = with_all_facts(leaf)
    shown = str(told)
    assert "<details>" not in shown
    for fact in re.findall(r"\{(\w+)\}", leaf.cause + leaf.advice):
        assert str(getattr(told, fact)) in shown


@pytest.mark.parametrize("leaf", LEAF_CLASSES, ids=class_name)
def test_the_words_are_for_everybody_and_true_on_a_screen_and_on_the_command_line(
    leaf: type[WizardError],
) -> None:
    assert _NOT_FOR_PEOPLE.findall(str(example_of(leaf))) == []


@pytest.mark.parametrize("leaf", LEAF_CLASSES, ids=class_name)
def test_exit_codes_are_the_three_that_scripts_know(leaf: type[WizardError]) -> None:
    assert leaf.exit_code in {1, 2, 4}


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        (1, "1 second"),
        (30, "30 seconds"),
        (90, "90 seconds"),
        (120, "120 seconds"),
        (121, "about 3 minutes"),
        (1182, "about 20 minutes"),
        (3541, "about an hour"),
        (3600, "about an hour"),
    ],
)
def test_the_patience_a_server_asks_for_is_told(seconds: int, span: str) -> None:
    failure = ToldToWait(host="example.org", seconds=seconds)
    assert str(failure) == f"example.org asks for a little patience. Try again in {span}."


@pytest.mark.parametrize(
    ("error", "helps"),
    [
        ("invalid_scope", "fewer permissions"),
        ("access_denied", "press “Allow”"),
        ("server_error", "Get a fresh link, and try again."),
        ("", "Get a fresh link, and try again."),
    ],
)
def test_a_refusal_is_told_with_what_helps_against_it(error: str, helps: str) -> None:
    failure = Declined(reason="It said no", error=error)
    assert failure.what_happened == "The server did not give a code: It said no."
    assert helps in failure.what_to_do
