"""The invariants, checked on what is left: journal, devices, paper, register. Owns the comparison; refuses to mend."""

from collections import Counter
from collections.abc import Iterator

from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.operation import UNSETTLED, DeviceResult, Operation, OperationKind, Prepared, State, apply
from kiosk.domain.payment import Standing, standing
from kiosk.domain.record import DayClosed, DocumentIssued, Head, OperationEvent, Record, parse_record
from kiosk.journal import commands
from register.services.verify import verify
from register.store import kiosks
from register.store.engine import reading
from tests.simulation.devices import Sale
from tests.simulation.kiosk_side import CounterSide
from tests.simulation.register_side import RegisterSide

READ_ENTRIES = 1000
READ_BYTES = 10_000_000


def records_of(counter: CounterSide) -> list[Record]:
    """The whole journal, parsed; what has the same bytes as the day before is not parsed anew."""
    process = counter.process
    assert process is not None
    assert process.is_alive
    known = counter.records
    records: list[Record] = []
    while entries := process.journal.entries_after(len(records), count_max=READ_ENTRIES, bytes_max=READ_BYTES):
        for entry in entries:
            same = known[len(records)] if len(records) < len(known) else None
            if same is None or (same.prev_hash, same.canonical) != (entry.prev_hash, entry.canonical):
                same = parse_record(entry.canonical, entry.prev_hash)
            records.append(same)
    counter.records = records
    return records


class Ledger:
    """The journal folded anew, without the product's read models."""

    def __init__(self, records: list[Record]) -> None:
        self.operations: dict[str, Operation] = {}
        self.records = records
        for record in records:
            body = record.body
            if isinstance(body, Prepared):
                self.operations[body.operation_id] = Operation(body)
            elif isinstance(body, OperationEvent):
                self.operations[body.operation_id] = apply(self.operations[body.operation_id], body.event)

    @property
    def payments(self) -> int:
        """Sales over money that were begun."""
        return sum(operation.prepared.operation_kind is OperationKind.SALE for operation in self.operations.values())

    def paid(self, device: str) -> list[Operation]:
        """Approved sales on a device that nobody took back."""
        payments: dict[str, list[Operation]] = {}
        for operation in self.operations.values():
            payments.setdefault(operation.prepared.payment_id, []).append(operation)
        return [
            operation
            for operations in payments.values()
            if standing(operations) is Standing.PAID
            for operation in operations
            if operation.prepared.operation_kind is OperationKind.SALE
            and operation.state is State.APPROVED
            and operation.prepared.device == device
        ]


def lost_yen(counter: CounterSide, ledger: Ledger) -> int:
    """I1: yen that one side alone has; every difference is noted as a problem."""
    yen = 0
    for device, held in (
        ("terminal", counter.terminal.standing()),
        ("emoney", counter.service.standing() if counter.service else counter.emoney.standing()),
        ("drawer", counter.drawer.standing()),
    ):
        left = list(held)
        unmatched: list[Operation] = []
        for operation in ledger.paid(device):
            found = _match(operation, left)
            if found is None:
                unmatched.append(operation)
            else:
                left.remove(found)
        for operation in tuple(unmatched):  # settled by people: the amount alone is known
            found = next((sale for sale in left if sale.amount_yen == operation.prepared.amount_yen), None)
            if found is not None and not (operation.result or DeviceResult()).slip_number:
                unmatched.remove(operation)
                left.remove(found)
        for operation in unmatched:
            counter.world.problem(f"I1 {counter.name}: {device} has no sale for {operation.prepared.operation_id}")
        for sale in left:
            counter.world.problem(f"I1 {counter.name}: {device} took {sale.amount_yen} yen that no journal has")
        yen += sum(operation.prepared.amount_yen for operation in unmatched) + sum(sale.amount_yen for sale in left)
    return yen


def _match(operation: Operation, held: list[Sale]) -> Sale | None:
    result = operation.result or DeviceResult()
    if not result.slip_number and not result.transaction_number and operation.prepared.device == "terminal":
        return None
    for sale in held:
        same_slip = not result.slip_number or result.slip_number == sale.slip_number
        same_trace = not result.transaction_number or result.transaction_number == sale.transaction_number
        if same_slip and same_trace and sale.amount_yen == operation.prepared.amount_yen:
            return sale
    return None


def check(counter: CounterSide, register: RegisterSide, ledger: Ledger) -> None:
    """I5, I6, I8 and the register; problems are noted in the world."""
    for text in (
        *_chain(counter),
        *_paper(counter, ledger),
        *_order(ledger),
        *_held(counter, register, ledger.records),
    ):
        counter.world.problem(f"{text} ({counter.name})")


def _chain(counter: CounterSide) -> Iterator[str]:
    for verdict in commands.verify(counter.folder):
        if not verdict.ok:
            yield f"I5 {verdict.check}: {verdict.detail}"


def _paper(counter: CounterSide, ledger: Ledger) -> Iterator[str]:
    issued = [record.body for record in ledger.records if isinstance(record.body, DocumentIssued)]
    originals = Counter(body.serial_number for body in issued if body.copy_number == 0)
    yield from (f"I6 two originals numbered {number}" for number, count in originals.items() if count > 1)
    printed = [text for text in counter.paper.texts.values() if "再発行" not in text]
    for number in originals:
        count = sum(_is_numbered(text, number) for text in printed)
        if count > 1:
            yield f"I6 {number} is on paper {count} times without 再発行"


def _is_numbered(text: str, number: str) -> bool:
    """A slip's own number; a void slip names another beside it."""
    return any(f"No. {number}" in line and "対象" not in line for line in text.splitlines())


def _order(ledger: Ledger) -> Iterator[str]:
    state: dict[str, State] = {}
    day: dict[str, object] = {}
    for number, record in enumerate(ledger.records, start=1):
        if record.header.seq != number:
            yield f"I8 entry {number} says it is {record.header.seq}"
        body = record.body
        if isinstance(body, Prepared):
            day[body.operation_id] = body.business_date
            state[body.operation_id] = State.PREPARED
            if any(line.slip is None and line.fiscal_year != fiscal_year_of(body.business_date) for line in body.lines):
                yield f"I8 {body.operation_id}: a line of another fiscal year"
        elif isinstance(body, OperationEvent):
            if record.header.business_date != day[body.operation_id]:
                yield f"I8 {body.operation_id}: its business day moved"
            state[body.operation_id] = apply(
                Operation(ledger.operations[body.operation_id].prepared, state[body.operation_id]), body.event
            ).state
        elif isinstance(body, DayClosed) and any(each in UNSETTLED for each in state.values()):
            yield "a day was closed over something unsettled"


def _held(counter: CounterSide, register: RegisterSide, records: list[Record]) -> Iterator[str]:
    with reading(register.engine) as connection:
        row = kiosks.kiosk_row(connection, counter.name)
    last = records[-1]
    head = Head(last.header.epoch, last.header.seq, last.hash)
    if row is None or (row.head_seq, row.head_hash) != (head.seq, head.hash):
        yield f"I1 the register holds entry {row.head_seq if row else 0} of {head.seq}"
    if row is not None and row.frozen_rule:
        yield f"the register froze this kiosk: {row.frozen_rule} {row.frozen_detail}"


def check_register(register: RegisterSide) -> None:
    """The register's own verification, over all counters."""
    for problem in verify(register.engine).problems:
        register.world.problem(f"register: {problem}")
