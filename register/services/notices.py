"""納入済通知: what 会計課 and each section are told of a day's 納付書. Owns who is told what; refuses to lay it out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Engine

from kiosk.domain.operation import SaleLine
from receipts.notice import NoticeBatch, NoticeContent, NoticeKind
from receipts.notice_pages import account_order
from register.services.settle import settle
from register.store import kiosks
from register.store.engine import reading
from register.store.notices import AskedBack, Papers, SlipFact, asked_back, slip_facts


def notices(engine: Engine, day: date, treasury: str) -> tuple[NoticeBatch, ...]:
    """A batch for 会計課, called ``treasury``, then one for each section that got something; none without slips."""
    is_complete = settle(engine, day).is_complete
    with reading(engine) as connection:
        counters = {row.kiosk_id: row for row in kiosks.kiosk_rows(connection)}
        paid = tuple(slip_facts(connection, day))
        papers = Papers(connection, (each.fact for each in paid))
        asked = tuple(asked_back(connection, day))
    found = [_of_fact(each, counters[each.fact.kiosk_id], papers) for each in paid]
    found += [notice for each in asked for notice in _of_request(each, counters[each.kiosk_id], day)]
    found.sort(key=account_order)
    sections = sorted({each.department for each in found} - {treasury})
    batches = [(treasury, found), *((name, [each for each in found if each.department == name]) for name in sections)]
    return tuple(NoticeBatch(office, day, tuple(told), is_complete) for office, told in batches if told)


def _of_fact(found: SlipFact, counter: kiosks.KioskRow, papers: Papers) -> NoticeContent:
    fact, intent = found.fact, found.intent
    notice = _notice(NoticeKind(fact.kind), fact.business_date, intent.lines[fact.line - 1], found, counter)
    return replace(notice, brand=fact.brand, document_number=papers.first(fact, intent.sale_id), reason=intent.reason)


def _of_request(asked: AskedBack, counter: kiosks.KioskRow, day: date) -> Iterator[NoticeContent]:
    for line in asked.intent.lines:
        if line.slip is not None:
            notice = _notice(NoticeKind.ASKED, day, line, asked, counter)
            yield replace(notice, reason=asked.reason, paid_on=asked.intent.business_date)


def _notice(
    kind: NoticeKind, day: date, line: SaleLine, found: SlipFact | AskedBack, counter: kiosks.KioskRow
) -> NoticeContent:
    intent, slip = found.intent, line.slip
    assert slip is not None, "only lines with a slip are asked for"
    return NoticeContent(
        kind=kind,
        business_date=day,
        at=_local_time(found.at, day),
        fiscal_year=line.fiscal_year,
        account_code=line.account_code,
        account_path=line.account_path,
        department=line.department,
        item_name=line.name,
        payer=slip.payer,
        number=slip.number,
        amount_yen=line.amount_yen,
        tender=intent.tender.value,
        tender_name=intent.tender_name,
        brand="",
        trustee_name=intent.trustee_name,
        counter_code=counter.counter_code,
        counter_name=counter.counter_name,
        clerk_title=str(found.actor.get("title", "")),
        clerk_name=str(found.actor.get("name", "")),
        document_number="",
        sale_id=intent.sale_id,
        due=slip.due,
        barcode=slip.barcode,
        source=slip.source.value,
        warnings=slip.warnings,
    )


def _local_time(at: str, day: date) -> str:
    """The counter's time as the entry has it; the day's beginning where a counter wrote something else."""
    try:
        return datetime.fromisoformat(at).isoformat()
    except ValueError:
        return f"{day.isoformat()}T00:00:00"
