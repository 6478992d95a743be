"""What an ESC/POS printer says: bytes in, events out. Owns telling the kinds of reply apart; refuses ports and clocks.

Source: Epson ESC/POS command reference, "status" and "response transmission": fixed bits separate the kinds.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from drivers.printer.api import Paper, PrintFault

BLOCK_BYTES_MAX = 80
"""Header to NUL: GS I texts have at most 80 bytes, everything else is shorter."""

BLOCK_HEADERS = frozenset((0x37, 0x5F))
COMPLETION_IDENTIFIER = 0x22
COMPLETION_DIGITS = 4
FIXED_BITS = 0x93
"""Bits 0, 1, 4 and 7 say what a first byte begins."""
AUTO_STATUS, REAL_TIME_STATUS, XON, XOFF = 0x10, 0x12, 0x11, 0x13
ORDERED_BITS = 0x90
"""Bits 4 and 7 clear: a GS r answer, or the second to fourth byte of an automatic status."""

RESET_AND_REPORT = b"\x1b@\x1da\x0f"
"""ESC @, then GS a 15: report drawer, online, error and paper changes from now on (ESC @ would switch them off)."""
ASK_PAPER_IN_ORDER = b"\x1dr\x01"
RESUME, CLEAR = b"\x10\x05\x01", b"\x10\x05\x02"
"""DLE ENQ: go on at the line that failed; throw the buffers away and recover."""
SOUND = b"\x1b(A\x04\x00\x61\x01\x01\x0a"
"""ESC ( A fn 97: pattern 1, once, one second."""
DRAWER_BIT = 0x04
"""In DLE EOT 1 and in the first byte of ASB: the level of the drawer connector's pin 3."""
ERROR_CAUSES = (
    (0x08, PrintFault.CUTTER),
    (0x20, PrintFault.UNRECOVERABLE),
    (0x40, PrintFault.OVERHEATED),
    (0x04, PrintFault.RECOVERABLE),
)
"""The same bits in DLE EOT 3 and in the second byte of ASB; a cover that is closed again leaves the last one."""
JOB_NUMBER_MAX = 9999
EVENTS_MAX = 256
"""The driver takes events as they come; more waiting than this is a babbling printer, and the oldest is dropped."""


class DrawerPulse(StrEnum):
    """The command that opens a drawer."""

    ESC_P = "esc_p"
    """In the order of the data: a printer without paper keeps it for later."""
    DLE_DC4 = "dle_dc4"
    """At once."""


@dataclass(frozen=True, slots=True)
class RealTimeStatus:
    """An answer to DLE EOT; which one, only the asker knows."""

    bits: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """ASB: unasked, four bytes, whenever something changes."""

    online: bool
    paper: Paper
    fault: PrintFault | None
    drawer_open: bool


@dataclass(frozen=True, slots=True)
class OrderedStatus:
    """An answer to GS r 1: everything sent before it has been processed."""

    paper: Paper


@dataclass(frozen=True, slots=True)
class Completed:
    """An answer to GS ( H: printing up to there is finished."""

    job_number: int


@dataclass(frozen=True, slots=True)
class Unrecognized:
    """Bytes of no known reply; ``rule`` says which was broken, never the bytes."""

    rule: str


Event = RealTimeStatus | AutoStatus | OrderedStatus | Completed | Unrecognized


def ask_real_time(number: int) -> bytes:
    """DLE EOT n: 1 printer, 2 offline cause, 3 error cause, 4 paper."""
    return bytes((0x10, 0x04, number))


def ask_completion(job_number: int) -> bytes:
    """GS ( H fn 48: the answer comes when printing is finished. ``job_number`` 0 to 9999."""
    if not 0 <= job_number <= JOB_NUMBER_MAX:
        raise ValueError(f"a job number is 0 to {JOB_NUMBER_MAX}, not {job_number}")
    return b"\x1d(H\x06\x00\x30\x30" + f"{job_number:04d}".encode("ascii")


def drawer_pulse(pulse: DrawerPulse, pin: int) -> bytes:
    """Half a second of current on connector pin 2 or 5: in order (ESC p), or at once whatever the printer does."""
    connector = 0 if pin == 2 else 1
    return (
        bytes((0x1B, 0x70, connector, 100, 250)) if pulse is DrawerPulse.ESC_P else bytes((0x10, 0x14, 1, connector, 2))
    )


def cause_of(number: int, bits: int) -> PrintFault | None:
    """The fault in an answer to DLE EOT ``number``; a paper that is only near its end is none."""
    tests: dict[int, tuple[tuple[int, PrintFault], ...]] = {
        1: ((0x08, PrintFault.OFFLINE),),
        2: ((0x04, PrintFault.COVER_OPEN), (0x20, PrintFault.PAPER_END)),
        3: ERROR_CAUSES,
        4: ((0x60, PrintFault.PAPER_END),),
    }
    return next((fault for mask, fault in tests[number] if bits & mask), None)


def paper_of(bits: int) -> Paper:
    """Paper in an answer to DLE EOT 4."""
    return Paper.END if bits & 0x60 else Paper.NEAR_END if bits & 0x0C else Paper.OK


class ReplyParser:
    """Feeds on whatever arrives; any split of the wire reads the same."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._events: deque[Event] = deque(maxlen=EVENTS_MAX)

    def receive(self, data: bytes) -> None:
        for byte in data:
            self._take(byte)

    def next_event(self) -> Event | None:
        return self._events.popleft() if self._events else None

    def _take(self, byte: int) -> None:
        pending = self._pending
        if not pending:
            self._begin(byte)
        elif pending[0] in BLOCK_HEADERS:
            self._continue_block(byte)
        elif byte & ORDERED_BITS:
            pending.clear()
            self._events.append(Unrecognized("automatic status broken off"))
            self._begin(byte)
        else:
            pending.append(byte)
            if len(pending) == 4:
                self._events.append(_auto_status(bytes(pending)))
                pending.clear()

    def _begin(self, byte: int) -> None:
        kind = byte & FIXED_BITS
        if byte in BLOCK_HEADERS or kind == AUTO_STATUS:
            self._pending.append(byte)
        elif kind == REAL_TIME_STATUS:
            self._events.append(RealTimeStatus(byte))
        elif not byte & ORDERED_BITS:
            paper = Paper.END if byte & 0x0C else Paper.NEAR_END if byte & 0x03 else Paper.OK
            self._events.append(OrderedStatus(paper))
        elif byte not in (XON, XOFF):
            self._events.append(Unrecognized("no reply begins so"))

    def _continue_block(self, byte: int) -> None:
        pending = self._pending
        if byte:
            pending.append(byte)
            if len(pending) >= BLOCK_BYTES_MAX:
                pending.clear()
                self._events.append(Unrecognized("reply without an end"))
            return
        block = bytes(pending)
        pending.clear()
        digits = block[2:]
        if block[:2] == bytes((0x37, COMPLETION_IDENTIFIER)) and len(digits) == COMPLETION_DIGITS and digits.isdigit():
            self._events.append(Completed(int(digits)))
        else:
            self._events.append(Unrecognized("reply to a question we did not ask"))


def _auto_status(status: bytes) -> AutoStatus:
    printer, error, sensor = status[0], status[1], status[2]
    paper = Paper.END if sensor & 0x0C else Paper.NEAR_END if sensor & 0x03 else Paper.OK
    online = not printer & 0x08
    fault: PrintFault | None = None
    if printer & 0x20:
        fault = PrintFault.COVER_OPEN
    elif paper is Paper.END:
        fault = PrintFault.PAPER_END
    else:
        fault = next((cause for mask, cause in ERROR_CAUSES if error & mask), None if online else PrintFault.OFFLINE)
    return AutoStatus(online=online, paper=paper, fault=fault, drawer_open=bool(printer & DRAWER_BIT))
