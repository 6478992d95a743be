"""The approved paper, byte for byte. UPDATE_GOLDEN=1 writes the files anew: then look at every picture."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from drivers.emulators.printer.codec import CommandReader, Kind
from receipts import sample_documents
from receipts.content import (
    CheckpointContent,
    DocumentKind,
    LineContent,
    PaidSlipContent,
    ReportLine,
    ReportSection,
    TaxContent,
)
from receipts.document import Document
from receipts.paper import PaperProfile, parse_paper_profile
from receipts.render import escpos, png, text
from receipts.sample import SAMPLE_ISSUER, sample_report, sample_sale
from receipts.sample_documents import sample_of
from tests.layouts import LAYOUTS, compose_report, compose_sale, compose_terminal_slip, compose_test_print

HERE = Path(__file__).parent
PRINTERS = HERE.parents[2] / "config" / "printers"
PAPERS = {"48": "emulated-80mm", "42": "tm-t88-80mm", "32": "generic-58mm"}
PIXELS_DIFFERENT_MAX = 0.01
"""Font rasterizers differ in the gray of an edge, not in where a character stands."""


def paid_slip() -> Document:
    """A 納付書 beside a certificate, its number and payer as long as they may be."""
    path = ("一般会計", "諸収入", "雑入", "雑入", "学校給食費", "学校給食費納付金")
    slip = PaidSlipContent(2026, path, "45208", "豊田 太郎")
    long = PaidSlipContent(
        2018, path[:2], "12345678901234567890", "特定非営利活動法人とよたの森と水と子どもを守り育てる会 豊田本部"
    )
    lines = (
        LineContent("学校給食費", 1, 13_100, 13_100, slip=slip),
        LineContent("介護保険料", 1, 4_500, 4_500, slip=long),
        LineContent("住民票の写し", 1, 300, 300),
    )
    taxes = (TaxContent("不課税", 17_600, None), TaxContent("非課税", 300, None))
    return compose_sale(replace(sample_sale(), lines=lines, taxes=taxes, total_yen=17_900))


def compared() -> Document:
    """A close report with a terminal that lists its transactions, one that tells totals, and a silent one."""
    listed = ReportSection(
        "端末日計との差 クレジットカード",
        (
            ReportLine("差 JCB", 1, 450),
            ReportLine("差 Visa", -1, 1_800),
            ReportLine("記録のみ 10:15 Visa 000042", None, 900),
            ReportLine("端末のみ 10:31 JCB 000043", None, 450),
            ReportLine("相違 記録 11:02 Visa 000044", None, 300),
            ReportLine("相違 端末 11:02 Visa 000044", None, 3_000),
        ),
    )
    totals = ReportSection(
        "端末日計との差 電子マネー",
        (
            ReportLine("差 交通系IC", 1, 300),
            ReportLine("端末の控えと照合", 2, None),
            ReportLine("□ 09:12 交通系IC 00310", None, 300),
            ReportLine("□ 15:40 交通系IC 00317", None, 1_200),
        ),
    )
    silent = ReportSection("端末日計との差 コード決済", (ReportLine("端末日計を取得できず", None, None),))
    others = ReportSection(
        "その他",
        (
            ReportLine("無料・減免", 3, 0),
            ReportLine("取消", 1, 300),
            ReportLine("還付", 1, 900),
            ReportLine("還付の依頼（振込）", 1, 450),
        ),
    )
    sections = (*sample_report().sections[:1], others, listed, totals, silent)
    return compose_report(replace(sample_report(), sections=sections))


def names() -> Document:
    """What a city's people and places are called: every name as its owner writes it."""
    issuer = replace(
        SAMPLE_ISSUER,
        municipality="葛\U000e0100城市",
        counter_name="\ufa10口・辻\U000e0101堂 窓口",
        clerk_name="髙﨑 \ufa19\ufa1b",
    )
    lines = (
        LineContent("戸籍の写し（𠮷田様）", 1, 450, 450),
        LineContent("証明書 渡邉\U000e010f・渡邉\U000e0110・渡邉", 2, 300, 600),
        LineContent("𣘺本家文書 森鷗外展図録 ①㈱Ⅳ", 1, 2_200, 2_200),
        LineContent("Bản sao: Nguyễn Thị Ánh Ngọc", 1, 300, 300),
        LineContent("Nguye\u0302\u0303n Thi\u0323 A\u0301nh", 1, 300, 300),
        LineContent("Certidão de João Conceição Araújo", 1, 300, 300),
        LineContent("か\u3099くしゅう — 10〜12時", 1, 100, 100),
    )
    return compose_sale(replace(sample_sale(), issuer=issuer, lines=lines, total_yen=4_250))


def terminal_slip(kind: DocumentKind) -> Document:
    """The same slip as another copy."""
    return compose_terminal_slip(replace(sample_documents.terminal_slip(), kind=kind))


def no_sale() -> Document:
    sections = (
        ReportSection("決済手段別", (ReportLine("合計", 0, 0),)),
        ReportSection("科目別", ()),
        ReportSection(
            "その他",
            (
                ReportLine("無料・減免", 0, 0),
                ReportLine("取消", 0, 0),
                ReportLine("還付", 0, 0),
                ReportLine("還付の依頼（振込）", 0, 0),
            ),
        ),
    )
    unsigned = CheckpointContent(
        "UK63-RB65-LLW5-QD3E",
        "CKD1/shiminka-1/1/2026-11-23/5021-5643/148/93500/T46CUQL34BOWNCHRYTIJU7R3KJOQYH4OO6UUWYGC2PSPLJVXZDMQ//",
        key_id="",
    )
    content = replace(sample_report(), sections=sections, serial_range="", journal_range="1 ～ 6", checkpoint=unsigned)
    return compose_report(content)


DOCUMENTS: dict[str, Callable[[], Document]] = {
    "usage-slip": lambda: compose_sale(sample_sale()),
    "paid-slip": paid_slip,
    "void-slip": lambda: sample_of("void_slip", LAYOUTS),
    "refund-slip": lambda: sample_of("refund_slip", LAYOUTS),
    "usage-slip-reprint": lambda: compose_sale(replace(sample_sale(), copy_number=1)),
    "usage-slip-training": lambda: compose_sale(replace(sample_sale(), training=True)),
    "cash-receipt": lambda: sample_of("cash_receipt", LAYOUTS),
    "admission": lambda: sample_of("admission", LAYOUTS),
    "terminal-slip": lambda: sample_of("terminal_slip", LAYOUTS),
    "names": names,
    "close-report": lambda: compose_report(sample_report()),
    "close-report-compared": compared,
    "close-report-no-sale": no_sale,
    "test-print": lambda: compose_test_print(SAMPLE_ISSUER, sample_sale().sold_at),
}


@pytest.fixture(params=PAPERS)
def paper(request: pytest.FixtureRequest) -> PaperProfile:
    name = f"{PAPERS[request.param]}.toml"
    return parse_paper_profile((PRINTERS / name).read_text("utf-8"), name)


def approved(name: str, actual: bytes) -> bytes:
    path = HERE / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(actual)
    return path.read_bytes()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_bytes_and_text_are_the_approved_ones(name: str, paper: PaperProfile) -> None:
    document = DOCUMENTS[name]()
    data = escpos.render(document, paper)
    assert data == approved(f"{name}-{paper.columns}.bin", data)
    shown = text.render(document, paper.columns)
    assert shown == approved(f"{name}-{paper.columns}.txt", shown.encode()).decode()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pictures_are_the_approved_ones(name: str, paper: PaperProfile) -> None:
    actual = png.render(DOCUMENTS[name](), paper)
    ours = Image.open(io.BytesIO(actual))
    theirs = Image.open(io.BytesIO(approved(f"{name}-{paper.columns}.png", actual)))
    assert ours.size == theirs.size
    different = ImageChops.difference(ours, theirs).point(lambda level: 255 if level > 96 else 0).histogram()[255]
    assert different <= PIXELS_DIFFERENT_MAX * ours.width * ours.height


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_byte_belongs_to_a_known_command_or_character(name: str, paper: PaperProfile) -> None:
    data = escpos.render(DOCUMENTS[name](), paper)
    reader = CommandReader()
    reader.receive(data)
    raw = b""
    while (token := reader.next_token()) is not None:
        assert token.kind is not Kind.VIOLATION, token.name
        raw += token.raw
    assert raw == data
