"""A slip on a screen: every word of the paper's, read back by a decoder that knows nothing of us."""

from dataclasses import replace

import zxingcpp
from PIL import Image

from receipts.content import LineContent
from receipts.document import Columns, Document, Pair, Text
from receipts.sample import sample_sale
from receipts.slip_text import slip_modules, slip_text
from tests.layouts import compose_sale

MODULE_PX, QUIET = 3, 4


def read(document: Document) -> str:
    modules = slip_modules(document)
    side = len(modules)
    picture = Image.new("1", (side + 2 * QUIET, side + 2 * QUIET), 1)
    for y, row in enumerate(modules):
        for x, is_black in enumerate(row):
            picture.putpixel((x + QUIET, y + QUIET), not is_black)
    large = picture.resize((picture.width * MODULE_PX, picture.height * MODULE_PX)).convert("L")
    (found,) = zxingcpp.read_barcodes(large)
    return found.text


def test_the_text_has_every_word_of_the_paper_in_its_order() -> None:
    document = compose_sale(sample_sale())
    words = [
        part
        for block in document.blocks
        for part in (
            (block.text,)
            if isinstance(block, Text)
            else (block.label, block.value)
            if isinstance(block, Pair)
            else (block.left, block.middle, block.right)
            if isinstance(block, Columns)
            else ()
        )
        if part.strip()
    ]
    text, at = slip_text(document), 0
    for word in words:
        at = text.index(word.strip(), at)
    assert "領収書ではありません" in text


def test_a_phone_reads_the_text_of_a_long_slip() -> None:
    document = compose_sale(sample_sale())
    assert read(document) == slip_text(document)


def test_a_slip_longer_than_a_phone_reads_at_once_is_left_to_the_file() -> None:
    sale = sample_sale()
    long = replace(sale, lines=tuple(LineContent(f"証明書の種類その{n}", 1, 300, 300) for n in range(60)))
    assert slip_modules(compose_sale(long)) == ()
