from datetime import datetime
from itertools import pairwise

import pytest
import zxingcpp
from PIL import ImageDraw

from receipts.content import DocumentKind
from receipts.document import Box, Columns, Cut, Document, Qr, Text
from receipts.layout import TextRow, UnprintableCharacterError, lay_out
from receipts.render import pdf
from receipts.render.pages import A4, A5, A6, About, PageSize
from receipts.sample import SAMPLE_ISSUER, sample_report, sample_sale
from tests.layouts import compose_report, compose_sale, compose_test_print
from tests.pdf_reader import PdfFile

ABOUT = About("ご利用明細", "豊田市", datetime.fromisoformat("2026-11-23T10:15:02+09:00"))
DOCUMENTS = [
    compose_sale(sample_sale()),
    compose_report(sample_report()),
    compose_test_print(SAMPLE_ISSUER, "2026-11-23T10:15:02+09:00"),
]
STROKES = str.maketrans("", "", "─━│┌┬┐├┼┤└┴┘")


def words_of(document: Document) -> list[str]:
    """Every text of the layout in reading order, without frames."""
    texts = [
        span.text.translate(STROKES)
        for row in lay_out(document, pdf.COLUMNS)
        if isinstance(row, TextRow)
        for span in row.spans
    ]
    return " ".join(texts).split()


def document(*blocks: Text | Columns | Box | Qr | Cut) -> Document:
    return Document(DocumentKind.TEST_PRINT, "A1-000001", 0, blocks)


@pytest.mark.parametrize("content", DOCUMENTS, ids=lambda content: content.kind.value)
@pytest.mark.parametrize("size", [A4, A6], ids=["A4", "A6"])
def test_every_word_can_be_copied_in_reading_order(content: Document, size: PageSize) -> None:
    read = PdfFile(pdf.render(content, ABOUT, size))
    found = "".join("".join(read.text(page).split()) for page in range(len(read)))
    at = 0
    for word in words_of(content):
        at = found.find(word, at)
        assert at >= 0, word
    assert all(all(read.fonts(page).values()) for page in range(len(read)))


def test_the_same_document_gives_the_same_bytes() -> None:
    first = [pdf.render(content, ABOUT) for content in DOCUMENTS]
    assert [pdf.render(content, ABOUT) for content in reversed(DOCUMENTS)] == first[::-1]


def test_amounts_end_in_one_line_and_letters_keep_their_cells() -> None:
    file = pdf.render(
        document(Columns("手数料", "¥300"), Columns("£−—手数料", "¥12,300", "−1 × 2"), Text("£−—あ")), ABOUT
    )
    letters = PdfFile(file).letters()
    cell = pdf.POINTS_MAX / 2
    left = letters[0].left
    ends = {round(letter.right - left, 1) for letter in letters if letter.character == "0"}
    assert max(ends) == pytest.approx(48 * cell, abs=0.1)
    assert [letter.left - left for letter in letters if letter.character in "手あ"] == pytest.approx(
        [0, 6 * cell, 6 * cell], abs=0.1
    )


def test_the_symbol_is_read_from_the_page_with_its_quiet_zone() -> None:
    for size in (A4, A5, A6):
        read = PdfFile(pdf.render(compose_sale(sample_sale()), ABOUT, size))
        (found,) = zxingcpp.read_barcodes(read.picture(len(read) - 1, 200))
        assert found.bytes == sample_sale().qr_text.encode()


def test_a_long_document_has_numbered_pages_and_a_short_one_none() -> None:
    long = document(*(Columns(f"行{number}", "¥100") for number in range(100)), Cut())
    read = PdfFile(pdf.render(long, ABOUT))
    assert len(read) == 2
    for page in range(2):
        assert read.text(page).rstrip().endswith(f"ご利用明細 No. A1-000001\u3000{page + 1}／2ページ")
    assert [word for page in range(2) for word in read.text(page).split() if word.startswith("行")] == [
        f"行{number}" for number in range(100)
    ]
    assert "ページ" not in PdfFile(pdf.render(document(Text("短い"), Cut()), ABOUT)).text()


def test_a_cut_within_a_document_begins_a_page_and_one_at_its_end_does_not() -> None:
    read = PdfFile(pdf.render(document(Text("券"), Cut(), Text("半券"), Cut()), ABOUT, A6))
    assert [read.text(page).split()[0] for page in range(len(read))] == ["券", "半券"]


def test_a_stamp_field_is_never_torn_in_two() -> None:
    for rows in range(40, 60):
        content = document(*(Text("行") for _ in range(rows)), Box(("領収印",)), Text("終"))
        read = PdfFile(pdf.render(content, ABOUT))
        page = next(page for page in range(len(read)) if "領収印" in read.text(page))
        picture = read.picture(page, 72)
        title = next(letter for letter in read.letters(page) if letter.character == "領")
        below = picture.height - int(title.bottom)
        room = int(10.5 * 6)
        assert below + room <= picture.height - 12 / 25.4 * 72, f"{rows} rows"


def test_frames_close() -> None:
    """A point inside a stamp field cannot be left over white paper."""
    read = PdfFile(pdf.render(document(Box(("印",))), ABOUT))
    picture = read.picture(0, 300).point(lambda level: 255 if level > 200 else 0)
    title = next(letter for letter in read.letters() if letter.character == "印")
    scale = 300 / 72
    inside = (int((title.left - 6) * scale), picture.height - int((title.bottom + 4) * scale))
    assert picture.getpixel(inside) == 255
    ImageDraw.floodfill(picture, inside, 100)
    assert picture.getpixel((5, 5)) == 255


def test_what_no_font_has_is_an_error_and_no_file() -> None:
    with pytest.raises(UnprintableCharacterError, match=r"U\+30000"):
        pdf.render(document(Text("\U00030000野")), ABOUT)


def test_a_name_can_be_copied_out_of_the_file_as_it_was_written() -> None:
    names = ("𠮷野家 𣘺本", "\ufa19田 福\ufa1b", "葛\U000e0100城 渡邉\U000e010f", "Nguyễn Thị Ánh", "João Conceição")
    read = PdfFile(pdf.render(document(*map(Text, names)), ABOUT))
    assert read.text().splitlines() == list(names)
    assert all(read.fonts().values()), "every font is embedded"


def test_a_letter_wider_than_its_cell_is_squeezed_and_not_written_over_its_neighbor() -> None:
    inked = PdfFile(pdf.render(document(Text("ẪẪẪẪ")), ABOUT)).letters(ink=True)
    assert [one.character for one in inked] == list("ẪẪẪẪ")
    assert all(one.right <= two.left + 0.3 for one, two in pairwise(inked))


def test_a_character_of_another_script_stands_in_its_cells() -> None:
    letters = PdfFile(pdf.render(document(Text("张あ")), ABOUT)).letters()
    assert letters[1].character == "あ"
    assert letters[1].left - letters[0].left == pytest.approx(pdf.POINTS_MAX, abs=0.5)


def test_nothing_is_drawn_into_the_margins() -> None:
    for size in (A4, A6):
        picture = PdfFile(pdf.render(compose_sale(sample_sale()), ABOUT, size)).picture(0, 100)
        edge = int(10 / 25.4 * 100)
        assert picture.crop((0, 0, edge, picture.height)).getextrema() == (255, 255)
        assert picture.crop((picture.width - edge, 0, picture.width, picture.height)).getextrema() == (255, 255)
