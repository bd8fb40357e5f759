"""Names that could be taken for others are pointed out, and all others are left in peace."""

# ruff: noqa: RUF001 - letters that look like others are the point here

from __future__ import annotations

import pytest

from gts_wizard.rules.address import read_address

MIXED = "Careful: it mixes letters of different alphabets, which can imitate another name."
LIKE_LATIN = "Careful: its letters only look like Latin ones, which can imitate another name."


@pytest.mark.parametrize(
    "typed",
    [
        "ехаmple.org",
        "аpple.example",
        "xn--pple-43d.example:8443",
        "@alice@gοοgle.example",
        "https://sub.exаmple.org/@alice",
        "exаmple.рф",
        "почта-mail.рф",
        "exampleก.example",
        "гοд.example",
        "カпи.example",
    ],
)
def test_a_label_of_several_alphabets_is_pointed_out(typed: str) -> None:
    assert read_address(typed).warning == MIXED


@pytest.mark.parametrize(
    "typed", ["асе.example", "xn--80ak6aa92e.com", "www.сора-24.example", "ορα.example", "սոս.com"]
)
def test_a_label_that_only_looks_latin_is_pointed_out(typed: str) -> None:
    assert read_address(typed).warning == LIKE_LATIN


@pytest.mark.parametrize(
    "typed",
    [
        "example.org",
        "localhost:8080",
        "[2001:db8::1]:8080",
        "203.0.113.7",
        "bücher.example",
        "łódź-2.example",
        "l·l.example",
        "почта.рф",
        "почта.example",
        "асе.рф",
        "ελλάδα.example",
        "例え.テスト",
        "東京タワーの2ch.example",
        "佐々木〆.example",
        "abcㄅ中.example",
        "한국中文abc.example",
        "bücher.рф",
        "नमस्ते.example",
        "שלום.example",
        "ไทย.example",
    ],
)
def test_an_ordinary_international_name_is_not_pointed_out(typed: str) -> None:
    assert read_address(typed).warning == ""
