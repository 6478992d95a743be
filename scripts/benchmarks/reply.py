"""How long a terminal's line waits for us during a sale, stamped by the emulated terminal. Owns both figures.

The terminal is a process of its own on a real pseudo-terminal paced at 9,600 baud. It stamps when its last byte has
left the line and when ours arrive; what lies between is the line waiting for us. A durable commit is the disk's time:
it is measured in the same sale and taken out, and only where it falls into such a gap. The yardstick goes through the
same sale at the same emulator and does nothing but find the end of a message and write fixed bytes.

A wait of ours is any time in which the terminal has nothing to do but wait: before our first byte, before each reply,
and before the window has the result. A sleep, a slice of polling or a lock anywhere in the product would be in it.
"""

import json
import os
import select
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.payment import api
from drivers.payment.stxlrc import frame as stxlrc_frame
from drivers.payment.stxlrc import protocol as stxlrc
from drivers.payment.stxlrc.driver import StxLrcTerminal
from drivers.payment.zvt import protocol as zvt
from drivers.payment.zvt.apdu import POSITIVE
from drivers.payment.zvt.driver import ZvtTerminal
from drivers.payment.zvt.frame import encode_frame
from drivers.transport import OpenLine, SerialLine, SerialSettings
from kiosk.clock import CityClock
from kiosk.domain.books import Decide
from kiosk.domain.record import Record
from kiosk.journal.store import SqliteJournal
from scripts.benchmarks.paying import FINISH_WAIT_S, emulator, pay

SALES = 9
"""After a first one that opens the line; the figures are of the sale in the middle, and of the worst one."""
BAUD = 9600
SPEED = "50"
"""The citizen and the card's host are quick; the line is not, and it is what counts."""
GOAL_PERCENT = 3.0
GOAL_MS = 20.0


@dataclass(frozen=True, slots=True)
class Dialect:
    """One terminal: its emulator, our driver, and how a client without any sense goes through a sale."""

    name: str
    emulator: str
    stop_bits: int
    device: Callable[[OpenLine], api.PaymentDevice]
    bare_sale: Callable[[int], None]
    """Goes through a sale on the open port, the line being registered."""

    @property
    def byte_s(self) -> float:
        return (9 + self.stop_bits) / BAUD


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start_s`` to ``end_s`` on the machine's monotonic clock."""

    start_s: float
    end_s: float

    def without(self, others: list["Span"]) -> float:
        """Its length in seconds, less what lies in ``others``."""
        inside = (min(self.end_s, other.end_s) - max(self.start_s, other.start_s) for other in others)
        return self.end_s - self.start_s - sum(max(0.0, each_s) for each_s in inside)


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale from the key to its result: the line's own time, and every gap in which the line waited for us."""

    line_s: float
    gaps_s: list[float]
    commits_s: float

    @property
    def percent(self) -> float:
        """What the gaps between the terminal's bytes and ours are of the line's own time."""
        return 100 * sum(self.gaps_s[1:-1]) / self.line_s

    @property
    def longest_ms(self) -> float:
        return max(self.gaps_s) * 1000


class TimedJournal(SqliteJournal):
    """Remembers when it made something durable: from asking for its turn to the synced head."""

    commits: list[Span]

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        began_s = time.monotonic()
        try:
            return super().transact(decide)
        finally:
            self.commits.append(Span(began_s, time.monotonic()))


def run() -> list[dict[str, Any]]:
    """Two rows for each dialect."""
    rows = []
    for dialect in (ZVT, STXLRC):
        ours, bare = _measure(dialect, _our_sales), _measure(dialect, _bare_sales)
        percent, bare_percent = _middle(ours), _middle(bare)
        commits_ms = statistics.median(sale.commits_s for sale in ours) * 1000
        rows.append(
            _row(
                f"reply: {dialect.name} sale, line waiting for us (commits of {commits_ms:.1f} ms apart)",
                f"% of the line's own {_line_ms(ours)} ms",
                "a loop that finds each message's end and writes fixed bytes",
                percent,
                bare_percent,
                GOAL_PERCENT,
            )
        )
        longest, bare_longest = (max(sale.longest_ms for sale in sales) for sales in (ours, bare))
        rows.append(
            _row(
                f"reply: {dialect.name}, longest wait of ours in {SALES} sales, key to result (commits apart)",
                "ms",
                "the same loop",
                longest,
                bare_longest,
                GOAL_MS,
            )
        )
    return rows


def _row(name: str, unit: str, yardstick: str, value: float, yardstick_value: float, goal: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "yardstick": yardstick,
        "yardstick_value": round(yardstick_value, 3),
        "ratio": round(value / yardstick_value, 2),
        "goal": goal,
        "goal_on": "value",
        "better": "less",
        "met": value <= goal,
    }


def _middle(sales: list[Sale]) -> float:
    return statistics.median(sale.percent for sale in sales)


def _line_ms(sales: list[Sale]) -> int:
    return round(statistics.median(sale.line_s for sale in sales) * 1000)


@dataclass(slots=True)
class _Timeline:
    """What this process knows of its sales: each from the key to the result, and the commits."""

    sales: list[Span] = field(default_factory=list)
    commits: list[Span] = field(default_factory=list)


def _measure(dialect: Dialect, sell_all: Callable[[Dialect, Path, str], _Timeline]) -> list[Sale]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = ("--baud", str(BAUD), "--speed", SPEED, "--stamps", str(folder / "stamps"))
        with emulator(dialect.emulator, folder, *options) as port:
            timeline = sell_all(dialect, folder, port)
        stamps = [json.loads(line) for line in (folder / "stamps").read_text("ascii").splitlines()]
    return [_sale(dialect, span, timeline.commits, stamps) for span in timeline.sales[1:]]


def _sale(dialect: Dialect, whole: Span, commits: list[Span], stamps: list[dict[str, Any]]) -> Sale:
    """Read one sale off the stamps: the gaps are before our first byte, before each of our replies, and at the end."""
    gaps: list[Span] = []
    free_s = whole.start_s
    size_bytes = 0
    for stamp in stamps:
        at_s = float(stamp["at_s"])
        if not whole.start_s <= at_s <= whole.end_s:
            continue
        size_bytes += stamp["bytes"]
        if stamp["way"] == "heard":
            if at_s > free_s:
                gaps.append(Span(free_s, at_s))
            free_s = max(free_s, at_s) + stamp["bytes"] * dialect.byte_s
        else:
            free_s = at_s
    gaps.append(Span(min(free_s, whole.end_s), whole.end_s))
    taken_s = [gap.without(commits) for gap in gaps]
    commits_s = sum(span.end_s - span.start_s for span in commits if whole.start_s <= span.start_s <= whole.end_s)
    return Sale(size_bytes * dialect.byte_s, taken_s, commits_s)


def _our_sales(dialect: Dialect, folder: Path, port: str) -> _Timeline:
    settings = SerialSettings(port, baud=BAUD, stop_bits=dialect.stop_bits)
    commits: list[Span] = []

    def open_journal(path: Path, clock: CityClock) -> SqliteJournal:
        journal = TimedJournal(path, kiosk_id="bench", clock=clock)
        journal.commits = commits
        return journal

    paid = pay(folder, dialect.device(lambda: SerialLine(settings)), SALES + 1, open_journal)
    return _Timeline([Span(pressed_s, told_s) for pressed_s, told_s in paid], commits)


def _bare_sales(dialect: Dialect, _: Path, port: str) -> _Timeline:
    timeline = _Timeline()
    line = os.open(port, os.O_RDWR | os.O_NOCTTY)
    try:
        if dialect is ZVT:
            _bare_zvt(line, encode_frame(zvt.registration("000000")))
        for _number in range(SALES + 1):
            pressed_s = time.monotonic()
            dialect.bare_sale(line)
            timeline.sales.append(Span(pressed_s, time.monotonic()))
    finally:
        os.close(line)
    return timeline


def _read_more(line: int) -> bytes:
    ready, _, _ = select.select([line], [], [], FINISH_WAIT_S)
    assert ready, "the terminal fell silent"
    return os.read(line, 4096)


def _bare_zvt(line: int, command: bytes) -> None:
    """ACK every message, and say 80 00 to each that is no reply, until 06 0F."""
    positive = encode_frame(POSITIVE)
    os.write(line, command)
    heard, is_over = b"", False
    while not (is_over and heard == b"\x06"):
        heard = heard.removeprefix(b"\x06") + _read_more(line)
        while (end := heard.find(b"\x10\x03")) >= 0 and len(heard) >= end + 4:
            message, heard = heard[:end].lstrip(b"\x06"), heard[end + 4 :]
            os.write(line, b"\x06")
            if message[2:3] != b"\x80":
                os.write(line, positive)
            is_over = message[2:4] == b"\x06\x0f"


def _bare_stxlrc(line: int) -> None:
    """Poll, then sell, and ACK every message until the reply to the sale."""
    os.write(line, stxlrc_frame.encode_frame(stxlrc.poll()))
    while _read_more(line) != b"\x06":
        pass
    os.write(line, stxlrc_frame.encode_frame(stxlrc.sale(300, stxlrc.ticket_of(1))))
    heard = b""
    while True:
        heard += _read_more(line)
        end = heard.find(b"\x03")
        if 0 <= end < len(heard) - 1:
            os.write(line, b"\x06")
            if b"\x020210" in heard:
                return
            heard = heard[end + 2 :]


ZVT = Dialect(
    "ZVT",
    "drivers.emulators.terminal",
    2,
    ZvtTerminal,
    lambda line: _bare_zvt(line, encode_frame(zvt.authorization(300))),
)
STXLRC = Dialect("STX/ETX/LRC", "drivers.emulators.stxlrc", 1, StxLrcTerminal, _bare_stxlrc)
