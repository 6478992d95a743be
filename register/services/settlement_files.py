"""A settlement as CSV for people and machines, or JSON. Owns columns and encodings; refuses to replace a character."""

import csv
import io
import json

from kiosk.domain.codec import Plain
from kiosk.domain.item import Ownership
from kiosk.domain.tender import TenderKind
from register.domain.projection import FREE
from register.domain.refusal import Unusable
from register.domain.settlement import Completeness, Figures, Settlement, SettlementRow

COLUMNS = (
    "行種別",
    "取扱日",
    "会計年度",
    "帰属区分",
    "科目コード",
    "科目",
    "所属",
    "決済手段区分",
    "決済手段",
    "件数",
    "数量",
    "金額_円",
    "取消件数",
    "取消額_円",
    "還付件数",
    "還付額_円",
    "差引額_円",
    "内消費税額_円",
    "無料数量",
    "減免額_円",
    "未確定件数",
    "要確認件数",
    "締め状況",
)
"""One value per cell, units in the header. The last three stand on total rows."""
OWNERSHIPS = {
    Ownership.REVENUE.value: "歳入",
    Ownership.DEPOSIT.value: "歳入歳出外現金",
    Ownership.OPERATOR_FEE.value: "利用料金",
}
TENDERS = {
    TenderKind.CASH.value: "現金",
    TenderKind.CREDIT.value: "クレジットカード",
    TenderKind.EMONEY.value: "電子マネー",
    TenderKind.CODE.value: "コード決済",
    FREE: "無料・減免",
}
COMPLETE, INCOMPLETE = "確定", "未確定"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Full-width ones too: a Japanese spreadsheet reads them as it reads those of ASCII."""


def to_csv(settlement: Settlement, encoding: str) -> bytes:
    """Rows and one total per ownership, lines ended by CR LF (RFC 4180).

    Raises Unusable naming the first row with a character ``encoding`` lacks.
    """
    lines: list[list[str | int]] = [
        list(COLUMNS),
        *(_line(settlement, row) for row in settlement.rows),
        *_total_lines(settlement),
    ]
    return written(lines, encoding, named_by=5)


def written(lines: list[list[str | int]], encoding: str, *, named_by: int) -> bytes:
    """Rows as bytes, each cell text or a number and never a formula. Raises Unusable naming the row by one cell."""
    found: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerow(_neutral(cell) for cell in line)
        try:
            found.append(buffer.getvalue().encode("utf-8" if encoding == "utf-8-sig" else encoding))
        except UnicodeEncodeError as error:
            character = error.object[error.start]
            raise Unusable(
                f"row {number} ({line[named_by]}): {encoding} has no {character!r} (U+{ord(character):04X}): "
                "change the name or use --encoding utf-8-sig"
            ) from error
    mark = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    return mark + b"".join(found)


def _neutral(cell: str | int) -> str | int:
    """People open this in a spreadsheet: text that would be a formula is kept text by a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _line(settlement: Settlement, row: SettlementRow) -> list[str | int]:
    return [
        "明細",
        settlement.business_date.isoformat(),
        row.fiscal_year,
        OWNERSHIPS.get(row.ownership, row.ownership),
        row.account_code,
        row.account_path,
        row.department,
        TENDERS.get(row.tender, row.tender),
        row.tender_name or TENDERS.get(row.tender, row.tender),
        *_figure_cells(row.figures),
        "",
        "",
        "",
    ]


def _figure_cells(figures: Figures) -> list[int]:
    return [
        figures.count,
        figures.quantity,
        figures.amount_yen,
        figures.void_count,
        figures.void_yen,
        figures.refund_count,
        figures.refund_yen,
        figures.net_yen,
        figures.tax_yen,
        figures.free_quantity,
        figures.exempted_yen,
    ]


def _total_lines(settlement: Settlement) -> list[list[str | int]]:
    state = COMPLETE if settlement.is_complete else INCOMPLETE
    day = settlement.business_date.isoformat()
    standing: list[str | int] = [settlement.in_doubt_count, settlement.exception_count, state]
    return [
        ["合計", day, "", OWNERSHIPS.get(ownership, ownership), *[""] * 5, *_figure_cells(figures), *standing]
        for ownership, figures in settlement.totals()
    ]


def to_json(settlement: Settlement) -> str:
    """One object; amounts are integers of yen."""
    value: Plain = {
        "business_date": settlement.business_date.isoformat(),
        "total_yen": settlement.total_yen,
        "city_yen": settlement.city_yen,
        "in_doubt_count": settlement.in_doubt_count,
        "exception_count": settlement.exception_count,
        "complete": settlement.is_complete,
        "totals": {ownership: _figures(figures) for ownership, figures in settlement.totals()},
        "rows": [_row(row) for row in settlement.rows],
        "kiosks": [
            {
                "kiosk_id": day.kiosk_id,
                "counter_code": day.counter_code,
                "counter_name": day.counter_name,
                "state": day.completeness.value,
                "note": NOTES[day.completeness],
                "in_doubt_count": day.in_doubt_count,
                "exception_count": day.exception_count,
                "frozen": day.frozen,
            }
            for day in settlement.kiosk_days
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2)


NOTES = {
    Completeness.COMPLETE: "day closed, no gaps",
    Completeness.OPEN: "day still open",
    Completeness.NOTHING: "no entries on this day",
}


def _row(row: SettlementRow) -> Plain:
    return {
        "fiscal_year": row.fiscal_year,
        "ownership": row.ownership,
        "account_code": row.account_code,
        "account_path": row.account_path,
        "department": row.department,
        "tender": row.tender,
        "tender_name": row.tender_name,
        **_figures(row.figures),
    }


def _figures(figures: Figures) -> dict[str, Plain]:
    found: dict[str, Plain] = {name: getattr(figures, name) for name in Figures.__slots__}
    return {**found, "net_yen": figures.net_yen}
