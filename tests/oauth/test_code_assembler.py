"""Codes that are pasted in several pieces."""

import pytest

from gts_wizard.errors import EmptyCode, NotACode, ShortCode, SignInError
from gts_wizard.oauth.pasted_code import CodeAssembler

CODE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789AB"
OTHER = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210ZYXWVUTSRQPO"


@pytest.mark.parametrize("parts", [[48], [20, 48], [20, 40, 48], [1, 2, 47, 48]])
def test_pieces_are_joined_to_a_code(parts: list[int]) -> None:
    pieces = CodeAssembler(is_gotosocial=True)
    for start, end in zip([0, *parts], parts[:-1], strict=False):
        with pytest.raises(NotACode):
            pieces.add(CODE[start:end])
    assert pieces.add(CODE[([0, *parts])[-2] :]).code.reveal() == CODE


def test_paste_that_is_no_piece_is_ignored() -> None:
    pieces = CodeAssembler(is_gotosocial=True)
    for text in ("hello", CODE[:30]):
        with pytest.raises(NotACode):
            pieces.add(text)
    with pytest.raises(EmptyCode):
        pieces.add(" ")
    assert pieces.add(CODE[30:]).code.reveal() == CODE


def test_whole_code_discards_earlier_pieces() -> None:
    pieces = CodeAssembler(is_gotosocial=True)
    with pytest.raises(NotACode):
        pieces.add(OTHER[:30])
    assert pieces.add(CODE).code.reveal() == CODE
    with pytest.raises(NotACode):
        pieces.add(OTHER[30:])


def test_reason_is_about_the_last_paste_only() -> None:
    pieces = CodeAssembler(is_gotosocial=True)
    for length in (20, 5):
        with pytest.raises(NotACode, match=f"only {length} of the code's 48 characters"):
            pieces.add(CODE[:length])


def test_pieces_are_joined_for_gotosocial_only() -> None:
    pieces = CodeAssembler(is_gotosocial=False)
    for text in ("Ab3-" * 5, "Tr0ub4dor-3"):
        with pytest.raises(SignInError):
            pieces.add(text)


@pytest.mark.parametrize("short", ["abcdEF123456", "aB3-_xyz9012345678901A"])
def test_short_code_is_tried_once_it_comes_a_second_time(short: str) -> None:
    assembler = CodeAssembler(is_gotosocial=False)
    for other in (short, "another-one1", short):
        with pytest.raises(ShortCode, match="paste it again to try it"):
            assembler.add(other)
    assert assembler.add(f" {short}\n").code.reveal() == short
    with pytest.raises(ShortCode):
        assembler.add(short)
    with pytest.raises(NotACode):
        CodeAssembler(is_gotosocial=True).add(short)
