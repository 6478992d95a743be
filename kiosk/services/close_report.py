"""What the close report says: the day per tender and per revenue account, its serials and its place in the journal."""

from datetime import date

from kiosk.domain.books import Books, ClosedDay, OperationRow
from kiosk.domain.checkpoint_check import stated_by
from kiosk.domain.daily_log import LogReview, differences, needs_confirmation
from kiosk.domain.operation import OperationKind
from kiosk.domain.record import Actor, LogEntry
from kiosk.services.compare_daily_log import review
from kiosk.services.counter import Counter, CounterIdentity
from receipts.content import CheckpointContent, IssuerContent, ReportContent, ReportLine, ReportSection

TICKED_MAX = 200
"""Lines of a list to tick off: more than anybody ticks, and a metre and a half of paper."""


def close_report(counter: Counter, business_date: date, actor: Actor) -> ReportContent:
    """The report of a closed day, from the books alone: what was done on it, whenever the sale was."""
    books = counter.journal.books()
    done = books.history.operations(business_date)
    day, closed = books.day(), books.history.closed_day(business_date)
    return ReportContent(
        issuer=_issuer(counter.identity, actor),
        business_date=business_date.isoformat(),
        closed_at=counter.clock.now_iso(),
        sections=(
            _by_tender(books, business_date),
            _by_account(done),
            _others(books, business_date, done),
            *_terminals(books, business_date, done),
        ),
        serial_range=_serial_range([document.serial_number for document in books.history.documents(business_date)]),
        journal_range=f"{day.first_seq} ～ {day.last_seq}",
        journal_head=(closed.close if closed else books.head()).hash.hex(),
        checkpoint=_checkpoint(closed),
        training=counter.identity.training,
    )


def _checkpoint(closed: ClosedDay | None) -> CheckpointContent | None:
    """As it was recorded at the close, so that every copy of the paper carries the same."""
    if closed is None or closed.checkpoint is None:
        return None
    found = stated_by(closed.checkpoint)
    return CheckpointContent(found.code, found.text, found.key_id) if found is not None else None


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


def _by_account(done: tuple[OperationRow, ...]) -> ReportSection:
    """Sales less what was taken back, as the tenders above them; an account with nothing left is left out."""
    counts: dict[str, tuple[int, int]] = {}
    for row in done:
        prepared = row.operation.prepared
        sign = 1 if prepared.operation_kind is OperationKind.SALE else -1
        for line in prepared.lines:
            name = line.account_path[-1]
            count, amount_yen = counts.get(name, (0, 0))
            counts[name] = (count + sign * line.quantity, amount_yen + sign * line.amount_yen)
    lines = tuple(
        ReportLine(name, count, amount_yen, "点")
        for name, (count, amount_yen) in sorted(counts.items())
        if count or amount_yen
    )
    return ReportSection("科目別", lines)


def _others(books: Books, business_date: date, done: tuple[OperationRow, ...]) -> ReportSection:
    asked = books.history.refund_requests(business_date)
    return ReportSection(
        "その他",
        (
            ReportLine("無料・減免", books.free_count(business_date), 0),
            _of_kind("取消", done, OperationKind.VOID),
            _of_kind("還付", done, OperationKind.REFUND),
            ReportLine("還付の依頼（振込）", len(asked), sum(row.refund.amount_yen for row in asked)),
        ),
    )


def _of_kind(label: str, done: tuple[OperationRow, ...], kind: OperationKind) -> ReportLine:
    amounts = [row.operation.prepared.amount_yen for row in done if row.operation.prepared.operation_kind is kind]
    return ReportLine(label, len(amounts), sum(amounts))


def _terminals(books: Books, business_date: date, done: tuple[OperationRow, ...]) -> tuple[ReportSection, ...]:
    """端末日計: the terminal's less ours per brand, then each transaction on which the two disagree or may."""
    names: dict[str, dict[str, None]] = {}
    for row in done:
        names.setdefault(row.operation.prepared.device, {})[row.operation.prepared.tender_name] = None
    sections = []
    for log in books.daily_logs(business_date):
        name = "、".join(names.get(log.device, (log.device,)))
        sections.append(ReportSection(f"端末日計との差 {name}", _log_lines(review(books, log))))
    return tuple(sections)


def _log_lines(reviewed: LogReview) -> tuple[ReportLine, ...]:
    log = reviewed.compared
    if log.unavailable:
        return (ReportLine("端末日計を取得できず", None, None),)
    if not needs_confirmation(log):
        return (ReportLine("差なし", None, None),)
    lines = [ReportLine(f"差 {each.brand}".strip(), each.count, each.amount_yen) for each in differences(log)]
    lines += [_line("記録のみ", each) for each in log.only_ours]
    lines += [_line("端末のみ", each) for each in log.only_theirs]
    for pair in log.differing:
        lines += [_line("相違 記録", pair.ours), _line("相違 端末", pair.theirs)]
    if log.left_out:
        lines.append(ReportLine("ほかの相違", log.left_out, None))
    if reviewed.to_tick:
        lines.append(ReportLine("端末の控えと照合", len(reviewed.to_tick), None))
        lines += [_line("□", each) for each in reviewed.to_tick[:TICKED_MAX]]
    return tuple(lines)


def _line(mark: str, entry: LogEntry) -> ReportLine:
    words = (mark, entry.at, entry.brand, entry.slip_number)
    return ReportLine(" ".join(word for word in words if word), None, entry.amount_yen)


def _serial_range(numbers: list[str]) -> str:
    """First and last number of each series: U slips, R receipts, V voids, K refunds, A tickets."""
    series: dict[str, list[str]] = {}
    for number in sorted(set(numbers)):
        prefix, _, serial = number.rpartition("-")
        series.setdefault(prefix, []).append(serial)
    return "、".join(
        f"{prefix}-{serials[0]} ～ {serials[-1]}" if len(serials) > 1 else f"{prefix}-{serials[0]}"
        for prefix, serials in series.items()
    )
