"""納入済通知書 on A4: a list by account, then three notices a page to be cut apart. Owns where each stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import assert_never

from receipts.document import Align
from receipts.fonts import Face
from receipts.notice import NoticeBatch, NoticeContent, NoticeKind, era_year, printable_name
from receipts.render.pages import A4, About, Pages, Pen, fitted, wrapped
from receipts.template_values import day, yen

TITLES = {
    NoticeKind.PAID: "納入済通知書",
    NoticeKind.VOIDED: "納入取消通知書",
    NoticeKind.REFUNDED: "還付通知書",
    NoticeKind.ASKED: "還付依頼通知書",
}
KINDS = {
    NoticeKind.PAID: "納付",
    NoticeKind.VOIDED: "取消",
    NoticeKind.REFUNDED: "還付",
    NoticeKind.ASKED: "還付依頼",
}
WARNINGS = {"slip_expired": "支払期限後の受付", "slip_cap": "上限額超過", "slip_stamp": "印紙フラグあり"}
"""Rules that the clerk was warned of, as a section reads them."""
SOURCES = {"gs1_128": "バーコード", "el_qr": "手入力（eL-QR付き）"}
KEYED = "手入力"
PER_PAGE = 3
LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 15.0, 280.0
"""Millimeters: what every office printer reaches."""
SLIP_MM = A4.height_mm / PER_PAGE
ROW_MM, LINE_MM = 7.0, 3.8
GRAY, PALE = "#666666", "#f2f2f2"
SMALL, BODY, HEAD, LARGE = Pen(8.0), Pen(9.5), Pen(18.0, Face.TEXT_BOLD), Pen(16.0, Face.TEXT_BOLD)
BOLD, LABEL = Pen(9.5, Face.TEXT_BOLD), Pen(7.5, color=GRAY)
NOTE = "キャッシュレスの分の取扱日は、指定納付受託者が納付の委託を受けた日です。"
ASKED_NOTE = "（口座振込で。差引に入りません）"
MONEY_LABELS = ("納入金額", "取消額", "還付額", "還付依頼額")
OPEN = "未確定"
OPEN_NOTE = f"【{OPEN}】締めていない窓口、または確認の要る記録があります。締めのあとに、もう一度出力してください。"


def render_notices(batch: NoticeBatch) -> bytes:
    """One PDF for one office. Raises FontMissingError; a name's letter that no font has is shown as 〓 and named."""
    moment = datetime.fromisoformat(f"{batch.business_date.isoformat()}T00:00:00+09:00")
    title = f"納入済通知書 {batch.office} {batch.business_date.isoformat()}"
    pages = Pages(About(title, batch.office, moment), A4)
    _List(pages, batch).draw()
    for number, notice in enumerate(batch.notices):
        if number % PER_PAGE == 0:
            pages.next_page()
        _draw_notice(pages, batch, notice, number, SLIP_MM * (number % PER_PAGE))
    return pages.finish()


def account_order(notice: NoticeContent) -> tuple[object, ...]:
    """How a list reads: by section, year and account, then by time."""
    return (notice.department, notice.fiscal_year, notice.account_code, notice.item_name, notice.at, notice.number)


def remarks(notice: NoticeContent) -> str:
    """What a section should know beside the figures."""
    due = f"支払期限 {notice.due.isoformat()}" if notice.due else ""
    paid = f"納付日 {notice.paid_on.isoformat()}" if notice.paid_on else ""
    reason = f"還付の理由 {notice.reason}" if notice.reason else ""
    return "、".join(filter(None, (due, *(WARNINGS.get(each, each) for each in notice.warnings), paid, reason)))


def _shown(name: str) -> tuple[str, str]:
    """A payer's name on paper, and the note about letters that it lacks."""
    shown, missing = printable_name(name)
    return shown, f"氏名の〓などは {' '.join(missing)}" if missing else ""


# --- the list -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    x_mm: float
    width_mm: float
    align: Align = Align.LEFT


COLUMNS = (
    _Column("区分", LEFT, 11),
    _Column("調定番号", 27, 38),
    _Column("納入者", 66, 52),
    _Column("金額", 119, 24, Align.RIGHT),
    _Column("決済手段", 146, 28),
    _Column("窓口・時刻", 175, 20),
)


class _List:
    """The first pages: what the office got that day."""

    def __init__(self, pages: Pages, batch: NoticeBatch) -> None:
        self._pages, self._batch = pages, batch
        self._y_mm = TOP

    def draw(self) -> None:
        pages, batch = self._pages, self._batch
        pages.text(f"{batch.office} 御中", LEFT, self._y_mm + 3, Pen(12.0))
        pages.text("納入済通知書 一覧", LEFT, self._y_mm + 14, HEAD)
        pages.text(f"取扱日 {day(batch.business_date)}", RIGHT, self._y_mm + 14, BODY, Align.RIGHT)
        self._y_mm += 19
        self._totals()
        for line, pen in ((NOTE, SMALL), *(() if batch.is_complete else ((OPEN_NOTE, BOLD),))):
            pages.text(line, LEFT, self._y_mm + LINE_MM, pen)
            self._y_mm += LINE_MM + 1
        self._y_mm += 4
        groups = groupby(batch.notices, lambda each: (each.department, each.fiscal_year, each.account_path))
        for (department, fiscal_year, path), found in groups:
            self._group(f"{era_year(fiscal_year)}　{' › '.join(path)}", department, list(found))

    def _totals(self) -> None:
        for column, kind in enumerate((NoticeKind.PAID, NoticeKind.VOIDED, NoticeKind.REFUNDED)):
            self._pages.text(self._counted(kind), LEFT + 45 * column, self._y_mm + LINE_MM, BODY)
        self._pages.text(f"差引 {yen(self._batch.net_yen)}", RIGHT, self._y_mm + LINE_MM, BOLD, Align.RIGHT)
        self._y_mm += LINE_MM + 3
        if any(each.kind is NoticeKind.ASKED for each in self._batch.notices):
            self._pages.text(f"{self._counted(NoticeKind.ASKED)} {ASKED_NOTE}", LEFT, self._y_mm + LINE_MM, BODY)
            self._y_mm += LINE_MM + 3

    def _counted(self, kind: NoticeKind) -> str:
        found = [each for each in self._batch.notices if each.kind is kind]
        return f"{KINDS[kind]} {len(found)}件 {yen(sum(each.amount_yen for each in found))}"

    def _group(self, title: str, department: str, notices: list[NoticeContent]) -> None:
        self._room_for(4 * ROW_MM)
        head = f"{title}　（{department}）" if department != self._batch.office else title
        for line in wrapped(head, BOLD, RIGHT - LEFT):
            self._pages.text(line, LEFT, self._y_mm + LINE_MM, BOLD)
            self._y_mm += LINE_MM + 1
        self._heading()
        for notice in notices:
            self._row(notice)
        signed = sum(each.signed_yen for each in notices)
        self._pages.text(f"小計 {len(notices)}件", COLUMNS[2].x_mm, self._y_mm + 5, BOLD)
        self._pages.text(yen(signed), COLUMNS[3].x_mm + COLUMNS[3].width_mm, self._y_mm + 5, BOLD, Align.RIGHT)
        self._y_mm += ROW_MM + 4

    def _heading(self) -> None:
        self._pages.box(LEFT, self._y_mm, RIGHT - LEFT, 5.5, fill=PALE)
        for column in COLUMNS:
            x_mm = column.x_mm + (column.width_mm if column.align is Align.RIGHT else 0)
            self._pages.text(column.label, x_mm, self._y_mm + 4, LABEL, column.align)
        self._y_mm += 5.5

    def _row(self, notice: NoticeContent) -> None:
        amount = f"({yen(notice.amount_yen)})" if notice.kind is NoticeKind.ASKED else yen(notice.signed_yen)
        cells = (
            KINDS[notice.kind],
            notice.number,
            _shown(notice.payer)[0],
            amount,
            f"{notice.tender_name} {notice.brand}".strip(),
            f"{notice.counter_name}\n{notice.at[11:16]}",
        )
        lines = [wrapped(text, SMALL, column.width_mm) for column, text in zip(COLUMNS, cells, strict=True)]
        height_mm = max(ROW_MM, max(map(len, lines)) * LINE_MM + 2.5)
        self._room_for(height_mm)
        for column, found in zip(COLUMNS, lines, strict=True):
            x_mm = column.x_mm + (column.width_mm if column.align is Align.RIGHT else 0)
            for at, text in enumerate(found):
                self._pages.text(text, x_mm, self._y_mm + LINE_MM * (at + 1) + 0.7, SMALL, column.align)
        self._y_mm += height_mm
        self._pages.line((LEFT, self._y_mm), (RIGHT, self._y_mm), 0.1, "#cccccc")

    def _room_for(self, height_mm: float) -> None:
        if self._y_mm + height_mm > BOTTOM:
            self._pages.next_page()
            self._pages.text(f"{self._batch.office}　{self._batch.business_date.isoformat()}", LEFT, TOP, SMALL)
            self._y_mm = TOP + 5


# --- one notice ---------------------------------------------------------------------------------------------

_Cell = tuple[str, str]


def _draw_notice(pages: Pages, batch: NoticeBatch, notice: NoticeContent, number: int, top_mm: float) -> None:
    if number % PER_PAGE:
        for at in range(0, 200, 4):
            pages.line((5 + at, top_mm), (7 + at, top_mm), 0.15, GRAY)
    y_mm = top_mm + 13
    pages.text(f"{notice.department} 御中", LEFT, y_mm, BODY)
    pages.text(TITLES[notice.kind], A4.width_mm / 2, y_mm, LARGE, Align.CENTER)
    count = f"{number + 1}／{len(batch.notices)}"
    if batch.is_complete:
        pages.text(count, RIGHT, y_mm, SMALL, Align.RIGHT)
    else:  # cut apart, each must say it
        pages.text(f"【{OPEN}】 {count}", RIGHT, y_mm, BOLD, Align.RIGHT)
    y_mm += 4
    for row in _rows(notice):
        y_mm = _draw_row(pages, row, y_mm)
    pages.text(f"受付番号 {notice.sale_id}", LEFT, y_mm + 4, LABEL)
    if notice.barcode:
        pages.text(f"バーコード {notice.barcode}", RIGHT, y_mm + 4, LABEL, Align.RIGHT)


def _rows(notice: NoticeContent) -> Iterator[tuple[_Cell, ...]]:
    payer, lacking = _shown(notice.payer)
    at = datetime.fromisoformat(notice.at)
    yield (("会計年度", era_year(notice.fiscal_year)), ("会計", notice.account_path[0]), ("品目", notice.item_name))
    yield (("科目", " › ".join(notice.account_path[1:]) or notice.account_path[0]),)
    yield (("納入者", f"{payer} 様"), ("調定番号", notice.number))
    yield ((_amount_label(notice.kind), yen(notice.amount_yen)), ("取扱日", f"{day(notice.business_date)} {at:%H:%M}"))
    tender = f"{notice.tender_name} {notice.brand}".strip()
    yield (("決済手段", tender), ("指定納付受託者", notice.trustee_name or "（現金）"))
    clerk = f"{notice.clerk_title} {notice.clerk_name}".strip()
    yield (("窓口", f"{notice.counter_name}（{notice.counter_code}）"), ("取扱者", clerk))
    document = notice.document_number or "（発行なし）"
    told = "、".join(filter(None, (SOURCES.get(notice.source, KEYED), remarks(notice), lacking)))
    yield (("書類番号", document), ("備考", told))


def _amount_label(kind: NoticeKind) -> str:
    match kind:
        case NoticeKind.PAID:
            return "納入金額"
        case NoticeKind.VOIDED:
            return "取消額"
        case NoticeKind.REFUNDED:
            return "還付額"
        case NoticeKind.ASKED:
            return "還付依頼額"
        case _:
            assert_never(kind)


def _draw_row(pages: Pages, cells: tuple[_Cell, ...], y_mm: float) -> float:
    """Cells of one width beside each other, label above value; returns where the next row begins."""
    width_mm = (RIGHT - LEFT) / len(cells)
    is_money = cells[0][0] in MONEY_LABELS
    height_mm = 12.0 if is_money else 9.2
    for at, (label, value) in enumerate(cells):
        x_mm = LEFT + at * width_mm
        pages.box(x_mm, y_mm, width_mm, height_mm, stroke="#949494", stroke_mm=0.15)
        pages.text(label, x_mm + 1.5, y_mm + 3.2, LABEL)
        pen = LARGE if is_money and at == 0 else BODY
        if is_money and at == 0:
            pages.text(value, x_mm + width_mm - 3, y_mm + height_mm - 2.5, pen, Align.RIGHT)
        else:
            _write(pages, value, x_mm + 1.5, y_mm + height_mm - 2.0, width_mm - 3)
    return y_mm + height_mm


def _write(pages: Pages, text: str, x_mm: float, y_mm: float, room_mm: float) -> None:
    """One line; a long one smaller, then on two lines."""
    try:
        pages.text(text, x_mm, y_mm, fitted(text, BODY, room_mm, 6.0))
    except ValueError:
        lines = wrapped(text, Pen(6.0), room_mm)
        for at, line in enumerate(reversed(lines[:2])):
            pages.text(line, x_mm, y_mm - 2.5 * at, Pen(6.0))
