"""A terminal's text in characters every receipt printer has."""

from dataclasses import replace

import pytest

from receipts.foreign_text import MISSING, plain_text, printable_text
from receipts.paper import JIS_X_0208, PaperProfile
from receipts.render.device_codes import encode_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("JPY 300", "JPY 300"),
        ("Händler · Straße", "Haendler . Strasse"),
        ("Crédit à l'étranger", "Credit a l'etranger"),
        ("══─│┌", "==-|+"),
        ("5 €", "5 EUR"),
        ("お客様控え ¥300", "お客様控え ¥300"),
        ("a\ufffdb\x1b", f"a{MISSING}b{MISSING}"),
        ("한글", MISSING * 2),
    ],
)
def test_what_the_font_has_not_is_written_with_what_it_has(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_whatever_comes_out_can_be_printed_with_the_smallest_font(wide_paper: PaperProfile) -> None:
    paper = replace(wide_paper, character_sets=frozenset({JIS_X_0208}))
    for point in (*range(0x20, 0x2600), *range(0x3000, 0x3100), *range(0x4E00, 0x9FFF, 7), 0xFFFD, 0x1F600):
        if not 0xD800 <= point <= 0xDFFF:
            assert encode_text(plain_text(chr(point)), paper) is not None


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Maestro", "Maestro"),
        ("Crédit Agricole", "Crédit Agricole"),
        ("V PAY\x00", f"V PAY{MISSING}"),
        ("\x1b@\u202e交通系", f"{MISSING}@{MISSING}交通系"),
        ("\u0301a", f"{MISSING}a"),
        ("\U0001f600" * 10_000, MISSING * 10_000),
    ],
)
def test_a_device_that_says_anything_still_gets_its_payment_on_paper(text: str, printed: str) -> None:
    assert printable_text(text) == printed
