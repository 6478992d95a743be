import pytest
from hypothesis import given
from hypothesis import strategies as st

from receipts.content import DocumentKind
from receipts.document import Block, Box, Columns, Document, Pair, Rule, Size, Style, Text
from receipts.layout import TextRow, UnprintableCharacterError, lay_out
from receipts.line_breaking import width_of
from receipts.render import text

WORDS = st.text(st.sampled_from("住民票の写しカード（）、。AB12 -ｱ※"), max_size=40)
STYLES = st.builds(Style, size=st.sampled_from(Size), bold=st.booleans(), inverse=st.booleans())
AMOUNTS = st.integers(-9_999_999, 9_999_999).map(lambda value: f"¥{value:,}")
BLOCKS = st.one_of(
    st.builds(Text, WORDS, STYLES),
    st.builds(Columns, WORDS, AMOUNTS, st.sampled_from(("", "¥300 × 2", "12,345件")), STYLES),
    st.builds(Pair, WORDS, WORDS),
    st.builds(Rule),
    st.just(Box(("担当", "確認"))),
)


def document(*blocks: Block) -> Document:
    return Document(DocumentKind.TEST_PRINT, "", 0, blocks)


def lines(block: Block, columns: int) -> list[str]:
    return text.render(document(block), columns).splitlines()


@given(st.lists(BLOCKS, max_size=8), st.sampled_from((32, 42, 48)))
def test_every_span_stays_on_the_paper_and_none_overlap(blocks: list[Block], columns: int) -> None:
    for row in lay_out(document(*blocks), columns):
        if isinstance(row, TextRow):
            end = 0
            for span in row.spans:
                start = row.start_of(span, columns)
                assert start >= end
                end = start + width_of(span.text) * row.style.size.across
            assert end <= columns


def test_amounts_end_at_the_right_edge_and_the_middle_before_them() -> None:
    assert lines(Columns("住民票の写し", "¥600", "¥300 × 2"), 48) == ["住民票の写し" + " " * 17 + "¥300 × 2      ¥600"]


def test_a_name_that_does_not_fit_gets_lines_of_its_own() -> None:
    name = "戸籍全部事項証明書（改製原戸籍を含む）"
    shown = lines(Columns(name, "¥1,500", "¥750 × 2"), 32)
    assert "".join(line for line in shown[:-1]) == name
    assert shown[-1] == " " * 13 + "¥750 × 2    ¥1,500"


def test_values_start_in_one_column_and_hang() -> None:
    block = document(
        Pair("指定納付受託者", "中部カードサービス株式会社"), Pair("取扱窓口", "市民課 マイナンバー窓口 (0101)")
    )
    assert text.render(block, 42).splitlines() == [
        "指定納付受託者  中部カードサービス株式会社",
        "取扱窓口        市民課 マイナンバー窓口",
        "                (0101)",
    ]


def test_on_narrow_paper_a_wide_label_stands_alone_and_leaves_the_values_their_room() -> None:
    block = document(
        Pair("お支払方法", "クレジット（一括）"),
        Pair("指定納付受託者", "中部カードサービス株式会社"),
        Pair("お問い合わせ", "0565-00-0000"),
    )
    assert text.render(block, 32).splitlines() == [
        "お支払方法    クレジット（一括）",
        "指定納付受託者",
        "  中部カードサービス株式会社",
        "お問い合わせ  0565-00-0000",
    ]


def test_a_reference_stays_whole_below_its_label() -> None:
    block = document(Pair("お問い合わせ", "0565-00-0000"), Pair("取引番号", "01JD9Z6V7K3M5Q8R2T4W6Y8A1B"))
    assert text.render(block, 32).splitlines()[1:] == ["取引番号", "  01JD9Z6V7K3M5Q8R2T4W6Y8A1B"]
    assert text.render(block, 42).splitlines()[1:] == ["取引番号      01JD9Z6V7K3M5Q8R2T4W6Y8A1B"]


@pytest.mark.parametrize(
    "block",
    [Text("a\x1b@"), Columns("\x10\x04\x01", "¥1"), Columns("a", "¥1", "\n"), Pair("a", "\x1d"), Box(("\x00",))],
)
def test_control_characters_are_named_and_refused(block: Block) -> None:
    with pytest.raises(UnprintableCharacterError, match=r"U\+00"):
        lay_out(document(block), 48)
