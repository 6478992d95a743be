"""One document, five faces: what each says, and which cells of the paper have ink."""

import io
from dataclasses import replace
from datetime import datetime

import pytest
from PIL import Image

from drivers.emulators.printer.codec import GETA, LETTER
from drivers.emulators.printer.core import Job, PrinterCore
from drivers.emulators.printer.faults import Faults
from drivers.emulators.printer.head import Mechanics
from receipts.content import DocumentKind
from receipts.document import Align, Columns, Cut, Document, Pair, Rule, Size, Style, Text
from receipts.graphemes import characters, composed
from receipts.letters import is_plain
from receipts.line_breaking import width_of
from receipts.paper import PaperProfile
from receipts.render import escpos, pdf, png, text
from receipts.render.pages import About
from receipts.slip_text import slip_text
from tests.pdf_reader import PdfFile

DOCUMENT = Document(
    DocumentKind.TEST_PRINT,
    "",
    0,
    (
        Text("葛\U000e0100城市", Style(Size.LARGE, bold=True), Align.CENTER),
        Text("\ufa10口・辻\U000e0101堂", Style(inverse=True), Align.CENTER),
        Columns("渡邉\U000e010f・渡邉\U000e0110 𠮷野 𣘺本 鷗外 髙﨑 ①㈱Ⅳ", "¥1,200", "¥300 × 4"),
        Columns("Nguyễn Thị Ánh Ngọc", "¥300"),
        Columns("Nguye\u0302\u0303n Thi\u0323 か\u3099く", "¥300"),
        Rule(),
        Pair("氏名", "João da Conceição Araújo"),
        Pair("Địa chỉ", "\ufa19戸市 福\ufa1b町"),
        Cut(),
    ),
)
ABOUT = About("名", "市", datetime.fromisoformat("2026-11-23T10:15:02+09:00"))
TOP_LEFT = 64, 72
"""Where the emulated paper begins in its picture: desk, margin, and what feeds between the cutter and the head."""


def printed(paper: PaperProfile) -> Job:
    jobs: list[Job] = []

    class Kept:
        def keep(self, job: Job) -> None:
            jobs.append(job)

        def note(self, event: str, **facts: object) -> None:
            assert event != "violation", facts

    core = PrinterCore(Kept(), Mechanics(width_dots=paper.width_dots, speed=0), Faults())
    data = escpos.render(DOCUMENT, paper)
    for start in range(0, len(data), 256):
        core.step(0.0, data[start : start + 256])
    core.step(0.0, b"\x1d(H\x06\x00000001")
    return jobs[-1]


def as_printed(line: str) -> str:
    return "".join(
        composed(one) if is_plain(composed(one)) else (LETTER, GETA)[width_of(one) - 1] for one in characters(line)
    )


def test_printer_and_plain_text_say_the_same_at_the_same_cells(wide_paper: PaperProfile) -> None:
    """Large letters are told small, and so elsewhere; what is centered is told without its place."""
    ours = [as_printed(line).strip() for line in text.render(DOCUMENT, wide_paper.columns).splitlines()]
    assert [line.strip() for line in printed(wide_paper).text.splitlines()] == ours


def test_file_and_screen_code_say_the_same() -> None:
    said = text.render(DOCUMENT, pdf.COLUMNS)
    shown = PdfFile(pdf.render(DOCUMENT, ABOUT)).text()
    spoken = "".join(map(composed, characters("".join(said.split())))).replace("─", "").replace("=", "")
    assert "".join(shown.split()) == spoken
    for name in ("葛\U000e0100城市", "渡邉\U000e010f・渡邉\U000e0110", "Nguye\u0302\u0303n", "\ufa19戸市 福\ufa1b町"):
        assert name in slip_text(DOCUMENT)
        assert name in said


@pytest.mark.parametrize("told_glyphs", [True, False])
def test_picture_and_paper_have_ink_in_the_same_cells(wide_paper: PaperProfile, told_glyphs: bool) -> None:
    paper = wide_paper if told_glyphs else replace(wide_paper, user_glyphs=0, user_letters=0)
    sheet = Image.open(io.BytesIO(printed(paper).png)).convert("L")
    picture = Image.open(io.BytesIO(png.render(DOCUMENT, paper)))
    width, height = paper.width_dots, picture.height - 3 * png.MARGIN_DOTS
    ours = inked(picture, (png.MARGIN_DOTS, png.MARGIN_DOTS), width, height)
    theirs = inked(sheet, TOP_LEFT, width, height)
    assert ours == theirs
    assert sum(map(sum, ours)) > 150


def inked(picture: Image.Image, start: tuple[int, int], width: int, height: int) -> list[list[bool]]:
    """Which pairs of cells have dark dots; letters lean out of one cell, not out of two."""
    dark = picture.point(lambda level: 255 if level < 110 else 0)
    x0, y0 = start
    return [
        [dark.crop((x0 + x + 2, y0 + y, x0 + x + 22, y0 + y + 8)).getbbox() is not None for x in range(0, width, 24)]
        for y in range(0, height - 8, 8)
    ]
