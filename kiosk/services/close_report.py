"""What the close report says: the day per tender and per revenue account, its serials and its place in the journal."""

from datetime import date

from kiosk.domain.books import Books, SaleRow
from kiosk.domain.daily_log import differences, needs_confirmation
from kiosk.domain.payment import Standing
from kiosk.domain.record import Actor
from kiosk.services.counter import Counter, CounterIdentity
from receipts.content import IssuerContent, ReportContent, ReportLine, ReportSection

SALES_MAX = 100_000
"""More sales than a counter can make in a day; a report must not be cut short silently."""


def close_report(counter: Counter, business_date: date, actor: Actor) -> ReportContent:
    """The report of a closed day, from the books alone."""
    books = counter.journal.books()
    sales = books.sales(business_date, limit=SALES_MAX)
    day, head = books.day(), books.head()
    return ReportContent(
        issuer=_issuer(counter.identity, actor),
        business_date=business_date.isoformat(),
        closed_at=counter.clock.now_iso(),
        sections=(
            _by_tender(books, business_date),
            _by_account(sales),
            _others(books, business_date, sales),
            *_terminals(books, business_date),
        ),
        serial_range=_serial_range(sales),
        journal_range=f"{day.first_seq} ～ {day.last_seq}",
        journal_head=head.hash.hex(),
        training=counter.identity.training,
    )


def _issuer(identity: CounterIdentity, actor: Actor) -> IssuerContent:
    return IssuerContent(
        identity.municipality,
        identity.counter_name,
        identity.counter_code,
        "",
        actor.title,
        actor.name,
        identity.telephone,
    )


def _by_tender(books: Books, business_date: date) -> ReportSection:
    names = {"cash": "現金", "credit": "クレジット", "emoney": "電子マネー", "code": "コード決済"}
    totals = books.totals(business_date)
    lines = [ReportLine(names[total.tender], total.count, total.amount_yen) for total in totals]
    lines.append(ReportLine("合計", sum(total.count for total in totals), sum(total.amount_yen for total in totals)))
    return ReportSection("決済手段別", tuple(lines))


def _by_account(sales: tuple[SaleRow, ...]) -> ReportSection:
    counts: dict[str, tuple[int, int]] = {}
    for sale in sales:
        if sale.standing is not Standing.PAID:
            continue
        for line in sale.lines:
            name = line.account_path[-1]
            count, amount_yen = counts.get(name, (0, 0))
            counts[name] = (count + line.quantity, amount_yen + line.amount_yen)
    lines = tuple(ReportLine(name, count, amount_yen, "点") for name, (count, amount_yen) in sorted(counts.items()))
    return ReportSection("科目別", lines)


def _others(books: Books, business_date: date, sales: tuple[SaleRow, ...]) -> ReportSection:
    voided = [sale for sale in sales if sale.standing in (Standing.VOIDED, Standing.REFUNDED)]
    return ReportSection(
        "その他",
        (
            ReportLine("無料・減免", books.free_count(business_date), 0),
            ReportLine("取消・還付", len(voided), sum(sale.amount_yen for sale in voided)),
        ),
    )


def _terminals(books: Books, business_date: date) -> tuple[ReportSection, ...]:
    """端末日計との差: the terminal's less ours per brand, and transactions that one side alone lists."""
    lines: list[ReportLine] = []
    logs = books.daily_logs(business_date)
    for log in logs:
        if log.unavailable:
            lines.append(ReportLine(f"{log.device} 端末日計を取得できず", None, 0))
            continue
        found = differences(log)
        if not needs_confirmation(log):
            lines.append(ReportLine(f"{log.device} 差なし", None, 0))
        lines += [ReportLine(each.brand or log.device, each.count, each.amount_yen) for each in found]
        lines += [ReportLine(f"記録のみ 伝票 {each.slip_number}", None, each.amount_yen) for each in log.only_ours]
        lines += [ReportLine(f"端末のみ 伝票 {each.slip_number}", None, each.amount_yen) for each in log.only_theirs]
    return (ReportSection("端末日計との差", tuple(lines)),) if logs else ()


def _serial_range(sales: tuple[SaleRow, ...]) -> str:
    """First and last number of each series: U slips, R receipts, A tickets."""
    series: dict[str, list[str]] = {}
    for number in sorted({document.serial_number for sale in sales for document in sale.documents}):
        prefix, _, serial = number.rpartition("-")
        series.setdefault(prefix, []).append(serial)
    return "、".join(
        f"{prefix}-{serials[0]} ～ {serials[-1]}" if len(serials) > 1 else f"{prefix}-{serials[0]}"
        for prefix, serials in series.items()
    )
