"""Cover, paper, cutter and cable: what can go wrong, when, and the status bytes that tell. Refuses to print."""

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
    SILENT = "silent"
    NO_COMPLETION = "no_completion"
    UNPLUG = "unplug"


@dataclass(frozen=True, slots=True)
class ScriptedFault:
    """``after_line`` 0 means from the start."""

    fault: Fault
    after_line: int = 0


WORDS = "cover open|close, paper ok|near_end|end, cutter jam|clear, silent on|off"
LINES_MAX = 10_000


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
        self._cover_open = False
        self._cutter_jam = False
        self.silent = False
        self.loses_completion = False
        self._pending = [scripted for scripted in script if scripted.after_line]
        for scripted in script:
            if not scripted.after_line:
                self._happen(scripted.fault)

    @property
    def stop(self) -> Fault | None:
        """Why the mechanism stands still."""
        if self._cover_open:
            return Fault.COVER_OPEN
        if self._paper is PaperLevel.END:
            return Fault.PAPER_END
        return Fault.CUTTER if self._cutter_jam else None

    def after_line(self, line_count: int) -> Fault | None:
        """The scripted fault that happens now, once."""
        for scripted in self._pending:
            if scripted.after_line == line_count:
                self._pending.remove(scripted)
                self._happen(scripted.fault)
                return scripted.fault
        return None

    def control(self, line: str) -> None:
        """One of WORDS. Raises ValueError."""
        match line.split():
            case ["cover", ("open" | "close") as word]:
                self._cover_open = word == "open"
            case ["paper", ("ok" | "near_end" | "end") as word]:
                self._paper = PaperLevel(word)
            case ["cutter", ("jam" | "clear") as word]:
                self._cutter_jam = word == "jam"
            case ["silent", ("on" | "off") as word]:
                self.silent = word == "on"
            case _:
                raise ValueError(f"unknown control line; use {WORDS}")

    def status(self) -> bytes:
        """Automatic status back (ASB), four bytes."""
        first = 0x10 | (0x08 if self.stop else 0) | (0x20 if self._cover_open else 0)
        sensor = {PaperLevel.OK: 0x00, PaperLevel.NEAR_END: 0x03, PaperLevel.END: 0x0F}[self._paper]
        return bytes((first, 0x08 if self._cutter_jam else 0, sensor, 0x0F))

    def ordered(self) -> bytes:
        """The answer to GS r 1."""
        return bytes(({PaperLevel.OK: 0x00, PaperLevel.NEAR_END: 0x03, PaperLevel.END: 0x0F}[self._paper],))

    def real_time(self, number: int) -> bytes:
        """The answer to DLE EOT ``number``."""
        ended = self._paper is PaperLevel.END
        near = self._paper is not PaperLevel.OK
        bits = {
            1: 0x08 if self.stop else 0,
            2: (0x04 if self._cover_open else 0) | (0x20 if ended else 0) | (0x40 if self._cutter_jam else 0),
            3: 0x08 if self._cutter_jam else 0,
            4: (0x0C if near else 0) | (0x60 if ended else 0),
        }[number]
        return bytes((0x12 | bits,))

    def _happen(self, fault: Fault) -> None:
        match fault:
            case Fault.PAPER_END:
                self._paper = PaperLevel.END
            case Fault.COVER_OPEN:
                self._cover_open = True
            case Fault.CUTTER:
                self._cutter_jam = True
            case Fault.SILENT:
                self.silent = True
            case Fault.NO_COMPLETION:
                self.loses_completion = True
            case Fault.UNPLUG:
                pass  # the core hangs up
