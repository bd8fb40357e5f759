"""Judges what the wizard makes of strangers' bytes; nothing of the wizard's own judging is used."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta

from gts_wizard.errors import WizardError
from gts_wizard.secret import Secret

# Control, format (bidirectional and zero-width), surrogate, private, unassigned, and line breaks.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONGEST = 4096
_LONGEST_SENTENCES = 1000
# What a screen has a place of a known size for; a small letter may be two where its capital is one.
_PLACES = {"title": 80, "software": 120, "version": 60, "display_name": 100, "bio": 1000}
_PLACES |= {"role": 40, "kind": 40, "who": 60, "text": 200, "application": 100}
_PLACES |= {"id": 100, "username": 100}

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def is_safe(text: str, longest: int = _LONGEST, *, may_break: bool = False) -> bool:
    """Tell whether a text shows nothing but what it is, in little room.

    Args:
        text: what would be shown.
        longest: the most characters it may have.
        may_break: whether it may have several lines.
    """
    seen = text.replace("\n", "") if may_break else text
    return len(text) <= longest and not any(map(_is_unsafe, seen))


def assert_well_formed(model: object, name: str = "") -> None:
    """Assert that all a model holds is safe to show, in range, and what can be sent can be sent.

    Args:
        model: a model, or a part of one.
        name: the field it stands in.
    """
    match model:
        case Secret():
            text = model.reveal()
            assert text.isascii()
            assert is_safe(text)
            assert text.split() == [text]
        case str():
            assert is_safe(model, _PLACES.get(name, _LONGEST), may_break=name == "bio"), name
        case bool() | None:
            pass
        case int():
            assert 0 <= model < 10**12
        case datetime():
            assert model.utcoffset() == timedelta(0)
            assert _EARLIEST <= model < _LATEST
        case tuple() if hasattr(model, "_asdict"):
            for field, value in model._asdict().items():
                assert_well_formed(value, field)
        case list() | tuple():
            for one in model:
                assert_well_formed(one, name)
        case _:
            assert is_dataclass(model), model
            for field in fields(model):
                assert_well_formed(getattr(model, field.name), field.name)


def assert_safe_error(failure: WizardError, *secrets: str) -> None:
    """Assert that a failure is a leaf whose words are safe, and that no secret is in it.

    Args:
        failure: what was raised.
        secrets: what must not be in it, nor in what it was raised beside.
    """
    assert not type(failure).__subclasses__()
    assert failure.message
    assert failure.hint
    assert is_safe(str(failure), _LONGEST_SENTENCES)
    assert is_safe(failure.details, _LONGEST_SENTENCES)
    kept = "".join(map(_all_of, _chain(failure)))
    assert not [one for one in secrets if one in kept]


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE


def _all_of(failure: BaseException) -> str:
    return f"{failure} {failure!r} {vars(failure)} {failure.args}"


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__
