"""What ``kiosk journal`` does: verify, export, show. Owns the form of their output; refuses to print or parse."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from kiosk.domain.books import Entry
from kiosk.domain.checkpoint import Checkpoint
from kiosk.domain.checkpoint_check import Finding, IsSigned, code_unknown, examine, unchecked, with_code
from kiosk.domain.record import RecordError, parse_record
from kiosk.journal.checkpoints import held, recorded
from kiosk.journal.database import prepare
from kiosk.journal.entries import LAST, STORED
from kiosk.journal.inspection import Verdict, inspecting, verify_journal
from kiosk.journal.listing import Language, describe
from kiosk.journal.lock import LOCK_NAME, DirectoryLock
from kiosk.journal.read_models import CODE_TEXT
from kiosk.journal.schema import operation

_UNSETTLED_DEVICES = prepare(select(operation.c.device).where(operation.c.unsettled == 1).distinct())
SHOW_ENTRIES_MAX = 10_000
"""More is for export, not for reading."""


def verify(directory: Path, is_signed: IsSigned = unchecked) -> tuple[Verdict, ...]:
    """Check everything that can be checked; good when every verdict is ok. Raises JournalError without a journal.

    Without ``is_signed`` the signatures of its day checkpoints are taken as they are.
    """
    with inspecting(directory) as look:
        return verify_journal(look, is_signed)


def verify_paper(
    directory: Path, wanted: Checkpoint | str, is_signed: IsSigned, *, key_file: bytes | None
) -> tuple[tuple[Verdict, ...], tuple[Finding, ...]]:
    """The same, and a day's paper (or its code) against the journal in the same look."""
    with inspecting(directory) as look:
        verdicts = verify_journal(look, is_signed)
        paper = with_code(recorded(look.session), wanted) if isinstance(wanted, str) else wanted
        if paper is None:
            return verdicts, code_unknown(str(wanted))
        return verdicts, examine(paper, held(look.session, paper, key_file=key_file), is_signed)


def verdict_json(verdict: Verdict) -> str:
    """One line of ``kiosk journal verify --json``."""
    return json.dumps(
        {"check": verdict.check, "ok": verdict.ok, "detail": verdict.detail}, ensure_ascii=False, separators=(",", ":")
    )


def export(directory: Path, out: BinaryIO) -> int:
    """Write every entry as a JSON line and return how many. Raises JournalError without a journal.

    A line is ``{"epoch", "seq", "kind", "prev_hash", "hash", "record"}``; hashes are lower-case hexadecimal and the
    bytes of ``record`` are the canonical bytes themselves, so that the chain can be checked from the export alone.
    """
    count = 0
    with inspecting(directory) as look:
        for _, _, kind, *rest in look.session.each(STORED):
            out.write(_line(kind, Entry(*rest)))
            count += 1
    return count


def _line(kind: str, entry: Entry) -> bytes:
    place = json.dumps(
        {
            "epoch": entry.epoch,
            "seq": entry.seq,
            "kind": kind,
            "prev_hash": entry.prev_hash.hex(),
            "hash": entry.hash.hex(),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return place[:-1].encode() + b',"record":' + entry.canonical + b"}\n"


def last_entry_at(directory: Path) -> datetime | None:
    """When the newest entry was made, by the kiosk's clock; None in an empty journal or where it cannot be read."""
    with inspecting(directory) as look:
        for _, prev_hash, canonical in look.session.all(LAST, count_max=1):
            try:
                return datetime.fromisoformat(parse_record(canonical, prev_hash).header.at)
            except (RecordError, ValueError):
                return None  # what is wrong with it, the checks have told
    return None


def unsettled_devices(directory: Path) -> frozenset[str]:
    """Devices with a payment nobody has settled. Raises JournalError without a journal."""
    with inspecting(directory) as look:
        return frozenset(device for (device,) in look.session.all(_UNSETTLED_DEVICES))


def issued_code(directory: Path, device: str) -> str:
    """The payment code enrolled for a device, byte for byte; empty for none. Raises JournalError without a journal."""
    with inspecting(directory) as look:
        found = look.session.one(CODE_TEXT, device=device)
    return str(found[0]) if found else ""


@contextmanager
def nobody_at_work(directory: Path) -> Iterator[None]:
    """No kiosk uses this journal meanwhile; one that starts is told so. Raises JournalLockedError while one does."""
    if not (directory / LOCK_NAME).exists():
        yield
        return
    lock = DirectoryLock(directory)
    try:
        yield
    finally:
        lock.release()


def show(directory: Path, *, last: int = 20, language: Language = Language.JAPANESE) -> Iterator[str]:
    """The last entries as lines for a person, oldest first. Raises JournalError without a journal."""
    with inspecting(directory) as look:
        rows = look.session.all(LAST, count_max=max(0, min(last, SHOW_ENTRIES_MAX)))
        for seq, prev_hash, canonical in reversed(rows):
            try:
                yield describe(parse_record(canonical, prev_hash), language)
            except RecordError as error:
                yield f"{seq:>7}  ?  {error}"
