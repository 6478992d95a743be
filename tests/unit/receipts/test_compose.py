from dataclasses import replace

import pytest

from receipts.content import DocumentKind, LineContent, PaymentContent, ReportLine, ReportSection, SaleContent
from receipts.document import Document
from receipts.render import text
from receipts.sample import SAMPLE_ISSUER, sample_report, sample_sale
from receipts.template_values import moment, yen
from tests.layouts import compose_report, compose_sale, compose_test_print

CASH = replace(sample_sale(), kind=DocumentKind.CASH_RECEIPT, payment=PaymentContent("現金", tendered_yen=10_000))
FREE = replace(
    sample_sale(),
    kind=DocumentKind.ADMISSION,
    lines=(LineContent("常設展 一般", 2, 0, 0),),
    taxes=(),
    total_yen=0,
    payment=None,
    exemption="障がい者手帳をお持ちの方と同伴者",
    qr_text="",
    serial_number="",
)


def shown(document: Document, columns: int = 48) -> str:
    return text.render(document, columns)


SLIP_MUST_SAY = (
    "豊田市",
    "市民課1番窓口",
    "キャッシュレス決済ご利用明細（領収書ではありません）",
    "2026年11月23日(月)10:15",
    "No.000123",
    "住民票の写し",
    "¥300×2",
    "¥600",
    "とよた茶30g※",
    "※は軽減税率対象品目です",
    "合計¥6,970",
    "10%対象内税¥200¥2,200",
    "8%対象※内税¥120¥1,620",
    "非課税¥3,150",
    "T5000020232114",
    "クレジット（一括）",
    "VISA",
    "****1234",
    "承認番号0456789",
    "伝票番号00317",
    "端末番号TID60012345",
    "指定納付受託者中部カードサービス株式会社",
    "取扱者出納員山田花子",
    "[QR01JD9Z6V7K3M5Q8R2T4W6Y8A1B]",
)


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_usage_slip_says_all_that_the_rules_ask_for(columns: int) -> None:
    slip = shown(compose_sale(sample_sale()), columns)
    flat = slip.replace(" ", "").replace("\n", "")
    assert [words for words in SLIP_MUST_SAY if words not in flat] == []
    assert "再発行" not in slip
    assert "訓練" not in slip


@pytest.mark.parametrize("content", [sample_sale(), CASH, FREE])
@pytest.mark.parametrize("columns", [32, 48])
def test_every_reprint_says_so_before_anything_else(content: SaleContent, columns: int) -> None:
    copy = shown(compose_sale(replace(content, copy_number=2)), columns)
    assert copy.split()[0] == "再発行(2回目)"


@pytest.mark.parametrize("content", [sample_sale(), CASH, FREE])
def test_training_is_marked_at_both_ends(content: SaleContent) -> None:
    lines = shown(compose_sale(replace(content, training=True))).split()
    assert lines[0] == "訓練"
    assert lines[-3:-1] == ["訓練", "この用紙は無効です"]


def test_a_cash_receipt_is_a_receipt_with_change_and_a_stamp_field() -> None:
    receipt = shown(compose_sale(CASH)).replace(" ", "")
    for words in ("領収書", "お預り¥10,000", "お釣り¥3,030", "上記の金額を領収いたしました。", "領収印"):
        assert words in receipt
    assert "領収書ではありません" not in receipt
    assert "指定納付受託者" not in receipt


def test_a_free_admission_has_a_stub_and_neither_number_nor_tender() -> None:
    ticket, stub = shown(compose_sale(FREE)).split("きりとり")
    for half in (ticket, stub):
        assert "常設展 一般" in half
        assert "2名" in half
        assert "障がい者手帳をお持ちの方と同伴者" in half
        assert "No." not in half
    assert "無料" in ticket
    assert "半券" in stub


def test_empty_particulars_leave_no_label_behind() -> None:
    content = replace(sample_sale(), payment=PaymentContent("電子マネー"), qr_text="")
    slip = shown(compose_sale(content))
    assert not [
        label for label in ("ブランド", "カード番号", "承認番号", "伝票番号", "端末番号", "受託者") if label in slip
    ]


def test_a_close_report_carries_sums_ranges_and_the_journal_head() -> None:
    report = shown(compose_report(sample_report())).replace(" ", "").replace("\n", "")
    for words in (
        "精算票",
        "合計148件¥93,500",
        "クレジット1件-¥300",
        "税務手数料21点¥6,300",
        "5021～5643",
        "9f3c2a417be05d66",
        "取扱者",
        "確認者",
    ):
        assert words in report


def test_a_day_without_a_sale_says_so_below_every_title() -> None:
    sections = (
        ReportSection("決済手段別", (ReportLine("合計", 0, 0),)),
        ReportSection("科目別", ()),
    )
    report = shown(compose_report(replace(sample_report(), sections=sections, serial_range="")))
    assert [line.split() for line in report.splitlines() if "合計" in line] == [["合計", "0件", "¥0"]]
    rows = report.splitlines()
    assert rows[rows.index("科目別") + 1] == "該当なし"
    assert "番号の範囲" not in report


def test_a_close_report_for_practice_is_marked_at_both_ends() -> None:
    lines = shown(compose_report(replace(sample_report(), training=True))).split()
    assert lines.count("訓練") == 2
    assert lines[0] == "訓練"


def test_a_test_print_is_no_proof_of_anything() -> None:
    assert "この用紙は証明になりません" in shown(compose_test_print(SAMPLE_ISSUER, sample_sale().sold_at))


def test_other_kinds_and_times_are_refused() -> None:
    with pytest.raises(ValueError, match="close_report"):
        compose_sale(replace(sample_sale(), kind=DocumentKind.CLOSE_REPORT))
    with pytest.raises(ValueError, match="isoformat"):
        moment("23.11.2026")


@pytest.mark.parametrize(("amount_yen", "text_on_paper"), [(0, "¥0"), (1200, "¥1,200"), (-300, "-¥300")])
def test_yen_on_paper(amount_yen: int, text_on_paper: str) -> None:
    assert yen(amount_yen) == text_on_paper
