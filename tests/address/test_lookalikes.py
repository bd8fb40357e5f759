"""A warning is shown for domains that imitate others, and for no other domains."""

# ruff: noqa: RUF001 - letters that look like others are the point here

from __future__ import annotations

from gts_wizard.address import read_address

MIXED = "Careful: it mixes letters from different alphabets, so it could imitate another name."
ODD = "Careful: some of its letters look like others, so it could imitate another name."
LIKE_LATIN = "Careful: its letters only look like Latin ones, so it could imitate another name."


def warnings_of(addresses: list[str]) -> dict[str, str]:
    """Return the warning for each address."""
    return {typed: read_address(typed).warning for typed in addresses}


def test_domain_with_several_alphabets_gets_a_warning() -> None:
    typed = [
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
    ]
    assert warnings_of(typed) == dict.fromkeys(typed, MIXED)


def test_east_asian_letter_like_a_slash_or_hyphen_gets_a_warning() -> None:
    typed = [
        "example.orgノpath.example",
        "exampleノノa.example",
        "exampleンa.example",
        "example丶a.example",
        "example丿a.example",
        "my一server.example",
        "myーserver.example",
        "サーバーx.例ーx.example",
        "xーバ.example",
        "exampleㄧa.example",
        "日本・abc.example",
    ]
    assert warnings_of(typed) == dict.fromkeys(typed, MIXED)


def test_phonetic_letter_gets_a_warning() -> None:
    typed = ["exɑmple.org", "ɡarden.example", "exaᴍple.ᴏrɡ", "mi\u0307x.example"]
    assert warnings_of(typed) == dict.fromkeys(typed, ODD)


def test_name_like_a_well_known_one_gets_a_warning() -> None:
    imitated = {
        "mạstodon.social": "mastodon.social",
        "mastodọn.social:8443": "mastodon.social",
        "@alice@mastodon.socıal": "mastodon.social",
        "www.maṣtodon.socıal": "mastodon.social",
        "piхelfed.social": "",
        "ɡotosocial.org": "gotosocial.org",
        "mästodon.social": "mastodon.social",
        "fosstođon.org": "fosstodon.org",
    }
    assert warnings_of(list(imitated)) == {
        typed: f"Careful: it looks like {name}, but it isn't." if name else MIXED
        for typed, name in imitated.items()
    }


def test_domain_that_only_looks_latin_gets_a_warning() -> None:
    typed = ["асе.example", "xn--80ak6aa92e.com", "www.сора-24.example", "ορα.example", "սոս.com"]
    assert warnings_of(typed) == dict.fromkeys(typed, LIKE_LATIN)


def test_ordinary_international_domain_gets_no_warning() -> None:
    typed = [
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
        "mastodon.social",
        "dé.mastodon.social",
        "ısparta.example",
        "żółw.example",
        "ọjọ.example",
        "ビタミンb6.example",
        "第一abc.example",
        "一番.example",
        "サーバーx.example",
        "ノ.example",
    ]
    assert warnings_of(typed) == dict.fromkeys(typed, "")
