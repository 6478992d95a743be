"""Looking at a journal without the lock, also while a kiosk runs. Owns the full check; refuses to change the files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.batch import KEY_REFUSALS
from kiosk.domain.books import Entry
from kiosk.domain.checkpoint_check import IsSigned, check_recorded, own_key, stated_by
from kiosk.domain.operation import TransitionError
from kiosk.domain.record import GENESIS_HASH, DayCheckpoint, Head, Record, RecordError, parse_record
from kiosk.journal.checkpoints import entry_at, recorded
from kiosk.journal.database import Session, load_driver
from kiosk.journal.entries import ACKED, STORED, read_database_head
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME, read_head
from kiosk.journal.intents import IntentCache
from kiosk.journal.opening import DATABASE_NAME, check_acknowledged, compare_heads
from kiosk.journal.read_models import create_read_models, read_models_current, replay
from kiosk.journal.schema import READ_MODELS, check_journal_table

BOOK = "book"
"""Name of the journal's file beside the empty database in memory that a replay fills."""
FINDINGS_MAX = 5
"""A verdict names this many faults of a kind and counts the rest."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one check: ``check`` names it, ``detail`` says in one line what was found."""

    check: str
    ok: bool
    detail: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'BAD '} {self.check}: {self.detail}"


def _good(check: str, detail: str) -> Verdict:
    return Verdict(check, ok=True, detail=detail)


def _bad(check: str, detail: str) -> Verdict:
    return Verdict(check, ok=False, detail=detail)


@dataclass(frozen=True, slots=True)
class Inspection:
    """One consistent look: the session reads the file's tables by their bare names."""

    directory: Path
    session: Session
    witness: Head | None
    """What the head file said before the database was read: it may lag, never lead."""
    witness_fault: str
    """Why the head file could not be read, or empty."""


@contextmanager
def inspecting(directory: Path) -> Iterator[Inspection]:
    """Raises JournalError when there is no journal, or SQLite cannot read it."""
    path = directory / DATABASE_NAME
    if not path.is_file():
        raise JournalError(f"{path}: no journal here; give the directory that holds {DATABASE_NAME}")
    driver = load_driver()
    witness, fault = None, ""
    try:
        witness = read_head(directory / HEAD_NAME)
    except JournalError as error:
        fault = str(error)
    try:
        connection = driver.connect_beside(path, BOOK)
        try:
            connection.execute("BEGIN")
            yield Inspection(directory, Session(connection), witness, fault)
        finally:
            connection.close()
    except (driver.error, UnicodeDecodeError) as error:  # a spoiled schema spoils the words of the error, too
        raise JournalError(f"{path}: cannot be read as a journal ({error})") from error


def verify_journal(look: Inspection, is_signed: IsSigned) -> tuple[Verdict, ...]:
    """Every check, in an order that lets the first bad one explain the rest."""
    return (
        _check_file(look),
        _check_table(look),
        _check_chain(look),
        _check_head_file(look),
        _check_read_models(look),
        _check_checkpoints(look, is_signed),
        _check_acknowledged(look),
    )


def _check_file(look: Inspection) -> Verdict:
    rows = look.session.connection.execute(f"PRAGMA {BOOK}.integrity_check({FINDINGS_MAX})").fetchall()
    found = [str(row[0]) for row in rows]
    return Verdict("database file", ok=found == ["ok"], detail="; ".join(found))


def _check_table(look: Inspection) -> Verdict:
    try:
        check_journal_table(look.session.connection, schema=BOOK)
    except JournalError as error:
        return _bad("append-only table", str(error))
    return _good("append-only table", "triggers in place")


def _check_chain(look: Inspection) -> Verdict:
    faults: list[str] = []
    count, epoch, seq, previous = 0, 0, 0, GENESIS_HASH
    for kiosk_id, version, kind, *rest in look.session.each(STORED):
        entry = Entry(*rest)
        if entry.epoch != epoch:
            epoch, seq, previous = entry.epoch, 0, GENESIS_HASH
        if entry.seq != seq + 1:
            faults.append(f"entries {seq + 1} to {entry.seq - 1} are missing")
        elif entry.prev_hash != previous:
            faults.append(f"entry {entry.seq} does not follow the one before it")
        try:
            record = parse_record(entry.canonical, entry.prev_hash)
        except RecordError as error:
            faults.append(f"entry {entry.seq} cannot be read: {error}")
        else:
            faults += _faults_of(record, entry, (kiosk_id, version, kind))
        count, seq, previous = count + 1, entry.seq, entry.hash
    if faults:
        return _bad("chain", _listed(faults))
    return _good("chain", f"{count} entries, head {seq} {previous.hex()}")


def _listed(faults: list[str]) -> str:
    more = len(faults) - FINDINGS_MAX
    return "; ".join(faults[:FINDINGS_MAX]) + (f"; and {more} more" if more > 0 else "")


def _faults_of(record: Record, entry: Entry, columns: tuple[str, int, str]) -> Iterator[str]:
    if record.hash != entry.hash:
        yield f"entry {entry.seq} does not have the hash it is stored with"
    header = record.header
    if (header.epoch, header.seq) != (entry.epoch, entry.seq):
        yield f"entry {entry.seq} says that it is entry {header.seq} of epoch {header.epoch}"
    if (header.kiosk_id, header.schema_version, header.kind) != columns:
        yield f"entry {entry.seq} differs from the columns beside it"


def _check_head_file(look: Inspection) -> Verdict:
    name = "head file"
    if look.witness is None:
        return _bad(name, look.witness_fault or f"{look.directory / HEAD_NAME}: missing")
    head, _ = read_database_head(look.session, look.witness.epoch)
    try:
        compare_heads(look.session, head, look.witness, look.directory / HEAD_NAME)
    except JournalError as error:
        return _bad(name, str(error))
    behind = head.seq - look.witness.seq
    return _good(name, f"{behind} entries behind" if behind else f"agrees at entry {head.seq}")


def _check_read_models(look: Inspection) -> Verdict:
    name = "read models"
    session = look.session
    if not read_models_current(session, schema=BOOK):
        return _bad(name, "of another version; they are made again when the kiosk starts")
    try:
        create_read_models(session)
        replay(session, session, IntentCache())
    except (RecordError, TransitionError, load_driver().error) as error:
        return _bad(name, f"the journal cannot be replayed: {error}")
    tables = [table.name for table in READ_MODELS.sorted_tables]
    wrong = [table for table in tables if _differs(session, table)]
    if wrong:
        return _bad(name, f"differ from a replay of the journal: {', '.join(wrong)}")
    return _good(name, "equal to a replay of the journal")


def _differs(session: Session, table: str) -> bool:
    mine, theirs = f"SELECT * FROM main.{table}", f"SELECT * FROM {BOOK}.{table}"  # noqa: S608 - our own names
    sql = f"SELECT 1 FROM ({mine} EXCEPT {theirs}) UNION ALL SELECT 1 FROM ({theirs} EXCEPT {mine})"  # noqa: S608
    return session.connection.execute(sql).fetchone() is not None


def _check_checkpoints(look: Inspection, is_signed: IsSigned) -> Verdict:
    """Each recorded day against its close: a chain written anew with the old checkpoints in it is found out here."""
    name = "day checkpoints"
    faults: list[str] = []
    count = 0
    for body in recorded(look.session):
        count += 1
        fault = _checkpoint_fault(look.session, body, is_signed)
        faults += [fault] if fault else []
    return _bad(name, _listed(faults)) if faults else _good(name, f"{count} agree with their close")


def _checkpoint_fault(session: Session, body: DayCheckpoint, is_signed: IsSigned) -> str:
    stated = stated_by(body)
    if stated is None:
        return check_recorded(None, None, None, is_signed)
    close = entry_at(session, stated.epoch, stated.last_seq)
    return check_recorded(stated, close, own_key(body, stated.key_id), is_signed)


def _check_acknowledged(look: Inspection) -> Verdict:
    name = "acknowledged"
    try:
        check_acknowledged(look.session)
    except JournalError as error:
        return _bad(name, str(error))
    _, seq, _, frozen = look.session.all(ACKED)[0]
    if frozen.partition(":")[0] in KEY_REFUSALS:  # nothing against the journal
        return _good(name, f"up to entry {seq}; the register takes this kiosk's key no more: {frozen}")
    return _bad(name, f"frozen by the central register: {frozen}") if frozen else _good(name, f"up to entry {seq}")
