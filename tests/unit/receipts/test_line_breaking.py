import pytest
from hypothesis import given
from hypothesis import strategies as st

from receipts.graphemes import characters, refused_character
from receipts.line_breaking import NO_LINE_END, NO_LINE_START, break_lines, width_of

NAMES = st.lists(
    st.sampled_from(
        ("葛\U000e0100", "邉\U000e010f", "e\u0302\u0303", "α\u0301", "か\u3099", "𠮷", "ễ", "n", "1", "、", " ", "-")
    ),
    max_size=60,
).map("".join)
JAPANESE = st.text(st.sampled_from("豊田市役所のあぁっー、。「」（）ABC 123,¥%ｱﾞ※"), max_size=80)


def test_width_is_that_of_the_device_font_for_every_cp932_character() -> None:
    """In CP932 one byte is one cell: the width function and the printer must agree on every character."""
    codes = [bytes((lead, trail)) for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)) for trail in range(0x40, 0xFD)]
    characters = [code.decode("cp932", errors="replace") for code in codes]
    assigned = [one for one in characters if len(one) == 1 and "\ufffd" not in one and refused_character(one) is None]
    assert len(assigned) > 7_000
    assert [one for one in assigned if width_of(one) != 2] == []
    assert all(width_of(bytes((byte,)).decode("cp932")) == 1 for byte in (*range(0x20, 0x7F), *range(0xA1, 0xE0)))


@pytest.mark.parametrize(
    "text", ["a\x1bb", "tab\t", "\x00", "\x10\x04\x01", "x\u200b", "\u202e", "が\u3099", "\ud800", "\ue000"]
)
def test_invisible_and_control_characters_are_refused(text: str) -> None:
    assert refused_character(text) is not None


@given(JAPANESE, st.integers(2, 48))
def test_no_line_is_wider_than_the_paper_and_nothing_is_lost(text: str, columns: int) -> None:
    lines = break_lines(text, columns)
    assert all(width_of(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(NAMES, st.integers(2, 48))
def test_no_line_break_parts_a_letter_from_its_marks_or_a_kanji_from_its_variant(text: str, columns: int) -> None:
    lines = break_lines(text, columns)
    assert all(width_of(line) <= columns for line in lines)
    parts = [character for line in lines for character in characters(line)]
    assert [one for one in parts if one != " "] == [one for one in characters(text) if one != " "]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Hà Nội", 6),
        ("João", 4),
        ("Nguye\u0302\u0303n", 6),
        ("葛\U000e0100城", 4),
        ("か\u3099く", 4),
        ("𠮷", 2),
        ("α±×", 6),
        ("÷ß", 3),
    ],
)
def test_marks_take_no_room_and_latin_letters_one_cell(text: str, cells: int) -> None:
    assert width_of(text) == cells


def test_closing_marks_do_not_begin_and_opening_marks_do_not_end_a_line() -> None:
    text = "この窓口では、現金のほか「クレジットカード」と（電子マネー）、コード決済がご利用になれます。"
    for columns in range(12, 40):
        lines = break_lines(text, columns)
        assert not [line for line in lines[1:] if line[0] in NO_LINE_START]
        assert not [line for line in lines[:-1] if line[-1] in NO_LINE_END]


def test_amounts_and_words_stay_whole() -> None:
    for columns in range(10, 30):
        lines = break_lines("合計は¥1,234,567でVISAカード", columns)
        assert any("¥1,234,567" in line for line in lines)
        assert any("VISA" in line for line in lines)


def test_a_bracket_or_word_gap_is_the_better_place_to_break() -> None:
    assert break_lines("クレジット（一括）", 16) == ("クレジット", "（一括）")
    assert break_lines("2026年11月23日(月) 17:20", 18) == ("2026年11月23日(月)", "17:20")


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("障がい者手帳をお持ちの方と同伴者", 28, ("障がい者手帳をお持ちの方と", "同伴者")),
        ("障がい者手帳をお持ちの方と同伴者", 18, ("障がい者手帳を", "お持ちの方と同伴者")),
        ("右端と枠の線が切れていなければ正常です。", 32, ("右端と枠の線が切れていなければ", "正常です。")),
        ("中部カードサービス株式会社", 20, ("中部カードサービス", "株式会社")),
        ("平成30年度", 6, ("平成", "30年度")),
        ("コース A", 6, ("コース", "A")),
    ],
)
def test_phrases_words_and_figures_stay_together_where_the_line_allows(
    text: str, columns: int, lines: tuple[str, ...]
) -> None:
    assert break_lines(text, columns) == lines


@pytest.mark.parametrize("text", ["戸籍全部事項証明書", "戸籍全部事項証明書。", "印鑑登録証明"])
def test_no_single_character_is_left_for_the_last_line(text: str) -> None:
    for columns in range(8, 20):
        assert len(break_lines(text, columns)[-1].rstrip("。")) > 1


def test_a_newline_always_breaks() -> None:
    assert break_lines("豊田市\n市民課", 48) == ("豊田市", "市民課")


def test_a_reference_longer_than_the_line_breaks_between_its_groups() -> None:
    reference = "0193a5c2-7d1e-7a44-9b60-3f2c81d7e5aa"
    assert break_lines(reference, 32) == ("0193a5c2-7d1e-7a44-9b60-", "3f2c81d7e5aa")
