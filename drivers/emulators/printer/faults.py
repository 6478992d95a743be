"""Cover, paper, cutter, heat, cable: what can go wrong, when, and the status bytes that tell. Refuses to print."""

from dataclasses import dataclass
from enum import StrEnum


class PaperLevel(StrEnum):
    OK = "ok"
    NEAR_END = "near_end"
    END = "end"


class Fault(StrEnum):
    """Each may be given alone (from the start) or as ``name_at_line:N`` (after the N-th printed line of a job)."""

    PAPER_END = "paper_end"
    COVER_OPEN = "cover_open"
    CUTTER = "cutter"
    OFFLINE = "offline"
    OVERHEATED = "overheated"
    UNRECOVERABLE = "unrecoverable"
    SILENT = "silent"
    NO_COMPLETION = "no_completion"
    WRONG_COMPLETION = "wrong_completion"
    """Tells that another job than this is done."""
    GARBAGE = "garbage"
    """Says status bytes that nobody asked for, and bytes that are none, after every line."""
    UNPLUG = "unplug"
    POWER_OFF = "power_off"


@dataclass(frozen=True, slots=True)
class ScriptedFault:
    """``after_line`` 0 means from the start."""

    fault: Fault
    after_line: int = 0


WORDS = (
    "cover open|close, paper ok|near_end|end, cutter jam|free|clear (free: the paper is out, the error stays until"
    " DLE ENQ), silent on|off, online off|on, heat on|off, power off|on, drawer open|close"
)
LINES_MAX = 10_000
STRAY = bytes.fromhex("16 72 10 FF 80 37 22 39 00")
"""Two real-time answers, a broken automatic status, bytes of no reply, a completion cut short."""
OFFLINE_BITS, DRAWER_BIT = 0x08, 0x04


def parse_fault(text: str) -> ScriptedFault:
    """``cover_open`` or ``paper_end_at_line:12``. Raises ValueError with one line."""
    name, _, number = text.partition("_at_line:")
    known = ", ".join(fault.value for fault in Fault)
    if name not in list(Fault):
        raise ValueError(f"--fault {text}: unknown; one of {known}, each also as NAME_at_line:N")
    if not number and "_at_line" not in text:
        return ScriptedFault(Fault(name))
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= LINES_MAX):
        raise ValueError(f"--fault {text}: the line must be a number from 1 to {LINES_MAX}")
    return ScriptedFault(Fault(name), int(number))


class Faults:
    """The machine's condition."""

    def __init__(self, paper: PaperLevel = PaperLevel.OK, script: tuple[ScriptedFault, ...] = ()) -> None:
        self._paper = paper
        self._standing: set[Fault] = set()
        self._latched: set[Fault] = set()
        """Recoverable errors: they last until DLE ENQ, or until somebody resets the printer by hand."""
        self.drawer_open = False
        self._pending = [scripted for scripted in script if scripted.after_line]
        for scripted in script:
            if not scripted.after_line:
                self._happen(scripted.fault)

    def has(self, fault: Fault) -> bool:
        return fault in self._standing

    @property
    def mute(self) -> bool:
        """Nothing reaches the host."""
        return bool(self._standing & {Fault.SILENT, Fault.POWER_OFF})

    @property
    def stop(self) -> Fault | None:
        """Why the mechanism stands still."""
        if self._paper is PaperLevel.END and Fault.COVER_OPEN not in self._standing:
            return Fault.PAPER_END
        still = self._standing | self._latched
        return next((fault for fault in STOPPING if fault in still), None)

    def after_line(self, line_count: int) -> Fault | None:
        """The scripted fault that happens now, once."""
        for scripted in self._pending:
            if scripted.after_line == line_count:
                self._pending.remove(scripted)
                self._happen(scripted.fault)
                return scripted.fault
        return None

    def interrupt(self) -> None:
        """The cover was opened over a running job: an error that lasts beyond its cause."""
        if Fault.COVER_OPEN in self._standing:
            self._latched.add(Fault.COVER_OPEN)

    def recover(self) -> bool:
        """DLE ENQ: ends the errors whose cause is gone. True when one ended."""
        ended = self._latched - self._standing
        self._latched -= ended
        return bool(ended)

    def control(self, line: str) -> None:
        """One of WORDS. Raises ValueError."""
        match line.split():
            case ["paper", ("ok" | "near_end" | "end") as word]:
                self._paper = PaperLevel(word)
            case ["drawer", ("open" | "close") as word]:
                self.drawer_open = word == "open"
            case ["cutter", "free"]:
                self._standing.discard(Fault.CUTTER)
            case [part, word] if (part, word) in SWITCHES:
                fault, begins = SWITCHES[part, word]
                if begins:
                    self._happen(fault)
                else:
                    self._standing.discard(fault)
                    if fault is Fault.CUTTER:
                        self._latched.discard(fault)
            case _:
                raise ValueError(f"unknown control line; use {WORDS}")

    def status(self) -> bytes:
        """Automatic status back (ASB), four bytes."""
        first = 0x10 | (OFFLINE_BITS if self.stop else 0) | (DRAWER_BIT if self.drawer_open else 0)
        first |= 0x20 if Fault.COVER_OPEN in self._standing else 0
        sensor = {PaperLevel.OK: 0x00, PaperLevel.NEAR_END: 0x03, PaperLevel.END: 0x0F}[self._paper]
        return bytes((first, self._errors(), sensor, 0x0F))

    def ordered(self) -> bytes:
        """The answer to GS r 1."""
        return bytes(({PaperLevel.OK: 0x00, PaperLevel.NEAR_END: 0x03, PaperLevel.END: 0x0F}[self._paper],))

    def real_time(self, number: int) -> bytes:
        """The answer to DLE EOT ``number``."""
        ended = self._paper is PaperLevel.END
        near = self._paper is not PaperLevel.OK
        errors = self._errors()
        bits = {
            1: (OFFLINE_BITS if self.stop else 0) | (DRAWER_BIT if self.drawer_open else 0),
            2: (0x04 if Fault.COVER_OPEN in self._standing else 0) | (0x20 if ended else 0) | (0x40 if errors else 0),
            3: errors,
            4: (0x0C if near else 0) | (0x60 if ended else 0),
        }[number]
        return bytes((0x12 | bits,))

    def _errors(self) -> int:
        """Bits of the error cause: recoverable, cutter, unrecoverable, recovers by itself."""
        bits = 0x04 if Fault.COVER_OPEN in self._latched else 0
        bits |= 0x08 if Fault.CUTTER in self._latched else 0
        bits |= 0x20 if Fault.UNRECOVERABLE in self._standing else 0
        return bits | (0x40 if Fault.OVERHEATED in self._standing else 0)

    def _happen(self, fault: Fault) -> None:
        if fault is Fault.PAPER_END:
            self._paper = PaperLevel.END
        elif fault is not Fault.UNPLUG:  # there the core hangs up
            self._standing.add(fault)
        if fault is Fault.CUTTER:
            self._latched.add(fault)


STOPPING = (
    Fault.POWER_OFF,
    Fault.COVER_OPEN,
    Fault.CUTTER,
    Fault.UNRECOVERABLE,
    Fault.OVERHEATED,
    Fault.OFFLINE,
)
SWITCHES: dict[tuple[str, str], tuple[Fault, bool]] = {
    ("cover", "open"): (Fault.COVER_OPEN, True),
    ("cover", "close"): (Fault.COVER_OPEN, False),
    ("cutter", "jam"): (Fault.CUTTER, True),
    ("cutter", "clear"): (Fault.CUTTER, False),
    ("silent", "on"): (Fault.SILENT, True),
    ("silent", "off"): (Fault.SILENT, False),
    ("online", "off"): (Fault.OFFLINE, True),
    ("online", "on"): (Fault.OFFLINE, False),
    ("heat", "on"): (Fault.OVERHEATED, True),
    ("heat", "off"): (Fault.OVERHEATED, False),
    ("power", "off"): (Fault.POWER_OFF, True),
    ("power", "on"): (Fault.POWER_OFF, False),
}
"""Control words: which fault begins or ends."""
