from datetime import datetime

import pytest

from receipts.document import Align
from receipts.fonts import Face
from receipts.layout import UnprintableCharacterError
from receipts.render.pages import A4, A6, About, Pages, Pen, TooWideError, fitted, width_mm, wrapped
from tests.pdf_reader import PdfFile

ABOUT = About("見本", "豊田市", datetime.fromisoformat("2026-11-23T10:15:02+09:00"))
BODY = Pen(10)
DOTS_PER_MM = 10


def picture_of(pages: Pages) -> list[list[bool]]:
    """Dark or not, ten dots a millimeter."""
    drawn = PdfFile(pages.finish()).picture(dots_per_inch=25.4 * DOTS_PER_MM)
    levels = drawn.tobytes()
    return [
        [level < 128 for level in levels[start : start + drawn.width]] for start in range(0, len(levels), drawn.width)
    ]


def test_a_file_says_what_it_is_and_prints_at_its_real_size() -> None:
    pages = Pages(ABOUT, A6)
    pages.text("見本", 10, 20, BODY)
    file = pages.finish()
    read = PdfFile(file)
    assert read.properties["Title"] == "見本"
    assert read.properties["Author"] == "豊田市"
    assert read.properties["CreationDate"] == read.properties["ModDate"] == "D:20261123101502+09'00'"
    assert read.language == "ja"
    assert read.size_points(0) == pytest.approx((105 / 25.4 * 72, 148 / 25.4 * 72), abs=0.01)
    assert b"/PrintScaling /None" in file
    assert b"Helvetica" not in file, "no font is named that is not brought along"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Pages(About("見本", "豊田市", datetime(2026, 11, 23)), A4)


def test_the_same_content_gives_the_same_bytes_whatever_was_made_before() -> None:
    def make(text: str) -> bytes:
        pages = Pages(ABOUT, A6)
        pages.text(text, 10, 20, BODY)
        pages.text("Đã thanh toán", 10, 30, BODY)
        return pages.finish()

    first = make("納入済通知書")
    make("領収書")
    assert make("納入済通知書") == first


@pytest.mark.parametrize(
    "text", ["納入済通知書 ¥1,234", "髙﨑①※", "请出示付款完成页面", "완료 화면을 보여 주세요", "Số tiền đã nhập"]
)
def test_what_is_set_is_read_back_and_brings_its_font_along(text: str) -> None:
    pages = Pages(ABOUT, A6)
    pages.text(text, 10, 20, Pen(10, Face.TEXT_BOLD))
    read = PdfFile(pages.finish())
    assert read.text().strip() == text
    assert all(read.fonts().values())
    assert len(read.fonts()) == 1, "a line is not mixed from two fonts"


@pytest.mark.parametrize(
    ("text", "position"), [("吉野\U00030000", 2), ("葛\U000e01ef", 0), ("a\u202eb", 1), ("a\nb", 1), ("\U0001f600", 0)]
)
def test_a_character_without_a_letter_is_an_error_that_names_it(text: str, position: int) -> None:
    pages = Pages(ABOUT, A6)
    with pytest.raises(UnprintableCharacterError) as error:
        pages.text(text, 10, 20, BODY)
    assert error.value.position == position


def test_text_stands_where_it_was_put() -> None:
    pages = Pages(ABOUT, A6)
    pages.text("左", 10, 20, BODY)
    pages.text("中", 52.5, 30, BODY, Align.CENTER)
    pages.text("右", 95, 40, BODY, Align.RIGHT)
    em = 10 / 72 * 25.4
    places = {
        letter.character: (letter.left / 72 * 25.4, letter.right / 72 * 25.4)
        for letter in PdfFile(pages.finish()).letters()
        if not letter.character.isspace()
    }
    assert places["左"] == pytest.approx((10, 10 + em), abs=0.05)
    assert places["中"] == pytest.approx((52.5 - em / 2, 52.5 + em / 2), abs=0.05)
    assert places["右"] == pytest.approx((95 - em, 95), abs=0.05)


def test_modules_are_as_many_millimeters_as_was_asked_and_leave_no_hairline() -> None:
    pages = Pages(ABOUT, A6)
    pages.modules([[True, False, True], [True, True, False]], 10, 20, 3)
    dots = picture_of(pages)
    for x, y, expected in ((0, 0, True), (1, 0, False), (2, 0, True), (0, 1, True), (1, 1, True), (2, 1, False)):
        block = {dots[200 + 30 * y + dy][100 + 30 * x + dx] for dx in range(1, 29) for dy in range(1, 29)}
        assert block == {expected}, (x, y)
    assert all(dots[y][105] for y in range(201, 259)), "no light line between two dark modules"
    assert sum(map(sum, dots)) == pytest.approx(4 * 30 * 30, rel=0.02)


def test_a_cut_size_is_said_for_the_print_shop() -> None:
    pages = Pages(ABOUT, A4)
    pages.trim(52.5, 20, 105, 148)
    pages.text("札", 100, 100, BODY)
    left, bottom, right, top = (points / 72 * 25.4 for points in PdfFile(pages.finish()).trim_points(0))
    assert (left, right, 297 - top, 297 - bottom) == pytest.approx((52.5, 157.5, 20, 168), abs=0.01)


def test_wrapped_lines_fit_and_lose_nothing() -> None:
    text = (
        "納入者は、この通知書に記載された金額を納期限までに納めてください。Thank you for your payment (WWWWWW MMMMMM)."
    )
    for room in (20, 35, 60, 400):
        lines = wrapped(text, BODY, room)
        assert all(width_mm(line, BODY) <= room for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line.startswith(("、", "。")) for line in lines)
    assert len(wrapped(text, BODY, 400)) == 1
    with pytest.raises(ValueError, match="columns"):
        wrapped(text, BODY, 1)


def test_a_line_is_set_smaller_until_it_fits_but_not_illegibly() -> None:
    pen = fitted("豊田市役所市民部市民課", BODY, 30)
    assert 28 < width_mm("豊田市役所市民部市民課", pen) <= 30
    assert fitted("短い", BODY, 30) == BODY
    with pytest.raises(TooWideError, match="does not fit 10 mm at 5 points"):
        fitted("豊田市役所市民部市民課", BODY, 10)
