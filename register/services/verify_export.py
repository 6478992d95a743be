"""An exported journal checked without a database: chain, days, a paper against it. Refuses any other file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.checkpoint import Checkpoint
from kiosk.domain.checkpoint_check import (
    Finding,
    Held,
    KnownKey,
    check_recorded,
    code_unknown,
    examine,
    own_key,
    same_day,
    stated_by,
    with_code,
)
from kiosk.domain.record import GENESIS_HASH, DayCheckpoint, DayClosed, Record, canonical_json
from register.domain.entries import BrokenEntry, read_entry
from register.domain.refusal import Unusable
from register.domain.submission import fits
from register.services.verify import PROBLEMS_MAX, Problem, ProblemRule, is_whole, record_of

LINE_BYTES_MAX = 1024 * 1024
"""A line holds one record of at most 256 KB, at worst escaped."""


@dataclass(slots=True)
class _Reading:
    """What is known of a file of one kiosk's entries, as far as it has been read."""

    kiosk_id: str = ""
    epoch: int = 0
    seq: int = 0
    hash: bytes = GENESIS_HASH
    entries: int = 0
    days: list[DayCheckpoint] = field(default_factory=list)
    closes: dict[tuple[int, date], Record] = field(default_factory=dict)
    last_seqs: dict[int, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, rule: ProblemRule, detail: str, breaks_at: tuple[int, int] | None = None) -> None:
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(self.kiosk_id, rule, detail, breaks_at))


@dataclass(frozen=True, slots=True)
class ExportVerdict:
    """What a file holds, and what is wrong with it. ``head`` is its newest entry's hash, for people to compare."""

    kiosk_id: str
    entries: int
    days: int
    last_seq: int
    head: bytes
    found: tuple[Problem, ...]


def verify_export(lines: Iterable[bytes], wanted: Checkpoint | str | None) -> tuple[ExportVerdict, tuple[Finding, ...]]:
    """Check a file that ``kiosk journal export`` or ``register export`` wrote: chain, days, and a paper against it.

    The keys are those the file itself names. Raises Unusable for a file that is no export.
    """
    read = _Reading()
    for number, line in enumerate(lines, start=1):
        _take(read, number, line)
    if not read.entries:
        raise Unusable("--export: the file holds no entry")
    for body in read.days:
        stated = stated_by(body)
        close = read.closes.get((stated.epoch, stated.business_date)) if stated else None
        fault = check_recorded(stated, close, own_key(body, stated.key_id) if stated else None, fits)
        if fault:
            read.problem(ProblemRule.CHECKPOINT, fault)
    verdict = ExportVerdict(read.kiosk_id, read.entries, len(read.days), read.seq, read.hash, tuple(read.problems))
    if wanted is None:
        return verdict, ()
    paper = wanted if isinstance(wanted, Checkpoint) else with_code(read.days, wanted)
    return verdict, code_unknown(str(wanted)) if paper is None else examine(paper, _held_in(read, paper), fits)


def _take(read: _Reading, number: int, line: bytes) -> None:
    canonical, stated_hash = _unpacked(number, line)
    try:
        header = json.loads(canonical)["header"]
        kiosk_id, epoch, seq = str(header["kiosk_id"]), int(header["epoch"]), int(header["seq"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise Unusable(f"--export: line {number} is not an entry of a journal") from error
    read.entries += 1
    read.kiosk_id = read.kiosk_id or kiosk_id
    if epoch != read.epoch:
        read.epoch, read.seq, read.hash = epoch, 0, GENESIS_HASH
    place = f"epoch {epoch} entry {seq}"
    if seq != read.seq + 1:
        read.problem(ProblemRule.MISSING, f"{place}: entry {read.seq + 1} is missing", (epoch, read.seq + 1))
    try:
        entry = read_entry(canonical, kiosk_id=read.kiosk_id, epoch=epoch, seq=seq, prev_hash=read.hash)
    except BrokenEntry as error:
        read.problem(ProblemRule.ALTERED, f"{place}: {error}", (epoch, seq))
        return
    if stated_hash not in (None, entry.hash.hex()):
        read.problem(ProblemRule.ALTERED, f"{place}: its bytes do not give the hash beside them", (epoch, seq))
    if isinstance(entry.body, DayCheckpoint):
        read.days.append(entry.body)
    elif isinstance(entry.body, DayClosed) and entry.business_date is not None:
        close = record_of(canonical, read.hash)
        if close is not None:
            read.closes[epoch, entry.business_date] = close
    read.seq, read.hash, read.last_seqs[epoch] = seq, entry.hash, seq


def _unpacked(number: int, line: bytes) -> tuple[bytes, str | None]:
    """The canonical bytes, and the hash beside them where the kiosk wrote the file."""
    if len(line) > LINE_BYTES_MAX:
        raise Unusable(f"--export: line {number} is longer than any entry")
    try:
        value = json.loads(line)
        if isinstance(value, dict) and "record" in value:
            return canonical_json(value["record"]), str(value.get("hash"))
    except (ValueError, RecursionError) as error:
        raise Unusable(f"--export: line {number} is not JSON of a journal") from error
    return line.rstrip(b"\r\n"), None


def _held_in(read: _Reading, paper: Checkpoint) -> Held:
    keys = [key for body in read.days if (key := own_key(body, paper.key_id)) is not None]
    close = read.closes.get((paper.epoch, paper.business_date))
    return Held(
        kiosk_id=read.kiosk_id,
        last_seq=read.last_seqs.get(paper.epoch, 0),
        entry=close if close is not None and close.header.seq == paper.last_seq else None,
        recorded=same_day(read.days, paper),
        key=KnownKey(keys[0], vouched=False) if keys else None,
        chain_whole=is_whole(read.problems, paper.epoch, paper.last_seq),
    )
