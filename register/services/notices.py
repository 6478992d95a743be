"""納入済通知: what 会計課 and each section are told of a day's 納付書. Owns who is told what; refuses to lay it out."""

from datetime import date, datetime

from sqlalchemy import Engine

from receipts.notice import NoticeBatch, NoticeContent, NoticeKind
from receipts.notice_pages import account_order
from register.services.settle import settle
from register.store import kiosks
from register.store.engine import reading
from register.store.notices import Papers, SlipFact, slip_facts


def notices(engine: Engine, day: date, treasury: str) -> tuple[NoticeBatch, ...]:
    """A batch for 会計課, called ``treasury``, then one for each section that got something; none without slips."""
    is_complete = settle(engine, day).is_complete
    with reading(engine) as connection:
        counters = {row.kiosk_id: row for row in kiosks.kiosk_rows(connection)}
        paid = tuple(slip_facts(connection, day))
        papers = Papers(connection, (each.fact for each in paid))
    found = [_notice(each, counters[each.fact.kiosk_id], papers) for each in paid]
    found.sort(key=account_order)
    sections = sorted({each.department for each in found} - {treasury})
    batches = [(treasury, found), *((name, [each for each in found if each.department == name]) for name in sections)]
    return tuple(NoticeBatch(office, day, tuple(told), is_complete) for office, told in batches if told)


def _notice(found: SlipFact, counter: kiosks.KioskRow, papers: Papers) -> NoticeContent:
    fact, intent = found.fact, found.intent
    line = intent.lines[fact.line - 1]
    slip = line.slip
    assert slip is not None, "the query gives lines with a slip alone"
    return NoticeContent(
        kind=NoticeKind(fact.kind),
        business_date=fact.business_date,
        at=_local_time(found.at, fact.business_date),
        fiscal_year=fact.fiscal_year,
        account_code=fact.account_code,
        account_path=line.account_path,
        department=fact.department,
        item_name=fact.item_name,
        payer=slip.payer,
        number=slip.number,
        amount_yen=fact.amount_yen,
        tender=fact.tender,
        tender_name=fact.tender_name,
        brand=fact.brand,
        trustee_name=fact.trustee_name,
        counter_code=counter.counter_code,
        counter_name=counter.counter_name,
        clerk_title=str(found.actor.get("title", "")),
        clerk_name=str(found.actor.get("name", "")),
        document_number=papers.first(fact, intent.sale_id),
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
