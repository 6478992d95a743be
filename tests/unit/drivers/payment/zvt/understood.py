"""What becomes of a whole ZVT message: every reader there is is shown it. Owns what must hold; knows no damage."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from drivers.errors import ProtocolError
from drivers.payment.api import Approved, AuthorizationRequest, Baseline, Media
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt import protocol
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.frame import FrameReader
from drivers.payment.zvt.inquiry import approved_from, fits, judge
from drivers.payment.zvt.settlement import read_totals
from drivers.payment.zvt.slips import LINE_CHARACTERS_MAX, SLIP_LINES_MAX, SLIPS_MAX, Slips
from drivers.payment.zvt.wire_text import describe
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

YEN = 600
TERMINAL = "13100001"
REQUEST = AuthorizationRequest("op-1", 1, YEN, Media.CREDIT, Baseline(TERMINAL, "0000", "000000"))
TRACES = Path(__file__).parents[4] / "traces" / "zvt" / "published.jsonl"


def _of_a_sale() -> list[bytes]:
    """What the emulated terminal says in a sale, with its receipts, and at its end of day."""
    said: list[bytes] = []

    class Overheard:
        def __init__(self, counter: VirtualCounter) -> None:
            self._core = counter.core

        @property
        def wake_at_s(self) -> float | None:
            return self._core.wake_at_s

        def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
            out = self._core.step(now_s, received)
            said.extend(payload for _, payload in out)
            return out

    counter = VirtualCounter("approve,decline")
    counter.core = Overheard(counter)
    assert isinstance(counter.sell(YEN), Approved)
    counter.sell(YEN)
    reader = FrameReader()
    reader.receive(b"".join(said))
    return [event.encode() for event in iter(reader.next_event, None) if isinstance(event, Apdu)]


def valid_messages() -> list[bytes]:
    published = [json.loads(line) for line in TRACES.read_text("utf-8").splitlines()]
    block = bytes.fromhex("06 17 1f07 01 02 25 11 07 05") + b"TOTAL" + bytes.fromhex("09 01 40 07 03") + b"600"
    return [
        *(bytes.fromhex(line["hex"]) for line in published if "refused" not in line),
        *_of_a_sale(),
        Apdu(messages.PRINT_LINE, b"\x40MERCHANT COPY").encode(),
        Apdu(messages.PRINT_TEXT_BLOCK, block).encode(),
        Apdu(messages.STATUS_INFORMATION, bytes.fromhex("2700 04 000000000600 60 f0f5f7" + "00" * 57)).encode(),
    ]


class Understood:
    """What becomes of whole messages: every reader there is, with the declared error only."""

    def __init__(self) -> None:
        self.tally: Counter[str] = Counter()
        self._counter = VirtualCounter()

    def take(self, message: Apdu) -> None:
        for read in (
            protocol.read_result,
            protocol.read_intermediate,
            protocol.read_registered_terminal,
            protocol.read_terminal_state,
        ):
            read(message)
        self._hear_slip(message)
        with suppress(ProtocolError):
            describe(message.encode())
        if message.command == messages.STATUS_INFORMATION:
            self._status(message)

    def _status(self, message: Apdu) -> None:
        with suppress(ProtocolError):
            read_totals(message)
        try:
            status = protocol.read_status(message)
        except ProtocolError:
            self.tally["statuses refused"] += 1
            return
        found = judge(REQUEST, status, TERMINAL)
        charged = approved_from(REQUEST, status, TERMINAL) if fits(REQUEST, status, TERMINAL) else None
        for outcome in (found, charged):
            if isinstance(outcome, Approved):
                assert (outcome.amount_yen, status.amount) == (YEN, YEN)
                self.tally["statuses taken, amount as asked"] += 1

    def _hear_slip(self, message: Apdu) -> None:
        if message.command not in (messages.PRINT_LINE, messages.PRINT_TEXT_BLOCK):
            return
        counter, slips = self._counter, Slips("cp437")
        counter.slips.clear()
        slips.hear(message, counter)
        slips.end(counter)
        assert len(counter.slips) <= SLIPS_MAX
        for slip in counter.slips:
            assert len(slip.lines) <= SLIP_LINES_MAX
            assert all(len(line.text) <= LINE_CHARACTERS_MAX for line in slip.lines)
