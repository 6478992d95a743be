"""Every fault of the emulated printer, at every moment of a job, whatever the clerk does. Owns trials; judges paper."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from drivers.emulators.printer.buffer import BUFFER_BYTES, SMALL_BUFFER_BYTES
from drivers.emulators.printer.core import Job, PrinterCore
from drivers.emulators.printer.faults import Fault
from drivers.errors import NotDurableError, PortMissingError
from drivers.printer.api import Printed, PrintFailed, PrintFault, PrintJob, PrintOutcome, PrintUnknown, Request
from drivers.printer.escpos.driver import EscposPrinter
from drivers.printer.escpos.settings import CompletionReply, EscposSettings
from drivers.transport import ByteStream
from tests.unit.drivers.printer.escpos.bench import Bench, Clerk

LINES = 14
DATA = b"\x1b@" + b"".join(b"line %02d\n" % number for number in range(LINES)) + b"\x1dV\x42\x00"
LINES_BEFORE = (0, 1, 7, LINES)
"""After how many printed lines it happens; 0 before the job."""
MENDED_S, PRESSED_S, GIVEN_UP_S, LOOKED_S = 30.0, 60.0, 10.0, 120.0


class Ending(StrEnum):
    """Columns of the table."""

    PRINTED = "printed"
    KEPT = "kept"
    """It waited for a person and was then printed."""
    UNKNOWN = "unknown"
    FAILED = "failed"


class Reaction(StrEnum):
    """What is done about it."""

    NOTHING = "nothing"
    MENDED = "mended"
    GIVEN_UP = "given_up"


MENDING: dict[Fault, str] = {
    Fault.PAPER_END: "paper ok",
    Fault.COVER_OPEN: "cover close",
    Fault.CUTTER: "cutter free",
    Fault.OFFLINE: "online on",
    Fault.OVERHEATED: "heat off",
    Fault.SILENT: "silent off",
    Fault.POWER_OFF: "power on",
}
"""What a person does; against the others there is nothing to be done at a counter."""
OTHERS = ("none", "small_buffer", "never_tells", "port_missing", "journal_full")
"""Rows that are no fault of the emulator's."""


class Quiet(PrinterCore):
    """Without pictures: only the words on the paper count here."""

    def _keep(self, completion_id: str) -> None:
        self._book.keep(Job(self._number, bytes(self._data), b"", self._head.sheet.text(), completion_id))


@dataclass(frozen=True, slots=True)
class Trial:
    """One job. ``row`` is a fault of the emulator or one of OTHERS."""

    row: str
    after_line: int
    reaction: Reaction
    completion: CompletionReply


class FullDisk(Clerk):
    def begin(self) -> None:
        raise NotDurableError("journal")


def trials() -> Iterator[Trial]:
    """All of them, in a fixed order."""
    for row in (*Fault, *OTHERS):
        faulty = row in list(Fault)
        completions = (CompletionReply.GS_H, CompletionReply.GS_R)
        for completion in (CompletionReply.NONE,) if row == "never_tells" else completions:
            for after_line in _moments(row):
                for reaction in Reaction if faulty else (Reaction.NOTHING,):
                    yield Trial(row, after_line, reaction, completion)


def _moments(row: str) -> tuple[int, ...]:
    if row in OTHERS:
        return LINES_BEFORE[:1]
    return LINES_BEFORE[1:] if row == Fault.UNPLUG else LINES_BEFORE  # unplugged before the job: port_missing


def outcome_of(trial: Trial) -> tuple[Ending, list[str]]:
    """Run one trial; how it ended, and what its paper says against that."""
    faults = (
        [] if trial.row in OTHERS else [f"{trial.row}_at_line:{trial.after_line}" if trial.after_line else trial.row]
    )
    small = trial.row == "small_buffer"
    rig = Bench(*faults, buffer_bytes=SMALL_BUFFER_BYTES if small else BUFFER_BYTES, core=Quiet)
    mending = "" if trial.row in OTHERS else MENDING.get(Fault(trial.row), "")
    if mending and trial.reaction is Reaction.MENDED:
        rig.at(MENDED_S, mending)
    presses = {PRESSED_S: Request.RESUME} if trial.reaction is Reaction.MENDED else {}
    if trial.reaction is Reaction.GIVEN_UP:
        presses = {GIVEN_UP_S: Request.GIVE_UP}
    clerk = (FullDisk if trial.row == "journal_full" else Clerk)(rig, presses=presses)

    def no_port() -> ByteStream:
        raise PortMissingError("gone")

    open_line = {"small_buffer": rig.open_held, "port_missing": no_port}.get(trial.row, rig.open_line)
    settings = EscposSettings(completion=trial.completion, chunk_bytes=8 if small else 256)
    outcome = EscposPrinter(open_line, settings).print(PrintJob(7, DATA), rig, clerk)
    waited = any(told is not None for told in clerk.told)
    if mending:
        rig.core.control(mending)
    for _ in range(int(LOOKED_S)):  # whatever still comes out, comes out
        rig.time_s += 1.0
        rig.core.step(rig.time_s, b"")
    return _ending(outcome, waited=waited), list(_against(trial, outcome, rig))


def _ending(outcome: PrintOutcome, *, waited: bool) -> Ending:
    match outcome:
        case Printed():
            return Ending.KEPT if waited else Ending.PRINTED
        case PrintUnknown():
            return Ending.UNKNOWN
        case PrintFailed():
            return Ending.FAILED


def _against(trial: Trial, outcome: PrintOutcome, rig: Bench) -> Iterator[str]:
    """A printed job is on paper whole and once, a failed one not at all, and no line is ever on paper twice."""
    papers = [job.text for job in rig.book.jobs.values()]
    lines = [line for text in papers for line in text.splitlines() if line.startswith("line")]
    where = f"{trial.row} after line {trial.after_line}, {trial.reaction}, {trial.completion}"
    if len(set(lines)) != len(lines):
        yield f"{where}: a line is on paper twice"
    if isinstance(outcome, Printed) and (len(lines) != LINES or len(papers) != 1):
        yield f"{where}: said to be printed, {len(lines)} of {LINES} lines are"
    if isinstance(outcome, PrintFailed) and lines:
        yield f"{where}: said to have failed, {len(lines)} lines are on paper"
    if outcome == PrintUnknown(PrintFault.CANNOT_TELL) and len(lines) != LINES:
        yield f"{where}: a printer without a fault left {len(lines)} of {LINES} lines"


def counted() -> tuple[dict[str, Counter[Ending]], list[str]]:
    """How often each row ended how, and everything that was wrong."""
    table: dict[str, Counter[Ending]] = {}
    wrong: list[str] = []
    for trial in trials():
        ending, against = outcome_of(trial)
        table.setdefault(trial.row, Counter())[ending] += 1
        wrong += against
    return table, wrong
