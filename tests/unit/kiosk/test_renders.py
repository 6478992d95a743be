"""A paid 納付書 on the citizen's paper: whose it was, whatever letters the name has."""

from dataclasses import replace
from datetime import date

import pytest

from drivers.emulators.printer.codec import CommandReader, Kind
from kiosk.paths import CONFIG
from kiosk.profile import PrinterProfile, load_profile
from kiosk.renders import make_renders
from receipts.content import LineContent, PaidSlipContent, SaleContent
from receipts.sample import sample_sale
from tests.layouts import LAYOUTS
from tests.pdf_reader import PdfFile


def paid_by(payer: str) -> SaleContent:
    slip = PaidSlipContent(2026, ("一般会計", "諸収入", "雑入"), "45208", payer)
    return replace(sample_sale(), lines=(LineContent("学校給食費", 1, 13_100, 13_100, slip=slip),))


def printer_of(counter: str) -> PrinterProfile:
    printer = load_profile(CONFIG / "counters" / f"{counter}.toml", on=date(2026, 11, 23)).printer
    assert printer is not None
    return printer


def on_paper(payer: str) -> str:
    reader = CommandReader()
    reader.receive(make_renders(printer_of("sanage"), LAYOUTS)[0](paid_by(payer)))
    text = ""
    while (token := reader.next_token()) is not None:
        text += token.name if token.kind is Kind.CHARACTER else ""
    return text


@pytest.mark.parametrize("payer", ["豊田 太郎", "髙橋 﨑子", "SILVA Maria", "\ufa19田 \ufa1b"])
def test_a_name_is_printed_as_it_is_with_year_account_and_number(payer: str) -> None:
    text = on_paper(payer)
    for said in (f"{payer} 様", "令和8年度", "一般会計", "諸収入 > 雑入", "45208"):
        assert said in text


def test_letters_that_no_font_has_do_not_keep_the_citizen_without_paper() -> None:
    assert "〓田 一郎 様" in on_paper("\U00030000田 一郎")


def test_a_file_shows_what_its_fonts_have() -> None:
    pdf = PdfFile(make_renders(printer_of("inabu"), LAYOUTS)[0](paid_by("𠮷田 髙﨑"))).text(0)
    assert "𠮷田 髙﨑 様" in pdf
    assert "45208" in pdf
