"""納入済通知: every slip of a day, told to 会計課 and to its section, and what was taken back told as that."""

import csv
import io
import json
import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.domain.ids import DocumentId, OperationId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import Approved, DeviceResult, OperationKind, Requested, SaleLine
from kiosk.domain.record import DocumentIssued, OperationEvent, RefundRequested, canonical_json
from kiosk.domain.slip import Slip, SlipSource
from kiosk.domain.tender import TenderKind
from receipts.content import DocumentKind
from receipts.notice import NoticeKind
from receipts.notice_pages import render_notices
from register.cli import main
from register.domain.refusal import Unusable
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.notice_files import COLUMNS, to_csv, to_json, write_files
from register.services.notices import notices
from register.services.settle import settle
from register.services.settlement_files import to_csv as settlement_csv
from tests.pdf_reader import PdfFile
from tests.unit.register.kiosk_side import DAY, KioskSide, now_ms, prepared, sale_line

PAYER, TREASURY = "髙橋 塚﨑", "会計課"


def slip_line(
    amount_yen: int = 12000,
    *,
    department: str = "税務課",
    payer: str = PAYER,
    number: str = "2026-000123",
    source: SlipSource = SlipSource.KEYED,
) -> SaleLine:
    return replace(
        sale_line(amount_yen=amount_yen, quantity=1, account="0501", name="市県民税"),
        department=department,
        account_path=("一般会計", "市税", "市民税"),
        slip=Slip(payer, number, source),
    )


def issued(sale_id: str, serial: int, kind: DocumentKind = DocumentKind.USAGE_SLIP, copy: int = 0) -> DocumentIssued:
    return DocumentIssued(
        DocumentId(f"document-{serial}-{copy}"),
        SaleId(sale_id),
        kind.value,
        "K1",
        serial,
        f"K1-{serial:06d}",
        copy,
        "0" * 64,
    )


def push(engine: Engine, side: KioskSide) -> None:
    assert isinstance(accept_batch(engine, side.batch(), now_ms), Acknowledged)


def a_day(engine: Engine, side: KioskSide) -> None:
    """Two slips of two sections, one of them taken back, beside a certificate that is nobody's slip."""
    side.open_day()
    side.sell(1, lines=(slip_line(), sale_line()))
    side.add(issued("sale-1", 1))
    side.sell(2, lines=(slip_line(3400, department="国保年金課", number="K-77", source=SlipSource.GS1_128),))
    side.sell(3)
    side.sell(4, lines=(slip_line(3400, department="国保年金課", number="K-77"),), kind=OperationKind.VOID)
    side.close_day({TenderKind.CREDIT: 12000 + 600 + 600})
    push(engine, side)


def test_each_office_is_told_of_its_slips_and_finance_of_all(engine: Engine, kiosk: KioskSide) -> None:
    a_day(engine, kiosk)
    treasury, pension, tax = notices(engine, DAY, TREASURY)
    assert [batch.office for batch in (treasury, pension, tax)] == [TREASURY, "国保年金課", "税務課"]
    assert [(each.kind, each.amount_yen) for each in pension.notices] == [
        (NoticeKind.PAID, 3400),
        (NoticeKind.VOIDED, 3400),
    ]
    (paid,) = tax.notices
    assert (paid.payer, paid.number, paid.amount_yen, paid.document_number) == (
        PAYER,
        "2026-000123",
        12000,
        "K1-000001",
    )
    assert (paid.account_path, paid.tender_name, paid.brand) == (
        ("一般会計", "市税", "市民税"),
        "クレジットカード",
        "VISA",
    )
    assert (treasury.net_yen, pension.net_yen, tax.net_yen) == (12000, 0, 12000)
    assert treasury.is_complete


def test_each_notice_names_the_citizens_own_paper(engine: Engine, kiosk: KioskSide) -> None:
    """Not the terminal's slip that came out first, nor the paper of what took the sale back, nor another day's copy."""
    kiosk.open_day()
    kiosk.sell(1, lines=(slip_line(number="1"),))
    kiosk.add(issued("sale-1", 1, DocumentKind.TERMINAL_MERCHANT), issued("sale-1", 2), issued("sale-1", 2, copy=1))
    kiosk.sell(2, lines=(slip_line(number="2"),))  # its printer was out of paper
    void = prepared(3, lines=(slip_line(number="2"),), kind=OperationKind.VOID)
    void = replace(void, sale_id=SaleId("sale-2"), original_operation_id=OperationId("operation-2"))
    kiosk.add(
        void,
        OperationEvent(void.operation_id, Requested(1)),
        OperationEvent(void.operation_id, Approved(void.amount_yen, DeviceResult(brand="VISA"))),
        issued("sale-2", 3, DocumentKind.VOID_SLIP),
    )
    push(engine, kiosk)
    told = [(each.kind, each.number, each.document_number) for each in notices(engine, DAY, TREASURY)[0].notices]
    assert sorted(told) == sorted(
        [
            (NoticeKind.PAID, "1", "K1-000002"),
            (NoticeKind.PAID, "2", ""),
            (NoticeKind.VOIDED, "2", "K1-000003"),
        ]
    )


def test_a_day_that_is_open_says_so_on_every_piece_of_paper(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.open_day()
    kiosk.sell(1, lines=(slip_line(),))
    kiosk.sell(2, lines=(slip_line(number="K-2"),))
    push(engine, kiosk)
    batch = notices(engine, DAY, TREASURY)[0]
    pdf = PdfFile(render_notices(batch))
    assert pdf.text(0).count("【未確定】") == 1
    assert pdf.text(1).count("【未確定】") == 2
    closed = PdfFile(render_notices(replace(batch, is_complete=True)))
    assert not any("未確定" in closed.text(page) for page in range(2))


def test_the_sums_are_those_of_the_settlement(engine: Engine, kiosk: KioskSide) -> None:
    a_day(engine, kiosk)
    rows = [row for row in settle(engine, DAY).rows if row.account_code == "0501"]
    assert sum(row.figures.net_yen for row in rows) == notices(engine, DAY, TREASURY)[0].net_yen
    assert sum(row.figures.amount_yen for row in rows) == 15400


def test_what_is_in_doubt_or_open_is_not_told_as_paid(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.open_day()
    kiosk.sell(1, lines=(slip_line(),))
    kiosk.sell(2, lines=(slip_line(number="9"),), doubt=True)
    push(engine, kiosk)
    (treasury, section) = notices(engine, DAY, TREASURY)
    assert [each.number for each in treasury.notices] == [each.number for each in section.notices] == ["2026-000123"]
    assert not treasury.is_complete
    assert notices(engine, date(2026, 11, 24), TREASURY) == ()


def test_files_for_each_office(engine: Engine, kiosk: KioskSide, tmp_path: Path) -> None:
    a_day(engine, kiosk)
    paths = write_files(notices(engine, DAY, TREASURY), tmp_path / "out", "utf-8-sig")
    assert [path.name for path in paths] == [
        f"納入済通知_2026-11-23_{office}.{kind}"
        for office in ("会計課", "国保年金課", "税務課")
        for kind in ("pdf", "csv")
    ]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    pdf = PdfFile(paths[4].read_bytes())
    everything = "".join(pdf.text(page) for page in range(2))
    for said in ("税務課 御中", "納入済通知書", PAYER, "2026-000123", "¥12,000", "K1-000001", "例示カード株式会社"):
        assert said in everything
    rows = list(csv.reader(io.StringIO(paths[3].read_bytes().decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row[0], row[8], row[10]) for row in rows[1:]] == [
        ("納付", "K-77", "3400"),
        ("取消", "K-77", "-3400"),
        ("合計", "", "0"),
    ]
    assert rows[-1][-1] == "確定"


def test_a_name_that_the_encoding_lacks_is_named_and_nothing_is_written(
    engine: Engine, kiosk: KioskSide, tmp_path: Path
) -> None:
    kiosk.sell(1, lines=(slip_line(payer="𠮷田 一郎"),))
    push(engine, kiosk)
    found = notices(engine, DAY, TREASURY)
    with pytest.raises(Unusable, match=r"cp932 has no '𠮷' \(U\+20BB7\)"):
        write_files(found, tmp_path / "out", "cp932")
    assert not (tmp_path / "out").exists()
    write_files(found, tmp_path / "out", "utf-8-sig")
    (pdf,) = (tmp_path / "out").glob("*会計課.pdf")
    assert "𠮷田 一郎" in PdfFile(pdf.read_bytes()).text(0)


def test_a_letter_that_no_font_has_is_told_beside_the_name(engine: Engine, kiosk: KioskSide, tmp_path: Path) -> None:
    kiosk.sell(1, lines=(slip_line(payer="\U00030000田 一郎"),))
    push(engine, kiosk)
    write_files(notices(engine, DAY, TREASURY), tmp_path / "out", "utf-8-sig")
    (pdf,) = (tmp_path / "out").glob("*会計課.pdf")
    assert "〓田 一郎" in PdfFile(pdf.read_bytes()).text(0)
    assert "U+30000" in PdfFile(pdf.read_bytes()).text(1)


def test_a_name_that_would_be_a_formula_is_text(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell(1, lines=(slip_line(payer="=1+1"),))
    push(engine, kiosk)
    assert ",'=1+1," in to_csv(notices(engine, DAY, TREASURY)[0], "utf-8-sig").decode()


def test_the_settlement_knows_no_payer(engine: Engine, kiosk: KioskSide) -> None:
    a_day(engine, kiosk)
    assert PAYER not in settlement_csv(settle(engine, DAY), "utf-8-sig").decode("utf-8-sig")
    assert json.loads(to_json(notices(engine, DAY, TREASURY)))[0]["notices"][0]["payer"] == PAYER


def test_no_other_command_and_no_refusal_tells_a_payers_name(
    engine: Engine,
    store_url: str,
    kiosk: KioskSide,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    payer = "𠮷田 canary"
    kiosk.open_day()
    kiosk.sell(1, lines=(slip_line(payer=payer),))
    push(engine, kiosk)
    day, out = ["--date", DAY.isoformat()], ["--out", str(tmp_path / "out")]
    for command, code in (
        (["settle", *day], 0),
        (["settle", *day, "--format", "json"], 0),
        (["kiosks", "--json"], 0),
        (["events", "--json"], 0),
        (["verify"], 0),
        (["rebuild"], 0),
        (["notices", *day, *out, "--encoding", "cp932"], 2),
        (["notices", *day, *out, "--department", "総務課"], 2),
        (["notices", *day, *out], 0),
    ):
        assert main([*command, "--db", store_url]) == code, command
    said = capsys.readouterr()
    assert "canary" not in said.out + said.err + caplog.text
    assert main(["notices", *day, "--json", "--db", store_url]) == 0
    assert payer in capsys.readouterr().out


def test_the_command_names_the_offices_and_says_when_there_is_nothing(
    engine: Engine, store_url: str, kiosk: KioskSide, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_day(engine, kiosk)
    arguments = ["notices", "--db", store_url, "--date", DAY.isoformat()]
    assert main([*arguments, "--department", "税務課", "--out", str(tmp_path / "out")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main([*arguments, "--department", "総務課", "--json"]) == 2
    assert "write 会計課, 国保年金課, 税務課" in capsys.readouterr().err
    arguments[-1] = "2026-11-24"
    assert main([*arguments, "--out", str(tmp_path / "none")]) == 0
    assert "no slip" in capsys.readouterr().err


def test_a_city_calls_its_treasury_what_it_likes(
    engine: Engine,
    store_url: str,
    kiosk: KioskSide,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_day(engine, kiosk)
    arguments = ["notices", "--db", store_url, "--date", DAY.isoformat(), "--json"]
    assert main([*arguments, "--treasury", "出納室"]) == 0
    assert [batch["office"] for batch in json.loads(capsys.readouterr().out)] == ["出納室", "国保年金課", "税務課"]
    monkeypatch.setenv("REGISTER_TREASURY", "会計室")
    assert main([*arguments, "--department", "会計室"]) == 0
    (batch,) = json.loads(capsys.readouterr().out)
    assert len(batch["notices"]) == 3
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--treasury", " "])
    assert ended.value.code == 2
    assert "--treasury" in capsys.readouterr().err


NEXT_DAY = date(2026, 11, 24)


def asked_back(number: int) -> RefundRequested:
    return RefundRequested(SaleId(f"sale-{number}"), OperationId(f"operation-{number}"), Yen(3400), "二重払い")


def two_days(side: KioskSide) -> None:
    """Two sales, of which finance is to pay back both by transfer on the day after; one of them paid a slip."""
    side.open_day()
    side.sell(1, lines=(slip_line(3400), sale_line()))
    side.sell(2)
    side.close_day({TenderKind.CREDIT: 3400 + 600 + 600})
    side.open_day(NEXT_DAY)
    side.add(asked_back(1), asked_back(2), day=NEXT_DAY)
    side.close_day({}, NEXT_DAY)


def test_a_slip_to_be_paid_back_by_transfer_is_told_and_moves_no_money_yet(
    engine: Engine, kiosk: KioskSide, tmp_path: Path
) -> None:
    two_days(kiosk)
    push(engine, kiosk)
    assert [each.kind for batch in notices(engine, DAY, TREASURY) for each in batch.notices] == [NoticeKind.PAID] * 2
    treasury, section = notices(engine, NEXT_DAY, TREASURY)
    (asked,) = treasury.notices
    assert (asked.kind, asked.business_date, asked.payer, asked.number, asked.amount_yen, asked.reason) == (
        NoticeKind.ASKED,
        NEXT_DAY,
        PAYER,
        "2026-000123",
        3400,
        "二重払い",
    )
    assert (treasury.net_yen, section.notices, treasury.is_complete) == (0, treasury.notices, True)
    pdf, table = write_files((section,), tmp_path / "out", "utf-8-sig")
    row = next(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"))))
    assert (row["行種別"], row["金額_円"], row["還付依頼額_円"]) == ("還付依頼", "0", "3400")
    shown = PdfFile(pdf.read_bytes())
    assert "還付依頼 1件 ¥3,400 （口座振込で。差引に入りません）" in shown.text(0)
    for said in ("還付依頼通知書", "還付依頼額", "¥3,400", "納付日 2026-11-23", "還付の理由 二重払い"):
        assert said in shown.text(1)


@pytest.mark.parametrize("kind", ["document_issued", "refund_requested"])
def test_an_entry_that_was_taken_and_not_understood_hides_no_notice(
    engine: Engine, kiosk: KioskSide, kind: str
) -> None:
    kiosk.open_day()
    kiosk.sell(1, lines=(slip_line(),))
    kiosk.add(issued("sale-1", 1))
    header = json.loads(kiosk.entries[-1].canonical)["header"]
    header |= {"kind": kind, "seq": len(kiosk.entries) + 1}
    kiosk.add_bytes(canonical_json({"header": header, "body": {"serial": "?"}}))
    push(engine, kiosk)
    assert [each.document_number for each in notices(engine, DAY, TREASURY)[0].notices] == ["K1-000001"]
