"""Only plain texts are exported; others are refused without repeating a secret."""

from __future__ import annotations

import pytest

from gts_wizard.formats.export_account import NotExportable
from gts_wizard.formats.registry import FORMATS
from gts_wizard.secret import MASK
from tests.helpers.sample_exports import make_export_account, without_client

FIELDS = ("username", "origin", "client_id", "client_secret", "token", "domain")


@pytest.mark.parametrize("field", FIELDS)
def test_text_that_is_not_plain_is_refused(field: str) -> None:
    for ending in ("\n", "\r", "\0", "\x85", "\u2028", "\u202e", "\ud800", " x"):
        text = ("https://" if field == "origin" else "") + "hostile.example" + ending
        with pytest.raises(NotExportable) as refusal:
            make_export_account(**{field: text})
        assert str(refusal.value).isprintable()
        assert field not in {"client_secret", "token"} or text not in str(refusal.value)
    if field != "username":
        with pytest.raises(NotExportable):
            make_export_account(**{field: ""})


@pytest.mark.parametrize(
    "origin",
    ["example.org", "ftp://example.org", "https://u:p@example.org", "https://example.org/path"],
)
def test_wrong_origin_is_refused(origin: str) -> None:
    with pytest.raises(NotExportable):
        make_export_account(origin=origin)


@pytest.mark.parametrize("name", FORMATS)
def test_written_text_masks_its_secrets(name: str) -> None:
    account = make_export_account(client_secret="the-secret", token="the-token")
    written = FORMATS[name].write([account])
    assert ("the-token" in written.reveal()) is (name != "mastodon.py-client")
    assert str(written) == MASK
    assert not any(secret in repr((account, written)) for secret in ("the-secret", "the-token"))


def test_format_takes_several_accounts_or_exactly_one() -> None:
    two = [make_export_account(), make_export_account("bob")]
    for form in FORMATS.values():
        if form.holds_many:
            assert "bob" in form.write(two).reveal()
        else:
            with pytest.raises(ValueError, match="unpack"):
                form.write(two)


def test_formats_for_one_account_need_no_name() -> None:
    nameless = without_client(make_export_account("", token="the-token"))
    for name, form in FORMATS.items():
        if not form.holds_many:
            assert ("the-token" in form.write([nameless]).reveal()) is (
                name != "mastodon.py-client"
            )
