"""What is exported is plain; what is not is refused, and no secret is repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.formats.registry import FORMATS
from gts_wizard.formats.unlocked import Unfit
from gts_wizard.secret import MASK
from tests.helpers.sample_exports import make_export_account

FIELDS = ("username", "origin", "client_id", "client_secret", "token", "domain")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("ending", ["\n", "\r", "\0", "\x85", "\u2028", "\u202e", "\ud800", " x"])
def test_what_is_not_plain_is_refused(field: str, ending: str) -> None:
    text = ("https://" if field == "origin" else "") + "hostile.example" + ending
    with pytest.raises(Unfit) as refusal:
        make_export_account(**{field: text})
    assert str(refusal.value).isprintable()
    assert field not in {"client_secret", "token"} or text not in str(refusal.value)


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_empty_is_refused(field: str) -> None:
    with pytest.raises(Unfit):
        make_export_account(**{field: ""})


@pytest.mark.parametrize(
    "origin",
    ["example.org", "ftp://example.org", "https://u:p@example.org", "https://example.org/path"],
)
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(Unfit):
        make_export_account(origin=origin)


@given(st.sampled_from(FIELDS), st.text())
def test_any_text_is_refused_or_written(field: str, text: str) -> None:
    for form in FORMATS.values():
        try:
            assert form.write([make_export_account(**{field: text})]).reveal().endswith("\n")
        except Unfit:
            continue


@pytest.mark.parametrize("name", FORMATS)
def test_no_secret_is_shown(name: str) -> None:
    one = make_export_account(client_secret="the-secret", token="the-token")
    written = FORMATS[name].write([one])
    assert "the-token" in written.reveal()
    assert str(written) == MASK
    assert not any(secret in repr((one, written)) for secret in ("the-secret", "the-token"))


def test_some_take_several_accounts_and_some_exactly_one() -> None:
    two = [make_export_account(), make_export_account("bob")]
    for form in FORMATS.values():
        if form.several:
            assert "bob" in form.write(two).reveal()
        else:
            with pytest.raises(ValueError, match="unpack"):
                form.write(two)
