"""What people paste by mistake is refused with its reason."""

from __future__ import annotations

import pytest

from gts_wizard.errors import EmptyCode, NotACode
from gts_wizard.oauth.pasted_code import parse_paste
from tests.helpers.sample_pastes import ANOTHER_CODE, BASE64_CODE, CODE, LINK, PAGE, SENTENCE

LINK_OUT = "That's the link to the code, not the code itself."
ALLOW = "That's the address of the page with “Allow”, one step before the code."
SIGN_IN = "That's the address of the sign-in page, which comes before the code."
NO_CODE_PAGE = "That's the address of a page without a code."
HANDLE = "That looks like an email address or a handle."
FILE = "That looks like a file name, not a code."
ONLY_THE_WORD = "That's only the word “code”, not the code itself."
SHORT = "That's too short for a code."
LONG = "That's too long for a code."
WORDS = "That looks like plain words, not a code."
OTHER_CHARACTERS = "There are characters in this that a code never has."
NO_CODE = "There is no code in what you pasted."
SEVERAL = "There is more than one code here."
SMALL_LETTERS = "There are lowercase letters in this, but the code has only capitals."
TOO_MUCH = "That's far too much text for a code."


def test_empty_paste_is_refused() -> None:
    for pasted in (
        *("", "   ", "\n\t\r", "\u200b\u202e", "\x00", '""', "“”", "``"),
        *("'\n'", "<>", "│  │\n│  │", "> "),
    ):
        with pytest.raises(EmptyCode):
            parse_paste(pasted)


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        (LINK, LINK_OUT),
        (f"{LINK[:80]}\n{LINK[80:]}", LINK_OUT),
        (LINK.removeprefix("https://"), LINK_OUT),
        (LINK.replace("/oauth/authorize", "/login/allow"), LINK_OUT),
        ("https://example.org/oauth/authorize", ALLOW),
        ("example.org/oauth/authorize", ALLOW),
        ("https://example.org/auth/sign_in", SIGN_IN),
        ("https://example.org/auth/sign_in?next=%2Foauth", SIGN_IN),
        ("example.org/auth/sign_in", SIGN_IN),
        ("/auth/sign_in", SIGN_IN),
        ("https://example.org/login", SIGN_IN),
        ("https://example.org/oauth/oob?code=", NO_CODE_PAGE),
        ("https://example.org/", NO_CODE_PAGE),
        ("https://example.org/@alice", NO_CODE_PAGE),
        ("example.org", NO_CODE_PAGE),
        ("/oauth/oob", NO_CODE_PAGE),
        ("urn:ietf:wg:oauth:2.0:oob", NO_CODE_PAGE),
        ("alice@example.org", HANDLE),
        ("@alice@example.org", HANDLE),
        ("@alice", HANDLE),
        ("mailto:alice@example.org", HANDLE),
        (f"alice@example.org {BASE64_CODE}", HANDLE),
        ("/home/alice/Pictures/Screenshot 2026-05-01.png", FILE),
        ("~/code", FILE),
        ("C:\\Users\\alice\\code", FILE),
        ("file:///home/alice/code", FILE),
        ("screenshot.png", FILE),
        ("code", ONLY_THE_WORD),
        ("Code:", ONLY_THE_WORD),
        ("The code", ONLY_THE_WORD),
        ("hunter2", SHORT),
        ("p@ssw0rd", SHORT),
        ("correct-horse-battery-staple", WORDS),
        ("correct horse battery staple", WORDS),
        ("CorrectHorseBatteryStaple42", WORDS),
        ("Tr0ub4dor&3-and-some-more!characters", OTHER_CHARACTERS),
        (f"{CODE[:40]}é{CODE[40:]}", OTHER_CHARACTERS),
        (f"{BASE64_CODE[:40]}é", OTHER_CHARACTERS),
        (SENTENCE, NO_CODE),
        ("I can't find it, help me!", NO_CODE),
        (f"{CODE} {ANOTHER_CODE}", SEVERAL),
        (f"{PAGE}\n\n{ANOTHER_CODE}", SEVERAL),
        (f"{PAGE}&code={ANOTHER_CODE}", SEVERAL),
        (f"{PAGE} {PAGE.replace(CODE, ANOTHER_CODE)}", SEVERAL),
        ("Ab1" * 700, LONG),
        ("x" * 1_000_000, TOO_MUCH),
    ],
)
def test_paste_without_a_code_is_refused_with_its_reason(pasted: str, reason: str) -> None:
    for is_gotosocial in (True, False):
        with pytest.raises(NotACode) as refused:
            parse_paste(pasted, is_gotosocial=is_gotosocial)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        (CODE.lower(), SMALL_LETTERS),
        (CODE.capitalize(), SMALL_LETTERS),
        (f"{CODE[:24].lower()} {CODE[24:].lower()}", SMALL_LETTERS),
        (f"{SENTENCE}\n{CODE.lower()}\n\nSource", SMALL_LETTERS),
        (PAGE.lower(), SMALL_LETTERS),
        (CODE[:31], "That's only 31 of the code's 48 characters."),
        (CODE[:47], "That's only 47 of the code's 48 characters."),
        ("Z", "That's only 1 of the code's 48 characters."),
        (f"{CODE[:20]}…", "That's only 20 of the code's 48 characters."),
        (f"{CODE[:20]}\n{CODE[20:40]}", "That's only 40 of the code's 48 characters."),
        (f"{SENTENCE} {CODE[:20]}", "That's only 20 of the code's 48 characters."),
        (PAGE.replace(CODE, CODE[:12]), "That's only 12 of the code's 48 characters."),
        ("01JZ8Q0V5Y3T9X7R2K4M6N8P0S", "That's only 26 of the code's 48 characters."),
        (f"{CODE}AB", "That's 50 characters, but the code has only 48."),
        (CODE + CODE, "That's 96 characters, but the code has only 48."),
        (PAGE.replace(CODE, f"{CODE}A"), "That's 49 characters, but the code has only 48."),
        (BASE64_CODE, SHORT),
        (f"{BASE64_CODE}-{BASE64_CODE}", LONG),
        (PAGE.replace(CODE, f"{CODE[:40]}%00{CODE[40:]}"), OTHER_CHARACTERS),
        ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", SHORT),
    ],
)
def test_gotosocial_code_has_one_form_only(pasted: str, reason: str) -> None:
    with pytest.raises(NotACode) as refused:
        parse_paste(pasted, is_gotosocial=True)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        (CODE[:23], SHORT),
        (BASE64_CODE[:23], SHORT),
        ("Ab1" * 700, LONG),
        ("1234567890" * 3, WORDS),
        ("-" * 30, WORDS),
        ("CORRECT_HORSE_BATTERY_STAPLE", WORDS),
        ("Correct-Horse-Battery-Staple-42", WORDS),
        ("donaudampfschifffahrtsgesellschaft", WORDS),
        (f"https://example.org/oauth/authorize/native?code={BASE64_CODE[:20]}", SHORT),
        (f"https://example.org/oauth/oob?code={BASE64_CODE}%1B", OTHER_CHARACTERS),
        (f"{CODE} {BASE64_CODE}", SEVERAL),
        (f"{BASE64_CODE} {BASE64_CODE[::-1]}", SEVERAL),
    ],
)
def test_passphrase_is_not_a_code_of_other_software(pasted: str, reason: str) -> None:
    with pytest.raises(NotACode) as refused:
        parse_paste(pasted)
    assert refused.value.reason == reason
