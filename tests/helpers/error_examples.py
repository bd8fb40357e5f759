"""Every failure there is, with the facts that its sentences name as long as they come."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from gts_wizard import errors
from gts_wizard.errors import WizardError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG_HANDLE = "@somebody_with_a_long_name@social.example.org"
_FACTS: dict[str, Any] = {
    "host": "a-rather-long-name.social.example.org:8443",
    "path": "/home/somebody/.config/gts-wizard/credentials.toml",
    "name": _LONG_HANDLE,
    "actual": "@somebody_else@social.example.org",
    "expected": _LONG_HANDLE,
    "other": "another-rather-long-name.example.org:8443",
    "candidates": f"{_LONG_HANDLE}, @somebody_with_a_long_name@example.com",
    "change": "The new access has fewer permissions than before.",
    "reason": "no space left on device",
    "status": 502,
}


def subclasses(of: type[WizardError]) -> Iterator[type[WizardError]]:
    """Yield the classes of the tree under one of them."""
    for one in of.__subclasses__():
        if one.__module__.startswith(f"{errors.__name__}."):
            yield one
            yield from subclasses(one)


CLASSES = list(subclasses(WizardError))
LEAF_CLASSES = [one for one in CLASSES if not one.__subclasses__()]


def facts_of(leaf: type[WizardError]) -> dict[str, Any]:
    """Return the facts of an error class with their defaults."""
    return {
        name: getattr(leaf, name)
        for base in leaf.__mro__
        for name, kind in inspect.get_annotations(base).items()
        if not str(kind).startswith("typing.ClassVar")
    }


def example_of(leaf: type[WizardError]) -> WizardError:
    """Return a failure as it happens; what has words of its own keeps them."""
    facts = facts_of(leaf)
    return leaf(**{name: default or _FACTS.get(name, "") for name, default in facts.items()})


def class_name(leaf: type[WizardError]) -> str:
    """Name a test after a leaf."""
    return leaf.__name__
