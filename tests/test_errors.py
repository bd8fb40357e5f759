"""Every error has its sentences, and the documented class tree is the real one."""

from __future__ import annotations

import re

import pytest

from gts_wizard import errors
from gts_wizard.errors import AuthorizationDenied, RateLimited, ServerError, WizardError
from tests.helpers.error_examples import CLASSES, LEAF_CLASSES, class_name, example_of, facts_of

_FACTS: dict[str, object] = {
    "seconds": 17,
    "status": 500,
    "reason": "This is {why}.",
    "remedy": "Do it so.",
    "change": "It may do less.",
}
# Words that users do not know, or that only the screens or only the command line have.
_TECHNICAL_WORDS = re.compile(
    r"client_id|oauth|bearer|\bscopes?\b|json|exception|traceback|this screen|\bbuttons?\b|"
    r"\bdetails\b|\bf[0-9]\b|\besc\b|\btui\b",
    re.IGNORECASE,
)


def drawn_tree() -> dict[str, str]:
    """Return each class of the documented tree with its base class."""
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
    """Return an error whose facts can be recognised in its sentences."""
    return leaf(
        **{name: _FACTS.get(name, f"<{name}>") for name in facts_of(leaf)}  # type: ignore[arg-type]
    )


def test_documented_tree_is_the_class_tree() -> None:
    assert drawn_tree() == {kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES}


@pytest.mark.parametrize("leaf", LEAF_CLASSES, ids=class_name)
def test_error_message_is_complete_and_plain(leaf: type[WizardError]) -> None:
    error = with_all_facts(leaf)
    for failure in (leaf(), error):
        is_command = " run: gts-wizard " in failure.hint
        assert is_command or failure.hint.endswith((".", "?", "gts-wizard", "pip install keyring"))
        assert str(failure) == f"{failure.message} {failure.hint}"
    assert error.message.endswith((".", ")."))
    assert error.message[0] == "<" or error.message[0].isupper()
    assert "<details>" not in str(error)
    for fact in re.findall(r"\{(\w+)\}", leaf.message_template + leaf.hint_template):
        assert str(getattr(error, fact)) in str(error)
    assert _TECHNICAL_WORDS.findall(str(example_of(leaf))) == []
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
def test_wait_a_server_asks_for_is_told_in_words(seconds: int, span: str) -> None:
    failure = RateLimited(host="example.org", seconds=seconds)
    assert str(failure) == f"example.org asks programs to slow down. Try again in {span}."


@pytest.mark.parametrize(
    ("error", "helps"),
    [
        ("invalid_scope", "fewer permissions"),
        ("access_denied", "allow access in your browser"),
        ("server_error", "Get a fresh link, and try again."),
        ("", "Get a fresh link, and try again."),
    ],
)
def test_declined_authorization_says_what_helps(error: str, helps: str) -> None:
    failure = AuthorizationDenied(reason="It said no", error=error)
    assert failure.message == "Your server gave no code. It says: “It said no”."
    assert helps in failure.hint


@pytest.mark.parametrize(
    ("reason", "error", "told"),
    [
        ("The owner said no.", "access_denied", ". It says: “The owner said no”."),
        ("", "access_denied", ", because you didn't allow access in your browser."),
        ("", "server_error", ". It says: “server_error”."),
        ("", "", ", and doesn't say why."),
    ],
)
def test_declined_authorization_is_told_in_words(reason: str, error: str, told: str) -> None:
    failure = AuthorizationDenied(reason=reason, error=error)
    assert failure.message == f"Your server gave no code{told}"


@pytest.mark.parametrize("leaf", ServerError.__subclasses__(), ids=class_name)
def test_only_who_typed_an_address_is_told_to_check_it(leaf: type[ServerError]) -> None:
    saved, typed = leaf(host="example.org"), leaf(host="example.org", is_typed=True)
    assert not re.search("spelling|the address|typed", saved.hint)
    assert (typed.hint != saved.hint) == bool(re.search("spelling|the address", typed.hint))
