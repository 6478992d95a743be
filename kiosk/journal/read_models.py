"""The projection of entries onto the read models. Owns every write to them; refuses what the domain refuses."""

import json
from typing import Any, assert_never

from sqlalchemy import bindparam, delete, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.books import Entry
from kiosk.domain.business_day import DayState
from kiosk.domain.codec import from_plain, to_plain
from kiosk.domain.ids import OperationId
from kiosk.domain.operation import (
    UNSETTLED,
    DeviceBaseline,
    DeviceResult,
    Event,
    Operation,
    OutcomeUnknown,
    Prepared,
    Requested,
    Seen,
    State,
    TransitionError,
    apply,
)
from kiosk.domain.record import (
    CodeEnrolled,
    CodeTested,
    DailyLogCompared,
    DayCheckpoint,
    DayClosed,
    DayOpened,
    DocumentIssued,
    DocumentPrinted,
    DrawerOpened,
    FollowUpClosed,
    FreeSale,
    KioskStarted,
    OperationEvent,
    PinRefused,
    Record,
    RefundRequested,
    SignedIn,
    SignedOut,
    canonical_json,
    parse_record,
)
from kiosk.domain.sale_search import number_key
from kiosk.journal.database import Session, prepare
from kiosk.journal.entries import STORED
from kiosk.journal.intents import Intent, IntentCache
from kiosk.journal.schema import (
    READ_MODEL_VERSION,
    READ_MODELS,
    baseline,
    counter,
    create_sql,
    daily_log,
    day,
    document,
    operation,
    payment_code,
    read_model,
    refund_request,
    sale,
    sale_number,
)
from kiosk.journal.schema import journal as journal_table

SEQUENCE_NUMBER = "sequence_number"
"""Name of the counter of charge requests."""


def serial_counter(series: str) -> str:
    """Name of the counter of a document series."""
    return f"serial:{series}"


def pin_counter(operator_id: str) -> str:
    """Name of the counter of a person's wrong PINs in a row."""
    return f"pin:{operator_id}"


OPERATION_COLUMNS = (
    journal_table.c.hash,
    journal_table.c.canonical,
    operation.c.state,
    operation.c.sequence_number,
    operation.c.baseline,
    operation.c.result,
    operation.c.reason,
    operation.c.code,
    operation.c.seen,
    operation.c.provisional,
)
OPERATION_JOIN = operation.join(
    journal_table, (journal_table.c.epoch == operation.c.epoch) & (journal_table.c.seq == operation.c.seq)
)
OPERATION = prepare(
    select(*OPERATION_COLUMNS).select_from(OPERATION_JOIN).where(operation.c.operation_id == bindparam("operation_id"))
)

_REFUND = prepare(refund_request.insert())
_NUMBER = prepare(insert(sale_number).on_conflict_do_nothing())
_DAILY_LOG = prepare(daily_log.insert())
_SALE = prepare(insert(sale).on_conflict_do_nothing())
_OPERATION = prepare(operation.insert())
_MOVE = prepare(
    update(operation)
    .where(operation.c.operation_id == bindparam("key"))
    .values({name: bindparam(name) for name in ("state", "unsettled", "sequence_number", "baseline", "result")})
    .values({name: bindparam(name) for name in ("reason", "code", "seen", "provisional")})
)
_FOLLOWED_UP = prepare(
    update(operation)
    .where(operation.c.operation_id == bindparam("key"), operation.c.provisional == literal_column("1"))
    .where(operation.c.followed_up == literal_column("0"))
    .values(followed_up=literal_column("1"))
)
_SALE_KNOWN = prepare(select(sale.c.sale_id).where(sale.c.sale_id == bindparam("sale_id")))
COUNTER = prepare(select(counter.c.value).where(counter.c.name == bindparam("name")))
_DOCUMENT = prepare(document.insert())
_PRINTED = prepare(
    update(document)
    .where(document.c.document_id == bindparam("key"))
    .values(state=bindparam("state"), fault=bindparam("fault"))
)
_DOCUMENT_SALE = prepare(select(document.c.sale_id).where(document.c.document_id == bindparam("document_id")))
_DAY_CLOSED = prepare(
    update(day)
    .where(day.c.business_date == bindparam("key"))
    .values(state=bindparam("state"), first_seq=bindparam("first_seq"), last_seq=bindparam("last_seq"))
)
_VERSION = prepare(read_model.insert())
_counter_insert = insert(counter)
_SET_COUNTER = prepare(
    _counter_insert.on_conflict_do_update(index_elements=["name"], set_={"value": _counter_insert.excluded.value})
)
_CLEAR_COUNTER = prepare(delete(counter).where(counter.c.name == bindparam("name")))
_baseline_insert = insert(baseline)
_SET_BASELINE = prepare(
    _baseline_insert.on_conflict_do_update(
        index_elements=["device"],
        set_={name: _baseline_insert.excluded[name] for name in ("terminal_id", "slip_number", "transaction_number")},
    )
)
_FORGET_BASELINE = prepare(delete(baseline).where(baseline.c.device == bindparam("device")))
CODE_TEXT = prepare(
    select(payment_code.c.text).where(
        payment_code.c.device == bindparam("device"), payment_code.c.brand == literal_column("''")
    )
)
_code_insert = insert(payment_code)
_SET_CODE = prepare(
    _code_insert.on_conflict_do_update(
        index_elements=["device", "brand"],
        set_={name: _code_insert.excluded[name] for name in ("text", "passed")},
    )
)
_FORGET_CODE = prepare(delete(payment_code).where(payment_code.c.device == bindparam("device")))
_day_insert = insert(day)
_DAY_OPENED = prepare(
    # A day opened again keeps its first entry: it is the same business date.
    _day_insert.on_conflict_do_update(
        index_elements=["business_date"],
        set_={name: _day_insert.excluded[name] for name in ("opened_seq", "state", "last_seq")},
    )
)


def read_operation(intents: IntentCache, row: tuple[Any, ...]) -> Operation:
    """An operation from a row of OPERATION_COLUMNS."""
    digest, canonical, state, sequence_number, known, result, reason, code, seen, provisional = row
    return Operation(
        prepared=intents.read(digest, canonical).prepared,
        state=State(state),
        sequence_number=sequence_number,
        baseline=from_plain(DeviceBaseline, json.loads(known)) if known else None,
        result=from_plain(DeviceResult, json.loads(result)) if result else None,
        reason=reason,
        code=code,
        seen=from_plain(Seen, json.loads(seen)) if seen else None,
        provisional=bool(provisional),
    )


def _text(value: DeviceBaseline | DeviceResult | Seen | None) -> str | None:
    return None if value is None else canonical_json(to_plain(value)).decode()


class Projection:
    """Applies records in order, in the transaction that writes them."""

    def __init__(self, session: Session, intents: IntentCache) -> None:
        self._session = session
        self._intents = intents

    def apply(self, record: Record) -> None:
        """Raises TransitionError for a step that is not possible; the caller then rolls back."""
        body = record.body
        if record.header.approver is not None:
            self._forgive(record.header.approver.operator_id)
        match body:
            case OperationEvent(operation_id, event):
                self._move(record, operation_id, event)
            case Prepared():
                self._prepare(record, body)
            case FreeSale():
                self._sell(record, body.sale_id, amount_yen=0, free=True)
            case DocumentIssued():
                self._issue(record, body)
            case DocumentPrinted():
                self._print(record, body)
            case DayOpened():
                seq = record.header.seq
                self._session.run(_DAY_OPENED, _business_date(record), seq, DayState.OPEN.value, seq, 0)
            case DayClosed():
                closed = (DayState.CLOSED.value, body.first_seq, body.last_seq, _business_date(record))
                if self._session.run(_DAY_CLOSED, *closed).rowcount != 1:
                    raise TransitionError(f"business day {record.header.business_date} was never opened")
            case RefundRequested():
                if self._session.one(_SALE_KNOWN, sale_id=body.sale_id) is None:
                    raise TransitionError(f"sale {body.sale_id} was never made")
                asked = _date_text(record)
                self._touch(record, body.sale_id)
                self._session.run(_REFUND, record.header.epoch, record.header.seq, body.sale_id, asked)
            case FollowUpClosed():
                if self._session.run(_FOLLOWED_UP, body.operation_id).rowcount != 1:
                    raise TransitionError(f"operation {body.operation_id} is not to be followed up")
            case CodeEnrolled(device, text):
                if self._session.one(CODE_TEXT, device=device) != (text,):
                    self._session.run(_FORGET_CODE, device)
                self._session.run(_SET_CODE, device, "", text, 1)
            case CodeTested(device, brand, passed):
                if self._session.one(CODE_TEXT, device=device) is None:
                    raise TransitionError(f"device {device} has no code that could be tested")
                self._session.run(_SET_CODE, device, brand, "", int(passed))
            case DailyLogCompared():
                self._session.run(_DAILY_LOG, record.header.epoch, record.header.seq, _business_date(record))
            case PinRefused():
                name = pin_counter(body.operator_id)
                self._session.run(_SET_COUNTER, name, self._session.number(COUNTER, name=name) + 1)
            case SignedIn():
                self._forgive(record.header.actor.operator_id)
            case KioskStarted() | SignedOut() | DayCheckpoint() | DrawerOpened():
                pass
            case _:
                assert_never(body)

    def _forgive(self, operator_id: str) -> None:
        """The right PIN ends a row of wrong ones."""
        self._session.run(_CLEAR_COUNTER, pin_counter(operator_id))

    def _touch(self, record: Record, sale_id: str) -> None:
        """What was read of a sale is no longer all there is."""
        self._intents.sales.touch(sale_id, record.header.seq)

    def _print(self, record: Record, printed: DocumentPrinted) -> None:
        if self._session.run(_PRINTED, printed.state, printed.fault, printed.document_id).rowcount != 1:
            raise TransitionError(f"document {printed.document_id} was never issued")
        row = self._session.one(_DOCUMENT_SALE, document_id=printed.document_id)
        if row is not None and row[0]:
            self._touch(record, row[0])

    def _sell(self, record: Record, sale_id: str, *, amount_yen: int, free: bool) -> None:
        header = record.header
        made = self._session.run(
            _SALE, sale_id, header.epoch, header.seq, _business_date(record), amount_yen, int(free)
        )
        self._touch(record, sale_id)
        if free and made.rowcount != 1:
            raise TransitionError(f"sale {sale_id} exists already")
        self._intents.keep(record.hash, Intent(header.at, header.actor, record.body, header.approver, header.seq))

    def _prepare(self, record: Record, intent: Prepared) -> None:
        if self._session.one(OPERATION, operation_id=intent.operation_id) is not None:
            raise TransitionError(f"operation {intent.operation_id} was prepared already")
        self._sell(record, intent.sale_id, amount_yen=intent.amount_yen, free=False)
        self._keep_numbers(record, intent.sale_id, tuple(line.slip.number for line in intent.lines if line.slip))
        self._session.run(
            _OPERATION,
            intent.operation_id,
            intent.sale_id,
            record.header.epoch,
            record.header.seq,
            intent.operation_kind.value,
            intent.business_date.isoformat(),
            intent.tender.value,
            intent.device,
            intent.amount_yen,
            State.PREPARED.value,
            1,
            0,
            None,
            None,
            "",
            "",
            None,
            0,
            0,
        )

    def _move(self, record: Record, operation_id: OperationId, event: Event) -> None:
        row = self._session.one(OPERATION, operation_id=operation_id)
        if row is None:
            raise TransitionError(f"operation {operation_id} was never prepared")
        after = apply(read_operation(self._intents, row), event)
        self._touch(record, after.prepared.sale_id)
        self._session.run(
            _MOVE,
            after.state.value,
            int(after.state in UNSETTLED),
            after.sequence_number,
            _text(after.baseline),
            _text(after.result),
            after.reason,
            after.code,
            _text(after.seen),
            int(after.provisional),
            operation_id,
        )
        if isinstance(event, Requested):
            self._session.run(_SET_COUNTER, SEQUENCE_NUMBER, event.sequence_number)
        device, result = after.prepared.device, after.result
        if isinstance(event, OutcomeUnknown):
            # What the terminal counted meanwhile is unknown: an old number would let its last sale pass for the next.
            self._session.run(_FORGET_BASELINE, device)
        if after.state is not State.APPROVED or result is None:
            return
        numbers = (result.slip_number, result.approval_code, result.card_last4, result.payment_last4)
        self._keep_numbers(record, after.prepared.sale_id, numbers)
        if result.slip_number or result.transaction_number:
            self._session.run(_SET_BASELINE, device, result.terminal_id, result.slip_number, result.transaction_number)

    def _issue(self, record: Record, issued: DocumentIssued) -> None:
        name = serial_counter(issued.series)
        last = self._session.number(COUNTER, name=name)
        original = issued.copy_number == 0
        if not (issued.serial == last + 1 if original else 1 <= issued.serial <= last):
            raise TransitionError(f"serial {issued.serial} does not follow {last} in series {issued.series}")
        if original:
            self._session.run(_SET_COUNTER, name, issued.serial)
            self._keep_numbers(record, issued.sale_id, (issued.serial_number, str(issued.serial)))
        self._touch(record, issued.sale_id)
        self._session.run(
            _DOCUMENT,
            issued.document_id,
            issued.sale_id,
            record.header.seq,
            _date_text(record),
            issued.kind,
            issued.serial_number,
            issued.copy_number,
            "queued" if issued.sending_recorded else "sent",
            "",
        )

    def _keep_numbers(self, record: Record, sale_id: str, numbers: tuple[str, ...]) -> None:
        for number in sorted({number_key(each) for each in numbers} - {""}):
            self._session.run(_NUMBER, number, record.header.epoch, record.header.seq, sale_id)


def _date_text(record: Record) -> str | None:
    day_of = record.header.business_date
    return day_of.isoformat() if day_of else None


def _business_date(record: Record) -> str:
    text = _date_text(record)
    if text is None:
        raise TransitionError(f"{record.header.kind} needs a business date")
    return text


def create_read_models(session: Session) -> None:
    """Make empty read models of this version."""
    for sql in create_sql(READ_MODELS):
        session.connection.execute(sql)
    session.run(_VERSION, READ_MODEL_VERSION)


def drop_read_models(session: Session) -> None:
    for table in reversed(READ_MODELS.sorted_tables):
        session.connection.execute(f"DROP TABLE IF EXISTS {table.name}")


def read_models_current(session: Session, *, schema: str = "main") -> bool:
    """Whether the database holds read models of this version."""
    tables = session.connection.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'")  # noqa: S608
    if not set(READ_MODELS.tables) <= {row[0] for row in tables}:
        return False
    versions = session.connection.execute(f"SELECT version FROM {schema}.read_model").fetchall()  # noqa: S608
    return [row[0] for row in versions] == [READ_MODEL_VERSION]


def replay(source: Session, target: Session, intents: IntentCache) -> None:
    """Project every entry of ``source`` onto the empty read models of ``target``.

    Raises RecordError for bytes that are not a record, TransitionError for an impossible step.
    """
    projection = Projection(target, intents)
    for _, _, _, *rest in source.each(STORED):
        entry = Entry(*rest)
        projection.apply(parse_record(entry.canonical, entry.prev_hash))
