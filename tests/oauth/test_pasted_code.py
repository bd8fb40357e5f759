"""Pasted codes, addresses of code pages, and refusals of the server are recognised."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from gts_wizard.errors import AuthorizationDenied
from gts_wizard.oauth.pasted_code import AuthorizationCode, parse_paste
from gts_wizard.secret import Secret
from tests.helpers.sample_pastes import BASE64_CODE, CODE, DEAD, PAGE, SENTENCE

HOME = "https://example.org"


@pytest.mark.parametrize(
    "pasted",
    [
        CODE,
        f"  {CODE}\n",
        f"\t{CODE}\t\r\n",
        f"\u00a0{CODE}\u202f",
        f"“{CODE}”",
        f"„{CODE}‟",
        f"\N{LEFT SINGLE QUOTATION MARK}{CODE}\N{RIGHT SINGLE QUOTATION MARK}",
        f"«\u00a0{CODE}\u00a0»",
        f"\u2039{CODE}\u203a",
        f"「{CODE}」",
        f"`{CODE}`",
        f"```\n{CODE}\n```",
        f"**{CODE}**",
        f"__{CODE}__",
        f"'{CODE}',",
        f"({CODE})",
        f"[{CODE}]",
        f"{CODE}.",
        f"{CODE}...",
        f"👉{CODE}👈",
        f"\ufeff{CODE[:20]}\u200b{CODE[20:]}\u2060",
        f"{CODE[:20]}\u00ad{CODE[20:]}",
        f"{CODE[:20]}\x00{CODE[20:]}\ud800",
        f"\u202e{CODE}\u202c",
        f"{CODE[:12]} {CODE[12:30]} {CODE[30:]}",
        f"{CODE[:12]}\u00a0{CODE[12:30]}\u2003{CODE[30:]}",
        " ".join(CODE),
        f"{CODE[:20]}\n{CODE[20:]}",
        f"{CODE[:20]}\r{CODE[20:40]}\r{CODE[40:]}",
        f"{CODE[:20]}\r\n  {CODE[20:]}  \r\n",
        f"{CODE[:20]}\u2028{CODE[20:]}",
        f"{CODE[:30]}\n{CODE[30:]}",
        f"│ {CODE[:20]} │\n│ {CODE[20:40]} │\n│ {CODE[40:]}         │",
        f"┃{CODE[:20]}┃\n┃{CODE[20:]}┃",
        f"| {CODE[:20]} |\n| {CODE[20:]} |",
        f"> {CODE[:20]}\n> {CODE[20:]}",
        f">> {SENTENCE}\n>> {CODE}",
        f"{SENTENCE} {CODE}",
        f"{SENTENCE}\n\n{CODE}\n",
        f"{SENTENCE}\n{CODE[:20]}\n{CODE[20:]}",
        f"{SENTENCE} {CODE[:10]}\n  {CODE[10:]}",
        f'Hi alice ! Here\'s your out-of-band token with scope " read ", use it wisely: {CODE}',
        f"example.org\n{SENTENCE}\n{CODE}\n\nContact: somebody@example.org\nSource code",
        f"{SENTENCE}\n\n{CODE}\n\nCopy the code and paste it where you came from.",
        f"Code: {CODE}",
        f"Code:{CODE}",
        f"Token\n{CODE}",
        f"{CODE} {CODE}",
        f'{{"code": "{CODE}"}}',
        f'{{"code":"{CODE}","scope":"read"}}',
        f"{{'code': '{CODE}'}}",
        f"<code>{CODE}</code>",
        f"&quot;{CODE}&quot;",
        f'<link href="{HOME}/style.css"><p>wisely:</p>\n<code>{CODE}</code>',
    ],
)
def test_code_of_gotosocial_is_found(pasted: str) -> None:
    for is_gotosocial in (True, False):
        assert parse_paste(pasted, is_gotosocial=is_gotosocial) == AuthorizationCode(Secret(CODE))


@pytest.mark.parametrize(
    "pasted",
    [
        BASE64_CODE,
        f'"{BASE64_CODE}"',
        f"[{BASE64_CODE}].",
        f"{BASE64_CODE[:30]}\n{BASE64_CODE[30:]}",
        f"> {BASE64_CODE[:20]}\n> {BASE64_CODE[20:40]}\n> {BASE64_CODE[40:]}",
        f"Your code is {BASE64_CODE}, copy it.",
        f"In return: {BASE64_CODE}",
        f"Code:{BASE64_CODE}",
        f"Code\n{BASE64_CODE}",
        f'{{"code":"{BASE64_CODE}"}}',
        f"code={BASE64_CODE}",
    ],
)
def test_code_of_other_software_is_found(pasted: str) -> None:
    assert parse_paste(pasted) == AuthorizationCode(Secret(BASE64_CODE))


@pytest.mark.parametrize(
    "code",
    [
        "5f0c1de2a94b7f6e8d3c2b1a0f9e8d7c",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "def502004f1a9c3b" * 45,
        "aB3-" * 6,
    ],
)
def test_code_of_any_random_form_is_found(code: str) -> None:
    assert parse_paste(code) == AuthorizationCode(Secret(code))


@pytest.mark.parametrize(
    ("pasted", "origin"),
    [
        (PAGE, HOME),
        (PAGE.replace("https://example", "HTTPS://Example", 1), HOME),
        (f"<{PAGE}>", HOME),
        (f'"{PAGE}"', HOME),
        (f"{PAGE}.", HOME),
        (f"The page was {PAGE} I think", HOME),
        (f"see:{PAGE}", HOME),
        (f"[the page]({PAGE})", HOME),
        (f"[{PAGE}]({PAGE})", HOME),
        (f'<a href="{PAGE.replace("&", "&amp;")}">here</a>', HOME),
        (PAGE.replace("&", "&amp;"), HOME),
        (PAGE.replace("&", "&#38;"), HOME),
        (f"{PAGE[:40]}\n{PAGE[40:80]}\n  {PAGE[80:]}", HOME),
        (f"{PAGE[:40]}\r{PAGE[40:80]}\r{PAGE[80:]}", HOME),
        (f"│{PAGE[:40]}│\n│{PAGE[40:80]}│\n│{PAGE[80:]}   │", HOME),
        (f"> {PAGE[:40]}\n> {PAGE[40:]}", HOME),
        (f"The page was {PAGE[:30]}\n{PAGE[30:]}\n\nThanks!", HOME),
        (f"{PAGE[:40]}\u200b{PAGE[40:]}", HOME),
        (f"{PAGE}#top", HOME),
        (f"{PAGE}\n{SENTENCE}\n{CODE}", HOME),
        (f"{PAGE}\n{CODE}", HOME),
        (f"{CODE}\n{PAGE}", HOME),
        (f"{HOME}/\n\n{PAGE}", HOME),
        (quote(PAGE, safe=""), HOME),
        (f"https://away.example/?to={quote(PAGE, safe='')}", HOME),
        (PAGE.removeprefix("https://"), HOME),
        (PAGE.removeprefix("https://example.org"), ""),
        (PAGE.partition("?")[2], ""),
        (f"the-page?state=the-state&code={CODE}", ""),
        (PAGE.replace("/oauth/oob", "/auth/oob"), HOME),
        (PAGE.replace("/oauth/oob", "/oauth/authorize/native"), HOME),
        (PAGE.replace("/oauth/oob", ""), HOME),
        (PAGE.replace("?", "#"), HOME),
        (PAGE.replace(CODE, f"{CODE[:20]}%0A{CODE[20:]}"), HOME),
        (PAGE.replace("example.org", "example.org:443"), HOME),
        (PAGE.replace("example.org", "example.org:8443"), f"{HOME}:8443"),
        (PAGE.replace("example.org", "me:secret@example.org"), HOME),
        (PAGE.replace("example.org", "bücher.example"), "https://xn--bcher-kva.example"),
        (PAGE.replace("https://example", "http://Example"), "http://example.org"),
        (PAGE.replace("https://example.org", "http://[::1]:8080"), "http://[::1]:8080"),
        (f"http://localhost:8080/oauth/oob?state=the-state&code={CODE}", "http://localhost:8080"),
        (f"localhost:8080/oauth/oob?state=the-state&code={CODE}", "http://localhost:8080"),
        (f"urn:ietf:wg:oauth:2.0:oob?code={CODE}&state=the-state", ""),
        (quote(f"urn:ietf:wg:oauth:2.0:oob?code={CODE}&state=the-state"), ""),
    ],
)
def test_address_of_the_page_gives_code_state_and_origin(pasted: str, origin: str) -> None:
    for is_gotosocial in (True, False):
        paste = parse_paste(pasted, is_gotosocial=is_gotosocial)
        assert paste == AuthorizationCode(Secret(CODE), "the-state", origin)


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://example.org/oauth/authorize/native?code={BASE64_CODE}",
        f"https://example.org/oauth/authorize/native?code={BASE64_CODE[:30]}\n{BASE64_CODE[30:]}",
    ],
)
def test_address_of_mastodons_page_gives_the_code(pasted: str) -> None:
    assert parse_paste(pasted) == AuthorizationCode(Secret(BASE64_CODE), "", HOME)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://exa mple", ""),
        ("https://[::1", "https://[::1"),
        ("https://host:99999999", "https://host:99999999"),
        ("HTTPS://Not_a_host", "https://not_a_host"),
        ("https://", ""),
    ],
)
def test_impossible_origin_is_returned_as_pasted(address: str, origin: str) -> None:
    assert parse_paste(f"{address}/oauth/oob?code={CODE}") == AuthorizationCode(
        Secret(CODE), "", origin
    )


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://example.org/oauth/oob?code={CODE}')&state=the-state",
        f"https://example.org/oauth/oob?code={CODE} &state=the-state",
        f"{CODE}\nstate=the-state",
    ],
)
def test_state_is_found_after_other_characters(pasted: str) -> None:
    paste = parse_paste(pasted, is_gotosocial=True)
    assert (paste.code, paste.state) == (Secret(CODE), "the-state")


def test_state_is_made_safe_and_short() -> None:
    paste = parse_paste(f"{PAGE}%0A%1B%E2%80%AE%00+{'x' * 1000}")
    assert paste.state == "the-state " + "x" * 189 + "…"


@pytest.mark.parametrize(
    "pasted",
    [
        DEAD,
        f" {DEAD}\n",
        f"<{DEAD}>",
        f"{DEAD[:30]}\n{DEAD[30:]}",
        DEAD.replace("urn", "URN", 1),
        DEAD.replace("&", "&amp;"),
        quote(DEAD),
        f"https://search.example/?q={quote(DEAD, safe='')}&source=bar",
        DEAD.replace("urn:ietf:wg:oauth:2.0:oob", "https://example.org/oauth/oob"),
        DEAD.replace("urn:ietf:wg:oauth:2.0:oob", "example.org/oauth/oob"),
        DEAD.replace("?", "#"),
        DEAD.partition("?")[2],
    ],
)
def test_address_of_a_refusal_gives_the_servers_words(pasted: str) -> None:
    with pytest.raises(AuthorizationDenied) as declined:
        parse_paste(pasted)
    reason = "The requested scope is invalid, unknown, or malformed"
    assert declined.value.message == f"Your server gave no code. It says: “{reason}”."


@pytest.mark.parametrize(
    ("pasted", "cause"),
    [
        ("https://example.org/oauth/oob?error=access_denied", "you didn't allow access"),
        ("https://example.org/oauth/oob#error=access_denied", "you didn't allow access"),
        ("urn:ietf:wg:oauth:2.0:oob?error=access_denied%E2%80%AE%1B[31m", "“access_denied[31m”."),
        ("urn:ietf:wg:oauth:2.0:oob?error=a&error_description=%00", "“a”."),
        ("urn:ietf:wg:oauth:2.0:oob?error=%E2%80%8B", "doesn't say why"),
        (f"urn:?error=a&error_description={'x' * 1000}", f"“{'x' * 199}…”."),
    ],
)
def test_the_servers_words_are_made_safe(pasted: str, cause: str) -> None:
    with pytest.raises(AuthorizationDenied) as declined:
        parse_paste(pasted, is_gotosocial=True)
    assert cause in declined.value.message
