"""What has to hold after an end at any instant and a clean start. Owns the comparison; refuses to run anything."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

from drivers.emulators.terminal.ledger import EntryKind, LedgerEntry, read_ledger
from kiosk.journal import commands
from tests.instant.counter import Ran

REPRINT = "再発行"
PROGRESS = "… "
"""How lines begin that say how far a payment is."""


class Ended(StrEnum):
    """What became of the sale that was struck, once the counter has been started again."""

    PAID = "paid"
    NOT_CHARGED = "not charged"
    IN_DOUBT = "in doubt"
    NOT_BEGUN = "not begun"


ENDS = {
    "operation_approved": Ended.PAID,
    "resolved_charged": Ended.PAID,
    "operation_declined": Ended.NOT_CHARGED,
    "operation_not_sent": Ended.NOT_CHARGED,
    "operation_abandoned": Ended.NOT_CHARGED,
    "operation_not_charged": Ended.NOT_CHARGED,
}
NOT_TAKEN = {"declined", "not_sent", "abandoned", "not_charged", None}
"""States that tell a clerk to charge again, with a refusal's (which names none)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the exported journal."""

    seq: int
    kind: str
    body: dict[str, Any]


@dataclass(slots=True)
class Sold:
    """One operation as the journal tells it. ``blind``: requested without knowing where the terminal's book ended."""

    seq: int
    sale_id: str
    amount_yen: int
    requested: bool = False
    blind: bool = False
    ended: Ended = Ended.IN_DOUBT
    ended_seq: int = 0
    slip_number: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one case came to."""

    charged: bool
    """Whether the terminal booked a charge, taken back later or not."""
    ended: Ended
    acknowledged: bool
    """Whether the command had said "paid" before it ended."""
    violations: tuple[str, ...]


@dataclass(slots=True)
class Evidence:
    """Everything a case leaves behind. ``before_seq``: the journal's end before the struck run."""

    state: Path
    ledger: Path
    paper: Path
    before_seq: int
    struck: Ran
    following: Ran

    def judge(self) -> Finding:
        """Compare every book with every other."""
        rows = read_rows(self.state)
        operations = _operations(rows)
        restarted_seq = max((row.seq for row in rows if row.kind == "kiosk_started"), default=0)
        ours = [sold for sold in operations if self.before_seq < sold.seq < restarted_seq]
        entries = read_ledger(self.ledger) if self.ledger.exists() else ()
        sold = ours[-1] if ours else None
        said = _said(self.struck.out)
        violations = [
            *_run_faults(self.struck, self.following, operations),
            *_money_faults(operations, entries),
            *_word_faults(said, operations, sold, restarted_seq),
            *_paper_faults(rows, self.paper),
            *_journal_faults(self.state),
        ]
        charges_before = sum(row.kind == "operation_approved" and row.seq <= self.before_seq for row in rows)
        charged = sold is not None and any(
            entry.kind is EntryKind.SALE and entry.amount_yen == sold.amount_yen for entry in entries[charges_before:]
        )
        ended = sold.ended if sold else Ended.NOT_BEGUN
        return Finding(charged, ended, bool(said and said["ok"]), tuple(violations))


def read_rows(state: Path) -> list[Row]:
    """The journal as ``kiosk journal export`` writes it."""
    out = BytesIO()
    commands.export(state, out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return [Row(line["seq"], line["kind"], line["record"]["body"]) for line in lines]


def canonical(state: Path) -> list[bytes]:
    """Every entry as its bytes stand in the journal."""
    out = BytesIO()
    commands.export(state, out)
    return [line.split(b'"record":', 1)[1][:-1] for line in out.getvalue().splitlines()]


def _operations(rows: Sequence[Row]) -> list[Sold]:
    found: dict[str, Sold] = {}
    for row in rows:
        body = row.body
        if row.kind == "operation_prepared":
            found[body["operation_id"]] = Sold(row.seq, body["sale_id"], body["amount_yen"])
        elif (sold := found.get(body.get("operation_id", ""))) is not None:
            if row.kind == "operation_requested":
                sold.requested, sold.blind = True, body["baseline"] is None
            if row.kind in ENDS:
                sold.ended, sold.ended_seq = ENDS[row.kind], row.seq
                sold.slip_number = (body.get("result") or {}).get("slip_number", "")
    return list(found.values())


def _standing(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Sales that the terminal has not taken back."""
    taken_back = {entry.reverses for entry in entries if entry.kind in (EntryKind.REVERSAL, EntryKind.VOID)}
    return [entry for entry in entries if entry.kind is EntryKind.SALE and entry.id not in taken_back]


def _said(out: str) -> dict[str, Any] | None:
    """The command's result; None where it had printed none."""
    try:
        said = json.loads(out)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _run_faults(struck: Ran, following: Ran, operations: Sequence[Sold]) -> Iterator[str]:
    if struck.hung or following.hung:
        yield "hung: the command did not end"
    if any(word in struck.error + following.error for word in ("Traceback", "a fault in this program")):
        yield f"trace: a bug of ours, told to a person: {struck.error.splitlines()[-1:]}"
    told = [line for line in struck.error.splitlines() if not line.startswith(PROGRESS)]
    if struck.code not in (0, 1, 2, -9):
        yield f"code: ended with {struck.code}: {told}"
    if struck.code == 2 and len(told) != 1:
        yield f"line: exit code 2 with {len(told)} lines instead of one: {told}"
    if struck.code == 0 and not (_said(struck.out) or {}).get("ok"):
        yield "silent: exit code 0 and nothing said"
    waits_for_people = any(sold.ended is Ended.IN_DOUBT and sold.blind for sold in operations)
    if following.code != int(waits_for_people):
        yield f"restart: the next sale ended with {following.code}: {following.error.splitlines()[-1:]} {following.out}"


def _money_faults(operations: Sequence[Sold], entries: Sequence[LedgerEntry]) -> Iterator[str]:
    booked = Counter((sold.slip_number, sold.amount_yen) for sold in operations if sold.ended is Ended.PAID)
    taken = Counter((entry.slip_number, entry.amount_yen) for entry in _standing(entries))
    asked = Counter(sold.amount_yen for sold in operations if sold.ended is Ended.IN_DOUBT)
    lost = Counter(amount_yen for _, amount_yen in (taken - booked).elements()) - asked
    if lost:
        yield f"lost: charged, and nobody knows: {sorted(lost.elements())}"
    if doubled := booked - taken:
        yield f"doubled: in the journal and not charged: {sorted(doubled.elements())}"
    if any(sold.ended is Ended.IN_DOUBT and not sold.blind for sold in operations):
        yield "stuck: in doubt, though the terminal can tell"
    if sum(entry.kind is EntryKind.SALE for entry in entries) > sum(sold.requested for sold in operations):
        yield "unasked: charged without a request in the journal"


def _word_faults(
    said: dict[str, Any] | None, operations: Sequence[Sold], sold: Sold | None, restarted_seq: int
) -> Iterator[str]:
    """What the command said against what the books say."""
    if said is None:
        return
    if said["ok"]:
        named = next((each for each in operations if each.sale_id == said["sale_id"]), None)
        if named is None or named.ended is not Ended.PAID:
            yield "false yes: said paid, and the journal does not have it"
        elif named.ended_seq > restarted_seq:
            yield "early yes: said paid before the journal had it"
    elif said.get("state") in NOT_TAKEN and sold is not None and sold.ended is Ended.PAID:
        yield f"false no: said {said.get('state') or said.get('rule')}, and the charge stands"


def _paper_faults(rows: Sequence[Row], paper: Path) -> Iterator[str]:
    issued = [row.body for row in rows if row.kind == "document_issued"]
    originals = Counter(body["sale_id"] for body in issued if not body["copy_number"])
    if any(count > 1 for count in originals.values()):
        yield "originals: one sale has two originals in the journal"
    slips = [path.read_text("utf-8") for path in paper.glob("receipt-*.txt")]
    for number in {body["serial_number"] for body in issued}:
        if sum(number in slip and REPRINT not in slip for slip in slips) > 1:
            yield f"originals: {number} is on paper twice"


def _journal_faults(state: Path) -> Iterator[str]:
    for verdict in commands.verify(state):
        if not verdict.ok:
            yield f"journal: {verdict}"
