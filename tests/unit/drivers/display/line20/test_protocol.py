"""Two lines of twenty columns: every byte as the display's manual has it, and nothing shown wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.display.api import COLUMNS, CharacterSet, TwoLines, UndisplayableTextError
from drivers.display.line20.protocol import INITIALIZE, brightness, encode_text, move, show


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ABC 123", b"ABC 123"),
        ("¥1,500", b"\x5c1,500"),
        ("￥１，５００", b"\x5c1,500"),
        ("ｺﾞｳｹｲ", b"\xba\xde\xb3\xb9\xb2"),
        ("ゴウケイ", b"\xba\xde\xb3\xb9\xb2"),
        ("ごうけい", b"\xba\xde\xb3\xb9\xb2"),
        ("パッとヴァ", b"\xca\xdf\xaf\xc4\xb3\xde\xa7"),
        ("「カード」、。・ー", b"\xa2\xb6\xb0\xc4\xde\xa3\xa4\xa1\xa5\xb0"),
        ("　", b" "),
    ],
)
def test_a_text_is_shown_in_the_characters_the_display_has(text: str, codes: bytes) -> None:
    assert encode_text(text) == codes


@pytest.mark.parametrize("text", ["合計", "A\\B", "~", "é", "🙂", "a\tb", "\x0c", "\x1f", "№", "ゟ", "漢"])
def test_what_it_cannot_show_is_an_error_and_no_question_mark(text: str) -> None:
    with pytest.raises(UndisplayableTextError, match="character"):
        encode_text(text)


@given(st.text(max_size=30))
def test_no_text_becomes_a_command(text: str) -> None:
    try:
        codes = encode_text(text)
    except UndisplayableTextError:
        return
    assert all(0x20 <= code < 0x7F or 0xA1 <= code <= 0xDF for code in codes)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("合計", b"\x8d\x87\x8cv"),
        ("ｺﾞｳｹｲ ¥300", b"\xba\xde\xb3\xb9\xb2 \x5c300"),
        ("カード", b"\x83J\x81[\x83h"),
        ("～－", b"\x81`\x81|"),
    ],
)
def test_a_display_with_kanji_is_sent_shift_jis(text: str, codes: bytes) -> None:
    assert encode_text(text, CharacterSet.KANJI) == codes


@pytest.mark.parametrize("text", ["A\\B", "~", "é", "🙂", "\x0c", "𠮷", "髙", "①"])
def test_kanji_displays_lack_characters_as_well(text: str) -> None:
    with pytest.raises(UndisplayableTextError, match="character"):
        encode_text(text, CharacterSet.KANJI)


@given(st.text(max_size=30))
def test_no_kanji_becomes_a_command(text: str) -> None:
    try:
        codes = encode_text(text, CharacterSet.KANJI)
    except UndisplayableTextError:
        return
    assert all(code >= 0x20 for code in codes)


def test_both_lines_are_written_whole() -> None:
    sent = show(TwoLines("ｼﾞｭｳﾐﾝﾋｮｳ x2", "", "ｺﾞｳｹｲ", "¥600"))
    assert sent[:4] == b"\x1f\x24\x01\x01"
    assert sent[24:28] == b"\x1f\x24\x01\x02"
    assert (len(sent), sent[28:]) == (48, "ｺﾞｳｹｲ".encode("cp932") + b" " * 11 + b"\x5c600")


def test_a_line_is_never_cut() -> None:
    show(TwoLines("1" * COLUMNS, "", "1" * 15, "¥300"))
    for lines in (TwoLines("1" * 21), TwoLines(upper="1" * 16, upper_right="¥300"), TwoLines(lower="ガ" * 11)):
        with pytest.raises(UndisplayableTextError, match="more than 20 columns"):
            show(lines)
    show(TwoLines("漢" * 10), CharacterSet.KANJI)
    with pytest.raises(UndisplayableTextError, match="more than 20 columns"):
        show(TwoLines("漢" * 10 + "1"), CharacterSet.KANJI)


def test_commands_are_the_manuals() -> None:
    assert INITIALIZE[CharacterSet.KANA] == bytes.fromhex("1b40 1b5208 1b7401 1f01 0c")
    assert INITIALIZE[CharacterSet.KANJI] == bytes.fromhex("1b40 1b5208 1b7401 1c4301 1c26 1f01 0c")
    assert move(20, 2) == bytes.fromhex("1f24 1402")
    assert brightness(4) == bytes.fromhex("1f58 04")
    for column, row in ((0, 1), (21, 1), (1, 0), (1, 3)):
        with pytest.raises(ValueError, match="column"):
            move(column, row)
    for level in (0, 5):
        with pytest.raises(ValueError, match="brightness"):
            brightness(level)
